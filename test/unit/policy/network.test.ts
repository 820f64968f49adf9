import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createNetwork, gelu, parseNetwork } from '../../../src/policy/network';
import { ModelError } from '../../../src/scoring/errors';

/** erf by its Maclaurin series, or by the continued fraction of erfc where the series would cancel. */
function erf(x: number): number {
  if (x < 0) return -erf(-x);
  if (x > 3) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (x + fraction);
    return 1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const exactGelu = (x: number): number => (x * (1 + erf(x / Math.SQRT2))) / 2;

interface Plain {
  readonly inputs: number;
  readonly hidden: number;
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

/** The forward pass as its definition reads, without any of what makes the other one fast. */
function forward({ inputs, hidden, weights }: Plain, row: readonly number[]): number {
  const w = (name: string): readonly number[] => weights[name] ?? [];
  const linear = (name: string, x: readonly number[], outputs: number): number[] =>
    Array.from({ length: outputs }, (_, o) =>
      x.reduce(
        (sum, value, i) => sum + value * (w(`${name}.weight`)[o * x.length + i] ?? NaN),
        w(`${name}.bias`)[o] ?? NaN,
      ),
    );
  assert.equal(row.length, inputs);
  const a = linear('0', row, hidden);
  const mean = a.reduce((sum, x) => sum + x, 0) / hidden;
  const variance = a.reduce((sum, x) => sum + (x - mean) ** 2, 0) / hidden;
  const b = a.map(
    (x, i) => ((x - mean) / Math.sqrt(variance + 1e-5)) * (w('1.weight')[i] ?? NaN) + (w('1.bias')[i] ?? NaN),
  );
  const c = linear('4', b.map(exactGelu), hidden);
  return linear('6', c.map(exactGelu), 1)[0] ?? NaN;
}

const plainNetwork = (inputs: number, hidden: number, next: () => number): Plain => {
  const numbers = (count: number): number[] => Array.from({ length: count }, next);
  return {
    inputs,
    hidden,
    weights: {
      '0.weight': numbers(hidden * inputs),
      '0.bias': numbers(hidden),
      '1.weight': numbers(hidden),
      '1.bias': numbers(hidden),
      '4.weight': numbers(hidden * hidden),
      '4.bias': numbers(hidden),
      '6.weight': numbers(hidden),
      '6.bias': numbers(1),
    },
  };
};

/** 1 input, 2 hidden units: LayerNorm turns any input above 0 into (−1, 1), less what epsilon takes. */
const TINY = {
  inputs: 1,
  weights: {
    '0.weight': [1, 3],
    '0.bias': [0, 0],
    '1.weight': [1, 1],
    '1.bias': [0, 0],
    '4.weight': [1, 1, 0, 2],
    '4.bias': [0, 0.5],
    '6.weight': [1, -1],
    '6.bias': [0.25],
  },
};

describe('network', () => {
  it('gives the values computed by hand', () => {
    // x = 1000: units 1000 and 3000, normalised −1 and 1, GELU −0.15865525 and 0.84134475;
    // second layer 0.68268949 and 2.18268949, GELU 0.51376862 and 2.15097856; out 0.5137… − 2.1509… + 0.25.
    const out = new Float32Array(1);
    createNetwork(parseNetwork(TINY, 1)).run(Float32Array.of(1000), 1, out);
    const g = exactGelu(0.6826894921) - exactGelu(2.1826894921) + 0.25;
    assert.ok(Math.abs((out[0] ?? NaN) - g) < 1e-5);
    assert.ok(Math.abs((out[0] ?? NaN) + 1.3872) < 1e-3, String(out[0]));
  });

  it('is GELU by the error function within 2e-6, and its limits beyond', () => {
    assert.ok(Math.abs(erf(1) - 0.8427007929497149) < 1e-15);
    assert.ok(Math.abs(erf(3.5) - 0.9999992569016276) < 1e-15);
    for (let x = -8; x <= 8; x += 0.00137)
      assert.ok(Math.abs(gelu(x) - exactGelu(x)) < 2e-6, `GELU(${x}) is ${gelu(x)}`);
    assert.equal(gelu(0), 0);
    assert.equal(gelu(1e9), 1e9);
    assert.equal(gelu(Infinity), Infinity);
    assert.equal(gelu(-1e9), 0);
    assert.equal(gelu(-Infinity), 0);
    assert.ok(Number.isNaN(gelu(NaN)));
  });

  it('is the plain forward pass for any width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 11 }),
        fc.integer({ min: 2, max: 13 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 9 }),
        (inputs, hidden, seed, count) => {
          let state = seed;
          const next = (): number => {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
            return state / 2 ** 31 - 1;
          };
          const plain = plainNetwork(inputs, hidden, next);
          const rows = Array.from({ length: count }, () => Array.from({ length: inputs }, next));
          const out = new Float32Array(count);
          createNetwork(parseNetwork(plain, inputs)).run(Float64Array.from(rows.flat()), count, out);
          for (const [i, row] of rows.entries())
            assert.ok(Math.abs((out[i] ?? NaN) - forward(plain, row)) < 1e-4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('names what is wrong with a file', () => {
    const detail = (json: unknown, inputs = 1): string => {
      try {
        parseNetwork(json, inputs);
      } catch (error) {
        assert.ok(error instanceof ModelError);
        assert.equal(error.reason, 'model-invalid');
        return error.detail ?? '';
      }
      return 'none';
    };
    assert.equal(detail(TINY), 'none');
    assert.match(detail(TINY, 9), /1 inputs instead of 9/);
    assert.match(detail(null), /object/i);
    assert.match(detail({ weights: { ...TINY.weights, '4.weight': [1, 2] } }), /4\.weight has 2 numbers/);
    assert.match(detail({ weights: { ...TINY.weights, '6.bias': [NaN] } }), /6\.bias/);
    assert.match(detail({ ...TINY, shapes: { '1.bias': [3] } }), /1\.bias is 3 instead of 2/);
  });

  it('refuses arrays that are shorter than their rows', () => {
    const network = createNetwork(parseNetwork(TINY, 1));
    assert.throws(() => network.run(new Float32Array(1), 2, new Float32Array(2)), RangeError);
    assert.throws(() => network.run(new Float32Array(2), 2, new Float32Array(1)), RangeError);
  });
});
