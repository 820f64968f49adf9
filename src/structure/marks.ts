const TAB = 9;
const SPACE = 32;
/** Nested quotes and lists deeper than this are not followed. */
const MAX_MARKS = 64;

/** Where a line's mark ends and what it holds. */
export interface LineMark {
  readonly end: number;
  /** End of the indentation alone. */
  readonly indentEnd: number;
  /** The line begins a list item or a heading. */
  readonly startsBlock: boolean;
  readonly quoteDepth: number;
}

/**
 * Finds the mark of the line `[start, end)`: indentation, block quote marks, bullets, numbers, task boxes and heading
 * hashes with the blanks after them. O(length of the mark).
 */
export function lineMark(text: string, start: number, end: number): LineMark {
  const indentEnd = skipBlanks(text, start, end);
  let position = indentEnd;
  let startsBlock = false;
  let quoteDepth = 0;
  for (let marks = 0; marks < MAX_MARKS && position < end; marks++) {
    const char = text.charAt(position);
    let after = position;
    if (char === '>') {
      after = position + 1;
      quoteDepth++;
    } else if (char === '#') {
      while (after < end && after - position < 7 && text.charAt(after) === '#') after++;
      if (after - position > 6 || !blankAt(text, after, end)) break;
      startsBlock = true;
      position = skipBlanks(text, after, end);
      break;
    } else {
      after = bulletEnd(text, position, end);
      if (after === position) break;
      startsBlock = true;
      const box = skipBlanks(text, after, end);
      if (/^\[[ xX]\](?=\s|$)/.test(text.slice(box, Math.min(end, box + 4)))) after = box + 3;
    }
    position = skipBlanks(text, after, end);
  }
  return { end: position, indentEnd, startsBlock, quoteDepth };
}

/** End of a bullet or a number at `position` that a blank follows; `position` where there is none. */
function bulletEnd(text: string, position: number, end: number): number {
  const mark = /^(?:[-*+•◦▪‣]|\(?(?:\d{1,9}|[a-z])[.)])(?=\s|$)/u.exec(
    text.slice(position, Math.min(end, position + 12)),
  )?.[0];
  // A single letter with a full stop is more often an initial than an item.
  if (mark === undefined || /^\(?[a-z]\.$/.test(mark)) return position;
  return blankAt(text, position + mark.length, end) ? position + mark.length : position;
}

function blankAt(text: string, position: number, end: number): boolean {
  return position >= end || text.charCodeAt(position) === SPACE || text.charCodeAt(position) === TAB;
}

function skipBlanks(text: string, start: number, end: number): number {
  let position = start;
  while (position < end && blankAt(text, position, end)) position++;
  return position;
}
