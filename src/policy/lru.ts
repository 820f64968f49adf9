import { selectionOfOrder } from './order';
import type { Policy } from './policy';
import type { TokenRecords } from './records';

/**
 * Least recently used goes first. A token is used where it stands, and once more where the same token text next
 * occurs: the name of a function that the end of the text calls is as recent as that call. Published is the same by
 * place alone, which is FIFO. Of two tokens last used at the same place the later one stays.
 */
export const lru: Policy = {
  name: 'lru',
  prepare: (records) => selectionOfOrder(records, byLastUse(records)),
};

function byLastUse({ count, identity }: TokenRecords): Int32Array {
  let texts = 0;
  for (let i = 0; i < count; i++) texts = Math.max(texts, (identity[i] ?? 0) + 1);
  const latest = new Int32Array(texts).fill(-1);
  const previous = new Int32Array(count);
  const usedAgain = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const text = identity[i] ?? 0;
    const before = latest[text] ?? -1;
    previous[i] = before;
    if (before >= 0) usedAgain[before] = 1;
    latest[text] = i;
  }
  // At each place at most two tokens are used for the last time: the one there, and the one of that text before it.
  const order = new Int32Array(count);
  let to = 0;
  for (let i = count - 1; i >= 0; i--) {
    if (usedAgain[i] === 0) order[to++] = i;
    const before = previous[i] ?? -1;
    if (before >= 0) order[to++] = before;
  }
  return order;
}
