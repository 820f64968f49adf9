import type { Structure } from '../../structure/segments';
import { at } from '../../text/spans';
import type { IndexedText } from '../../text/words';
import { keyOf, meaningOf, WORD, type Key } from './lexicon';

/** What characters a word has: the patterns that cannot match are not tried. */
export const HAS = {
  digit: 1,
  twoCapitals: 2,
  dot: 4,
  slash: 8,
  backslash: 16,
  dash: 32,
  underscore: 64,
  quote: 128,
  colon: 256,
  atSign: 512,
  bang: 1024,
  lowerUpper: 2048,
  apostrophe: 4096,
  wide: 8192,
  sign: 16384,
} as const;

const TELLING =
  WORD.negation |
  WORD.limit |
  WORD.number |
  WORD.unit |
  WORD.comparative |
  WORD.order |
  WORD.modal |
  WORD.condition |
  WORD.month;

/** Longest word that is looked at as a whole; what is longer is kept by what its beginning shows. */
const MAX_WORD = 2000;

/** The words of the prose of a text with what rules ask of them. Arrays of length `count`. */
export interface WordTable {
  readonly index: IndexedText;
  readonly structure: Structure;
  readonly count: number;
  /** 1 where a word stands in a prose line. */
  readonly prose: Uint8Array;
  /** Bits of HAS. */
  readonly has: Uint16Array;
  /** Bits of WORD: what the word's core, folded to lower case, means. */
  readonly lexical: Uint32Array;
  /** Keys of the words that phrases are made of, 0 for all others. */
  readonly key: Uint8Array;
  /** Words with any bit of `has`, in order. */
  readonly signed: Int32Array;
  /** Words that phrases start from: negations, units, comparisons and the like, in order. */
  readonly telling: Int32Array;
  /** 2 where a sentence or block ends after the word, 1 where a clause may, 0 elsewhere. */
  readonly breakAfter: Uint8Array;
  /** The word as it stands in the text. */
  raw(word: number): string;
  /** The word without the punctuation at its edges. */
  core(word: number): string;
}

const tables = new WeakMap<Structure, WordTable>();

/** The words of a text for the rules; remembered as long as the structure is. O(length of the text). */
export function wordTable(index: IndexedText, structure: Structure): WordTable {
  const known = tables.get(structure);
  if (known?.index === index) return known;
  const table = buildTable(index, structure);
  tables.set(structure, table);
  return table;
}

function buildTable(index: IndexedText, structure: Structure): WordTable {
  const { text, words, lines } = index;
  const { count } = words;
  const prose = new Uint8Array(count);
  const has = new Uint16Array(count);
  const lexical = new Uint32Array(count);
  const breakAfter = new Uint8Array(count);
  const key = new Uint8Array(count);
  const signed: number[] = [];
  const telling: number[] = [];
  const known = new Map<string, Looks>();
  const raw = (word: number): string =>
    text.slice(at(words.start, word), Math.min(at(words.end, word), at(words.start, word) + MAX_WORD));

  for (let line = 0; line < lines.count; line++) {
    const end = at(lines.firstWord, line + 1);
    for (let word = at(lines.firstWord, line); word < end; word++) {
      if (at(structure.lineKind, line) !== 0) {
        breakAfter[word] = 2;
        continue;
      }
      prose[word] = 1;
      const content = raw(word);
      let looks = known.get(content);
      if (looks === undefined) {
        looks = looksOf(content);
        if (known.size < MAX_KNOWN && content.length < 40) known.set(content, looks);
      }
      has[word] = looks.has;
      lexical[word] = looks.lexical;
      key[word] = looks.key;
      breakAfter[word] = looks.breakAfter;
      if (looks.has !== 0) signed.push(word);
      if (looks.key !== 0 || (looks.lexical & TELLING) !== 0) telling.push(word);
    }
    if (end > at(lines.firstWord, line) && at(breakAfter, end - 1) < 2 && endsBlock(index, structure, line))
      breakAfter[end - 1] = 2;
  }
  return {
    index,
    structure,
    count,
    prose,
    has,
    lexical,
    key,
    signed: Int32Array.from(signed),
    telling: Int32Array.from(telling),
    breakAfter,
    raw,
    core: (word) => coreOf(raw(word)),
  };
}

/** Distinct words remembered: most words of a text are repeats. */
const MAX_KNOWN = 20_000;

interface Looks {
  readonly has: number;
  readonly lexical: number;
  readonly key: number;
  readonly breakAfter: number;
}

function looksOf(word: string): Looks {
  const core = coreOf(word);
  const meaning = meaningOf(core.toLowerCase().replaceAll('’', "'"));
  let { bits } = meaning;
  if (/n['’]t$/i.test(core)) bits |= WORD.negation;
  if (/ly$/i.test(core)) bits |= WORD.adverb;
  if (isInner(core, 0) && (bits & WORD.function) === 0) bits |= WORD.content;
  return { has: charactersOf(word), lexical: bits, key: meaning.key, breakAfter: breakOf(word) };
}

function endsBlock({ lines, text }: IndexedText, structure: Structure, line: number): boolean {
  const next = line + 1;
  if (next >= lines.count || at(structure.lineKind, next) !== 0) return true;
  if (at(lines.firstWord, next) === at(lines.firstWord, next + 1)) return true;
  // A list item or a heading begins a block; a wrapped line of a quote does not.
  return /[^\s>]/.test(text.slice(at(lines.start, next), at(structure.markEnd, next)));
}

const EDGE = /[\p{L}\p{N}]/u;

/** A word without the quotes, brackets, marks and punctuation around it; the word itself if it is nothing else. */
export function coreOf(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && !isInner(word, start)) start++;
  while (end > start && !isInner(word, end - 1)) end--;
  return start === end ? word : word.slice(start, end);
}

function isInner(word: string, position: number): boolean {
  const code = word.charCodeAt(position);
  if (code < 128)
    return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  // Halves of a surrogate pair count as letters: a core must not begin inside one.
  return (code >= 0xd800 && code <= 0xdfff) || EDGE.test(word.charAt(position));
}

function breakOf(word: string): number {
  let end = word.length;
  while (end > 0 && `"'”’»)]*_\``.includes(word.charAt(end - 1))) end--;
  const last = word.charAt(end - 1);
  if (last === '.' || last === '?' || last === '!' || last === ';' || last === ':' || last === '…') return 2;
  return last === ',' || last === '—' || last === '–' ? 1 : 0;
}

function charactersOf(word: string): number {
  let bits = 0;
  let previous = 0;
  let capitals = 0;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code >= 97 && code <= 122) {
      previous = 1;
      continue;
    }
    if (code >= 65 && code <= 90) {
      capitals++;
      if (previous === 1) bits |= HAS.lowerUpper;
      if (capitals === 2) bits |= HAS.twoCapitals;
      previous = 2;
      continue;
    }
    previous = 0;
    bits |= code >= 48 && code <= 57 ? HAS.digit : code > 127 ? HAS.wide : (SIGNS.get(code) ?? 0);
  }
  return bits;
}

const SIGNS: ReadonlyMap<number, number> = new Map(
  (
    [
      ['.', HAS.dot],
      ['/', HAS.slash],
      ['\\', HAS.backslash],
      ['-', HAS.dash],
      ['_', HAS.underscore],
      ['"', HAS.quote],
      ["'", HAS.apostrophe | HAS.quote],
      [':', HAS.colon],
      ['@', HAS.atSign],
      ['!', HAS.bang],
      ['<', HAS.sign],
      ['>', HAS.sign],
      ['=', HAS.sign],
      ['%', HAS.sign],
      ['~', HAS.slash],
    ] as const
  ).map(([char, bit]) => [char.charCodeAt(0), bit]),
);

export const isLexical = (table: WordTable, word: number, bits: number): boolean =>
  word >= 0 && word < table.count && (at(table.lexical, word) & bits) !== 0;

/** Whether a word is a given word of a phrase. */
export const isKey = (table: WordTable, word: number, key: Key): boolean =>
  word >= 0 && word < table.count && at(table.key, word) === keyOf(key);

/** Whether a word carries meaning: not a function word, and with a letter or digit in it. */
export const isContent = (table: WordTable, word: number): boolean => isLexical(table, word, WORD.content);
