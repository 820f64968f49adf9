import { at } from '../../text/spans';
import type { FindDependent } from './dependent';
import type { WordTable } from './wordtable';

// Rules that keep a compressed sentence a sentence. A second reader of twenty outputs named what each repairs as what
// made them hard to read; readers' own labels keep these words less often than the model's other choices.

const ENDS = /[.?!]["'”’)\]*_]*$/;
const QUESTION = /\?["'”’)\]*_]*$/;
const PUNCTUATION = /[,;:.?!—–-]["'”’)\]*_]*$/;
const ASKS = /^(?:what|who|whom|whose|which|why|when|where|how)$/i;
const JOINS = /^(?:and|or|but|while|nor|yet)$/i;
const POINTS = /^(?:this|that|these|those)$/i;
const PREPOSITION =
  /^(?:of|in|on|at|by|for|with|from|to|into|over|under|about|through|during|within|without|against)$/i;
/** Words of a sentence that are looked at before its end. */
const SENTENCE = 60;

/** Calls back with the first and the last word of each sentence of prose. */
export function eachSentence(table: WordTable, found: (first: number, last: number) => void): void {
  let start = 0;
  for (let word = 0; word < table.count; word++) {
    if (at(table.breakAfter, word) < 2) continue;
    const first = Math.max(start, word - SENTENCE);
    start = word + 1;
    if (at(table.prose, word) === 1) found(first, word);
  }
}

/** What makes a question one: its last word with the question mark and its asking word, while anything of it stays. */
export const question: FindDependent = (table, keep, mark) => {
  eachSentence(table, (first, last) => {
    if (!QUESTION.test(table.raw(last)) || !keep.subarray(first, last + 1).includes(1)) return;
    mark(last);
    for (let i = first; i < last; i++) if (ASKS.test(table.core(i))) mark(i);
  });
};

/** The last word of a sentence, with its full stop, where it alone would go after a word that stays. */
export const sentenceEnd: FindDependent = (table, keep, mark) => {
  eachSentence(table, (first, last) => {
    if (last > first && at(keep, last) === 0 && at(keep, last - 1) === 1 && ENDS.test(table.raw(last)))
      mark(last);
  });
};

/** A bare "and", "or" or "but" between two words that stay. */
export const joiner: FindDependent = (table, keep, mark) => {
  for (let word = 1; word + 1 < table.count; word++) {
    if (at(keep, word) === 1 || at(keep, word - 1) === 0 || at(keep, word + 1) === 0) continue;
    if (at(table.prose, word) === 1 && JOINS.test(table.raw(word)) && !PUNCTUATION.test(table.raw(word - 1)))
      mark(word);
  }
};

/** "of these versions": the word that points, between a preposition and a noun that stay. */
export const pointer: FindDependent = (table, keep, mark) => {
  for (let word = 1; word + 1 < table.count; word++) {
    if (at(keep, word) === 1 || at(keep, word - 1) === 0 || at(keep, word + 1) === 0) continue;
    if (at(table.prose, word) === 1 && POINTS.test(table.raw(word)) && PREPOSITION.test(table.core(word - 1)))
      mark(word);
  }
};
