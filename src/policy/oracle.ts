import { selectionOfOrder } from './order';
import type { Policy } from './policy';

/** What is known to answer the question, in order, then the most recent tokens. Knows nothing: the same as FIFO. */
export const oracle: Policy = {
  name: 'oracle',
  prepare(records) {
    const { count, unit, evidence } = records;
    const order = new Int32Array(count);
    let to = 0;
    for (let i = 0; i < count; i++) if (evidence?.[unit[i] ?? 0] === 1) order[to++] = i;
    for (let i = count - 1; i >= 0; i--) if (evidence?.[unit[i] ?? 0] !== 1) order[to++] = i;
    return selectionOfOrder(records, order);
  },
};
