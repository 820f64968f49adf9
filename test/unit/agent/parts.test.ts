import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { decodeText, looksLikeJsonLines, readBytes, readStandardInput } from '../../../src/agent/input';
import { languageOfFile } from '../../../src/agent/languages';
import { createProgressBar } from '../../../src/agent/progress-bar';
import { exitCodeOf } from '../../../src/agent/words';
import { EngineError } from '../../../src/engine/service';

describe('progress bar', () => {
  const terminalOf = (columns: number) => {
    const written: string[] = [];
    return { isTTY: true, columns, written, write: (text: string) => written.push(text) };
  };

  it('writes nothing where the output is no terminal', () => {
    const terminal = { ...terminalOf(80), isTTY: false };
    const bar = createProgressBar(terminal);
    bar.update(1, 2, 'Scoring');
    bar.clear();
    assert.deepEqual(terminal.written, []);
  });

  it('draws in place, at most twenty times a second, and always the end', () => {
    const terminal = terminalOf(80);
    let now = 0;
    const bar = createProgressBar(terminal, () => now);
    for (; now < 100; now++) bar.update(now, 101, 'Scoring');
    bar.update(101, 101, 'Scoring');
    assert.equal(terminal.written.length, 3);
    assert.match(terminal.written[1] ?? '', /^\r\x1b\[K\[=+ +\] {2}50 % Scoring$/);
    assert.match(terminal.written[2] ?? '', /100 % Scoring$/);
    bar.clear();
    bar.clear();
    assert.deepEqual(terminal.written.slice(3), ['\r\x1b[K']);
  });

  it('never wraps, and stands any numbers', () => {
    const terminal = terminalOf(20);
    const bar = createProgressBar(terminal, () => 0);
    bar.update(5, 0, 'x'.repeat(100));
    bar.update(9, 3, 'x'.repeat(100));
    bar.update(-1, -1, 'x'.repeat(100));
    for (const line of terminal.written) assert.ok(line.length <= 19 + '\r\x1b[K'.length, line);
    const unsized = terminalOf(0);
    createProgressBar(unsized).update(1, 2, 'Scoring');
    assert.match(unsized.written[0] ?? '', / 50 % Scoring$/);
  });
});

describe('command line input', () => {
  const never = new AbortController().signal;
  const notText = (error: unknown) =>
    error instanceof EngineError && error.reason === 'file' && /^It is not UTF-8 text\./.test(error.message);

  it('takes UTF-8 as it is, byte order mark and CRLF included', () => {
    const text = '\ufeffone\r\ntwo 😀 e\u0301 \u202eabc';
    assert.equal(decodeText(Buffer.from(text), 'It'), text);
    assert.equal(decodeText(new Uint8Array(0), 'It'), '');
  });

  it('refuses what is no UTF-8 text', () => {
    for (const bytes of [[0xff, 0xfe, 0x41, 0], [0xc3], [0xed, 0xa0, 0x80], [0x41, 0, 0x42], [0x80]])
      assert.throws(() => decodeText(Uint8Array.from(bytes), 'It'), notText);
  });

  it('reads to the end, and stops when cancelled', async () => {
    const bytes = await readStandardInput(Readable.from([Buffer.from('ab'), Buffer.from('c')]), never);
    assert.equal(bytes.toString(), 'abc');
    const controller = new AbortController();
    const waiting = readStandardInput(new Readable({ read: () => undefined }), controller.signal);
    controller.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('says what is wrong with a file', async () => {
    await assert.rejects(
      readBytes('there-is-no-such-file.txt', never),
      /^EngineError: There is no file “there-is/,
    );
    await assert.rejects(readBytes('test', never), /^EngineError: “test” is a folder/);
  });

  it('sees JSON Lines by the first line', () => {
    assert.ok(looksLikeJsonLines('{"a":1}\n{"b":2}\n'));
    assert.ok(looksLikeJsonLines('{"a":1}\r\nx'));
    for (const text of ['', 'a {}', '{\n "a": 1\n}', '[1]\n']) assert.ok(!looksLikeJsonLines(text), text);
  });
});

describe('file names', () => {
  it('tell source code and data from text', () => {
    assert.equal(languageOfFile('a/b.TS'), 'ts');
    assert.equal(languageOfFile('x.ndjson'), 'jsonl');
    assert.equal(languageOfFile('build.log'), 'log');
    for (const name of ['notes.txt', 'README.md', 'README', 'mail.eml', 'a.constructor', '.gitignore'])
      assert.equal(languageOfFile(name), undefined, name);
  });
});

describe('exit codes', () => {
  it('tell whose fault it was', () => {
    assert.equal(exitCodeOf('cancelled'), 130);
    assert.equal(exitCodeOf('file'), 1);
    assert.equal(exitCodeOf('format'), 1);
    assert.equal(exitCodeOf('model-missing'), 3);
    assert.equal(exitCodeOf('crashed'), 3);
  });
});
