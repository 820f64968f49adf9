import { isWhole, type Structure } from '../structure/segments';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import type { Units } from '../policy/units';

/** What a sentence that starts with it leans on the one before for: who, what, or against what. */
const LEANS =
  /^["'“(*_]*(?:this|that|these|those|they|it|he|she|its|their|his|her|both|neither|such|but|however|so|then|therefore|otherwise|instead|also|and|or|yet|hence|thus|still|nevertheless|because|which)(?![\p{L}\p{N}_-])/iu;
/** Words of a sentence and those that lean on it at most: a whole page is not one unit. */
const MAX_LEANING = 40;

/** A line of prose of at most so many words is one unit where lines are joined. */
const SHORT_LINE = 60;

/** What goes over more lines than this is no sentence but lines without full stops: each of them is a unit. */
const MAX_LINES = 8;

/**
 * Cuts a text into what a budget keeps or drops as one: a whole line where the line is no prose or part of a frame,
 * else a sentence, which may go over several lines. Blank lines belong to none.
 * @param sentence of each word, as `sentencesOf` numbers them.
 * A sentence that leans on the one before in its paragraph ("This …", "But …") is one unit with it.
 * @param joined sentences that share a short line are one unit: relevance to a question is known by lines, and of a
 * line that answers one nothing should be missing.
 */
export function unitsOf(
  { text, words, lines }: IndexedText,
  structure: Structure,
  sentence: Int32Array,
  joined: boolean,
): Units {
  const firstWord: number[] = [];
  const line: number[] = [];
  const endLine: number[] = [];
  const leans = (word: number, row: number): boolean => {
    const begun = firstWord.at(-1);
    if (begun === undefined || word === 0 || at(sentence, word - 1) < 0) return false;
    const before = at(words.line, word - 1);
    const paragraph =
      before === row || (before === row - 1 && at(structure.markEnd, row) === at(words.start, word));
    if (!paragraph || isWhole(structure, before) || word - begun >= MAX_LEANING) return false;
    const start = at(words.start, word);
    return LEANS.test(text.slice(start, Math.min(at(words.end, word), start + 24)));
  };
  const endless = endlessSentences(words.line, sentence);
  for (let row = 0; row < lines.count; row++) {
    const first = at(lines.firstWord, row);
    const last = at(lines.firstWord, row + 1);
    if (first === last) continue;
    const start = (word: number): void => {
      firstWord.push(word);
      line.push(row);
      endLine.push(row + 1);
    };
    if (isWhole(structure, row)) {
      start(first);
      continue;
    }
    for (let word = first; word < last; word++) {
      const number = at(sentence, word);
      const same = word > 0 && number >= 0 && at(sentence, word - 1) === number;
      const joins = (joined && word > first && last - first <= SHORT_LINE) || leans(word, row);
      const full = row - (line.at(-1) ?? row) >= MAX_LINES;
      const continues = same ? word > first || at(endless, number) === 0 : joins && !full;
      if (!continues) start(word);
      else endLine[endLine.length - 1] = row + 1;
    }
  }
  firstWord.push(words.count);
  return {
    count: line.length,
    firstWord: Int32Array.from(firstWord),
    line: Int32Array.from(line),
    endLine: Int32Array.from(endLine),
  };
}

/** 1 for each sentence that goes over too many lines to be one. */
function endlessSentences(line: Int32Array, sentence: Int32Array): Uint8Array {
  let count = 0;
  for (const number of sentence) if (number >= count) count = number + 1;
  const endless = new Uint8Array(count);
  for (let word = 0, first = 0; word < sentence.length; word++) {
    if (at(sentence, word) !== at(sentence, first)) first = word;
    const number = at(sentence, word);
    if (number >= 0 && at(line, word) - at(line, first) >= MAX_LINES) endless[number] = 1;
  }
  return endless;
}
