import { SEGMENT_KINDS, type SegmentKind } from './segments';
import type { IndexedText } from '../text/words';
import { at } from '../text/spans';

/** A range that stays or goes as one, before clipping to lines. `kind`: index into ATOM_KINDS. */
export interface Atom {
  readonly start: number;
  readonly end: number;
  readonly kind: number;
}

/** A structure in the making. Lines start as prose. */
export interface Draft {
  readonly index: IndexedText;
  readonly lineKind: Uint8Array;
  /** End of each line's mark. */
  readonly markEnd: Int32Array;
  /** 1 where a line starts a block of its own: a heading, a list item. */
  readonly startsBlock: Uint8Array;
}

const number = (kind: SegmentKind): number => SEGMENT_KINDS.indexOf(kind);

/** Numbers of the segment kinds, as `Structure.lineKind` holds them. */
export const KIND = {
  prose: number('prose'),
  code: number('code'),
  json: number('json'),
  log: number('log'),
  diff: number('diff'),
  table: number('table'),
} as const;

/** Characters of a line that are looked at to find its kind: what a line is shows in its beginning. */
export const LINE_HEAD = 600;

/** The beginning of a line, at most LINE_HEAD characters. */
export function lineHead(index: IndexedText, line: number): string {
  const start = at(index.lines.start, line);
  return index.text.slice(start, Math.min(at(index.lines.end, line), start + LINE_HEAD));
}

/** A whole line without its terminator. */
export function lineText(index: IndexedText, line: number): string {
  return index.text.slice(at(index.lines.start, line), at(index.lines.end, line));
}

/** Whether a line has no words. */
export function isBlank(index: IndexedText, line: number): boolean {
  return at(index.lines.firstWord, line) === at(index.lines.firstWord, line + 1);
}
