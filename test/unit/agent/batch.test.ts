import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { runBatch, type BatchTotals } from '../../../src/agent/batch';
import type { BatchItem } from '../../../src/agent/batch-line';
import type { JsonOutput } from '../../../src/agent/report';
import { EngineError } from '../../../src/engine/service';
import { clientOf, dist, prose } from '../engine/built';
import { kompress, type Outcome } from './program';

type Line = JsonOutput & { readonly id: string | number; readonly line?: number; readonly error?: string };
const linesOf = (out: string): Line[] =>
  out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
const jsonLines = (items: readonly object[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('');

describe('batch', function () {
  this.timeout(60_000);
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kompress-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('prints one object a line in the order of the input, and goes on after a broken line', async () => {
    const [first, second] = [prose(60), prose(60)];
    const batch =
      jsonLines([
        { id: 'a', text: first },
        { id: 7, text: second, ratio: 1 },
      ]) +
      '{"id": "cut", "text": "\n\n' +
      jsonLines([
        { id: 'c', text: first },
        { id: 'd', text: first, policy: 'nonsense' },
      ]) +
      JSON.stringify({ id: 'e', text: 'too short' });
    await writeFile(at('batch.jsonl'), batch);
    const { code, out, err } = await kompress(['compress', '--batch', at('batch.jsonl')]);
    assert.equal(code, 4, err);
    const results = linesOf(out);
    assert.deepEqual(
      results.map(({ id, error }) => [id, error]),
      [
        ['a', undefined],
        [7, undefined],
        [undefined, 'The line is not JSON.'],
        ['c', undefined],
        ['d', results[4]?.error],
        ['e', undefined],
      ],
    );
    assert.match(results[4]?.error ?? '', /^The policy is none of .+\.$/);
    assert.deepEqual([results[2]?.line, results[4]?.line], [3, 6]);
    for (const line of out.split('\n').slice(0, -1)) assert.match(line, /^\{("id"|"line":3)/);
    assert.ok(!out.includes('"source"'));
    assert.equal(results[0]?.text, results[3]?.text);
    assert.ok((results[0]?.tokens.after ?? 0) < (results[0]?.tokens.before ?? 0));
    assert.equal(results[1]?.ratio.asked, 1);
    assert.match(err, /4 of 6 texts compressed\n {2}2 failed, the first in line 3\n/);

    const input = await kompress(['compress', '-', '--batch'], { input: batch });
    const bare = (line: Line) => ({ ...line, timings: undefined });
    assert.deepEqual(linesOf(input.out).map(bare), results.map(bare));
  });

  it('holds what the command asks for where a line does not', async () => {
    const text = prose(120);
    const { code, out, err } = await kompress(
      ['compress', '--batch', '-', '--ratio', '0.5', '--policy', 'fifo', '--question', 'What is checked?'],
      {
        input: jsonLines([
          { id: 1, text },
          { id: 2, text, tokens: 90, policy: 'truncation', question: 'Who reads?' },
        ]),
      },
    );
    assert.equal(code, 0, err);
    const [common, own] = linesOf(out);
    assert.deepEqual(
      [common?.ratio.asked, common?.policy, common?.question],
      [0.5, 'fifo', 'What is checked?'],
    );
    assert.deepEqual([own?.budget?.asked, own?.policy, own?.question], [90, 'truncation', 'Who reads?']);
    assert.ok(own !== undefined && own.budget !== null && own.tokens.after <= 90 + own.budget.over);
  });

  it('answers a line at once, without waiting for the next', async () => {
    const child = spawn(process.execPath, [path.join(dist, 'cli.js'), 'compress', '--batch', '-']);
    let out = '';
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    for (const id of [1, 2]) {
      const answered = new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          out += chunk.toString();
          if (out.includes(`{"id":${id},`) && out.endsWith('\n')) resolve();
        });
      });
      child.stdin.write(jsonLines([{ id, text: prose(30) }]));
      await answered;
      child.stdout.removeAllListeners('data');
    }
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.stdin.end();
    assert.equal(await closed, 0, err);
  });

  it('ends cleanly on Ctrl+C, when nobody reads, and when there is nothing', async () => {
    const many = jsonLines(Array.from({ length: 400 }, (_, id) => ({ id, text: prose(200) })));
    await writeFile(at('many.jsonl'), many);
    const run = (stop: (child: ReturnType<typeof spawn>) => void): Promise<Outcome> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [
          path.join(dist, 'cli.js'),
          ...['compress', '--batch', at('many.jsonl')],
        ]);
        let err = '';
        let out = '';
        child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
        child.stdout.once('data', () => stop(child)).on('data', (chunk: Buffer) => (out += chunk.toString()));
        child.on('close', (code) => resolve({ code, out, err }));
      });
    const interrupted = await run((child) => child.kill('SIGINT'));
    assert.deepEqual([interrupted.code, interrupted.err], [130, 'kompress: Cancelled.\n']);
    assert.ok(linesOf(interrupted.out).length < 400);

    const unread = await run((child) => child.stdout?.destroy());
    assert.equal(unread.code, 0, unread.err);

    const none = await kompress(['compress', '--batch', '-'], { input: '' });
    assert.deepEqual([none.code, none.out], [0, '']);
    const missing = await kompress(['compress', '--batch', at('none.jsonl')]);
    assert.deepEqual([missing.code, missing.out], [1, '']);
    assert.match(missing.err, /^kompress: There is no file “[^\n]+\.\n$/);
    const folderGiven = await kompress(['compress', '--batch', folder]);
    assert.deepEqual([folderGiven.code, folderGiven.out], [1, '']);
    assert.match(folderGiven.err, /^kompress: .+ is a folder\. Name a file\.\n$/);
  });

  it('stops at once where no line can be compressed', async () => {
    const { code, out, err } = await kompress(['compress', '--batch', '-', '--model', at('no-model')], {
      input: jsonLines([
        { id: 1, text: prose(30) },
        { id: 2, text: prose(30) },
      ]),
    });
    assert.deepEqual([code, out], [3, '']);
    assert.match(err, /^kompress: .*kompress\.json/);
  });

  describe('order of work', () => {
    const client = clientOf();
    after(() => client.dispose());

    const work = async (items: readonly object[]) => {
      const order: (string | number)[] = [];
      const encoded: number[] = [];
      let out = '';
      const totals: BatchTotals = await runBatch({
        input: Readable.from([Buffer.from(jsonLines(items))]),
        compress: async (item: BatchItem, known) => {
          order.push(item.id);
          const result = await client.compress({ text: item.text, budget: { kind: 'model' } }, { known });
          encoded.push(result.report.timings['inference'] ?? 0);
          return result;
        },
        describe: ({ id }, { report }) => ({ id, after: report.tokens.after }),
        write: (piece) => {
          out += piece;
          return Promise.resolve(true);
        },
      });
      const ids = out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Line).id);
      return { order, ids, totals, encoded };
    };

    it('takes equal texts one after the other, and prints them where they stood', async () => {
      const [one, two, three] = [prose(40), prose(40), prose(40)];
      const texts = [one, two, one, three, two, one];
      const { order, ids, totals, encoded } = await work(texts.map((text, id) => ({ id, text })));
      assert.deepEqual(order, [0, 2, 5, 1, 4, 3]);
      assert.deepEqual(ids, [0, 1, 2, 3, 4, 5]);
      assert.deepEqual([totals.texts, totals.failed], [6, 0]);
      const again = [1, 2, 4].map((i) => encoded[i] ?? NaN);
      assert.deepEqual(
        again.map((ms) => ms === 0 || ms === encoded[0] || ms === encoded[3]),
        [true, true, true],
      );
    });

    it('lets go of the head first where much is held', async () => {
      const large = 'x'.repeat(4_500_000);
      const { order, ids } = await work([
        { id: 0, text: large },
        { id: 1, text: 'y' },
        { id: 2, text: large },
        { id: 3, text: large },
        { id: 4, text: large },
      ]);
      assert.deepEqual(ids, [0, 1, 2, 3, 4]);
      assert.equal(order[0], 0);
      assert.ok(order.indexOf(1) < order.indexOf(4), order.join());
    });

    it('tells a failure in its place, and rejects where all would fail', async () => {
      const run = (reason: 'internal' | 'model-missing') => {
        const pieces: string[] = [];
        const totals = runBatch({
          input: Readable.from([Buffer.from(jsonLines([{ id: 'a', text: 'x' }]))]),
          compress: () => Promise.reject(new EngineError({ reason, message: 'It did not work.' })),
          describe: () => ({}),
          write: (piece) => Promise.resolve(pieces.push(piece) > 0),
        });
        return { totals, pieces };
      };
      const told = run('internal');
      assert.equal((await told.totals).firstFailed, 1);
      assert.deepEqual(told.pieces, ['{"id":"a","line":1,"error":"It did not work."}', '\n']);
      await assert.rejects(run('model-missing').totals, { reason: 'model-missing' });
    });

    it('rejects where the input cannot be read, after what came before', async () => {
      let out = '';
      const input = Readable.from(
        (async function* () {
          yield Buffer.from(jsonLines([{ id: 1, text: 'one two' }]));
          await Promise.resolve();
          throw new Error('broken cable');
        })(),
      );
      const totals = runBatch({
        input,
        compress: ({ text }) => client.compress({ text, budget: { kind: 'model' } }),
        describe: ({ id }) => ({ id }),
        write: (piece) => Promise.resolve((out += piece) !== ''),
      });
      await assert.rejects(totals, /broken cable/);
      assert.equal(out, '{"id":1}\n');
    });
  });
});
