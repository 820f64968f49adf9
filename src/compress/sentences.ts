import { SEGMENT_KINDS, type Structure } from '../structure/segments';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';

const PROSE = SEGMENT_KINDS.indexOf('prose');
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
/** The segmenter is given at most this many UTF-16 code units at once. */
const MAX_PIECE = 32 * 1024;

/** What a full stop after it does not end a sentence. */
const ABBREVIATION =
  /(?:^|[\s("'[])(?:e\.g|i\.e|etc|vs|cf|viz|al|ca|approx|resp|incl|excl|fig|figs|eq|sec|ch|no|nos|vol|pp?|ed|eds|mr|mrs|ms|dr|prof|sr|jr|st|inc|ltd|co|corp|dept|est|gen|rev|a\.k\.a|u\.s|\p{L})\.["')\]]*\s*$/iu;

/**
 * The sentence of each word, numbered from 0 in order; -1 for words of lines that are no prose. Wrapped lines of a
 * paragraph are read together; a blank line, a heading and a list item end a sentence. Boundaries are those of
 * Unicode (UAX #29), less the ones after abbreviations and inside of inline code and links.
 */
export function sentencesOf(index: IndexedText, structure: Structure): Int32Array {
  const sentence = new Int32Array(index.words.count).fill(-1);
  const { lines } = index;
  let next = 0;
  let line = 0;
  while (line < lines.count) {
    if (!isText(index, structure, line)) {
      line++;
      continue;
    }
    const from = line++;
    // A heading's next line is a paragraph of its own, and so is each line of a frame.
    const alone = isHeading(index, structure, from) || at(structure.lineFrame, from) === 1;
    while (
      !alone &&
      line < lines.count &&
      isText(index, structure, line) &&
      continues(index, structure, line)
    )
      line++;
    next = numberParagraph(index, structure, from, line, next, sentence);
  }
  return sentence;
}

const isText = ({ lines }: IndexedText, structure: Structure, line: number): boolean =>
  at(structure.lineKind, line) === PROSE && at(lines.firstWord, line) < at(lines.firstWord, line + 1);

const markOf = ({ text, lines }: IndexedText, structure: Structure, line: number): string =>
  text.slice(at(lines.start, line), at(structure.markEnd, line));

const isHeading = (index: IndexedText, structure: Structure, line: number): boolean =>
  markOf(index, structure, line).includes('#');

/** Whether a line goes on with the paragraph of the line before it: only block quote marks stand before its text. */
function continues(index: IndexedText, structure: Structure, line: number): boolean {
  if (at(structure.lineFrame, line) === 1) return false;
  const mark = markOf(index, structure, line);
  return !/[^\s>]/.test(mark) && mark.includes('>') === markOf(index, structure, line - 1).includes('>');
}

/** Numbers the words of lines `[from, to)`; returns the next free number. */
function numberParagraph(
  index: IndexedText,
  structure: Structure,
  from: number,
  to: number,
  first: number,
  sentence: Int32Array,
): number {
  const { text, lines, words } = index;
  let number = first;
  let word = at(lines.firstWord, from);
  const lastWord = at(lines.firstWord, to);
  while (word < lastWord) {
    let end = word + 1;
    const start = at(words.start, word);
    while (end < lastWord && at(words.end, end) - start <= MAX_PIECE) end++;
    const piece = text
      .slice(start, Math.min(at(words.end, end - 1), start + MAX_PIECE))
      .replace(/\r?\n(?:[ \t]*>)+|[\r\n]/g, (m) => ' '.repeat(m.length));
    for (const boundary of boundaries(piece, start, structure)) {
      while (word < end && at(words.start, word) < boundary) sentence[word++] = number;
      number++;
    }
    if (word < end) {
      while (word < end) sentence[word++] = number;
      number++;
    }
  }
  return number;
}

/** Offsets where a sentence of `piece` ends, in the text that has it at `base`. */
function boundaries(piece: string, base: number, structure: Structure): number[] {
  const found: number[] = [];
  if (!/[.?!…。！？;:]/u.test(piece)) return found;
  for (const { index, segment } of segmenter.segment(piece)) {
    const end = index + segment.length;
    if (end === piece.length || !/\s$/.test(segment)) continue;
    if (ABBREVIATION.test(segment.slice(-16)) || /^\s*[a-z]/.test(piece.slice(end, end + 3))) continue;
    if (insideAtom(structure, base + end)) continue;
    found.push(base + end);
  }
  return found;
}

/** Whether an offset lies inside an atom. O(log atoms). */
function insideAtom({ atoms }: Structure, position: number): boolean {
  let low = 0;
  let high = atoms.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (position <= at(atoms, 2 * middle)) high = middle - 1;
    else if (position >= at(atoms, 2 * middle + 1)) low = middle + 1;
    else return true;
  }
  return false;
}
