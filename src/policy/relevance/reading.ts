import { isBlank } from '../../scoring/pieces';
import type { IndexedText } from '../../text/words';
import { readKinds, type LineKinds } from './kinds';
import { Uint16List, Uint32List } from './lists';
import { createTermHasher, eachPart, isWordUnit } from './terms';

/** A run of lines that are not blank is a block; longer runs are cut, so that a log is not one block. */
export const BLOCK_LINES = 64;

/** What is read of a text once, whatever is asked. Arrays of one entry a line unless said otherwise. */
export interface Reading {
  readonly text: string;
  readonly lineCount: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Terms of all lines, one after the other; line i has [firstTerm[i], firstTerm[i + 1]). */
  readonly terms: Uint32Array;
  readonly firstTerm: Int32Array;
  /** Hashes of the distinct 4-grams of each line, likewise. */
  readonly grams: Uint16Array;
  readonly firstGram: Int32Array;
  /** Tokens by a plain pattern: an identifier, or any other character that is not white space; at least 1. */
  readonly tokens: Float32Array;
  /** 1 where the same line, white space at its ends aside, stands above. */
  readonly seen: Uint8Array;
  readonly kinds: LineKinds;
  /** Block of each line, -1 for blank lines. */
  readonly block: Int32Array;
  readonly blockCount: number;
  readonly firstOfBlock: Int32Array;
  readonly blockSize: Int32Array;
  /** Numbers of the lines that are not blank, and the place of each line among them (-1 for blank ones). */
  readonly rows: Int32Array;
  readonly rowOfLine: Int32Array;
}

/** Reads a text: O(length), and 2 to 3 bytes a character. */
export function readText(index: IndexedText): Reading {
  const { text, lines } = index;
  const count = lines.count;
  const kinds = readKinds(index);
  const hasher = createTermHasher();
  const terms = new Uint32List();
  const firstTerm = new Int32Array(count + 1);
  const grams = new Uint16List();
  const firstGram = new Int32Array(count + 1);
  const tokens = new Float32Array(count);
  const seen = new Uint8Array(count);
  const known = new Set<number>();
  const lineOfGram = new Int32Array(1 << 16).fill(-1);
  const addPart = (from: number, to: number): void => {
    const term = hasher.termOf(text.slice(from, to));
    if (term !== 0) terms.push(term);
  };

  for (let line = 0; line < count; line++) {
    const start = lines.start[line] ?? 0;
    const end = lines.end[line] ?? 0;
    firstTerm[line] = terms.length;
    firstGram[line] = grams.length;
    eachPart(text, start, end, addPart);
    eachGram(text, start, end, (gram) => {
      if (lineOfGram[gram] === line) return;
      lineOfGram[gram] = line;
      grams.push(gram);
    });
    const { count: length, hash } = countTokens(text, start, end);
    tokens[line] = Math.max(1, length);
    if (kinds.blank[line] === 1) continue;
    if (known.has(hash)) seen[line] = 1;
    else known.add(hash);
  }
  firstTerm[count] = terms.length;
  firstGram[count] = grams.length;

  return {
    text,
    lineCount: count,
    start: lines.start,
    end: lines.end,
    terms: terms.toArray(),
    firstTerm,
    grams: grams.toArray(),
    firstGram,
    tokens,
    seen,
    kinds,
    ...cutBlocks(kinds.blank),
  };
}

function cutBlocks(blank: Uint8Array) {
  const block = new Int32Array(blank.length).fill(-1);
  const rowOfLine = new Int32Array(blank.length).fill(-1);
  const rows: number[] = [];
  const firstOfBlock: number[] = [];
  const blockSize: number[] = [];
  for (let line = 0; line < blank.length; line++) {
    if (blank[line] === 1) continue;
    const continues = line > 0 && blank[line - 1] === 0 && (blockSize.at(-1) ?? 0) < BLOCK_LINES;
    if (!continues) {
      firstOfBlock.push(line);
      blockSize.push(0);
    }
    block[line] = blockSize.length - 1;
    blockSize[blockSize.length - 1] = (blockSize.at(-1) ?? 0) + 1;
    rowOfLine[line] = rows.length;
    rows.push(line);
  }
  return {
    block,
    blockCount: blockSize.length,
    firstOfBlock: Int32Array.from(firstOfBlock),
    blockSize: Int32Array.from(blockSize),
    rows: Int32Array.from(rows),
    rowOfLine,
  };
}

/**
 * Hashes of the 4-grams of a text in lower case in which every run of other characters than letters, digits and
 * underscores is one blank; 16 bits each.
 */
export function eachGram(text: string, start: number, end: number, found: (gram: number) => void): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let length = 0;
  let blank = false;
  for (let i = start; i < end; i++) {
    let code = text.charCodeAt(i);
    if (code >= 0x41 && code <= 0x5a) code |= 0x20;
    if (!isWordUnit(code)) {
      if (blank) continue;
      blank = true;
      code = 0x20;
    } else blank = false;
    if (++length >= 4)
      found(
        Math.imul(Math.imul(Math.imul(Math.imul(a, 0x1f35) + b, 0x1f35) + c, 0x1f35) + code, 0x9e3779b1) >>>
          16,
      );
    a = b;
    b = c;
    c = code;
  }
}

/** Tokens of a line by the plain pattern, and a hash of the line without the white space at its ends. */
function countTokens(text: string, start: number, end: number) {
  let count = 0;
  let inName = false;
  let hash = 0x811c9dc5;
  let mixed = 0;
  let blanks = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (isBlank(code)) {
      inName = false;
      blanks++;
      continue;
    }
    if (mixed !== 0) hash = Math.imul(hash ^ blanks, 0x01000193);
    blanks = 0;
    hash = Math.imul(hash ^ code, 0x01000193);
    mixed = Math.imul(mixed + code + 1, 0x85ebca6b) ^ (mixed >>> 13);
    const letter = code === 0x5f || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
    const digit = code >= 0x30 && code <= 0x39;
    if (inName && (letter || digit)) continue;
    // The second half of a pair belongs to the token of the first.
    if ((code & 0xfc00) !== 0xdc00) count++;
    inName = letter;
  }
  // 53 bits of the two hashes.
  return { count, hash: (hash >>> 0) * 0x200000 + (mixed & 0x1fffff) };
}
