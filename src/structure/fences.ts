import { at } from '../text/spans';
import { lineHead, type Draft } from './kinds';

/** What the fence scanner says of a line. */
export const FENCE = { none: 0, open: 1, inside: 2, close: 3, raw: 4 } as const;

export interface FenceScan {
  /** One of FENCE a line of the range. */
  readonly state: Uint8Array;
  /** The fence that is never closed, if there is one: its line in the text. */
  readonly unclosed: number | undefined;
}

const OPENER = /^(`{3,})[^`]*$|^(~{3,})/;
/** HTML that may hold blank lines, with what closes it (CommonMark, HTML block kinds 1 to 5). */
const RAW: readonly (readonly [open: RegExp, close: RegExp])[] = [
  [/^<(?:script|pre|style|textarea)(?:\s|>|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
];

/** Finds fenced blocks and raw HTML in lines `[first, end)` in one pass, whatever lists and quotes they stand in. */
export function scanFences(draft: Draft, first: number, end: number): FenceScan {
  const state = new Uint8Array(end - first);
  let fence: { readonly char: string; readonly length: number; readonly line: number } | undefined;
  let rawClose: RegExp | undefined;
  for (let line = first; line < end; line++) {
    const head = lineHead(draft.index, line);
    const content = head.slice(at(draft.markEnd, line) - at(draft.index.lines.start, line));
    const set = (value: number): void => void (state[line - first] = value);
    if (fence !== undefined) {
      const closes = closesFence(content, fence);
      set(closes ? FENCE.close : FENCE.inside);
      if (closes) fence = undefined;
    } else if (rawClose !== undefined) {
      set(FENCE.raw);
      if (rawClose.test(head)) rawClose = undefined;
    } else {
      const opener = OPENER.exec(content);
      const run = opener?.[1] ?? opener?.[2];
      if (run !== undefined) {
        set(FENCE.open);
        fence = { char: run.charAt(0), length: run.length, line };
      } else if (content.startsWith('<')) {
        const raw = RAW.find(([open]) => open.test(content));
        if (raw !== undefined) {
          set(FENCE.raw);
          if (!raw[1].test(content.slice(2))) rawClose = raw[1];
        }
      }
    }
  }
  return { state, unclosed: fence?.line };
}

function closesFence(content: string, fence: { readonly char: string; readonly length: number }): boolean {
  if (!content.startsWith(fence.char.repeat(Math.min(fence.length, 64)))) return false;
  const rest = content.slice(fence.length).trim();
  return rest === fence.char.repeat(rest.length);
}
