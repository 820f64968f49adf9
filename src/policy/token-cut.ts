import type { TokenScores } from '../scoring/scorer';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import type { Units } from './units';

/** The tokens of a text that belong to words, in order. */
export interface TokenCut {
  readonly count: number;
  /** Word of each token; never falling. */
  readonly word: Int32Array;
  /** Number of each token among the model's tokens; undefined if the tokens are not the model's. */
  readonly source: Int32Array | undefined;
  /** Number of each token's text, the same for the same text, blanks aside. */
  identities(): Int32Array;
}

/**
 * The model's tokens where there are some; else the published `[A-Za-z_][A-Za-z0-9_]*|[^\s]` on each word, in code
 * points. O(length).
 */
export function cutTokens(index: IndexedText, tokens: TokenScores | undefined): TokenCut {
  return tokens === undefined || tokens.word.length === 0 ? cutByPattern(index) : cutByModel(index, tokens);
}

function cutByModel(index: IndexedText, { word: wordOf, textIndex, table }: TokenScores): TokenCut {
  let count = 0;
  for (let i = 0; i < wordOf.length; i++) {
    const w = wordOf[i] ?? -1;
    if (w >= 0 && w < index.words.count) count++;
  }
  const word = new Int32Array(count);
  const source = new Int32Array(count);
  for (let i = 0, to = 0; i < wordOf.length; i++) {
    const w = wordOf[i] ?? -1;
    if (w < 0 || w >= index.words.count) continue;
    word[to] = w;
    source[to++] = i;
  }
  return {
    count,
    word,
    source,
    identities() {
      const numbers = new Map<string, number>();
      const numberOf = Int32Array.from(table, (text) => numbered(numbers, text.trim()));
      return Int32Array.from(source, (i) => at(numberOf, at(textIndex, i)));
    },
  };
}

function cutByPattern(index: IndexedText): TokenCut {
  const { text, words } = index;
  let count = 0;
  scan(index, () => count++);
  const word = new Int32Array(count);
  const start = new Int32Array(count);
  let to = 0;
  scan(index, (w, from) => {
    word[to] = w;
    start[to++] = from;
  });
  return {
    count,
    word,
    source: undefined,
    identities() {
      const numbers = new Map<string, number>();
      const identity = new Int32Array(count);
      for (let i = 0; i < count; i++) {
        const from = at(start, i);
        const limit = at(words.end, at(word, i));
        identity[i] = numbered(numbers, text.slice(from, tokenEnd(text, from, limit)));
      }
      return identity;
    },
  };
}

function numbered(numbers: Map<string, number>, text: string): number {
  let known = numbers.get(text);
  if (known === undefined) numbers.set(text, (known = numbers.size));
  return known;
}

function scan({ text, words }: IndexedText, take: (word: number, start: number) => void): void {
  for (let w = 0; w < words.count; w++) {
    const end = words.end[w] ?? 0;
    for (let i = words.start[w] ?? 0; i < end;) {
      const next = tokenEnd(text, i, end);
      // A word can hold a blank that is part of a grapheme; it is no token.
      if (!isBlank(text.charCodeAt(i))) take(w, i);
      i = next;
    }
  }
}

const BLANK = /\s/;
const isLetter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
/** What JavaScript's `\s` matches. */
function isBlank(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return (
    code === 0xa0 ||
    code === 0xfeff ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x3000 && BLANK.test(String.fromCharCode(code)))
  );
}
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** End of the identifier, or else of the code point, that begins at `start`. */
function tokenEnd(text: string, start: number, limit: number): number {
  const first = text.charCodeAt(start);
  let end = start + 1;
  if (isLetter(first)) {
    while (end < limit && (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)))) end++;
    return end;
  }
  const paired =
    first >= 0xd800 && first < 0xdc00 && end < limit && (text.charCodeAt(end) & 0xfc00) === 0xdc00;
  return paired ? end + 1 : end;
}

/**
 * Unit of each token and first token of each unit (`count + 1` entries).
 * @param word of each token, never falling.
 */
export function unitsOfTokens(
  word: Int32Array,
  units: Units,
): { readonly unit: Int32Array; readonly firstToken: Int32Array } {
  const unit = new Int32Array(word.length);
  const firstToken = new Int32Array(units.count + 1);
  let token = 0;
  for (let u = 0; u < units.count; u++) {
    firstToken[u] = token;
    const end = at(units.firstWord, u + 1);
    while (token < word.length && (word[token] ?? 0) < end) unit[token++] = u;
  }
  firstToken[units.count] = token;
  if (token < word.length) throw new RangeError('the units do not cover all words');
  return { unit, firstToken };
}
