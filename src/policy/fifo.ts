import { latestFirst, selectionOfOrder } from './order';
import type { Policy } from './policy';

/** First in, first out, as published: the most recent tokens stay. */
export const fifo: Policy = {
  name: 'fifo',
  prepare: (records) => selectionOfOrder(records, latestFirst(records.count)),
};
