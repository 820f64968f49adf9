import { ATOM_KINDS } from '../../structure/segments';
import { at } from '../../text/spans';
import type { Find } from './patterns';
import type { WordTable } from './wordtable';

/** Longest quotation that is protected, in UTF-16 code units. */
const MAX_QUOTE = 200;

function atom(kind: (typeof ATOM_KINDS)[number]): Find {
  const wanted = ATOM_KINDS.indexOf(kind);
  return (table, mark) => {
    const { atoms, atomKind } = table.structure;
    let word = 0;
    for (let i = 0; i < atomKind.length; i++) {
      if (at(atomKind, i) !== wanted) continue;
      word = markRange(table, at(atoms, 2 * i), at(atoms, 2 * i + 1), word, mark);
    }
  };
}

/** Marks the words that touch `[start, end)`, looking from word `from` on; returns the first that may touch more. */
function markRange(
  table: WordTable,
  start: number,
  end: number,
  from: number,
  mark: (word: number) => void,
): number {
  const { words } = table.index;
  let word = from;
  while (word < words.count && at(words.end, word) <= start) word++;
  const first = word;
  while (word < words.count && at(words.start, word) < end) mark(word++);
  return Math.max(first, word - 1);
}

export const inlineCode = atom('inline code');
export const link = atom('link');

const QUOTES = new Map([
  ['"', '"'],
  ['“', '”'],
  ['„', '“'],
  ['«', '»'],
  ['‘', '’'],
  ["'", "'"],
]);

/** Quotations on one line of at most MAX_QUOTE code units. O(length of the text). */
export const quoted: Find = (table, mark) => {
  const { index, structure } = table;
  let word = 0;
  for (let line = 0; line < index.lines.count; line++) {
    if (at(structure.lineKind, line) !== 0) continue;
    const end = at(index.lines.end, line);
    let position = at(index.lines.start, line);
    // How far a closing mark has been looked for in vain: keeps thousands of opening marks linear.
    const searched = new Map<string, number>();
    while (position < end) {
      const open = nextQuote(index.text, position, end);
      if (open < 0) break;
      const close = closingQuote(index.text, open, end, searched);
      if (close > 0) word = markRange(table, open, close + 1, word, mark);
      position = close > 0 ? close + 1 : open + 1;
    }
  }
};

const isWordChar = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);

function nextQuote(text: string, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code !== 34 && code !== 39 && code < 0xab) continue;
    const char = text.charAt(i);
    // An apostrophe stands inside or at the end of a word, an inch mark after a number.
    if (QUOTES.has(char) && (i === 0 || !isWordChar(text.charAt(i - 1))) && /\S/.test(text.charAt(i + 1)))
      return i;
  }
  return -1;
}

function closingQuote(text: string, open: number, end: number, searched: Map<string, number>): number {
  const char = text.charAt(open);
  const closer = QUOTES.get(char) ?? char;
  const apostrophe = closer === "'" || closer === '’';
  const limit = Math.min(end, open + (apostrophe ? MAX_QUOTE / 4 : MAX_QUOTE));
  const from = Math.max(open + 1, searched.get(closer) ?? 0);
  for (let i = from; i < limit; i++) {
    if (text.charAt(i) !== closer) continue;
    if (apostrophe && i + 1 < end && isWordChar(text.charAt(i + 1))) continue;
    return i > open + 1 ? i : -1;
  }
  searched.set(closer, limit);
  return -1;
}
