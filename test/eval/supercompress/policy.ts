import type { Network } from '../../../src/policy/network';
import { at } from '../../../src/text/spans';

/**
 * The learned policy of the published SuperCompress as it is, to be measured against: its tokens, types, features, budget
 * and reconstruction after the public code of that name. Its attention is made up: a base by type, more for entities and
 * structure, more towards the end, and noise that, drawn anew with the same seed for each token, is the same for all.
 */

const TOKEN = /[A-Za-z_][A-Za-z0-9_]*|\S/gu;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/g;
const STOP = new Set(
  'what how does the is are function return class def import from this that where when'.split(' '),
);
const BOILERPLATE = [
  /^import\s/,
  /^from\s+\w+\s+import/,
  /^# -\*- coding/,
  /^LICENSE/,
  /^Copyright/,
  /^$/,
  /^---$/,
  /^```/,
];
const STRUCTURE = /^(?:def|class|async)\b/;

export const TYPES = ['code', 'comment', 'chat', 'boilerplate'] as const;
export type TokenType = (typeof TYPES)[number];
const BASE: Readonly<Record<TokenType, number>> = {
  code: 0.55,
  comment: 0.25,
  chat: 0.35,
  boilerplate: 0.08,
};
const IMPORTANT = 0.35;
const RECENT = 0.15;
/** First normal (deviation 0.06) and following uniform (0.85 to 1.15) draw of NumPy's generator with seed 0. */
const NOISE = 0.0075438;
const LAYER_FACTOR = 0.930936;

export const FEATURES = 9;
const SINK_LINES = 2;
const RECENT_LINES = 8;
const MIN_BUDGET = 16;

/** Tokens of one line; a line without any has one blank. */
export function tokensOf(line: string): readonly string[] {
  return line.match(TOKEN) ?? [' '];
}

/** Identifiers of a question with more than two characters that no stop list holds. */
export function entitiesOf(question: string): ReadonlySet<string> {
  const names = question.match(IDENTIFIER) ?? [];
  return new Set(names.filter((name) => name.length > 2 && !STOP.has(name.toLowerCase())));
}

/** What a token is; the start of a chat line or of a `//` comment is never one token, so those seldom occur. */
export function typeOf(token: string, line: string): TokenType {
  if (token.startsWith('#') || token.startsWith('//') || line.includes('/*')) return 'comment';
  if (token.startsWith('User:') || token.startsWith('Assistant:') || token.startsWith('>')) return 'chat';
  const content = line.trim();
  return BOILERPLATE.some((pattern) => pattern.test(content)) ? 'boilerplate' : 'code';
}

/** What a token that opens or names a definition is raised by. */
function structureOf(token: string, line: string): number {
  if (STRUCTURE.test(line.trim()) && ['def', 'class', 'async'].includes(token)) return 0.35;
  return line.includes('def ') && token === definedName(line) ? 0.3 : 0;
}

/** The name after the first `def` of a line. */
export function definedName(line: string): string | undefined {
  const words = line.trim().split(/\s+/);
  const position = words.indexOf('def');
  return position < 0 ? undefined : words[position + 1]?.split('(', 1)[0];
}

const clip = (value: number): number => Math.min(1, Math.max(0.01, value));

/** The made-up attention of a token: its mass and the mean over the layers. `recency` from 0 (first token) to 1. */
export function attentionOf(
  type: TokenType,
  important: boolean,
  recency: number,
  noise = NOISE,
  layerFactor = LAYER_FACTOR,
): { readonly mass: number; readonly layerMean: number } {
  const mass = clip(BASE[type] + (important ? IMPORTANT : 0) + RECENT * recency + noise);
  return { mass, layerMean: clip(mass * layerFactor) };
}

/** Writes the features of a token: attention, its mean, recency, entity, the type, and one that is always 0. */
export function putFeatures(
  to: Float32Array,
  token: { readonly position: number; readonly count: number; readonly type: TokenType },
  { mass, layerMean, entity }: { readonly mass: number; readonly layerMean: number; readonly entity: number },
): void {
  const { position, count, type } = token;
  const from = position * FEATURES;
  to[from] = mass;
  to[from + 1] = layerMean;
  to[from + 2] = 1 - (count - 1 - position) / count;
  to[from + 3] = entity;
  to[from + 4 + TYPES.indexOf(type)] = 1;
}

export interface SuperCompressText {
  /** Line of each token. */
  readonly line: Int32Array;
  /** Row-major, 9 a token. */
  readonly features: Float32Array;
}

/** The tokens of a text with their features for a question. */
export function readSuperCompress(lines: readonly string[], question: string): SuperCompressText {
  const tokens = lines.map(tokensOf);
  const count = tokens.reduce((sum, { length }) => sum + length, 0);
  const entities = entitiesOf(question);
  const line = new Int32Array(count);
  const features = new Float32Array(count * FEATURES);
  let position = 0;
  for (const [number, content] of lines.entries())
    for (const token of tokens[number] ?? []) {
      const type = typeOf(token, content);
      const entity = entities.has(token) ? 1 : 0;
      const structure = structureOf(token, content);
      const recency = position / Math.max(count - 1, 1);
      const { mass, layerMean } = attentionOf(type, entity > 0 || structure > 0, recency);
      line[position] = number;
      putFeatures(
        features,
        { position, count, type },
        {
          mass: clip(mass + 0.25 * entity + 0.5 * structure),
          layerMean: clip(layerMean + 0.15 * entity),
          entity,
        },
      );
      position++;
    }
  return { line, features };
}

/**
 * Token positions by keep score, the best first. Equal scores, whose order the published code leaves to its sort: the
 * later token first.
 */
export function rankTokens({ line, features }: SuperCompressText, network: Network): Int32Array {
  const logits = new Float32Array(line.length);
  network.run(features, line.length, logits);
  const score = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  return Int32Array.from(score.keys()).sort((a, b) => at(score, b) - at(score, a) || b - a);
}

/** Tokens that a share of `count` tokens asks for. */
export function budgetOf(count: number, ratio: number): number {
  return Math.min(count, Math.max(MIN_BUDGET, Math.floor(count * ratio)));
}

/** 1 for every line that stays: those of the first `budget` tokens of a ranking, the first 2 and the last 8. */
export function keptLines(
  { line }: SuperCompressText,
  ranking: Int32Array,
  budget: number,
  lineCount: number,
): Uint8Array {
  const kept = new Uint8Array(lineCount);
  kept.fill(1, 0, SINK_LINES);
  kept.fill(1, Math.max(0, lineCount - RECENT_LINES));
  for (const position of ranking.subarray(0, budget)) kept[at(line, position)] = 1;
  return kept;
}
