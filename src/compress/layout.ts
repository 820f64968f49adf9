import { at, type FlatSpans } from '../text/spans';
import type { CompressResult } from './result';

/** The geometry of a text that layout works on. */
export interface LayoutInput {
  readonly text: string;
  readonly words: CompressResult['words'];
  readonly lines: CompressResult['lines'];
}

/**
 * Lays out the kept words of a text with its own line breaks and indentation.
 *
 * The output is the concatenation of the returned spans, so it is extractive to the character: words of the
 * original in their order, with blanks of the original between them. A line whose words all go vanishes with its
 * break; blank lines do not pile up around vanished ones; where words go inside a line one blank of the gap stays.
 *
 * @param keep 1 or 0 a word.
 * @returns spans of the text to output, sorted, disjoint and not touching.
 */
export function layout(input: LayoutInput, keep: Uint8Array): FlatSpans {
  const { text, lines } = input;
  const out: number[] = [];
  const emit = (start: number, end: number): void => {
    if (end <= start) return;
    if (out.length > 0 && out[out.length - 1] === start) out[out.length - 1] = end;
    else out.push(start, end);
  };

  const count = lines.start.length;
  let previous = -1; // last line emitted
  const emitLine = (line: number): void => {
    if (previous >= 0) emit(at(lines.end, previous), at(lines.start, previous + 1));
    const first = at(lines.firstWord, line);
    const last = at(lines.firstWord, line + 1);
    if (keep.subarray(first, last).includes(0)) emitThinned(input, keep, line, emit);
    else emit(at(lines.start, line), at(lines.end, line));
    previous = line;
  };

  let blanks: number[] = []; // blank lines that wait for a line that stays
  let vanished = false; // whether a line has vanished since the last one that stays
  for (let line = 0; line < count; line++) {
    const first = at(lines.firstWord, line);
    const last = at(lines.firstWord, line + 1);
    if (first === last) {
      // Those after a vanished line would pile up on those before it.
      if (!vanished || (previous >= 0 && blanks.length === 0)) blanks.push(line);
    } else if (keep.subarray(first, last).includes(1)) {
      blanks.forEach(emitLine);
      emitLine(line);
      blanks = [];
      vanished = false;
    } else vanished = true;
  }
  // At the end only the break of the text's last line is left of what vanished.
  if (!vanished) blanks.forEach(emitLine);
  else if (previous >= 0 && at(lines.start, count - 1) === text.length) emitLine(count - 1);
  return Int32Array.from(out);
}

/** One line of which some words go: its indentation, the kept words, one blank where words went between two of them. */
function emitThinned(
  input: LayoutInput,
  keep: Uint8Array,
  line: number,
  emit: (start: number, end: number) => void,
): void {
  const { words, lines } = input;
  const first = at(lines.firstWord, line);
  const last = at(lines.firstWord, line + 1);
  let before = -1; // last kept word
  for (let word = first; word < last; word++) {
    if (at(keep, word) === 0) continue;
    const start = at(words.start, word);
    if (before >= 0) {
      if (before === word - 1) emit(at(words.end, before), start);
      else emitBlank(input, before, word, emit);
    } else {
      // The blank that the first word to stay may hold stands for one of the indentation.
      const held = word > first && /\s/.test(input.text.charAt(start)) ? 1 : 0;
      emit(at(lines.start, line), at(words.start, first) - held);
    }
    emit(start, at(words.end, word));
    before = word;
  }
  // Blanks at a line's end (a hard break in Markdown) belong to its last word.
  if (before === last - 1) emit(at(words.end, before), at(lines.end, line));
}

/**
 * One blank of the gaps between two words, the nearest to the second. A grapheme can hold a blank: then the gap beside
 * it is empty, and next to a kept one no further blank is needed.
 */
function emitBlank(
  { text, words }: LayoutInput,
  first: number,
  second: number,
  emit: (start: number, end: number) => void,
): void {
  if (/\s/.test(text.charAt(at(words.end, first) - 1) + text.charAt(at(words.start, second)))) return;
  for (let word = second; word > first; word--) {
    const start = at(words.start, word);
    if (at(words.end, word - 1) === start) continue;
    emit(start - 1, start);
    return;
  }
}

/** Runs of neighbouring words of one line that are discarded, from the first one's start to the last one's end. */
export function discardedRuns(input: Pick<LayoutInput, 'words'>, keep: Uint8Array): FlatSpans {
  const { start, end, line } = input.words;
  const out: number[] = [];
  for (let word = 0; word < start.length; word++) {
    if (at(keep, word) === 1) continue;
    const joins = word > 0 && at(keep, word - 1) === 0 && at(line, word - 1) === at(line, word);
    if (joins) out[out.length - 1] = at(end, word);
    else out.push(at(start, word), at(end, word));
  }
  return Int32Array.from(out);
}
