import { at } from '../text/spans';
import { SEGMENT_KINDS, type SegmentKind } from '../structure/segments';
import { discardedSpans, firstEndingAfter, OVERRIDE, type Region } from './region';

/** A run of whole lines of which no word stays; lines relative to the region, `[firstLine, endLine)`. */
export interface LineRun {
  readonly firstLine: number;
  readonly endLine: number;
  readonly kind: SegmentKind | 'mixed';
  /** Estimate in tokens of the report's tokenizer, from the model's own tokens. */
  readonly tokens: number;
}

/** Whether the region's first and last line share their document line with text outside of it. */
export interface Edges {
  readonly openStart: boolean;
  readonly openEnd: boolean;
}

/** Runs of wholly discarded lines; blank lines between two of them belong to the run. */
export function discardedLines(region: Region, edges: Edges): LineRun[] {
  const { lines, structure } = region.geometry;
  const count = lines.start.length;
  const runs: LineRun[] = [];
  const scale = tokenScale(region);
  let open: { firstLine: number; endLine: number; kind: LineRun['kind']; tokens: number } | undefined;
  const close = (): void => {
    if (open !== undefined) runs.push({ ...open, tokens: Math.round(open.tokens * scale) });
    open = undefined;
  };
  for (let line = 0; line < count; line++) {
    const first = at(lines.firstWord, line);
    const end = at(lines.firstWord, line + 1);
    if (first === end) continue;
    const partial = (line === 0 && edges.openStart) || (line === count - 1 && edges.openEnd);
    if (partial || someKept(region.keep, first, end)) {
      close();
      continue;
    }
    const kind = SEGMENT_KINDS[at(structure.lineKind, line)] ?? 'prose';
    open ??= { firstLine: line, endLine: line, kind, tokens: 0 };
    if (open.kind !== kind) open.kind = 'mixed';
    open.endLine = line + 1;
    open.tokens += modelTokens(region, first, end);
  }
  close();
  return runs;
}

function someKept(keep: Uint8Array, first: number, end: number): boolean {
  for (let word = first; word < end; word++) if (at(keep, word) === 1) return true;
  return false;
}

/** By the tokens, which results of the same text share. */
const tokensOfWord = new WeakMap<Region['result']['tokens'], Uint32Array>();

function modelTokens(region: Region, first: number, end: number): number {
  let counts = tokensOfWord.get(region.result.tokens);
  if (counts === undefined) {
    counts = new Uint32Array(region.result.words.start.length);
    for (const word of region.result.tokens.word) if (word >= 0) counts[word] = at(counts, word) + 1;
    tokensOfWord.set(region.result.tokens, counts);
  }
  let sum = 0;
  for (let word = first; word < end; word++) {
    const old = at(region.origin, word);
    // Lines that never went through the model have no tokens of it: about one and a third a word.
    if (old >= 0) sum += at(counts, old) || 4 / 3;
  }
  return sum;
}

/** Tokens of the report's tokenizer for one of the model's, as measured on this very text. */
function tokenScale(region: Region): number {
  const total = modelTokens(region, 0, region.origin.length);
  const { before } = region.result.report.tokens;
  return total > 0 && before > 0 ? before / total : 1;
}

/** Discarded runs that touch `[start, end)`, relative to the region. */
export function discardedBetween(region: Region, start: number, end: number): (readonly [number, number])[] {
  const spans = discardedSpans(region);
  const out: (readonly [number, number])[] = [];
  for (let i = firstSpanEndingAfter(spans, start); 2 * i < spans.length; i++) {
    const from = at(spans, 2 * i);
    if (from >= end) break;
    out.push([from, at(spans, 2 * i + 1)]);
  }
  return out;
}

export function firstSpanEndingAfter(spans: Int32Array, position: number): number {
  let low = 0;
  let high = spans.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(spans, 2 * middle + 1) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Runs of words with one override within a line, that touch `[start, end)`. */
export function overriddenBetween(
  region: Region,
  value: number,
  start: number,
  end: number,
): (readonly [number, number])[] {
  const { words } = region.geometry;
  const out: [number, number][] = [];
  let before = -2;
  for (let word = firstEndingAfter(words.end, start); word < words.start.length; word++) {
    if (at(words.start, word) >= end) break;
    if (at(region.override, word) !== value) continue;
    const last = out.at(-1);
    if (last !== undefined && before === word - 1 && at(words.line, before) === at(words.line, word))
      last[1] = at(words.end, word);
    else out.push([at(words.start, word), at(words.end, word)]);
    before = word;
  }
  return out;
}

/** Lines with a pinned or released word, for the overview ruler: `[firstLine, endLine)`, joined where they touch. */
export function overriddenLines(region: Region): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  region.override.forEach((value, word) => {
    if (value === OVERRIDE.none) return;
    const line = at(region.geometry.words.line, word);
    const last = runs.at(-1);
    if (last !== undefined && line <= last[1]) last[1] = line + 1;
    else runs.push([line, line + 1]);
  });
  return runs;
}

const RULER_BUCKETS = 400;
const RULER_DENSITY = 0.25;

/** Coarse ranges of lines where at least a quarter of the words goes: `[firstLine, endLine)`, joined where they touch. */
export function rulerRuns(region: Region): (readonly [number, number])[] {
  const { lines } = region.geometry;
  const count = lines.start.length;
  const step = Math.max(1, Math.ceil(count / RULER_BUCKETS));
  const out: [number, number][] = [];
  for (let line = 0; line < count; line += step) {
    const endLine = Math.min(line + step, count);
    const first = at(lines.firstWord, line);
    const end = at(lines.firstWord, endLine);
    let gone = 0;
    for (let word = first; word < end; word++) gone += 1 - at(region.keep, word);
    if (gone === 0 || gone < (end - first) * RULER_DENSITY) continue;
    const last = out.at(-1);
    if (last?.[1] === line) last[1] = endLine;
    else out.push([line, endLine]);
  }
  return out;
}

/** From here on a line counts as one that has to do with the question. */
const RELEVANT = 0.5;
/** So much of a text is marked at most, the most relevant lines of it. */
const MAX_RELEVANT_SHARE = 0.2;

/** The line of the engine's text that a line of the region was, -1 where it has no words of then. */
export function lineThen(region: Region, line: number): number {
  const { firstWord } = region.geometry.lines;
  for (let word = at(firstWord, line); word < at(firstWord, line + 1); word++) {
    const old = at(region.origin, word);
    if (old >= 0) return at(region.result.words.line, old);
  }
  return -1;
}

/** Lines that have to do with the question: `[firstLine, endLine)`, joined where they touch; none without one. */
export function relevantLines(region: Region): (readonly [number, number])[] {
  const relevance = region.result.relevance?.line;
  if (relevance === undefined) return [];
  const count = region.geometry.lines.start.length;
  const values = new Float32Array(count);
  for (let line = 0; line < count; line++) {
    const then = lineThen(region, line);
    values[line] = then < 0 ? 0 : at(relevance, then);
  }
  const most = Math.max(1, Math.ceil(count * MAX_RELEVANT_SHARE));
  const limit = count > most ? at(values.slice().sort(), count - most) : 0;
  const runs: [number, number][] = [];
  values.forEach((value, line) => {
    if (value < RELEVANT || value < limit) return;
    const last = runs.at(-1);
    if (last?.[1] === line) last[1] = line + 1;
    else runs.push([line, line + 1]);
  });
  return runs;
}

/** So far a run around one line is followed. */
const MAX_RUN = 100_000;

/** Lines with words around a line, itself included, that go whole without a line that stays in between; 0 if it stays. */
export function linesGoing(region: Region, line: number): number {
  const { firstWord } = region.geometry.lines;
  const count = region.geometry.lines.start.length;
  const stays = (each: number): boolean =>
    someKept(region.keep, at(firstWord, each), at(firstWord, each + 1));
  if (stays(line)) return 0;
  let lines = 0;
  const follow = (from: number, step: 1 | -1): void => {
    for (let i = 0, each = from; i < MAX_RUN && each >= 0 && each < count; i++, each += step) {
      if (stays(each)) return;
      if (at(firstWord, each) < at(firstWord, each + 1)) lines++;
    }
  };
  follow(line, 1);
  follow(line - 1, -1);
  return lines;
}
