import assert from 'node:assert/strict';
import { createMatrixMemory } from '../../../src/policy/matrix';

describe('matrix memory', () => {
  it('multiplies four rows by blocks of eight outputs', () => {
    const inputs = 3;
    const outputs = 16;
    const bias = outputs * inputs;
    const from = bias + outputs;
    const to = from + 4 * inputs;
    const { floats, multiply } = createMatrixMemory(to + 4 * outputs);
    const weight = (o: number, i: number): number => o * 10 + i - 7;
    const value = (i: number, row: number): number => i + row / 4;
    for (let o = 0; o < outputs; o++) {
      floats[bias + o] = o / 8;
      for (let i = 0; i < inputs; i++) floats[(o >> 3) * 8 * inputs + i * 8 + (o & 7)] = weight(o, i);
    }
    for (let i = 0; i < inputs; i++)
      for (let row = 0; row < 4; row++) floats[from + 4 * i + row] = value(i, row);
    multiply(0, bias, from, to, inputs, outputs);
    for (let o = 0; o < outputs; o++)
      for (let row = 0; row < 4; row++) {
        let sum = o / 8;
        for (let i = 0; i < inputs; i++) sum += weight(o, i) * value(i, row);
        assert.equal(floats[to + 4 * o + row], sum);
      }
  });

  it('is as large as asked and refuses shapes that it cannot take', () => {
    const { floats, multiply } = createMatrixMemory(5_000_000);
    assert.ok(floats.length >= 5_000_000);
    assert.throws(() => multiply(0, 0, 0, 0, 1, 12), RangeError);
    assert.throws(() => multiply(0, 0, 0, 0, 0, 8), RangeError);
    assert.throws(() => multiply(0, 0, 0, 4_999_999, 1, 1 << 20));
  });
});
