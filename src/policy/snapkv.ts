import { descending, selectionOfOrder } from './order';
import type { Policy } from './policy';

const SINKS = 4;
/** Neighbours that are averaged, as in SnapKV's own code. */
const KERNEL = 5;

/**
 * SnapKV (Li et al., arXiv:2404.14469) as published in SuperCompress: 4 sinks, then the tokens that the observation
 * window attends to most. As in SnapKV itself that attention is first averaged over 5 neighbours (zeros beyond the
 * ends), so that what stands around a token that matters stays too. Of equals the earlier stays.
 */
export const snapkv: Policy = {
  name: 'snapkv',
  prepare(records) {
    const keys = pooled(records.observed);
    keys.fill(Infinity, 0, Math.min(SINKS, keys.length));
    return selectionOfOrder(records, descending(keys));
  },
};

function pooled(values: Float32Array): Float32Array {
  const out = new Float32Array(values.length);
  const reach = (KERNEL - 1) / 2;
  for (let i = 0; i < values.length; i++) {
    let sum = 0;
    for (let j = i - reach; j <= i + reach; j++) sum += values[j] ?? 0;
    out[i] = sum / KERNEL;
  }
  return out;
}
