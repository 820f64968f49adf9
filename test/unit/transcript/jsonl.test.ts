import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineSplitter, readJsonl, type JsonlItem, type JsonlOptions } from '../../../src/transcript/jsonl';
import { withFile } from './files';

async function items(path: string, options?: JsonlOptions): Promise<JsonlItem[]> {
  const all: JsonlItem[] = [];
  for await (const item of readJsonl(path, options)) all.push(item);
  return all;
}

describe('LineSplitter', () => {
  const content = fc
    .array(fc.oneof(fc.constantFrom('\n', '\r\n', '\r', '', 'é', '😀'), fc.string({ maxLength: 12 })))
    .map((parts) => Buffer.from(parts.join('')));

  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(content, fc.array(fc.nat(200)), fc.integer({ min: 1, max: 40 }), (bytes, cuts, cap) => {
        const borders = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const parts = new LineSplitter(cap);
        const cut = borders.slice(1).flatMap((end, i) => parts.push(bytes.subarray(borders[i], end)));
        const whole = new LineSplitter(cap);
        assert.deepEqual([...cut, ...parts.end()], [...whole.push(bytes), ...whole.end()]);
      }),
    );
  }).timeout(20_000);

  it('names each line by its number and its bytes', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        const splitter = new LineSplitter(1000);
        const lines = [...splitter.push(bytes), ...splitter.end()];
        const expected = bytes.toString('latin1').split('\n');
        if (expected.at(-1) === '') expected.pop();
        assert.deepEqual(
          lines.map(({ start, end }) => bytes.subarray(start, end).toString('latin1')),
          expected.map((line) => line.replace(/\r$/, '')),
        );
        lines.forEach((line, i) => {
          assert.equal(line.line, i + 1);
          assert.deepEqual(line.bytes, bytes.subarray(line.start, line.end));
        });
      }),
    );
  }).timeout(20_000);

  it('lets go of a line above the cap and goes on after it', () => {
    const splitter = new LineSplitter(4);
    const lines = ['abcd\r\nab', 'cde\nfgh', 'i\n'].flatMap((part) => splitter.push(Buffer.from(part)));
    assert.deepEqual(
      lines.map(({ bytes }) => bytes?.toString()),
      ['abcd', undefined, 'fghi'],
    );
  });
});

describe('readJsonl', () => {
  it('reads records with BOM, CRLF and blank lines, and says what is broken', () =>
    withFile('\ufeff{"a":1}\r\n\r\n{"a":\n  \n[2]\n{"b"', async (path) => {
      const read = await items(path);
      assert.deepEqual(
        read.map((item) => [item.line, item.kind === 'record' ? item.value : item.reason]),
        [
          [1, { a: 1 }],
          [3, 'the line is no JSON'],
          [5, [2]],
          [6, 'the last line is cut off or no JSON'],
        ],
      );
    }));

  it('is not harmed by lone surrogates and bytes that are no UTF-8', () =>
    withFile(
      Buffer.concat([Buffer.from('"\\ud800x"\n"'), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from('"\n')]),
      async (path) => {
        const read = await items(path);
        assert.deepEqual(
          read.map((item) => item.kind === 'record' && item.value),
          ['\ud800x', '\ufffd\ufffd('],
        );
      },
    ));

  it('skips a line above the cap and says so', () =>
    withFile(`{"long":"${'x'.repeat(3 * 1024 * 1024)}"}\n{"a":1}\n`, async (path) => {
      const [long, short] = await items(path, { maxLineBytes: 2 * 1024 * 1024 });
      assert.equal(long?.kind === 'broken' && long.reason, 'the line is longer than 2 MB');
      assert.equal(short?.kind, 'record');
    }));

  it('tells its progress up to the size of the file', () =>
    withFile('{"a":1}\n'.repeat(1000), async (path) => {
      const seen: [number, number][] = [];
      await items(path, { chunkBytes: 1000, onProgress: (done, total) => seen.push([done, total]) });
      assert.equal(seen.length, 8);
      assert.deepEqual(seen.at(-1), [8000, 8000]);
    }));

  it('stops when aborted, before and in the middle', () =>
    withFile('{"a":1}\n'.repeat(1000), async (path) => {
      const reason = new Error('enough');
      await assert.rejects(items(path, { signal: AbortSignal.abort(reason) }), reason);
      const controller = new AbortController();
      let read = 0;
      await assert.rejects(async () => {
        for await (const item of readJsonl(path, { signal: controller.signal })) {
          read = item.line;
          if (read === 10) controller.abort(reason);
        }
      }, reason);
      assert.equal(read, 10);
    }));
});
