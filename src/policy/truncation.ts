import { selectionOfOrder } from './order';
import type { Policy } from './policy';

/** Head and tail: half of the budget from the beginning (the odd token too), half from the end. */
export const truncation: Policy = {
  name: 'truncation',
  prepare(records) {
    const { count } = records;
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[i] = i % 2 === 0 ? i / 2 : count - (i + 1) / 2;
    return selectionOfOrder(records, order);
  },
};
