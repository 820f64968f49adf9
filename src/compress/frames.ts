import { KIND, lineHead } from '../structure/kinds';
import type { Structure } from '../structure/segments';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';

/**
 * Lines that give others their meaning: the head of a turn, a heading, the fences around code, the first rows of a
 * table, the head of a file or a hunk in a diff, a line that ends in a colon before a list or code. Where something of
 * what they frame stays, they stay.
 */
export interface Frames {
  /** Number of the framing line. */
  readonly line: Int32Array;
  /** What it frames: lines `[first, end)`, parallel to `line`; innermost frames first. */
  readonly first: Int32Array;
  readonly end: Int32Array;
  /** 1 for lines that say nothing without what they frame: those that end in a colon. */
  readonly bare: Uint8Array;
}

const HEADING = /^\s{0,3}(#{1,6})\s/;
const FENCE = /^[\s>]*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})/;
const DIFF_FILE = /^(?:diff |Index: |--- |\+\+\+ )/;
const DIFF_HUNK = /^@@ /;
/** Level of a frame line that is no heading: a tool call. Below the six levels of headings. */
const CALL_LEVEL = 7;

/** Finds the framing lines of a text. O(length). */
export function framesOf(index: IndexedText, structure: Structure): Frames {
  const { lines } = index;
  const count = lines.count;
  const found: Found = [];
  // From the last line up: where the next line of at most that level begins.
  const next = new Int32Array(CALL_LEVEL + 1).fill(count);
  for (let line = count - 1; line >= 0; line--) {
    const level = levelOf(index, structure, line);
    if (level === 0) continue;
    const end = at(next, level);
    if (end > line + 1) found.push({ line, first: line + 1, end });
    for (let below = level; below <= CALL_LEVEL; below++) next[below] = line;
  }
  found.reverse();
  const listed = listedEnds(index, structure);
  for (let line = 0; line < count; line++) {
    const end = introducedEnd(index, structure, listed, line);
    if (end > line + 1) found.push({ line, first: line + 1, end, bare: true });
  }
  for (let line = 0; line < count;) {
    const kind = at(structure.lineKind, line);
    let end = line + 1;
    while (end < count && at(structure.lineKind, end) === kind) end++;
    if (kind === KIND.table && end - line > 2) {
      found.push({ line, first: line + 2, end }, { line: line + 1, first: line + 2, end });
    } else if (kind !== KIND.prose) {
      fences(index, line, end, found);
      diffHeads(index, line, end, found);
    }
    line = end;
  }
  found.sort((a, b) => a.end - a.first - (b.end - b.first) || a.line - b.line);
  return {
    line: Int32Array.from(found, (frame) => frame.line),
    first: Int32Array.from(found, (frame) => frame.first),
    end: Int32Array.from(found, (frame) => frame.end),
    bare: Uint8Array.from(found, (frame) => (frame.bare === true ? 1 : 0)),
  };
}

/** Lines that a colon introduces at most: items that end in a colon themselves would else cost the square of their number. */
const MAX_INTRODUCED = 200;

const isProse = (structure: Structure, line: number): boolean =>
  at(structure.lineKind, line) === KIND.prose && at(structure.lineFrame, line) === 0;

const isBlank = ({ lines }: IndexedText, line: number): boolean =>
  at(lines.firstWord, line) === at(lines.firstWord, line + 1);

/** For each line where the run of list items and code that it is part of ends; the line itself where it is neither. */
function listedEnds(index: IndexedText, structure: Structure): Int32Array {
  const { text, lines } = index;
  const isListed = (line: number): boolean =>
    !isProse(structure, line) ||
    /[^\s>]/.test(text.slice(at(lines.start, line), at(structure.markEnd, line)));
  const ends = new Int32Array(lines.count + 1).fill(lines.count);
  for (let line = lines.count - 1; line >= 0; line--) {
    const listed = !isBlank(index, line) && at(structure.lineFrame, line) === 0 && isListed(line);
    if (!listed) ends[line] = line;
    else ends[line] = Math.max(line + 1, at(ends, line + 1));
  }
  return ends;
}

/** End of the list or code that a line of prose introduces with a colon at its end; 0 where it introduces nothing. */
function introducedEnd(index: IndexedText, structure: Structure, listed: Int32Array, line: number): number {
  const { text, lines } = index;
  if (!isProse(structure, line) || text[at(lines.end, line) - 1] !== ':') return 0;
  const most = Math.min(lines.count, line + MAX_INTRODUCED);
  let next = line + 1;
  if (next < most && isBlank(index, next)) next++;
  const end = Math.min(most, at(listed, next));
  return end > next ? end : 0;
}

/** 1 to 6 for a heading or the head of a turn, 7 for another line of a frame, 0 for all others. */
function levelOf(index: IndexedText, structure: Structure, line: number): number {
  if (at(structure.lineKind, line) !== KIND.prose) return 0;
  if (at(index.lines.firstWord, line) === at(index.lines.firstWord, line + 1)) return 0;
  const hashes = HEADING.exec(lineHead(index, line))?.[1];
  if (hashes !== undefined) return hashes.length;
  return at(structure.lineFrame, line) === 1 ? CALL_LEVEL : 0;
}

type Found = { line: number; first: number; end: number; bare?: boolean }[];

function fences(index: IndexedText, from: number, to: number, found: Found): void {
  let open: { readonly line: number; readonly mark: string } | undefined;
  for (let line = from; line < to; line++) {
    const mark = FENCE.exec(lineHead(index, line))?.[1];
    if (mark === undefined) continue;
    if (open === undefined) open = { line, mark };
    else if (mark.startsWith(open.mark)) {
      if (line > open.line + 1) {
        found.push({ line: open.line, first: open.line + 1, end: line });
        found.push({ line, first: open.line + 1, end: line });
      }
      open = undefined;
    }
  }
}

function diffHeads(index: IndexedText, from: number, to: number, found: Found): void {
  let hunk: number | undefined;
  const heads: number[] = [];
  let inHead = false;
  const close = (end: number): void => {
    if (hunk !== undefined && end > hunk + 1) found.push({ line: hunk, first: hunk + 1, end });
    hunk = undefined;
  };
  const closeFile = (end: number): void => {
    close(end);
    const last = heads.at(-1);
    if (last !== undefined && end > last + 1)
      for (const line of heads) found.push({ line, first: last + 1, end });
    heads.length = 0;
  };
  for (let line = from; line < to; line++) {
    const head = lineHead(index, line);
    if (DIFF_HUNK.test(head)) {
      close(line);
      hunk = line;
      inHead = false;
    } else if (DIFF_FILE.test(head) && (inHead || hunk === undefined || head.startsWith('diff '))) {
      if (!inHead) closeFile(line);
      inHead = true;
      heads.push(line);
    }
  }
  // Lines that only look like heads of files, in a text without hunks, frame nothing.
  if (hunk !== undefined) closeFile(to);
}

/**
 * Keeps the framing lines of everything that stays.
 * @param kept 1 for each line of which something stays; changed in place.
 * @param bare whether to keep lines that end in a colon as well.
 * @returns the lines that were added.
 */
export function keepFrames(frames: Frames, kept: Uint8Array, bare: boolean): Int32Array {
  const added: number[] = [];
  // Lines kept up to each line; the frames go from the inner to the outer, so what is added need not be counted:
  // it lies inside of a range that holds a kept line already.
  const before = new Int32Array(kept.length + 1);
  for (let line = 0; line < kept.length; line++) before[line + 1] = at(before, line) + at(kept, line);
  for (let i = 0; i < frames.line.length; i++) {
    const line = at(frames.line, i);
    if (at(kept, line) === 1 || (!bare && at(frames.bare, i) === 1)) continue;
    if (at(before, at(frames.end, i)) > at(before, at(frames.first, i))) {
      kept[line] = 1;
      added.push(line);
    }
  }
  return Int32Array.from(added);
}

/** Lines that stay although nothing of what they introduce does, and say nothing without it. */
export function* bareFrames({ line, first, end, bare }: Frames, kept: Uint8Array): Generator<number> {
  for (let i = 0; i < line.length; i++) {
    if (at(bare, i) === 0 || at(kept, at(line, i)) === 0) continue;
    if (!kept.subarray(at(first, i), at(end, i)).includes(1)) yield at(line, i);
  }
}
