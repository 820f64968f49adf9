import assert from 'node:assert/strict';
import fc from 'fast-check';
import { descending } from '../../../src/policy/order';

describe('descending order', () => {
  it('is that of a stable sort, NaN last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.float(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity))),
        (values) => {
          const keys = Float32Array.from(values);
          const rank = (i: number): number => keys[i] ?? NaN;
          const expected = Array.from(keys.keys()).sort((a, b) => {
            const x = rank(a);
            const y = rank(b);
            if (Number.isNaN(x) || Number.isNaN(y))
              return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
            return x === y ? a - b : x > y ? -1 : 1;
          });
          assert.deepEqual([...descending(keys)], expected);
        },
      ),
    );
  });
});
