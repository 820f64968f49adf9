import type { Structure } from '../../structure/segments';
import { at } from '../../text/spans';
import type { IndexedText } from '../../text/words';
import { eachSentence } from './flow';
import { isContent, wordTable } from './wordtable';

/** Of a sentence of so many words one word alone says nothing either. */
const LONG = 6;

/**
 * Words that stay of a sentence but say nothing without the rest of it: "it.", "me?", "to the". A sentence of which
 * nothing went is left alone, and so is one with a protected word.
 * @param keep 1 where a word stays.
 * @param protection above 0 where a rule on the text alone protects the word.
 */
export function leftovers(
  index: IndexedText,
  structure: Structure,
  keep: Uint8Array,
  protection: Uint8Array,
): readonly number[] {
  const table = wordTable(index, structure);
  const found: number[] = [];
  eachSentence(table, (first, last) => {
    const kept: number[] = [];
    for (let word = first; word <= last; word++) if (at(keep, word) === 1) kept.push(word);
    if (kept.length === 0 || kept.length === last + 1 - first) return;
    if (kept.some((word) => at(protection, word) > 0)) return;
    const telling = kept.filter((word) => isContent(table, word)).length;
    if (telling > (last + 1 - first >= LONG ? 1 : 0)) return;
    found.push(...kept);
  });
  return found;
}
