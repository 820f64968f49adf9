import type { QuestionEncoding, TokenEncodings, TokenScores, WordScores } from '../scoring/scorer';
import type { Structure } from '../structure/segments';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import { observe } from './observation';
import type { TokenRecords } from './records';
import { cutTokens, unitsOfTokens, type TokenCut } from './token-cut';
import { lineTypes, standInAttention } from './token-types';
import type { Units } from './units';

/** A run of lines `[firstLine, endLine)` that one speaker says. */
export interface Turn {
  readonly firstLine: number;
  readonly endLine: number;
}

/** What is asked of a text, apart from the text. */
export interface Asked {
  /** Relevance of each line in [0, 1]; undefined without a question. */
  readonly lineRelevance?: Float32Array | undefined;
  readonly question?: QuestionEncoding | undefined;
  /** Numbers (from 0) of the lines that are known to answer the question. */
  readonly evidence?: readonly number[] | undefined;
}

export interface RecordInput extends Asked {
  readonly index: IndexedText;
  readonly units: Units;
  readonly structure: Structure;
  /** The model's tokens; without them the published pattern cuts. */
  readonly tokens?: TokenScores | undefined;
  readonly encodings?: TokenEncodings | undefined;
  readonly wordScores?: WordScores | undefined;
  readonly turns?: readonly Turn[] | undefined;
  /** What each unit costs in the tokens that a budget counts. */
  readonly cost?: Float64Array | undefined;
}

/** Makes the token records of a text. O(length); `observed`, `identity` and `vectors` when first asked for. */
export function buildRecords(input: RecordInput): TokenRecords {
  const { index, units, structure, tokens, encodings } = input;
  const cut = cutTokens(index, tokens);
  const { unit, firstToken } = unitsOfTokens(cut.word, units);
  const type = tokenTypes(cut.word, index, structure);
  const attentionMass = attentionOf(cut, encodings?.attentionMass, type);
  const layerAttentionMean = attentionOf(cut, encodings?.layerAttentionMean, type);
  const identity = once(() => cut.identities());
  const vectors = once(() => vectorsOf(cut, encodings));
  const fixed = {
    count: cut.count,
    unitCount: units.count,
    unit,
    firstToken,
    cost: input.cost ?? ownTokens(firstToken),
    attentionMass: attentionMass.values,
    layerAttentionMean: layerAttentionMean.values,
    attention: attentionMass.real ? 'encoder' : 'stand-in',
    type,
    turn: turnsOfUnits(units, input.turns ?? []),
    keep: meanKeep(units, input.wordScores),
    vectorSize: encodings?.vectorSize ?? 0,
  } as const;
  const read = once(() => readTokens(cut, encodings));
  return ask({ fixed, identity, vectors, read }, units, input);
}

interface Base {
  readonly fixed: Omit<TokenRecords, 'observed' | 'identity' | 'vectors' | 'relevance' | 'evidence'>;
  readonly identity: () => Int32Array;
  readonly vectors: () => Int8Array | undefined;
  readonly read: () => Uint8Array | undefined;
}

const bases = new WeakMap<TokenRecords, Base>();

/**
 * The records of the same text with the same units under another question; all that does not hang on it is shared.
 * @param records made by `buildRecords` or `askAgain`.
 */
export function askAgain(records: TokenRecords, units: Units, asked: Asked): TokenRecords {
  const base = bases.get(records);
  if (base === undefined) throw new TypeError('not records of buildRecords');
  return ask(base, units, asked);
}

function ask(base: Base, units: Units, { lineRelevance, question, evidence }: Asked): TokenRecords {
  const { fixed, identity, vectors, read } = base;
  const observed = once(() => {
    const found = vectors();
    const { count, vectorSize } = fixed;
    return found === undefined
      ? fixed.attentionMass
      : observe({ vectors: found, vectorSize, count, read: read(), question });
  });
  const records: TokenRecords = {
    ...fixed,
    relevance: unitRelevance(units, lineRelevance),
    evidence: evidence === undefined ? undefined : unitEvidence(units, evidence),
    get observed() {
      return observed();
    },
    get identity() {
      return identity();
    },
    get vectors() {
      return vectors();
    },
  };
  bases.set(records, base);
  return records;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function tokenTypes(word: Int32Array, index: IndexedText, structure: Structure): Uint8Array {
  const ofLine = lineTypes(index, structure);
  const { line } = index.words;
  const types = new Uint8Array(word.length);
  for (let i = 0; i < word.length; i++) types[i] = ofLine[line[word[i] ?? 0] ?? 0] ?? 0;
  return types;
}

/** The encoder's attention; tokens that it has not read yet get the mean of the others. Stand-ins where it gives none. */
function attentionOf(
  { count, source }: TokenCut,
  given: Float32Array | undefined,
  type: Uint8Array,
): { readonly values: Float32Array; readonly real: boolean } {
  const values = new Float32Array(count);
  let known = 0;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = given === undefined || source === undefined ? NaN : (given[source[i] ?? 0] ?? NaN);
    values[i] = value > 1 ? 1 : value;
    if (!(value >= 0)) continue;
    sum += values[i] ?? 0;
    known++;
  }
  const real = known > 0;
  if (known < count)
    for (let i = 0; i < count; i++)
      if (!((values[i] ?? NaN) >= 0))
        values[i] = real ? sum / known : standInAttention(type[i] ?? 0, 1 - (count - 1 - i) / count);
  return { values, real };
}

function vectorsOf(
  { count, source }: TokenCut,
  encodings: TokenEncodings | undefined,
): Int8Array | undefined {
  if (encodings?.vectors === undefined || source === undefined || encodings.vectorSize === 0)
    return undefined;
  const { vectors, vectorSize } = encodings;
  const out = new Int8Array(count * vectorSize);
  // Copied in runs: tokens of white space alone are few.
  for (let from = 0; from < count;) {
    let to = from + 1;
    const offset = at(source, from) - from;
    while (to < count && (source[to] ?? 0) - to === offset) to++;
    out.set(vectors.subarray((from + offset) * vectorSize, (to + offset) * vectorSize), from * vectorSize);
    from = to;
  }
  return out;
}

/** 1 for tokens whose attention is known; undefined if the model gives no attention to tell by. */
function readTokens(
  { count, source }: TokenCut,
  encodings: TokenEncodings | undefined,
): Uint8Array | undefined {
  const mass = encodings?.attentionMass;
  if (mass === undefined || source === undefined) return undefined;
  const read = new Uint8Array(count);
  for (let i = 0; i < count; i++) read[i] = (mass[source[i] ?? 0] ?? NaN) >= 0 ? 1 : 0;
  return read;
}

/** A unit's relevance is that of its most relevant line. */
function unitRelevance({ count, line, endLine }: Units, relevance: Float32Array | undefined): Float32Array {
  const out = new Float32Array(count);
  if (relevance === undefined) return out;
  for (let u = 0; u < count; u++) {
    let best = 0;
    for (let row = line[u] ?? 0, end = endLine[u] ?? 0; row < end; row++) {
      const value = relevance[row] ?? 0;
      if (value > best) best = value;
    }
    out[u] = Math.min(1, best);
  }
  return out;
}

function unitEvidence({ count, line, endLine }: Units, lines: readonly number[]): Uint8Array {
  const known = new Set(lines);
  const out = new Uint8Array(count);
  for (let u = 0; u < count; u++)
    for (let row = at(line, u); row < at(endLine, u); row++) if (known.has(row)) out[u] = 1;
  return out;
}

/** Lines before the first turn make one of their own; lines between two turns belong to the one before. */
function turnsOfUnits({ count, line }: Units, turns: readonly Turn[]): Int32Array {
  const starts = Int32Array.from(turns, (turn) => turn.firstLine).sort();
  const out = new Int32Array(count);
  let next = 0;
  let number = -1;
  for (let u = 0; u < count; u++) {
    let begins = u === 0;
    while (next < starts.length && at(starts, next) <= at(line, u)) {
      begins = true;
      next++;
    }
    if (begins) number++;
    out[u] = number;
  }
  return out;
}

function meanKeep({ count, firstWord }: Units, scores: WordScores | undefined): Float32Array {
  const out = new Float32Array(count).fill(NaN);
  if (scores === undefined) return out;
  const { keep } = scores;
  for (let u = 0; u < count; u++) {
    let sum = 0;
    let known = 0;
    for (let w = firstWord[u] ?? 0, end = firstWord[u + 1] ?? 0; w < end; w++) {
      const value = keep[w] ?? NaN;
      if (!(value >= 0)) continue;
      sum += value;
      known++;
    }
    if (known > 0) out[u] = sum / known;
  }
  return out;
}

const ownTokens = (firstToken: Int32Array): Float64Array =>
  Float64Array.from(
    { length: firstToken.length - 1 },
    (_, unit) => at(firstToken, unit + 1) - at(firstToken, unit),
  );
