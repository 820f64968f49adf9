import { selectionOfOrder } from './order';
import type { Policy } from './policy';

/** Share of a text's tokens that is its sink, as published. */
const SINK_SHARE = 0.05;

/** The first 5 % of the text as sinks, then the most recent tokens. A budget below the sinks keeps their beginning. */
export const slidingWindow: Policy = {
  name: 'sliding-window',
  prepare(records) {
    const { count } = records;
    const sinks = Math.floor(count * SINK_SHARE);
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[i] = i < sinks ? i : count - 1 - (i - sinks);
    return selectionOfOrder(records, order);
  },
};
