import assert from 'node:assert/strict';
import { distinctness } from '../../../src/policy/distinctness';
import { recordsOf } from './samples';

const values = (vectors: readonly number[]): number[] => [
  ...(distinctness(
    recordsOf(new Array<number>(vectors.length / 2).fill(1), {
      vectors: Int8Array.from(vectors),
      vectorSize: 2,
    }),
  ) ?? []),
];

describe('distinctness', () => {
  it('is highest for what is unlike the rest', () => {
    // Sum of the vectors: (300, 100). Products: 30,000 three times, 10,000; mean 25,000, deviation √75,000,000.
    const far = 15_000 / Math.sqrt(75e6);
    for (const [i, value] of values([100, 0, 100, 0, 100, 0, 0, 100]).entries())
      assert.ok(Math.abs(value - (i === 3 ? far : -far / 3)) < 1e-6, `${i}: ${value}`);
  });

  it('takes units that are not read yet for average ones, and leaves them out of the average', () => {
    const read = values([100, 0, 100, 0, 100, 0, 0, 100]);
    assert.deepEqual(values([100, 0, 0, 0, 100, 0, 100, 0, 0, 0, 0, 100]), [
      read[0],
      0,
      read[1],
      read[2],
      0,
      read[3],
    ]);
    assert.deepEqual(values([0, 0, 0, 0]), [0, 0]);
  });
});
