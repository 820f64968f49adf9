import { at } from './spans';

/**
 * A text cut into lines and white-space separated words: the coordinates of everything that follows.
 * All offsets are UTF-16 code units, half-open. Every character that is not white space belongs to exactly one
 * word, and no word starts or ends inside a surrogate pair or a grapheme.
 */
export interface IndexedText {
  readonly text: string;
  readonly lines: {
    readonly count: number;
    /** First offset of each line. */
    readonly start: Int32Array;
    /** End of each line without its terminator (\n, \r\n or \r). */
    readonly end: Int32Array;
    /** Number of the first word of each line; `count + 1` entries, so that line i has words [i, i + 1). */
    readonly firstWord: Int32Array;
  };
  readonly words: {
    readonly count: number;
    readonly start: Int32Array;
    readonly end: Int32Array;
    readonly line: Int32Array;
  };
}

const LINE = /\r\n|\n|\r/g;
const WORD = /\S+/g;
const ASCII_LINE = /^[\t\x20-\x7e]*$/;
// Made on first use: its data take longer to load than the rest of the extension.
let graphemes: Intl.Segmenter | undefined;

/** Cuts a text into lines and words (runs of characters that JavaScript's `\s` does not match). O(length). */
export function indexText(text: string): IndexedText {
  const lineStart: number[] = [];
  const lineEnd: number[] = [];
  const firstWord: number[] = [];
  const wordStart: number[] = [];
  const wordEnd: number[] = [];
  const wordLine: number[] = [];

  const addLine = (start: number, end: number): void => {
    const line = lineStart.length;
    lineStart.push(start);
    lineEnd.push(end);
    firstWord.push(wordStart.length);
    const content = text.slice(start, end);
    for (const [from, to] of wordsOfLine(content)) {
      wordStart.push(start + from);
      wordEnd.push(start + to);
      wordLine.push(line);
    }
  };

  let position = 0;
  for (const match of text.matchAll(LINE)) {
    addLine(position, match.index);
    position = match.index + match[0].length;
  }
  addLine(position, text.length);
  firstWord.push(wordStart.length);

  return {
    text,
    lines: {
      count: lineStart.length,
      start: Int32Array.from(lineStart),
      end: Int32Array.from(lineEnd),
      firstWord: Int32Array.from(firstWord),
    },
    words: {
      count: wordStart.length,
      start: Int32Array.from(wordStart),
      end: Int32Array.from(wordEnd),
      line: Int32Array.from(wordLine),
    },
  };
}

/** Words of one line as `[start, end)` pairs relative to it, snapped outwards to grapheme borders. */
function wordsOfLine(line: string): (readonly [number, number])[] {
  const words: [number, number][] = [];
  const ascii = ASCII_LINE.test(line);
  for (const match of line.matchAll(WORD)) {
    let start = match.index;
    let end = start + match[0].length;
    if (!ascii) {
      // A combining mark after a blank, or a prepended sign before one, makes the blank part of the grapheme.
      if (mayJoin(line.slice(start, start + 2), FIRST_ALONE)) start = graphemeAt(line, start)?.[0] ?? start;
      if (end < line.length && mayJoin(line.slice(end - 2, end), LAST_ALONE)) {
        const next = graphemeAt(line, end);
        if (next !== undefined && next[0] < end) end = next[1];
      }
      const last = words.at(-1);
      if (last !== undefined && start < last[1]) {
        last[1] = Math.max(last[1], end);
        continue;
      }
    }
    words.push([start, end]);
  }
  return words;
}

/** Characters that no blank beside them is ever joined to: all but marks, modifiers and prepended signs. */
const ALONE = String.raw`(?!\p{M}|\p{Emoji_Modifier})[\x21-\x7e\p{P}\p{S}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]`;
const FIRST_ALONE = new RegExp(`^${ALONE}`, 'u');
const LAST_ALONE = new RegExp(`${ALONE}$`, 'u');
const mayJoin = (edge: string, alone: RegExp): boolean => !alone.test(edge);

/** Code units beside a blank that are looked at: what joins a blank to a word stands next to it. */
const BESIDE = 16;

/**
 * The grapheme at a position beside a blank, `[start, end)`. Only its surroundings are segmented: looking up a
 * position costs the segmenter as much as the text before it is long.
 */
function graphemeAt(line: string, position: number): readonly [number, number] | undefined {
  const from = Math.max(0, position - BESIDE);
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const found = graphemes.segment(line.slice(from, position + BESIDE)).containing(position - from);
  return found === undefined ? undefined : [from + found.index, from + found.index + found.segment.length];
}

/** The word that contains an offset, or -1 where the offset lies in white space. O(log words). */
export function wordAt(words: IndexedText['words'], position: number): number {
  let low = 0;
  let high = words.count - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (position < at(words.start, middle)) high = middle - 1;
    else if (position >= at(words.end, middle)) low = middle + 1;
    else return middle;
  }
  return -1;
}
