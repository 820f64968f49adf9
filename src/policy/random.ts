import { selectionOfOrder } from './order';
import type { Policy } from './policy';

/** Tokens at random; the same ones for the same seed and number of tokens. */
export function createRandom(seed: number): Policy {
  return {
    name: 'random',
    prepare(records) {
      const { count } = records;
      const next = xorshift(seed);
      const order = new Int32Array(count);
      // Fisher–Yates, from the inside out.
      for (let i = 0; i < count; i++) {
        const j = Math.floor(next() * (i + 1));
        order[i] = order[j] ?? 0;
        order[j] = i;
      }
      return selectionOfOrder(records, order);
    },
  };
}

/** Marsaglia's xorshift32: numbers in [0, 1). */
function xorshift(seed: number): () => number {
  let state = (seed | 0) ^ 0x9e3779b9;
  if (state === 0) state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
