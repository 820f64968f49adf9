import type { QuestionEncoding } from '../scoring/scorer';
import { at } from '../text/spans';
import { createMatrixMemory, LANES, OUTPUT_BLOCK } from './matrix';

/** Tokens at the end of a text that observe it where there is no question (SnapKV, arXiv:2404.14469). */
export const OBSERVATION_WINDOW = 32;

/** Inverse temperature where no question brings its own: about what late interaction is trained with. */
const SCALE = 20;
/** Queries of a question at most, the heaviest first. */
const MAX_QUERIES = 64;
/** Queries that are taken at once. */
const BLOCK = 2 * OUTPUT_BLOCK;

export interface ObservationInput {
  /** Token vectors as int8 · 127, row by row. */
  readonly vectors: Int8Array;
  readonly vectorSize: number;
  readonly count: number;
  /** 1 for tokens that the encoder has read; undefined: all. */
  readonly read: Uint8Array | undefined;
  readonly question: QuestionEncoding | undefined;
}

/**
 * Attention that each token receives from the observation window. The encoder gives sums of attention only, so it is
 * computed from the token vectors: for each query a softmax of scale · cosine over the text's tokens, added up by the
 * weights of the queries, which sum to 1. The queries are the question's tokens; without a question the last 32
 * tokens, equally, which do not count among the keys and get 1 each: SnapKV always keeps its window.
 * O(tokens · queries · vector size).
 */
export function observe(input: ObservationInput): Float32Array {
  const { vectors, vectorSize, count, read, question } = input;
  const out = new Float32Array(count);
  const asked = question !== undefined && question.vectorSize === vectorSize && question.weights.length > 0;
  const keys = asked ? count : Math.max(0, count - OBSERVATION_WINDOW);
  const queries = asked
    ? heaviest(question)
    : Array.from({ length: count - keys }, (_, i) => ({ row: keys + i, weight: 1 }));
  const scale = (asked ? question.scale : SCALE) / (127 * 127);
  const queryVectors = asked ? question.vectors : vectors;
  const total = queries.reduce((sum, { weight }) => sum + weight, 0);
  if (!asked) out.fill(1, keys);
  if (keys === 0 || !(total > 0)) return out;

  const bias = BLOCK * vectorSize;
  const from = bias + BLOCK;
  const to = from + LANES * vectorSize;
  const { floats, multiply } = createMatrixMemory(to + LANES * BLOCK);
  const share = new Float32Array(BLOCK * keys);
  const sums = new Float64Array(BLOCK);
  for (let start = 0; start < queries.length; start += BLOCK) {
    const block = queries.slice(start, start + BLOCK);
    for (const [q, { row }] of block.entries())
      for (let d = 0; d < vectorSize; d++)
        floats[(q - (q % OUTPUT_BLOCK)) * vectorSize + d * OUTPUT_BLOCK + (q % OUTPUT_BLOCK)] = at(
          queryVectors,
          row * vectorSize + d,
        );
    sums.fill(0);
    for (let key = 0; key < keys; key += LANES) {
      const lanes = Math.min(LANES, keys - key);
      for (let lane = 0; lane < lanes; lane++)
        for (let d = 0, k = (key + lane) * vectorSize; d < vectorSize; d++, k++)
          floats[from + LANES * d + lane] = vectors[k] ?? 0;
      multiply(0, bias, from, to, vectorSize, BLOCK);
      for (let lane = 0; lane < lanes; lane++) {
        const unread = read?.[key + lane] === 0;
        for (let q = 0, s = (key + lane) * BLOCK; q < block.length; q++, s++) {
          // A cosine is at most 1 (rounding apart), so that nothing overflows.
          const exponent = Math.min(0, scale * ((floats[to + LANES * q + lane] ?? 0) - 127 * 127));
          const value = unread ? 0 : Math.exp(exponent);
          share[s] = value;
          sums[q] = (sums[q] ?? 0) + value;
        }
      }
    }
    const factor = Float64Array.from(block, ({ weight }, q) => {
      const sum = at(sums, q);
      return sum > 0 && weight > 0 ? weight / total / sum : 0;
    });
    for (let key = 0; key < keys; key++) {
      let received = out[key] ?? 0;
      for (let q = 0, s = key * BLOCK; q < factor.length; q++, s++)
        received += (factor[q] ?? 0) * (share[s] ?? 0);
      out[key] = received;
    }
  }
  return out;
}

function heaviest({ weights }: QuestionEncoding): { readonly row: number; readonly weight: number }[] {
  const rows = Array.from(weights, (weight, row) => ({ row, weight }));
  rows.sort((a, b) => b.weight - a.weight || a.row - b.row);
  return rows.slice(0, MAX_QUERIES);
}
