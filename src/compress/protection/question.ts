import { at } from '../../text/spans';
import type { FindDependent } from './dependent';

const ENDS = /\?["'”’)\]*_]*$/;
const ASKS = /^(?:what|who|whom|whose|which|why|when|where|how)$/i;
/** Words of a sentence that are looked at before its question mark. */
const SENTENCE = 60;

/** What makes a question one: its last word with the question mark and its asking word, while anything of it stays. */
export const question: FindDependent = (table, keep, mark) => {
  let start = 0;
  for (let word = 0; word < table.count; word++) {
    if (at(table.breakAfter, word) < 2) continue;
    const first = Math.max(start, word - SENTENCE);
    start = word + 1;
    if (at(table.prose, word) === 0 || !ENDS.test(table.raw(word))) continue;
    if (!keep.subarray(first, word + 1).includes(1)) continue;
    mark(word);
    for (let i = first; i < word; i++) if (ASKS.test(table.core(i))) mark(i);
  }
};
