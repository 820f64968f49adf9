import { descending, selectionOfOrder } from './order';
import type { Policy } from './policy';

/** The tokens that receive the most attention in the last global layer; of equals the earlier. */
export const attention: Policy = {
  name: 'attention',
  prepare: (records) => selectionOfOrder(records, descending(records.attentionMass)),
};
