import { isWhole, type Structure } from '../structure/segments';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import type { Units } from '../policy/units';

/** A line of prose of at most so many words is one unit where lines are joined. */
const SHORT_LINE = 60;

/**
 * Cuts a text into what a budget keeps or drops as one: a whole line where the line is no prose or part of a frame,
 * else a sentence, which may go over several lines. Blank lines belong to none.
 * @param sentence of each word, as `sentencesOf` numbers them.
 * @param joined sentences that share a short line are one unit: relevance to a question is known by lines, and of a
 * line that answers one nothing should be missing.
 */
export function unitsOf(
  { words, lines }: IndexedText,
  structure: Structure,
  sentence: Int32Array,
  joined: boolean,
): Units {
  const firstWord: number[] = [];
  const line: number[] = [];
  const endLine: number[] = [];
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
      const same = word > 0 && at(sentence, word) >= 0 && at(sentence, word - 1) === at(sentence, word);
      const continues = same || (joined && word > first && last - first <= SHORT_LINE);
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
