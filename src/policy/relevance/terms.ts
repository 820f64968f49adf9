/** Kinds of characters for cutting terms; the numbers go into a table. */
const SEPARATOR = 1;
const LOWER = 2;
const UPPER = 3;
const DIGIT = 4;
/** A letter outside of ASCII. */
const LETTER = 5;
/** A letter of a script that is written without blanks between words. */
const DENSE = 6;

const kinds = new Uint8Array(0x10000);
const ANY_LETTER = /[\p{L}\p{M}\p{N}]/u;
const DENSE_LETTER =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The kind of a UTF-16 unit; halves of surrogate pairs separate. */
function kindOf(code: number): number {
  const known = kinds[code] ?? SEPARATOR;
  return known === 0 ? (kinds[code] = findKind(code)) : known;
}

function findKind(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return LOWER;
  if (code >= 0x41 && code <= 0x5a) return UPPER;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  const character = String.fromCharCode(code);
  if (code < 0x80 || !ANY_LETTER.test(character)) return SEPARATOR;
  return DENSE_LETTER.test(character) ? DENSE : LETTER;
}

/** Whether a UTF-16 unit is a letter, digit or underscore of any script. */
export function isWordUnit(code: number): boolean {
  return code === 0x5f || kindOf(code) !== SEPARATOR;
}

/** Longer runs are cut: nobody asks for the tail of a checksum. */
const LONGEST = 64;

/**
 * Finds the parts of identifiers and words in `[start, end)`: `parseHTTPHeader_2` gives `parse`, `HTTP`, `Header`
 * and `2`. A run of letters with one outside of ASCII is one part; scripts without blanks give pairs of characters.
 * O(end − start).
 */
export function eachPart(
  text: string,
  start: number,
  end: number,
  found: (from: number, to: number) => void,
): void {
  const emit = (from: number, to: number): void => {
    found(from, Math.min(to, from + LONGEST));
  };
  for (let i = start; i < end;) {
    const kind = kindOf(text.charCodeAt(i));
    if (kind === SEPARATOR) {
      i++;
      continue;
    }
    let j = i + 1;
    if (kind === DIGIT) {
      while (j < end && kindOf(text.charCodeAt(j)) === DIGIT) j++;
      emit(i, j);
    } else if (kind === DENSE) {
      while (j < end && kindOf(text.charCodeAt(j)) === DENSE) j++;
      if (j === i + 1) found(i, j);
      for (let pair = i; pair + 1 < j; pair++) found(pair, pair + 2);
    } else {
      let ascii = kind !== LETTER;
      for (; j < end; j++) {
        const next = kindOf(text.charCodeAt(j));
        if (next === LETTER) ascii = false;
        else if (next !== LOWER && next !== UPPER) break;
      }
      if (ascii) camelParts(text, i, j, emit);
      else emit(i, j);
    }
    i = j;
  }
}

/** Cuts a run of ASCII letters before each capital that begins a word. */
function camelParts(
  text: string,
  start: number,
  end: number,
  emit: (from: number, to: number) => void,
): void {
  const upper = (i: number): boolean => kindOf(text.charCodeAt(i)) === UPPER;
  let from = start;
  for (let i = start + 1; i < end; i++) {
    const border = upper(i) && (!upper(i - 1) || (i + 1 < end && !upper(i + 1)));
    if (!border) continue;
    emit(from, i);
    from = i;
  }
  emit(from, end);
}

const STOP: ReadonlySet<string> = new Set(
  (
    'the a an and or of to in is are was were be been it this that for on with as at by from i we you they he she ' +
    'have has had do does did will would can could should so then there what which who how why where when not no ' +
    'its their our your about any some many much also just very'
  ).split(' '),
);

const SUFFIXES = ['ations', 'ation', 'ings', 'ing', 'ies', 'ied', 'ed', 'es', 's', 'ly', 'er'];

/**
 * A light English stem: the first suffix of a fixed list that leaves at least three letters is cut, then a last `e`
 * and the second of two equal consonants, so that `file` and `files`, `stop` and `stopped` are one.
 */
export function stem(term: string): string {
  const suffix = SUFFIXES.find((ending) => term.length - ending.length >= 3 && term.endsWith(ending));
  let cut = suffix === undefined ? term : term.slice(0, term.length - suffix.length);
  if (cut.length >= 4 && cut.endsWith('e')) cut = cut.slice(0, -1);
  const last = cut.charAt(cut.length - 1);
  const doubled = cut.length >= 4 && last === cut.charAt(cut.length - 2);
  return doubled && !'aeioulsz'.includes(last) ? cut.slice(0, -1) : cut;
}

/** FNV-1a over UTF-16 units, 32 bits, never 0. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0 || 1;
}

const REMEMBERED = 1 << 16;

/** Gives parts their terms. Terms are hashes, so that a text of distinct words takes no memory for their strings. */
export interface TermHasher {
  /** The term of a part: hash of its stem in lower case, 0 for stop words and single ASCII characters. */
  termOf(part: string): number;
}

export function createTermHasher(): TermHasher {
  const known = new Map<string, number>();
  return {
    termOf(part) {
      let term = known.get(part);
      if (term === undefined) {
        const lower = part.toLowerCase();
        const dropped = STOP.has(lower) || (lower.length < 2 && lower.charCodeAt(0) < 0x80);
        term = dropped ? 0 : hashOf(stem(lower));
        if (known.size >= REMEMBERED) known.clear();
        known.set(part, term);
      }
      return term;
    },
  };
}
