import { gelu } from '../../../src/policy/network';
import type { Examples } from './contexts';
import { FEATURES } from './policy';

const HIDDEN = 64;
/** AdamW (Loshchilov and Hutter 2019) with PyTorch's defaults and the published rate. */
const RATE = 1e-3;
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
const DECAY = 0.01;
const NORM_EPSILON = 1e-5;

interface Parameter {
  readonly value: Float64Array;
  readonly gradient: Float64Array;
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

/** Density of the normal distribution times x, plus its distribution: the derivative of GELU. */
function geluSlope(x: number): number {
  const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  return (Math.abs(x) < 1e-6 ? 0.5 : gelu(x) / x) + x * density;
}

/** Trains Linear(9→64) LayerNorm GELU Linear(64→64) GELU Linear(64→1) by gradient descent, token by token. */
export function createNetworkTrainer(random: () => number) {
  const parameter = (count: number, start: (i: number) => number): Parameter => ({
    value: Float64Array.from({ length: count }, (_, i) => start(i)),
    gradient: new Float64Array(count),
    mean: new Float64Array(count),
    square: new Float64Array(count),
  });
  /** PyTorch's start of a linear layer: evenly within ± 1/√inputs. */
  const linear = (count: number, inputs: number): Parameter =>
    parameter(count, () => (2 * random() - 1) / Math.sqrt(inputs));
  const parameters = {
    '0.weight': linear(HIDDEN * FEATURES, FEATURES),
    '0.bias': linear(HIDDEN, FEATURES),
    '1.weight': parameter(HIDDEN, () => 1),
    '1.bias': parameter(HIDDEN, () => 0),
    '4.weight': linear(HIDDEN * HIDDEN, HIDDEN),
    '4.bias': linear(HIDDEN, HIDDEN),
    '6.weight': linear(HIDDEN, HIDDEN),
    '6.bias': linear(1, HIDDEN),
  };
  const list = Object.values(parameters);
  const pass = createPass(parameters);
  let steps = 0;

  return {
    /** One step on all tokens of some contexts together. @returns the mean binary cross-entropy before it. */
    step(contexts: readonly Examples[]): number {
      const tokens = contexts.reduce((sum, { labels }) => sum + labels.length, 0);
      let loss = 0;
      for (const { gradient } of list) gradient.fill(0);
      for (const { features, labels } of contexts)
        for (const [row, label] of labels.entries()) loss += pass(features, row, label, 1 / tokens);
      steps++;
      const first = 1 - BETA_1 ** steps;
      const second = 1 - BETA_2 ** steps;
      for (const { value, gradient, mean, square } of list)
        for (const [i, slope] of gradient.entries()) {
          const m = BETA_1 * (mean[i] ?? 0) + (1 - BETA_1) * slope;
          const s = BETA_2 * (square[i] ?? 0) + (1 - BETA_2) * slope * slope;
          mean[i] = m;
          square[i] = s;
          value[i] =
            (value[i] ?? 0) * (1 - RATE * DECAY) - (RATE * (m / first)) / (Math.sqrt(s / second) + EPSILON);
        }
      return loss / tokens;
    },
    /** The weights as PyTorch names them. */
    weights: (): Readonly<Record<string, number[]>> =>
      Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, [...value]])),
  };
}

/** A function that runs one token forward and adds its gradients, scaled. It gives the token's loss. */
function createPass(parameters: Readonly<Record<`${0 | 1 | 4 | 6}.${'weight' | 'bias'}`, Parameter>>) {
  const buffer = (): Float64Array => new Float64Array(HIDDEN);
  const [plain, scaled, active, middle, out] = [buffer(), buffer(), buffer(), buffer(), buffer()];
  const [slopeOut, slopeIn] = [buffer(), buffer()];
  const w0 = parameters['0.weight'];
  const b0 = parameters['0.bias'];
  const w1 = parameters['1.weight'];
  const b1 = parameters['1.bias'];
  const w4 = parameters['4.weight'];
  const b4 = parameters['4.bias'];
  const w6 = parameters['6.weight'];
  const b6 = parameters['6.bias'];
  const get = (array: Float64Array | Float32Array, i: number): number => array[i] ?? 0;
  const add = (array: Float64Array, i: number, value: number): void => {
    array[i] = (array[i] ?? 0) + value;
  };

  return (features: Float32Array, row: number, label: number, scale: number): number => {
    const from = row * FEATURES;
    let mean = 0;
    for (let h = 0; h < HIDDEN; h++) {
      let sum = get(b0.value, h);
      for (let i = 0; i < FEATURES; i++) sum += get(w0.value, h * FEATURES + i) * get(features, from + i);
      plain[h] = sum;
      mean += sum / HIDDEN;
    }
    let variance = 0;
    for (let h = 0; h < HIDDEN; h++) variance += (get(plain, h) - mean) ** 2 / HIDDEN;
    const deviation = Math.sqrt(variance + NORM_EPSILON);
    for (let h = 0; h < HIDDEN; h++) {
      plain[h] = (get(plain, h) - mean) / deviation;
      scaled[h] = get(plain, h) * get(w1.value, h) + get(b1.value, h);
      active[h] = gelu(get(scaled, h));
    }
    let logit = get(b6.value, 0);
    for (let h = 0; h < HIDDEN; h++) {
      let sum = get(b4.value, h);
      for (let i = 0; i < HIDDEN; i++) sum += get(w4.value, h * HIDDEN + i) * get(active, i);
      middle[h] = sum;
      out[h] = gelu(sum);
      logit += get(out, h) * get(w6.value, h);
    }

    const slope = (1 / (1 + Math.exp(-logit)) - label) * scale;
    add(b6.gradient, 0, slope);
    slopeIn.fill(0);
    for (let h = 0; h < HIDDEN; h++) {
      add(w6.gradient, h, slope * get(out, h));
      const inner = slope * get(w6.value, h) * geluSlope(get(middle, h));
      add(b4.gradient, h, inner);
      for (let i = 0; i < HIDDEN; i++) {
        add(w4.gradient, h * HIDDEN + i, inner * get(active, i));
        add(slopeIn, i, inner * get(w4.value, h * HIDDEN + i));
      }
    }
    let meanSlope = 0;
    let meanProduct = 0;
    for (let h = 0; h < HIDDEN; h++) {
      const inner = get(slopeIn, h) * geluSlope(get(scaled, h));
      add(w1.gradient, h, inner * get(plain, h));
      add(b1.gradient, h, inner);
      slopeOut[h] = inner * get(w1.value, h);
      meanSlope += get(slopeOut, h) / HIDDEN;
      meanProduct += (get(slopeOut, h) * get(plain, h)) / HIDDEN;
    }
    for (let h = 0; h < HIDDEN; h++) {
      const inner = (get(slopeOut, h) - meanSlope - get(plain, h) * meanProduct) / deviation;
      add(b0.gradient, h, inner);
      for (let i = 0; i < FEATURES; i++) add(w0.gradient, h * FEATURES + i, inner * get(features, from + i));
    }
    return Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));
  };
}
