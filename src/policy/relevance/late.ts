import type { QuestionEncoding, TokenEncodings } from '../../scoring/scorer';
import { createMatrixMemory, LANES, OUTPUT_BLOCK } from '../matrix';
import { gather, largestWithin, rankOf, shifted, smooth, standardized } from './columns';
import type { FeatureTable } from './features';
import type { ReadQuestion } from './question';
import type { Reading } from './reading';
import { turnsOf } from './lexical';

/** Tokens of a line that are held against a question, its first ones. */
const LINE_TOKENS = 48;
/** Tokens of a question that together weigh less than this share are left out. */
const NEGLIGIBLE = 0.02;
/** The product of two unit vectors of int8 · 127. */
const UNIT = 127 * 127;
/** What a question's token that a line has no token for counts. */
const NOTHING = -UNIT;

/** How like each token of the question is to the best token of each line. */
export interface Similarities {
  /** The lines that have been read: the same reading once all have. */
  readonly reading: Reading;
  /** [rows × tokens]: the largest dot product of int8 · 127 vectors. */
  readonly values: Int16Array;
  /** Tokens of the question that count. */
  readonly tokens: Int32Array;
  /** Their shares of the question's weight; together 1. */
  readonly share: Float64Array;
}

/** The tokens that weigh most, until what is left out is negligible; in order. */
function tokensThatCount({ weights }: QuestionEncoding): { tokens: Int32Array; share: Float64Array } {
  let total = 0;
  for (const weight of weights) total += weight;
  const order = Int32Array.from(weights.keys()).sort(
    (a, b) => (weights[a] ?? 0) - (weights[b] ?? 0) || b - a,
  );
  let left = 0;
  let skip = 0;
  while (skip < order.length - 1 && left + (weights[order[skip] ?? 0] ?? 0) <= NEGLIGIBLE * total)
    left += weights[order[skip++] ?? 0] ?? 0;
  const tokens = order.slice(skip).sort();
  const kept = total - left;
  const share = Float64Array.from(tokens, (token) =>
    kept > 0 ? (weights[token] ?? 0) / kept : 1 / tokens.length,
  );
  return { tokens, share };
}

/**
 * Leaves out the lines of which a token that counts has no vector yet. They would stand below all others, though they
 * are not less like the question, and so shift what is standard among those that have been read.
 */
function readSoFar(reading: Reading, { line: lineOf, weights, attentionMass }: TokenEncodings): Reading {
  const known = weights ?? attentionMass;
  if (known?.some(Number.isNaN) !== true) return reading;
  const { lineCount } = reading;
  const unread = new Uint8Array(lineCount);
  const taken = new Uint8Array(lineCount);
  for (let token = 0; token < lineOf.length; token++) {
    const line = lineOf[token] ?? 0;
    if ((taken[line] ?? 0) >= LINE_TOKENS) continue;
    taken[line] = (taken[line] ?? 0) + 1;
    if (Number.isNaN(known[token])) unread[line] = 1;
  }
  const rows = reading.rows.filter((line) => unread[line] === 0);
  const rowOfLine = new Int32Array(lineCount).fill(-1);
  for (const [row, line] of rows.entries()) rowOfLine[line] = row;
  const { group: block, count: blockCount } = groupsWithRows(reading.block, rows);
  return { ...reading, rows, rowOfLine, block, blockCount };
}

/** Numbers the groups anew that have a row, in order; -1 for lines of all others. */
function groupsWithRows(groupOfLine: Int32Array, rows: Int32Array): { group: Int32Array; count: number } {
  const numbers = new Map<number, number>();
  for (const line of rows) {
    const group = groupOfLine[line] ?? -1;
    if (!numbers.has(group)) numbers.set(group, numbers.size);
  }
  return { group: groupOfLine.map((group) => numbers.get(group) ?? -1), count: numbers.size };
}

/**
 * Late interaction's maxima: each token of the question against the first tokens of each line. Sums of products of
 * int8 stay below 2^24, so that they are exact in single precision.
 * @returns undefined if the model gives no vectors.
 */
export function similarities(
  whole: Reading,
  question: QuestionEncoding,
  text: TokenEncodings,
): Similarities | undefined {
  const { vectors, line: lineOf, vectorSize: size } = text;
  if (vectors === undefined || size !== question.vectorSize || question.weights.length === 0)
    return undefined;
  const { tokens, share } = tokensThatCount(question);
  const count = tokens.length;
  const outputs = Math.ceil(count / OUTPUT_BLOCK) * OUTPUT_BLOCK;
  const from = outputs * size + outputs;
  const to = from + LANES * size;
  const { floats, multiply } = createMatrixMemory(to + LANES * outputs);
  for (const [i, token] of tokens.entries()) {
    const block = (i - (i % OUTPUT_BLOCK)) * size + (i % OUTPUT_BLOCK);
    for (let d = 0; d < size; d++) floats[block + d * OUTPUT_BLOCK] = question.vectors[token * size + d] ?? 0;
  }

  const reading = readSoFar(whole, text);
  const { first, row, length } = tokensOfRows(reading, lineOf, size);
  const values = new Int16Array(reading.rows.length * count).fill(NOTHING);
  for (let i = 0; i < length; i += LANES) {
    fillLanes(vectors, first, i, size, floats, from);
    multiply(0, outputs * size, from, to, size, outputs);
    const lanes = Math.min(LANES, length - i);
    for (let lane = 0; lane < lanes; lane++)
      raise(values, (row[i + lane] ?? 0) * count, count, floats, to + lane);
  }
  return { reading, values, tokens, share };
}

/** The first tokens of each line that is not blank: where their vectors begin, and their rows. */
function tokensOfRows({ rowOfLine }: Reading, lineOf: Int32Array, size: number) {
  const first = new Int32Array(lineOf.length + LANES);
  const row = new Int32Array(lineOf.length + LANES);
  let length = 0;
  let line = -1;
  let taken = 0;
  for (let token = 0; token < lineOf.length; token++) {
    const current = lineOf[token] ?? 0;
    if (current !== line) {
      line = current;
      taken = 0;
    }
    const own = rowOfLine[current] ?? -1;
    if (own < 0 || taken === LINE_TOKENS) continue;
    taken++;
    first[length] = token * size;
    row[length++] = own;
  }
  return { first, row, length };
}

/** Lays four vectors side by side, component by component. */
function fillLanes(
  vectors: Int8Array,
  first: Int32Array,
  i: number,
  size: number,
  floats: Float32Array,
  to: number,
): void {
  const a = first[i] ?? 0;
  const b = first[i + 1] ?? 0;
  const c = first[i + 2] ?? 0;
  const d = first[i + 3] ?? 0;
  for (let part = 0, cell = to; part < size; part++, cell += LANES) {
    floats[cell] = vectors[a + part] ?? 0;
    floats[cell + 1] = vectors[b + part] ?? 0;
    floats[cell + 2] = vectors[c + part] ?? 0;
    floats[cell + 3] = vectors[d + part] ?? 0;
  }
}

/** Raises `count` values to the products of one lane. */
function raise(values: Int16Array, at: number, count: number, floats: Float32Array, from: number): void {
  for (let place = at, product = from; place < at + count; place++, product += LANES) {
    const value = floats[product] ?? 0;
    if (value > (values[place] ?? 0)) values[place] = value;
  }
}

/** Σ share · similarity over groups of rows, a token counting with its best row; in [-1, 1]. */
function grouped(
  { values, share }: Similarities,
  rows: number,
  groupOfRow: (row: number) => number,
  groups: number,
): Float32Array {
  const count = share.length;
  const best = new Int16Array(groups * count).fill(NOTHING);
  for (let row = 0; row < rows; row++) {
    const to = groupOfRow(row) * count;
    const from = row * count;
    for (let i = 0; i < count; i++) {
      const value = values[from + i] ?? 0;
      if (value > (best[to + i] ?? 0)) best[to + i] = value;
    }
  }
  return weighted(best, share, groups);
}

function weighted(values: Int16Array, share: Float64Array, rows: number): Float32Array {
  const count = share.length;
  const result = new Float32Array(rows);
  for (let row = 0, from = 0; row < rows; row++, from += count) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += (share[i] ?? 0) * (values[from + i] ?? 0);
    result[row] = sum / UNIT;
  }
  return result;
}

/** The same with each row's two neighbours on each side. */
function joint({ values, share }: Similarities, rows: number): Float32Array {
  const count = share.length;
  const best = values.slice();
  for (let row = 0; row < rows; row++)
    for (let near = Math.max(0, row - 2); near <= Math.min(rows - 1, row + 2); near++) {
      const from = near * count;
      const to = row * count;
      for (let i = 0; i < count; i++) {
        const value = values[from + i] ?? 0;
        if (value > (best[to + i] ?? 0)) best[to + i] = value;
      }
    }
  return weighted(best, share, rows);
}

/** Σ share · z over the tokens, each standardized over the rows: a token that every line resembles says little. */
function contrast({ values, share }: Similarities, rows: number): Float32Array {
  const count = share.length;
  const result = new Float32Array(rows);
  for (let i = 0; i < count; i++) {
    let mean = 0;
    let square = 0;
    for (let row = 0, at = i; row < rows; row++, at += count) {
      const value = values[at] ?? 0;
      mean += value;
      square += value * value;
    }
    mean /= rows || 1;
    const factor = (share[i] ?? 0) / (Math.sqrt(Math.max(0, square / (rows || 1) - mean * mean)) + 1);
    for (let row = 0, at = i; row < rows; row++, at += count)
      result[row] = (result[row] ?? 0) + ((values[at] ?? 0) - mean) * factor;
  }
  return result;
}

/** Spreads values of rows over all lines; blank lines get `otherwise`. */
function onLines(values: Float32Array, { rows, lineCount }: Reading, otherwise: number): Float32Array {
  const result = new Float32Array(lineCount).fill(otherwise);
  for (let row = 0; row < rows.length; row++) result[rows[row] ?? 0] = values[row] ?? 0;
  return result;
}

/** What "like" means to the feature that counts the like part of a question. */
const LIKE = UNIT * 0.6;
/**
 * From here on a token of a line answers a token of the question. Where a line has none of a word's terms, 5 % of the
 * words of a question are answered by a line of evidence, 0.7 % by any other line (150 questions).
 */
const ANSWERS = UNIT * 0.65;

/**
 * Puts the late-interaction features of the lines that have been read into the table.
 * @returns which words of the question each line answers by the likeness of its tokens.
 */
export function putLateFeatures(
  whole: Reading,
  question: ReadQuestion,
  encoding: QuestionEncoding,
  similar: Similarities,
  table: FeatureTable,
): Uint32Array {
  const { reading } = similar;
  const { rows, lineCount, block, blockCount, kinds } = reading;
  const count = rows.length;
  const raw = weighted(similar.values, similar.share, count);
  const late = raw.map((value) => value * encoding.scale);
  const zOfRow = standardized(late);
  const z = onLines(zOfRow, reading, Math.min(0, ...[smallest(zOfRow)]));
  const calm = onLines(zOfRow, reading, 0);

  let largest = -Infinity;
  for (const value of late) if (value > largest) largest = value;
  const chance = late.map((value) => Math.exp(value - largest));
  const sum = chance.reduce((total, value) => total + value, 0);

  const put = (name: Parameters<FeatureTable['put']>[0], values: Float32Array, scale = 1): void =>
    table.put(name, onLines(values, reading, 0), scale);
  put('late z/3', zOfRow, 1 / 3);
  put(
    'sqrt of softmax of late',
    chance.map((value) => Math.sqrt(value / sum)),
  );
  put('late rank', rankOf(late));
  table.put('late z smoothed 2/3', smooth(calm, 2), 1 / 3);
  table.put('late z smoothed 6/3', smooth(calm, 6), 1 / 3);
  table.put('late z smoothed 20/3', smooth(calm, 20), 1 / 3);
  table.put('max late z within 3/3', largestWithin(z, 3), 1 / 3);
  put('late raw/10', late, 1 / 10);
  put(
    'late against the best/5',
    late.map((value) => value - largest),
    1 / 5,
  );
  table.put('head late z/3', gather(calm, kinds.head), 1 / 3);

  const clear = onLines(standardized(contrast(similar, count)), reading, 0);
  table.put('contrast z/3', clear, 1 / 3);
  table.put('contrast z of the line above/3', shifted(clear, 1), 1 / 3);
  table.put('contrast z of the line below/3', shifted(clear, -1), 1 / 3);
  put('joint late z within 2/3', standardized(joint(similar, count)), 1 / 3);

  const blocks = standardized(grouped(similar, count, (row) => block[rows[row] ?? 0] ?? 0, blockCount));
  table.put('block late z/3', gather(blocks, block), 1 / 3);
  table.put('block late rank', gather(rankOf(blocks), block));
  table.put('block late z smoothed 6/3', gather(smooth(blocks, 6), block), 1 / 3);
  const all = turnsOf(reading);
  const { group: turn, count: turnCount } =
    reading === whole ? { group: all.turn, count: all.count } : groupsWithRows(all.turn, rows);
  const turns = standardized(grouped(similar, count, (row) => turn[rows[row] ?? 0] ?? 0, turnCount));
  table.put('turn late z/3', gather(turns, turn), 1 / 3);
  return putTokens(reading, question, encoding, similar, table, lineCount);
}

function putTokens(
  { rows }: Reading,
  question: ReadQuestion,
  encoding: QuestionEncoding,
  { values, tokens, share }: Similarities,
  table: FeatureTable,
  lineCount: number,
): Uint32Array {
  const count = tokens.length;
  const bitOf = Uint32Array.from(tokens, (token) => {
    const place = question.wordOfBlank[encoding.word[token] ?? 0] ?? -1;
    return place < 0 ? 0 : 1 << place;
  });
  const bits = new Uint32Array(lineCount);
  const best = new Float32Array(lineCount);
  const above = new Float32Array(lineCount);
  for (let row = 0, from = 0; row < rows.length; row++, from += count) {
    const line = rows[row] ?? 0;
    let answered = 0;
    let largest = 0;
    let part = 0;
    for (let i = 0; i < count; i++) {
      const value = values[from + i] ?? 0;
      if (value > largest) largest = value;
      if (value >= LIKE) part += share[i] ?? 0;
      if (value >= ANSWERS) answered |= bitOf[i] ?? 0;
    }
    bits[line] = answered;
    best[line] = largest / UNIT;
    above[line] = part;
  }
  table.put('best token/0.5', best, 2);
  table.put('share of the question above 0.6', above);
  return bits;
}

function smallest(values: Float32Array): number {
  let result = 0;
  for (const value of values) if (value < result) result = value;
  return result;
}
