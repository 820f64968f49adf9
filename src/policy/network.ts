import * as v from 'valibot';
import { ModelError } from '../scoring/errors';
import { createMatrixMemory, LANES, OUTPUT_BLOCK } from './matrix';
import type { NetworkWeights } from './weights';

const MAX_WIDTH = 4096;
const values = v.pipe(v.array(v.pipe(v.number(), v.finite())), v.minLength(1));
const width = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_WIDTH));

const file = v.object({
  inputs: v.optional(width),
  shapes: v.optional(v.record(v.string(), v.array(width))),
  weights: v.object({
    '0.weight': values,
    '0.bias': values,
    '1.weight': values,
    '1.bias': values,
    '4.weight': values,
    '4.bias': values,
    '6.weight': values,
    '6.bias': values,
  }),
});

/** A network ready to run. Not re-entrant: it works in buffers of its own. */
export interface Network {
  readonly inputs: number;
  /**
   * The logits (before the sigmoid) of the first `rows` rows, written to `out`.
   * @param inputs row-major, [rows × inputs]
   * @param out [rows]
   * @throws RangeError if an array is shorter than that.
   */
  run(inputs: Float32Array | Float64Array, rows: number, out: Float32Array): void;
}

/**
 * Checks the weights of a network as PyTorch names them in a sequence of Linear (0), LayerNorm (1), GELU, dropout,
 * Linear (4), GELU, Linear (6): `weights` flat and row-major, `shapes` and `inputs` where the file gives them.
 * @param inputs what the network must take.
 * @throws ModelError with reason `model-invalid`.
 */
export function parseNetwork(json: unknown, inputs: number): NetworkWeights {
  const parsed = v.safeParse(file, json);
  if (!parsed.success) throw invalid(v.summarize(parsed.issues));
  const { weights, shapes } = parsed.output;
  const hidden = weights['0.bias'].length;
  if (hidden > MAX_WIDTH) throw invalid(`${hidden} hidden units`);
  const found = parsed.output.inputs ?? weights['0.weight'].length / hidden;
  if (found !== inputs) throw invalid(`${found} inputs instead of ${inputs}`);
  const expected: Readonly<Record<keyof typeof weights, readonly number[]>> = {
    '0.weight': [hidden, inputs],
    '0.bias': [hidden],
    '1.weight': [hidden],
    '1.bias': [hidden],
    '4.weight': [hidden, hidden],
    '4.bias': [hidden],
    '6.weight': [1, hidden],
    '6.bias': [1],
  };
  const take = (name: keyof typeof weights): Float64Array => {
    const shape = expected[name];
    const given = shapes?.[name];
    if (given !== undefined && given.join('×') !== shape.join('×'))
      throw invalid(`${name} is ${given.join('×')} instead of ${shape.join('×')}`);
    const size = shape.reduce((product, side) => product * side, 1);
    if (weights[name].length !== size)
      throw invalid(`${name} has ${weights[name].length} numbers instead of ${size}`);
    return Float64Array.from(weights[name]);
  };
  return {
    inputs,
    hidden,
    weights: {
      in: { weight: take('0.weight'), bias: take('0.bias') },
      norm: { weight: take('1.weight'), bias: take('1.bias') },
      middle: { weight: take('4.weight'), bias: take('4.bias') },
      out: { weight: take('6.weight'), bias: take('6.bias') },
    },
  };
}

function invalid(detail: string): ModelError {
  return new ModelError(
    'model-invalid',
    'The weights of a policy or of the relevance network cannot be used. Install the extension again.',
    detail,
  );
}

const STEPS = 256;
const REACH = 6;

/**
 * GELU(x) = x · Φ(x) at steps of 1/256 within ±6. Φ by Simpson's rule over the normal density; between the steps a
 * straight line is off by at most max |GELU″| · h² / 8 = 1.6e-6.
 */
function geluTable(): Float64Array {
  const count = 2 * REACH * STEPS;
  const table = new Float64Array(count + 2);
  const h = 1 / STEPS;
  const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  // Φ(x) − Φ(0), outwards from the middle, so that Φ(−x) = 1 − Φ(x) holds exactly.
  let above = 0;
  for (let i = 0; i <= count / 2; i++) {
    const x = i * h;
    table[count / 2 + i] = x * (0.5 + above);
    table[count / 2 - i] = -x * (0.5 - above);
    above += (h / 6) * (density(x) + 4 * density(x + h / 2) + density(x + h));
  }
  table[count + 1] = REACH + h;
  return table;
}

const GELU = geluTable();

/** x · Φ(x) with the exact normal distribution, as PyTorch's GELU without approximation; within 2e-6. */
export function gelu(x: number): number {
  if (x >= REACH) return x;
  if (!(x > -REACH)) return x !== x ? x : 0;
  const position = (x + REACH) * STEPS;
  const step = position | 0;
  const low = GELU[step] ?? 0;
  return low + ((GELU[step + 1] ?? 0) - low) * (position - step);
}

/** Makes a network of checked weights: input → hidden, LayerNorm, GELU, hidden → hidden, GELU, hidden → 1. */
export function createNetwork({ inputs, hidden, weights }: NetworkWeights): Network {
  const padded = Math.ceil(hidden / OUTPUT_BLOCK) * OUTPUT_BLOCK;
  const first = 0;
  const firstBias = first + padded * inputs;
  const middle = firstBias + padded;
  const middleBias = middle + padded * padded;
  const row = middleBias + padded;
  const a = row + LANES * inputs;
  const b = a + LANES * padded;
  const { floats, multiply } = createMatrixMemory(b + LANES * padded);
  layOut(weights.in.weight, hidden, inputs, floats.subarray(first), inputs);
  layOut(weights.middle.weight, hidden, hidden, floats.subarray(middle), padded);
  floats.set(weights.in.bias, firstBias);
  floats.set(weights.middle.bias, middleBias);
  const last = weights.out.weight;
  const lastBias = weights.out.bias[0] ?? 0;

  return {
    inputs,
    run(values, rows, out) {
      if (values.length < rows * inputs || out.length < rows)
        throw new RangeError('array shorter than its rows');
      for (let r = 0; r < rows; r += LANES) {
        const lanes = Math.min(LANES, rows - r);
        for (let lane = 0; lane < lanes; lane++)
          for (let i = 0, from = (r + lane) * inputs; i < inputs; i++)
            floats[row + LANES * i + lane] = values[from + i] ?? 0;
        multiply(first, firstBias, row, a, inputs, padded);
        for (let lane = 0; lane < lanes; lane++)
          normalize(floats, a + lane, hidden, weights.norm.weight, weights.norm.bias);
        multiply(middle, middleBias, a, b, padded, padded);
        for (let lane = 0; lane < lanes; lane++) {
          let sum = lastBias;
          for (let i = 0; i < hidden; i++) sum += gelu(floats[b + LANES * i + lane] ?? 0) * (last[i] ?? 0);
          out[r + lane] = sum;
        }
      }
    },
  };
}

/** LayerNorm (biased variance, epsilon 1e-5) and GELU of the row that begins at `first`, in place. */
function normalize(
  units: Float32Array,
  first: number,
  hidden: number,
  weight: Float64Array,
  bias: Float64Array,
): void {
  const end = first + LANES * hidden;
  let mean = 0;
  for (let i = first; i < end; i += LANES) mean += units[i] ?? 0;
  mean /= hidden;
  let variance = 0;
  for (let i = first; i < end; i += LANES) {
    const apart = (units[i] ?? 0) - mean;
    variance += apart * apart;
  }
  const scale = 1 / Math.sqrt(variance / hidden + 1e-5);
  for (let i = first, unit = 0; unit < hidden; i += LANES, unit++)
    units[i] = gelu(((units[i] ?? 0) - mean) * scale * (weight[unit] ?? 0) + (bias[unit] ?? 0));
}

/** Writes [rows × columns] as [rows / 8][toColumns][8]: the order in which `multiply` reads. */
function layOut(
  matrix: Float64Array,
  rows: number,
  columns: number,
  to: Float32Array,
  toColumns: number,
): void {
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const block = Math.floor(r / OUTPUT_BLOCK) * OUTPUT_BLOCK * toColumns;
      to[block + c * OUTPUT_BLOCK + (r % OUTPUT_BLOCK)] = matrix[r * columns + c] ?? 0;
    }
}
