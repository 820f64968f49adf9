import { at } from '../text/spans';
import { codeEvidence, isCommand, isPlain, logEvidence, sentenceLike } from './evidence';
import { headerEvidence } from './headers';
import { isBlank, KIND, lineHead, lineText, type Draft } from './kinds';
import { markJson } from './json';
import { promptLines } from './prompts';
import { SEGMENT_KINDS } from './segments';
import { markTables } from './tables';

/**
 * Finds JSON, diffs, tables, logs and code among the prose lines `[first, end)`, which nothing fences. Prose wins every
 * doubt: a line of code that is cut by words loses less than a paragraph that nobody may shorten.
 */
export function detectUnfenced(draft: Draft, first: number, end: number): void {
  markDiffs(draft, first, end);
  markJson(draft, first, end);
  markNumbered(draft, first, end);
  markTables(draft, first, end);
  markLogsAndCode(draft, first, end);
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
const DIFF_HEAD =
  /^(?:diff --git |index [0-9a-f]{4,40}\.\.|(?:new|deleted) file mode |(?:old|new) mode \d|similarity index |rename (?:from|to) |Binary files |\\ No newline at end)/;

function markDiffs(draft: Draft, first: number, end: number): void {
  const { index, lineKind } = draft;
  const set = (line: number): void => void (lineKind[line] = KIND.diff);
  for (let line = first; line < end; line++) {
    const head = lineHead(index, line);
    const hunk = HUNK.exec(head);
    if (hunk !== null) {
      set(line);
      let old = Number(hunk[1] ?? 1);
      let added = Number(hunk[2] ?? 1);
      // The counts say how far the hunk goes, so that a list after it stays a list.
      while ((old > 0 || added > 0) && line + 1 < end) {
        const sign = index.text.charAt(at(index.lines.start, line + 1));
        const empty = at(index.lines.start, line + 1) === at(index.lines.end, line + 1);
        if (!empty && !'+- \\\t'.includes(sign)) break;
        line++;
        set(line);
        if (sign !== '+' && sign !== '\\') old--;
        if (sign !== '-' && sign !== '\\') added--;
      }
    } else if (DIFF_HEAD.test(head)) set(line);
    else if (/^--- \S/.test(head) && line + 1 < end && /^\+\+\+ \S/.test(lineHead(index, line + 1))) {
      set(line);
      set(++line);
    }
  }
}

const NUMBERED = /^\s*(\d{1,7})(?:→|\t|[:|-](?=\S|$))/u;

/** Marks runs of lines that carry the next number each, as tools print files: `12→`, `12\t`, `12:`. */
function markNumbered(draft: Draft, first: number, end: number): void {
  const { index, lineKind } = draft;
  let from = first;
  let expected = -1;
  for (let line = first; line <= end; line++) {
    const prose = line < end && at(lineKind, line) === KIND.prose;
    const found = prose
      ? NUMBERED.exec(index.text.slice(at(index.lines.start, line), at(index.lines.start, line) + 40))
      : null;
    const value = found === null ? -1 : Number(found[1]);
    if (value >= 0 && value === expected) {
      expected++;
      continue;
    }
    if (line - from >= 3 && expected >= 0) lineKind.fill(KIND.code, from, line);
    from = line;
    expected = value < 0 ? -1 : value + 1;
  }
}

/** Lines without evidence of their own that a run may bridge. */
const MAX_GAP = 2;

function markLogsAndCode(draft: Draft, first: number, end: number): void {
  const { index, lineKind } = draft;
  const kind = new Uint8Array(end - first);
  const strength = new Uint8Array(end - first);
  const seen = new Map<string, LineEvidence>();
  for (let line = first; line < end; line++) {
    if (at(lineKind, line) !== KIND.prose || isBlank(index, line) || at(draft.startsBlock, line) === 1)
      continue;
    const head = lineHead(index, line).replace(WIDE_BLANK, NARROW_BLANK);
    if (isPlain(head) || isUnderline(draft, line, head)) continue;
    let evidence = seen.get(head);
    if (evidence === undefined) {
      evidence = evidenceOf(head);
      if (seen.size < MAX_SEEN && head.length < 60) seen.set(head, evidence);
    }
    kind[line - first] = evidence.kind;
    strength[line - first] = evidence.strength;
  }
  for (let line = first; line + 1 < end; line++) {
    // What may be English or the header of a block is what the line below it says.
    if (at(kind, line + 1 - first) !== KIND.code || at(lineKind, line) !== KIND.prose) continue;
    if (isBlank(index, line) || at(draft.startsBlock, line) === 1) continue;
    if (indentation(draft, line + 1) <= indentation(draft, line)) continue;
    const below = lineHead(index, line + 1);
    if (isCommand(below) || headerEvidence(lineHead(index, line)) !== 1) continue;
    kind[line - first] = KIND.code;
    strength[line - first] = 2;
  }
  for (const line of promptLines(draft, first, end)) {
    kind[line - first] = KIND.log;
    strength[line - first] = 2;
  }
  for (let line = first; line < end; line++) {
    if (at(strength, line - first) < 2) continue;
    const found = at(kind, line - first);
    lineKind[line] = found;
    // A sure line carries its doubtful neighbours, and what lies between two such lines.
    line = spread(draft, { kind, strength, first, end }, line, found, 1);
  }
  for (let line = end - 1; line >= first; line--)
    if (at(strength, line - first) === 2)
      spread(draft, { kind, strength, first, end }, line, at(kind, line - first), -1);
}

/** Wide runs of blanks say no more than narrow ones, and cost patterns time. */
const WIDE_BLANK = /\s{9,}/g;
const NARROW_BLANK = ' '.repeat(8);

/** Whether a line underlines the one-line paragraph above it, which makes a heading of it (Markdown's setext). */
function isUnderline(draft: Draft, line: number, head: string): boolean {
  return (
    /^ {0,3}(?:=+|-+)\s*$/.test(head) &&
    line > 0 &&
    !isBlank(draft.index, line - 1) &&
    at(draft.lineKind, line - 1) === KIND.prose &&
    (line === 1 || isBlank(draft.index, line - 2))
  );
}

/** Short lines remembered: brackets, rules and the like repeat. */
const MAX_SEEN = 5000;

interface LineEvidence {
  readonly kind: number;
  /** 2 sure, 1 doubtful, 0 none. */
  readonly strength: number;
}

function evidenceOf(head: string): LineEvidence {
  const log = logEvidence(head);
  const code = log === 2 ? 0 : codeEvidence(head);
  if (log === 0 && code === 0) return { kind: KIND.prose, strength: 0 };
  return { kind: code > log ? KIND.code : KIND.log, strength: Math.max(log, code) };
}

interface Evidence {
  readonly kind: Uint8Array;
  readonly strength: Uint8Array;
  readonly first: number;
  readonly end: number;
}

/** Extends a run from `from` in one direction; returns the last line reached. */
function spread(draft: Draft, evidence: Evidence, from: number, kind: number, step: 1 | -1): number {
  const { index, lineKind } = draft;
  const indent = indentation(draft, from);
  let reached = from;
  let gap = 0;
  for (
    let line = from + step;
    line >= evidence.first && line < evidence.end && gap <= MAX_GAP;
    line += step
  ) {
    if (at(lineKind, line) !== KIND.prose) break;
    if (isBlank(index, line)) {
      gap++;
      continue;
    }
    const strength = at(evidence.strength, line - evidence.first);
    const same = strength > 0 && at(evidence.kind, line - evidence.first) === kind;
    const deeper = kind === KIND.code && strength < 2 && indentation(draft, line) > indent;
    if (same || (deeper && !sentenceLike(lineHead(index, line)))) {
      for (let between = reached + step; between !== line + step; between += step)
        if (!isBlank(index, between)) lineKind[between] = kind;
      reached = line;
      gap = 0;
    } else if (strength === 2 || sentenceLike(lineHead(index, line))) break;
    else gap++;
  }
  return reached;
}

/** Columns of white space before a line's text. */
function indentation(draft: Draft, line: number): number {
  const start = at(draft.index.lines.start, line);
  return /^[ \t]*/.exec(draft.index.text.slice(start, start + 200))?.[0].length ?? 0;
}

/**
 * Marks lines that are known to be no prose (a fence without a name, tool output): each by what it looks like, the rest
 * (`asOne`: all) by what most of them do, or as `otherwise`.
 */
export function markWhole(draft: Draft, first: number, end: number, otherwise: number, asOne = false): void {
  const { lineKind, startsBlock } = draft;
  lineKind.fill(KIND.prose, first, end);
  startsBlock.fill(0, first, end);
  detectUnfenced(draft, first, end);
  const count = new Uint32Array(SEGMENT_KINDS.length);
  let lines = 0;
  for (let line = first; line < end; line++) {
    if (isBlank(draft.index, line)) continue;
    lines++;
    const kind = at(lineKind, line);
    count[kind] = at(count, kind) + 1;
  }
  const best = count.findIndex((lineCount, kind) => kind !== KIND.prose && lineCount * 2 > lines);
  const rest = best < 0 ? otherwise : best;
  for (let line = first; line < end; line++)
    if (asOne || at(lineKind, line) === KIND.prose) lineKind[line] = rest;
}

/** Whether lines that are indented like code read like text all the same. */
export function readsLikeText(draft: Draft, first: number, end: number): boolean {
  let lines = 0;
  let sentences = 0;
  for (let line = first; line < end; line++) {
    if (isBlank(draft.index, line)) continue;
    lines++;
    if (sentenceLike(lineText(draft.index, line).slice(0, 600))) sentences++;
  }
  return sentences * 2 > lines;
}
