import type { FlatSpans } from '../text/spans';

/** Prose is cut by words; every other kind by whole lines. */
export const SEGMENT_KINDS = ['prose', 'code', 'json', 'log', 'diff', 'table'] as const;
export type SegmentKind = (typeof SEGMENT_KINDS)[number];

/** What a document already knows about a range of its lines `[firstLine, endLine)`, e.g. a rendered transcript. */
export interface BlockHint {
  readonly firstLine: number;
  readonly endLine: number;
  /**
   * `markdown`: written text, to be analysed; `frame`: head lines of turns and tool calls that must stay whole;
   * `output`: tool output or file content, never prose: its kind is detected by its lines.
   */
  readonly as: 'markdown' | 'frame' | 'output';
}

/** Structure of a text, line by line and in place. */
export interface Structure {
  /** Index into SEGMENT_KINDS, one a line. */
  readonly lineKind: Uint8Array;
  /** 1 where a prose line is part of a frame that must stay whole (turn heads, tool call lines). */
  readonly lineFrame: Uint8Array;
  /**
   * End offset of a line's mark, one a line: its indentation plus block quote marks, list bullet or number,
   * task box, heading hashes and the blanks after them. Equal to the end of the indentation where it has none.
   */
  readonly markEnd: Int32Array;
  /** Ranges inside prose that stay or go as one: inline code, links and images, autolinks, raw HTML tags, quoted strings. */
  readonly atoms: FlatSpans;
  /** Parallel to `atoms` (one entry a span): what each is, index into ATOM_KINDS. */
  readonly atomKind: Uint8Array;
}

/** Whether a line stays or goes as a whole: no prose, or part of a frame. */
export function isWhole({ lineKind, lineFrame }: Structure, line: number): boolean {
  return lineKind[line] !== 0 || lineFrame[line] !== 0;
}

export const ATOM_KINDS = ['inline code', 'link', 'html'] as const;
