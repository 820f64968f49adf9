import { applyEdit, carry, type Edit, type Geometry } from '../compress/edits';
import { discardedRuns, layout } from '../compress/layout';
import {
  REASONS,
  type CompressResult,
  type Decisions,
  type Overrides,
  type Reason,
} from '../compress/result';
import { settle } from '../compress/settle';
import { SEGMENT_KINDS } from '../structure/segments';
import { at, sliceSpans, type FlatSpans } from '../text/spans';

/** What the person said about a word; it overrides the decision. */
export const OVERRIDE = { none: 0, pinned: 1, released: 2 } as const;

const UNDECIDED = REASONS.indexOf('undecided');
const MODEL = REASONS.indexOf('model');
const PINNED = REASONS.indexOf('pinned');
const RELEASED = REASONS.indexOf('released');

/**
 * One compressed part of a document, kept true while the document changes. Immutable: an edit or a pin makes a new
 * one. Offsets of the geometry are relative to `start`.
 */
export interface Region {
  /** UTF-16 offset of the region in its document. */
  readonly start: number;
  /** The whole document was taken, so text typed at its edges belongs to it too. */
  readonly whole: boolean;
  /** What the engine gave, for the words as they were then. */
  readonly result: CompressResult;
  readonly geometry: Geometry;
  /** For each word of the geometry its number in `result`, -1 for one typed since. */
  readonly origin: Int32Array;
  /** One of OVERRIDE, a word. */
  readonly override: Uint8Array;
  /** The engine's decisions, for the words of the geometry. */
  readonly decided: Decisions;
  /** 1 kept, 0 discarded, a word: the decision with the overrides applied. */
  readonly keep: Uint8Array;
  /** Index into REASONS, a word, likewise. */
  readonly reason: Uint8Array;
  /** Neither edited nor pinned since the engine gave it. */
  readonly pristine: boolean;
  /** The engine was told of pins, so its decisions hold only with them. */
  readonly told: boolean;
}

export const regionEnd = (region: Region): number => region.start + region.geometry.text.length;

/** @param overrides what the engine was told of pins, in offsets of `text`. */
export function createRegion(
  start: number,
  whole: boolean,
  text: string,
  result: CompressResult,
  overrides?: Overrides,
): Region {
  const count = result.words.start.length;
  const origin = new Int32Array(count);
  for (let word = 0; word < count; word++) origin[word] = word;
  const region: Region = {
    start,
    whole,
    result,
    geometry: { text, words: result.words, lines: result.lines, structure: result.structure },
    origin,
    override: new Uint8Array(count),
    decided: result.decisions,
    keep: result.decisions.keep,
    reason: result.decisions.reason,
    pristine: true,
    told: false,
  };
  return overrides === undefined ? region : withTold(region, overrides);
}

/**
 * Marks the words that the person pinned or released before the engine was asked. What would become of such a word
 * without it, only the engine can say: taken to be the opposite until it is asked again.
 */
function withTold(region: Region, overrides: Overrides): Region {
  const override = new Uint8Array(region.origin.length);
  mark(region, override, overrides.released, OVERRIDE.released);
  mark(region, override, overrides.pinned, OVERRIDE.pinned);
  const keep = Uint8Array.from(region.decided.keep);
  const reason = Uint8Array.from(region.decided.reason);
  override.forEach((value, word) => {
    if (value === OVERRIDE.none) return;
    keep[word] = value === OVERRIDE.pinned ? 0 : 1;
    reason[word] = MODEL;
  });
  if (override.every((value) => value === OVERRIDE.none)) return region;
  const followed = override.every(
    (value, word) => value === OVERRIDE.none || at(region.keep, word) === (value === OVERRIDE.pinned ? 1 : 0),
  );
  const next = { ...region, override, decided: { ...region.decided, keep, reason }, told: true };
  return followed ? next : withOverrides(next, override);
}

function mark({ geometry: { words } }: Region, override: Uint8Array, spans: FlatSpans, value: number): void {
  for (let i = 0; i + 1 < spans.length; i += 2) {
    const end = at(spans, i + 1);
    for (let word = firstEndingAfter(words.end, at(spans, i)); word < override.length; word++) {
      if (at(words.start, word) >= end) break;
      override[word] = value;
    }
  }
}

/** What the person said about a region's words, as offsets of its text; undefined where nothing. */
export function overridesOf(region: Region): Overrides | undefined {
  const { words } = region.geometry;
  const spans = (value: number): FlatSpans => {
    const out: number[] = [];
    let before = -2;
    region.override.forEach((each, word) => {
      if (each !== value) return;
      if (before === word - 1) out[out.length - 1] = at(words.end, word);
      else out.push(at(words.start, word), at(words.end, word));
      before = word;
    });
    return Int32Array.from(out);
  };
  const overrides = { pinned: spans(OVERRIDE.pinned), released: spans(OVERRIDE.released) };
  return overrides.pinned.length + overrides.released.length === 0 ? undefined : overrides;
}

/** Whether the text of a region is still the one that the engine saw. */
export const isAsRead = (region: Region): boolean => region.geometry.words === region.result.words;

/** Cutting a longer line anew at each keystroke would be felt. */
const MAX_LINE = 200_000;
/** So many changes at once are followed one by one whatever the size of the region. */
const FEW_CHANGES = 20;
/** Above that, words to copy, over all changes. */
const MAX_COPIES = 1_000_000;

/** Whether an edit changes the text of a region. */
const touches = (region: Region, edit: Edit): boolean =>
  region.whole || (edit.end > region.start && edit.start < regionEnd(region));

/** Whether an edit is in a line too long to be followed while the person types. */
export function isInLongLine(region: Region, edit: Edit): boolean {
  if (!touches(region, edit)) return false;
  const { lines, text } = region.geometry;
  const lineAt = (position: number): number =>
    firstEndingAfter(lines.start, Math.min(Math.max(position - region.start, 0), text.length)) - 1;
  const last = lineAt(edit.end);
  for (let line = lineAt(edit.start); line <= last; line++)
    if (at(lines.end, line) - at(lines.start, line) > MAX_LINE) return true;
  return false;
}

/** Whether edits made at once, such as a replacement everywhere, are too many for a region of this size. */
export function isTooMuch(region: Region, edits: readonly Edit[]): boolean {
  if (edits.length <= FEW_CHANGES) return false;
  const count = edits.filter((edit) => touches(region, edit)).length;
  return count > FEW_CHANGES && count * region.origin.length > MAX_COPIES;
}

/**
 * Carries a document edit over to a region: an edit elsewhere shifts it, one inside makes the words it touches new,
 * kept ones. An edit that removes the region, or all that was decided in it, gives undefined.
 */
export function editRegion(region: Region, edit: Edit): Region | undefined {
  const end = regionEnd(region);
  const delta = edit.text.length - (edit.end - edit.start);
  if (!region.whole) {
    if (edit.end <= region.start) return { ...region, start: region.start + delta };
    if (edit.start >= end) return region;
    if (edit.start <= region.start && edit.end >= end) return undefined;
  }
  // Text put over an edge of the region belongs to its surroundings.
  const overStart = edit.start < region.start;
  const overEnd = edit.end > end;
  const inner = trim(region.geometry.text, {
    start: Math.max(edit.start - region.start, 0),
    end: Math.min(edit.end, end) - region.start,
    text: overStart || overEnd ? '' : edit.text,
  });
  const start = overStart ? edit.start + edit.text.length : region.start;
  const { geometry, origin: moved } = applyEdit(region.geometry, inner);
  let decided = 0;
  const origin = new Int32Array(moved.length);
  for (let i = 0; i < origin.length; i++) {
    const old = at(moved, i);
    const word = old < 0 ? -1 : at(region.origin, old);
    if (word >= 0) decided++;
    origin[i] = word;
  }
  const replaced = inner.end - inner.start > region.geometry.text.length / 2;
  if (decided === 0 || (replaced && decided < origin.length / 2)) return undefined;
  return {
    ...region,
    start,
    geometry,
    origin,
    override: carry(region.override, moved, OVERRIDE.none),
    decided: {
      keep: carry(region.decided.keep, moved, 1),
      reason: carry(region.decided.reason, moved, UNDECIDED),
      rule: carry(region.decided.rule, moved, 0),
    },
    keep: carry(region.keep, moved, 1),
    reason: carry(region.reason, moved, UNDECIDED),
    pristine: false,
  };
}

/** The same edit without the text that it leaves as it is: formatters replace whole documents by nearly the same. */
function trim(text: string, edit: Edit): Edit {
  const limit = Math.min(edit.end - edit.start, edit.text.length);
  let head = 0;
  while (head < limit && text.charCodeAt(edit.start + head) === edit.text.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < limit - head &&
    text.charCodeAt(edit.end - 1 - tail) === edit.text.charCodeAt(edit.text.length - 1 - tail)
  )
    tail++;
  return {
    start: edit.start + head,
    end: edit.end - tail,
    text: edit.text.slice(head, edit.text.length - tail),
  };
}

/** Words that touch `[start, end)` (relative to the region), widened to what stays or goes as one. */
export function unitAt(region: Region, start: number, end: number): readonly [first: number, end: number] {
  const { words, lines, structure } = region.geometry;
  let first = firstEndingAfter(words.end, start);
  let last = firstEndingAfter(words.start, end - 1);
  if (first >= last) return [first, first];
  for (let i = 0; i < structure.atomKind.length; i++) {
    const from = at(structure.atoms, 2 * i);
    const to = at(structure.atoms, 2 * i + 1);
    if (from >= at(words.end, last - 1)) break;
    if (to <= at(words.start, first)) continue;
    first = Math.min(first, firstEndingAfter(words.end, from));
    last = Math.max(last, firstEndingAfter(words.start, to - 1));
  }
  const firstLine = at(words.line, first);
  const lastLine = at(words.line, last - 1);
  if (isWholeLine(structure, firstLine)) first = at(lines.firstWord, firstLine);
  if (isWholeLine(structure, lastLine)) last = at(lines.firstWord, lastLine + 1);
  return [first, last];
}

/** Lines of code, JSON, logs, diffs, tables and frames stay or go whole. */
export const isWholeLine = (structure: Geometry['structure'], line: number): boolean =>
  SEGMENT_KINDS[at(structure.lineKind, line)] !== 'prose' || at(structure.lineFrame, line) === 1;

/** Index of the first element that is greater than a position. */
export function firstEndingAfter(sorted: Int32Array, position: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(sorted, middle) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Keeps or discards the words `[first, end)`, so that they stay or go under any budget; the opposite of an override
 * takes it back where that gives what is asked.
 */
export function overrideWords(region: Region, first: number, end: number, keep: boolean): Region {
  const override = Uint8Array.from(region.override);
  const wish = keep ? OVERRIDE.pinned : OVERRIDE.released;
  for (let word = first; word < end; word++) {
    const value = at(override, word);
    const back =
      value !== OVERRIDE.none && value !== wish && at(region.decided.keep, word) === (keep ? 1 : 0);
    override[word] = back ? OVERRIDE.none : wish;
  }
  return withOverrides(region, override);
}

/** Takes back what the person said about the words `[first, end)`. */
export function takeBackWords(region: Region, first: number, end: number): Region {
  const override = Uint8Array.from(region.override).fill(OVERRIDE.none, first, end);
  return withOverrides(region, override);
}

/** Takes over what the person said about the same text in an earlier result. */
export function inheritOverrides(region: Region, earlier: readonly Region[]): Region {
  const twin = earlier.find(
    (other) => other.start === region.start && other.geometry.text === region.geometry.text,
  );
  if (twin?.override.length !== region.override.length) return region;
  return twin.override.every((value, word) => value === at(region.override, word))
    ? region
    : withOverrides(region, twin.override);
}

function withOverrides(region: Region, override: Uint8Array): Region {
  const keep = Uint8Array.from(region.decided.keep);
  const reason = Uint8Array.from(region.decided.reason);
  override.forEach((value, word) => {
    if (value === OVERRIDE.none) return;
    keep[word] = value === OVERRIDE.pinned ? 1 : 0;
    reason[word] = value === OVERRIDE.pinned ? PINNED : RELEASED;
  });
  // List marks and brackets follow what the person keeps.
  const settled = override.some((value) => value !== OVERRIDE.none)
    ? settle(region.geometry, { keep, reason, rule: region.decided.rule })
    : { keep, reason };
  return { ...region, override, keep: settled.keep, reason: settled.reason, pristine: false };
}

/** The reason of a word's decision, the person's included. */
export const reasonOf = (region: Region, word: number): Reason =>
  REASONS[at(region.reason, word)] ?? 'undecided';

interface Derived {
  readonly discarded: FlatSpans;
  readonly kept: FlatSpans;
}
const derived = new WeakMap<Region, Derived>();

function derive(region: Region): Derived {
  let value = derived.get(region);
  if (value === undefined) {
    value = {
      discarded: discardedRuns(region.geometry, region.keep),
      kept: region.pristine ? region.result.kept : layout(region.geometry, region.keep),
    };
    derived.set(region, value);
  }
  return value;
}

/** Runs of discarded words within a line, relative to the region. */
export const discardedSpans = (region: Region): FlatSpans => derive(region).discarded;

/** What of the current text is output, relative to the region. */
export const keptSpans = (region: Region): FlatSpans => derive(region).kept;

/** The compressed text: what the kept spans of the current text say. */
export const compressedText = (region: Region): string => sliceSpans(region.geometry.text, keptSpans(region));
