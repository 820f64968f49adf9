import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  byLargest,
  largestWithin,
  rankOf,
  shifted,
  smooth,
  standardized,
} from '../../../src/policy/relevance/columns';

const column = fc
  .array(fc.integer({ min: -8, max: 8 }), { maxLength: 30 })
  .map((values) => Float32Array.from(values));

describe('columns', () => {
  it('smooths with a triangle', () => {
    assert.deepEqual([...smooth(Float32Array.of(0, 0, 9, 0, 0), 2)], [1, 2, 3, 2, 1]);
    assert.deepEqual([...smooth(Float32Array.of(4, 0), 1)], [2, 1]);
  });

  it('takes the largest value within reach', () => {
    fc.assert(
      fc.property(column, fc.integer({ min: 0, max: 4 }), (values, reach) => {
        const expected = Array.from(values, (_, i) =>
          Math.max(...values.subarray(Math.max(0, i - reach), i + reach + 1)),
        );
        assert.deepEqual([...largestWithin(values, reach)], expected);
      }),
    );
  });

  it('ranks by the share of larger values', () => {
    assert.deepEqual([...rankOf(Float32Array.of(3, 9, 3, 1))], [0.25, 0, 0.25, 0.75]);
    fc.assert(
      fc.property(column, (values) => {
        const expected = Array.from(values, (value) =>
          Math.fround(values.filter((other) => other > value).length / values.length),
        );
        assert.deepEqual([...rankOf(values)], expected);
      }),
    );
  });

  it('standardizes, shifts, and divides by the largest', () => {
    const z = standardized(Float32Array.of(1, 3));
    assert.ok(Math.abs((z[0] ?? 0) + 1) < 1e-5 && Math.abs((z[1] ?? 0) - 1) < 1e-5);
    assert.deepEqual([...standardized(Float32Array.of(5, 5))], [0, 0]);
    assert.deepEqual([...shifted(Float32Array.of(1, 2, 3), 1)], [0, 1, 2]);
    assert.deepEqual([...shifted(Float32Array.of(1, 2, 3), -1)], [2, 3, 0]);
    assert.deepEqual([...shifted(Float32Array.of(1), 5)], [0]);
    assert.deepEqual([...byLargest(Float32Array.of(2, 4))], [0.5, 1]);
    assert.deepEqual([...byLargest(Float32Array.of(0, -1))], [0, -1]);
  });
});
