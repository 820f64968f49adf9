import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { version } from '../../../package.json';
import { json, kompress, pieces, TRANSCRIPT, type Outcome } from './program';
import { dist, isAlive, modelFolder, prose, until } from '../engine/built';

describe('command line', function () {
  this.timeout(60_000);
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kompress-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe('usage', () => {
    it('prints help with every exit code, and the version', async () => {
      const help = await kompress(['--help']);
      assert.equal(help.code, 0);
      for (const code of [0, 1, 2, 3, 4, 130]) assert.match(help.out, new RegExp(`^ +${code} +\\S`, 'm'));
      for (const line of help.out.split('\n')) assert.ok(line.length <= 110, line);
      assert.deepEqual(await kompress(['--version']), { code: 0, out: `kompress ${version}\n`, err: '' });
    });

    it('says what is wrong and starts nothing', async () => {
      for (const args of [
        [],
        ['compress'],
        ['compress', 'a', '--ratio', '0'],
        ['compress', 'a', '--ratio', 'NaN'],
        ['--what'],
      ]) {
        const { code, out, err } = await kompress(args);
        assert.equal(code, 2);
        assert.equal(out, '');
        assert.match(err, /^kompress: .+\. Run kompress --help for the usage\.\n$/);
      }
    });
  });

  describe('text', () => {
    it('prints the compressed text alone on standard output and the report on standard error', async () => {
      const text = prose(120) + '\n';
      await writeFile(at('text.txt'), text);
      const { code, out, err } = await kompress(['compress', at('text.txt')]);
      assert.equal(code, 0, err);
      assert.ok(out.length > 0 && out.length < text.length);
      const words = text.split(/\s+/);
      let from = 0;
      for (const word of out.split(/\s+/)) {
        from = words.indexOf(word, from) + 1;
        assert.ok(from > 0, `“${word}” is not of the text, in order`);
      }
      assert.match(err, /≈ [\d,]+ → [\d,]+ tokens \(counted with o200k_base\)/);
      assert.match(err, /the model decided/);
      assert.match(err, /words by reason +kept +discarded\n( {4}[a-z-]+ +[\d,]+ +[\d,]+\n)+/);
      assert.match(err, / ms \(.*load/);
      assert.ok(!err.includes('\u001b') && !err.includes('\r'), 'no bar where there is no terminal');
    });

    it('prints one JSON object whose offsets give the text back', async () => {
      const text = `\ufeffRésumé 😀 of the day:\r\n\r\n${prose(100)}\r\n`;
      await writeFile(at('offsets.txt'), text);
      const object = json(await kompress(['compress', at('offsets.txt'), '--json', '--ratio', '0.6']));
      assert.deepEqual(Object.keys(object).sort(), [
        'budget',
        'kept',
        'lines',
        'policy',
        'question',
        'ratio',
        'reasons',
        'savings',
        'text',
        'timings',
        'tokens',
        'warnings',
      ]);
      assert.equal(pieces(text, object.kept), object.text);
      assert.equal(object.tokens.tokenizer, 'o200k_base');
      assert.ok(object.tokens.after < object.tokens.before);
      assert.equal(object.ratio.asked, 0.6);
      assert.ok(Math.abs(object.ratio.reached - object.tokens.after / object.tokens.before) < 1e-9);
      const counted = Object.values(object.reasons).reduce((sum, words) => sum + words, 0);
      assert.equal(counted, text.split(/\s+/).filter((word) => word !== '').length);
      assert.ok(Object.values(object.timings).every((ms) => ms >= 0));
    });

    it('gives the same for a file and for standard input, and null where the model decides', async () => {
      const text = prose(80);
      await writeFile(at('same.txt'), text);
      const file = json(await kompress(['compress', at('same.txt'), '--json']));
      const input = json(await kompress(['compress', '-', '--json'], { input: text }));
      assert.equal(input.text, file.text);
      assert.deepEqual(input.kept, file.kept);
      assert.equal(input.ratio.asked, null);
    });

    it('passes short texts through and says so', async () => {
      for (const [input, warning] of [
        ['', /no text/],
        ['word', /only 1 word/],
        ['one two three four five six seven eight nine\n', /only 9 words/],
      ] as const) {
        const { code, out, err } = await kompress(['compress', '-'], { input });
        assert.equal(code, 0, err);
        assert.equal(out, input);
        assert.match(err, warning);
      }
    });

    it('leaves source code and other files alone', async () => {
      const code =
        'export const answer = 42; // the answer to the question that nobody asked before today\n'.repeat(5);
      await writeFile(at('answer.ts'), code);
      const outcome = await kompress(['compress', at('answer.ts')]);
      assert.equal(outcome.out, code);
      assert.match(outcome.err, /code/);
      assert.equal(readFileSync(at('answer.ts'), 'utf8'), code);
    });

    it('works through a link, as npm installs it', async () => {
      if (process.platform === 'win32') return;
      await symlink(path.join(dist, 'cli.js'), at('kompress'));
      const outcome = await kompress(['compress', '-'], { program: at('kompress'), input: prose(30) });
      assert.equal(outcome.code, 0, outcome.err);
    });
  });

  describe('bad input', () => {
    it('says one sentence, prints nothing on standard output, and ends with 1', async () => {
      await writeFile(at('binary.bin'), Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]));
      await writeFile(at('latin1.txt'), Buffer.from('caf\xe9 au lait', 'latin1'));
      for (const [file, message] of [
        [at('binary.bin'), /is not UTF-8 text\. Name a text file\./],
        [at('latin1.txt'), /is not UTF-8 text\./],
        [at('missing.txt'), /There is no file “.*missing\.txt”\./],
        [at('missing.jsonl'), /missing\.jsonl/],
        [folder, /is a folder\./],
      ] as const) {
        const { code, out, err } = await kompress(['compress', file]);
        assert.equal(code, 1, err);
        assert.equal(out, '');
        assert.match(err, message);
        assert.match(err, /^kompress: [^\n]+\.\n$/);
      }
      const { code, out } = await kompress(['compress', '-', '--json'], { input: Uint8Array.of(0xff) });
      assert.deepEqual([code, out], [1, '']);
    });

    it('says what a file is not when a transcript was asked for', async () => {
      await writeFile(at('plain.txt'), prose(30));
      const { code, out, err } = await kompress(['compress', at('plain.txt'), '--format', 'claude-code']);
      assert.deepEqual([code, out], [1, ''], err);
      assert.match(err, /^kompress: .+\.\n/);
    });

    it('ends with 3 where the model or the runtime is missing', async () => {
      const missing = await kompress(['compress', '-', '--model', at('no-model')], { input: prose(30) });
      assert.deepEqual([missing.code, missing.out], [3, '']);
      assert.match(missing.err, /^kompress: .*kompress\.json/);

      // The bundle outside of its installation finds no runtime.
      await cp(dist, at('moved/dist'), { recursive: true });
      await cp(modelFolder, at('moved/models/kompress-small'), { recursive: true });
      const moved = await kompress(['compress', '-'], { program: at('moved/dist/cli.js'), input: prose(30) });
      assert.deepEqual([moved.code, moved.out], [3, '']);
      assert.match(moved.err, /^kompress: Kompress has no inference runtime for /);
    });

    it('does not mind a reader that closes early', async () => {
      await writeFile(at('long.txt'), prose(30_000).split(' ').slice(0, 20_000).join(' '));
      await writeFile(at('code.ts'), 'export const a = 1;\n'.repeat(200_000));
      const outcome = await new Promise<Outcome>((resolve) => {
        const child = spawn(process.execPath, [path.join(dist, 'cli.js'), 'compress', at('code.ts')]);
        let err = '';
        child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
        child.stdout.once('data', () => child.stdout.destroy());
        child.on('exit', (code) => resolve({ code, out: '', err }));
      });
      assert.equal(outcome.code, 0, outcome.err);
      assert.doesNotMatch(outcome.err, /EPIPE/);
    });
  });

  describe('transcript', () => {
    it('is seen by its content, and comes with its source', async () => {
      await writeFile(at('session.jsonl'), `${TRANSCRIPT}\n{"type":"user","mess\n`);
      const object = json(await kompress(['compress', at('session.jsonl'), '--json']));
      assert.ok(object.source?.includes('why the parser fails'));
      assert.equal(pieces(object.source ?? '', object.kept), object.text);
      assert.ok(
        object.warnings.some((warning) => /^1 broken record .*\(line 4\)\.$/.test(warning)),
        object.warnings.join(),
      );
      assert.ok((object.timings['transcript'] ?? -1) >= 0);

      const input = json(
        await kompress(['compress', '-', '--json'], { input: `${TRANSCRIPT}\n{"type":"user","mess\n` }),
      );
      assert.equal(input.text, object.text);
      const asked = await kompress(['compress', at('session.jsonl'), '--format', 'claude-code']);
      assert.equal(asked.out, object.text);
    });

    it('is text where it is none, or where text was asked for', async () => {
      const lines = '{"level":"info","message":"started"}\n'.repeat(20);
      await writeFile(at('data.jsonl'), lines);
      const object = json(await kompress(['compress', at('data.jsonl'), '--json']));
      assert.equal('source' in object, false);
      assert.equal(object.text, lines);
      const asText = json(await kompress(['compress', at('session.jsonl'), '--format', 'text', '--json']));
      assert.equal('source' in asText, false);
    });
  });

  if (process.platform === 'linux')
    describe('signals', () => {
      const children = (pid: number): number[] =>
        readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
          .trim()
          .split(' ')
          .filter(Boolean)
          .map(Number);

      it('ends cleanly with 130 on Ctrl+C, with nothing on standard output', async () => {
        await writeFile(at('big.txt'), prose(40_000));
        const child = spawn(process.execPath, [path.join(dist, 'cli.js'), 'compress', at('big.txt')], {
          detached: true,
        });
        let out = '';
        let err = '';
        child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
        const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
        const pid = child.pid ?? 0;
        await until(() => children(pid).length > 0);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        const [engine] = children(pid);
        // A terminal sends it to the whole process group.
        process.kill(-pid, 'SIGINT');
        assert.equal(await closed, 130, err);
        assert.deepEqual([out, err], ['', 'kompress: Cancelled.\n']);
        await until(() => !isAlive(engine ?? 0));
      });

      it('leaves no engine behind when it is killed', async () => {
        await writeFile(at('big.txt'), prose(40_000));
        const child = spawn(process.execPath, [path.join(dist, 'cli.js'), 'compress', at('big.txt')]);
        const pid = child.pid ?? 0;
        await until(() => children(pid).length > 0);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        const [engine] = children(pid);
        assert.ok(engine !== undefined && isAlive(engine));
        child.kill('SIGKILL');
        await until(() => !isAlive(engine));
      });
    });
});
