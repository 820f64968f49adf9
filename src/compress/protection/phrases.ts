import { at } from '../../text/spans';
import { WORD } from './lexicon';
import type { Find } from './patterns';
import { HAS, isContent, isKey, isLexical, type WordTable } from './wordtable';

/** Words that are passed over at most on the way to a content word. */
const REACH = 5;

/** The next content word after `word` in its sentence (in its clause with `most` 1); -1 where there is none. */
export function nextContent(table: WordTable, word: number, most = 2): number {
  for (let i = word + 1; i <= word + REACH && i < table.count; i++) {
    if (at(table.breakAfter, i - 1) >= most || at(table.prose, i) === 0) return -1;
    if (isContent(table, i)) return i;
  }
  return -1;
}

/** The content word before `word` in its sentence; -1 where there is none. */
export function previousContent(table: WordTable, word: number, most = 2): number {
  for (let i = word - 1; i >= Math.max(0, word - REACH); i--) {
    if (at(table.breakAfter, i) >= most || at(table.prose, i) === 0) return -1;
    if (isContent(table, i)) return i;
  }
  return -1;
}

const isNegation = (table: WordTable, word: number): boolean =>
  isLexical(table, word, WORD.negation | WORD.limit);

export const negation: Find = (table, mark) => {
  for (const word of table.telling) if (isNegation(table, word)) mark(word);
};

/** What is negated: "does not quickly delete" keeps "quickly delete". */
export const negated: Find = (table, mark) => {
  for (const word of table.telling) {
    if (!isNegation(table, word)) continue;
    let target = nextContent(table, word, 1);
    if (target < 0) continue;
    mark(target);
    // An adverb, or a limit of its own ("not only", "no longer"), leaves open what is negated.
    for (let more = 0; more < 2; more++) {
      if (!isLexical(table, target, WORD.degree | WORD.negation | WORD.adverb)) break;
      target = nextContent(table, target, 1);
      if (target < 0) break;
      mark(target);
    }
  }
};

const joined = (table: WordTable, word: number): boolean =>
  word > 0 && at(table.breakAfter, word - 1) < 2 && at(table.prose, word) === 1;

/** "not only … but": the second half is as much part of the statement as the first. */
export const butAlso: Find = (table, mark) => {
  for (const word of table.telling) {
    if (!isKey(table, word, 'only') || !isKey(table, word - 1, 'not')) continue;
    for (let i = word + 1; i < Math.min(table.count, word + 20) && joined(table, i); i++)
      if (isKey(table, i, 'but')) {
        mark(i);
        break;
      }
  }
};

/** "than", "instead of", "rather than" with what they compare on both sides. */
export const comparison: Find = (table, mark) => {
  for (const word of table.telling) {
    if (at(table.prose, word) === 0) continue;
    const than = isKey(table, word, 'than');
    let last = word;
    if (isKey(table, word, 'instead') && isKey(table, word + 1, 'of')) last = word + 1;
    else if (!than && !isKey(table, word, 'versus') && !isKey(table, word, 'vs')) continue;
    for (let i = word; i <= last; i++) mark(i);
    // "rather" and "other" belong to "than": what is compared stands before them.
    const opener =
      than && (isKey(table, word - 1, 'rather') || isKey(table, word - 1, 'other')) ? word - 1 : word;
    mark(opener);
    const left = previousContent(table, opener);
    const right = nextContent(table, last);
    if (left >= 0) mark(left);
    if (right >= 0) mark(right);
    if (than) {
      for (let i = word - 1; i >= Math.max(0, word - 4) && joined(table, i + 1); i--)
        if (isLexical(table, i, WORD.comparative)) mark(i);
    }
  }
};

/** "at least", "at most", "up to", "no more" and the like before a number. */
export const bound: Find = (table, mark) => {
  for (const word of table.telling) {
    const least = isKey(table, word, 'least') || isKey(table, word, 'most');
    const pair =
      (least && isKey(table, word - 1, 'at')) ||
      (isKey(table, word, 'to') && isKey(table, word - 1, 'up') && isNumber(table, word + 1));
    if (!pair || !joined(table, word)) continue;
    mark(word - 1);
    mark(word);
  }
};

export const comparative: Find = (table, mark) => {
  for (const word of table.telling) if (isLexical(table, word, WORD.comparative)) mark(word);
};

/** "before" and "after" with what they put in order. */
export const order: Find = (table, mark) => {
  for (const word of table.telling) {
    if (!isLexical(table, word, WORD.order)) continue;
    mark(word);
    const left = previousContent(table, word);
    const right = nextContent(table, word);
    if (left >= 0) mark(left);
    if (right >= 0) mark(right);
  }
};

export const modal: Find = (table, mark) => {
  for (const word of table.telling) if (isLexical(table, word, WORD.modal)) mark(word);
};

const isNumber = (table: WordTable, word: number): boolean =>
  word < table.count &&
  ((at(table.has, word) & HAS.digit) !== 0 || isLexical(table, word, WORD.number)) &&
  at(table.prose, word) === 1;

export const numberWord: Find = (table, mark) => {
  for (const word of table.telling) if (isLexical(table, word, WORD.number)) mark(word);
};

/** The unit after a number: "5 ms", "two days". */
export const unit: Find = (table, mark) => {
  for (const word of table.telling)
    if (isLexical(table, word, WORD.unit) && joined(table, word) && isQuantity(table, word - 1)) mark(word);
};

const isQuantity = (table: WordTable, word: number): boolean =>
  isLexical(table, word, WORD.number) ||
  ((at(table.has, word) & HAS.digit) !== 0 && /^\D?\d[\d.,]*[kKMG]?$/.test(table.core(word)));

/** Months and days, and the preposition-free rest of a date. */
export const calendar: Find = (table, mark) => {
  for (const word of table.telling)
    if (isLexical(table, word, WORD.month) && /^\p{Lu}|^to|^yes|^noon|^mid/u.test(table.core(word)))
      mark(word);
};

/** What follows "exit code", "status", "error", "line", "port" when it is a number; and the name of the number. */
export const codeOf: Find = (table, mark) => {
  for (const word of table.signed) {
    if ((at(table.has, word) & HAS.digit) === 0 || !joined(table, word)) continue;
    if (isLexical(table, word - 1, WORD.label)) mark(word - 1);
  }
};
