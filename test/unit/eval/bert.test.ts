import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createOnnxSession } from '../../../src/engine/runtime';
import { BERT_BASE, writeBert, type BertShape } from '../../eval/bert/bert';

const TINY: BertShape = {
  vocabulary: 50,
  positions: 64,
  layers: 2,
  hidden: 16,
  heads: 2,
  intermediate: 32,
  labels: 2,
};

/** Weights of a BERT token classifier without token types and pooler, counted apart from the code that writes them. */
const parametersOf = ({ vocabulary, positions, layers, hidden, intermediate, labels }: BertShape): number => {
  const linear = (inputs: number, outputs: number): number => inputs * outputs + outputs;
  const norm = 2 * hidden;
  const layer =
    4 * linear(hidden, hidden) + linear(hidden, intermediate) + linear(intermediate, hidden) + 2 * norm;
  return (vocabulary + positions) * hidden + norm + layers * layer + linear(hidden, labels);
};

describe("BERT's shape that the encoder is timed against", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'kompress-bert-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has the parameters of BERT base', () => {
    assert.equal(parametersOf(BERT_BASE), 108_891_650);
    const { parameters } = writeBert(folder, TINY);
    assert.equal(parameters, parametersOf(TINY));
    assert.equal(statSync(path.join(folder, 'bert.bin')).size, 4 * parameters);
  });

  it('runs in the runtime, minds the mask, and reads every token', async () => {
    const session = await createOnnxSession(writeBert(folder, TINY).path, { threads: 1 });
    const run = async (ids: readonly number[], real: number): Promise<number[]> => {
      const mask = ids.map((_, i) => (i < real ? 1n : 0n));
      const { logits } = await session.run(
        BigInt64Array.from(ids, BigInt),
        BigInt64Array.from(mask),
        1,
        ids.length,
        ['logits'],
      );
      assert.equal(logits?.length, 2 * ids.length);
      return [...logits];
    };
    const one = await run([1, 2, 3, 4, 5, 6], 4);
    assert.ok(one.every(Number.isFinite));
    const padded = await run([1, 2, 3, 4, 9, 9], 4);
    const other = await run([1, 2, 3, 9, 5, 6], 4);
    assert.deepEqual(padded.slice(0, 8), one.slice(0, 8));
    assert.notDeepEqual(other.slice(0, 2), one.slice(0, 2));
    await session.dispose();
  });
});
