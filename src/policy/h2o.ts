import { descending, selectionOfOrder } from './order';
import type { Policy } from './policy';
import type { TokenRecords } from './records';

const SINKS = 4;
/** Share of the budget that goes to the most recent tokens. */
const RECENT_SHARE = 0.2;

/**
 * Heavy-hitter oracle (Zhang et al., arXiv:2306.14048) as published in SuperCompress: 4 sinks, 20 % of the budget for
 * the most recent tokens, the rest for the heavy hitters between them: the tokens with the most accumulated
 * attention, which is what they receive over all global layers. Of equals the earlier stays.
 */
export const h2o: Policy = {
  name: 'h2o',
  prepare: (records) => selectionOfOrder(records, admissions(records)),
};

/** The token that each further token of the budget admits: the next recent one as its share grows, else the next hitter. */
function admissions({ count, layerAttentionMean }: TokenRecords): Int32Array {
  const heaviest = descending(layerAttentionMean);
  const order = new Int32Array(count);
  const taken = new Uint8Array(count);
  let recent = 0;
  let hitter = 0;
  for (let size = 1; size <= count; size++) {
    let token = size <= SINKS ? size - 1 : -1;
    if (token < 0 && Math.min(Math.floor(RECENT_SHARE * size), size - SINKS) > recent)
      token = count - ++recent;
    // A recent one that came as a hitter already leaves its place to the next of these.
    if (token < 0 || taken[token] === 1) while (taken[(token = heaviest[hitter] ?? 0)] === 1) hitter++;
    taken[token] = 1;
    order[size - 1] = token;
  }
  return order;
}
