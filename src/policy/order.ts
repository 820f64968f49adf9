import { at } from '../text/spans';
import type { TokenRecords } from './records';
import type { Selection } from './policy';

/** Whole tokens of a budget, in [0, count]; 0 for what is no number. */
export function wholeBudget(budget: number, count: number): number {
  return budget > 0 ? Math.min(Math.floor(budget), count) : 0;
}

const RADIX_BITS = 11;
const BUCKETS = 1 << RADIX_BITS;

/**
 * Indices of `keys`, the largest key first, equal keys in the order of the indices, NaN last. A radix sort over the
 * bits of the keys: O(length).
 */
export function descending(keys: Float32Array): Int32Array {
  const count = keys.length;
  const bits = new Uint32Array(count);
  // The bits of a positive number rise with it and those of a negative one fall. Adding 0 makes −0 to 0.
  const floats = Float32Array.from(keys, (key) => key + 0);
  const raw = new Uint32Array(floats.buffer);
  for (let i = 0; i < count; i++) {
    const value = floats[i] ?? 0;
    const word = raw[i] ?? 0;
    if (value !== value) bits[i] = 0xffffffff;
    else bits[i] = word >>> 31 === 1 ? word : ~word & 0x7fffffff;
  }
  let from = new Int32Array(count);
  let to = new Int32Array(count);
  for (let i = 0; i < count; i++) from[i] = i;
  const starts = new Int32Array(BUCKETS);
  for (let shift = 0; shift < 32; shift += RADIX_BITS) {
    starts.fill(0);
    for (let i = 0; i < count; i++) {
      const bucket = ((bits[i] ?? 0) >>> shift) & (BUCKETS - 1);
      starts[bucket] = (starts[bucket] ?? 0) + 1;
    }
    for (let bucket = 0, sum = 0; bucket < BUCKETS; bucket++) {
      const size = starts[bucket] ?? 0;
      starts[bucket] = sum;
      sum += size;
    }
    for (let i = 0; i < count; i++) {
      const item = from[i] ?? 0;
      const bucket = ((bits[item] ?? 0) >>> shift) & (BUCKETS - 1);
      const place = starts[bucket] ?? 0;
      starts[bucket] = place + 1;
      to[place] = item;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** A selection that keeps the first tokens of an order, as many as the budget has. */
export function selectionOfOrder({ unit, unitCount }: TokenRecords, order: Int32Array): Selection {
  let reached: Int32Array | undefined;
  return {
    select: (budget) => order.slice(0, wholeBudget(budget, order.length)).sort(),
    get unitOrder() {
      return (reached ??= unitsReached(order, unit, unitCount));
    },
  };
}

/** The units in the order in which an order of tokens reaches them; those without tokens come last. */
function unitsReached(order: Int32Array, unit: Int32Array, unitCount: number): Int32Array {
  const seen = new Uint8Array(unitCount);
  const units = new Int32Array(unitCount);
  let to = 0;
  for (let i = 0; i < order.length; i++) {
    const u = unit[order[i] ?? 0] ?? 0;
    if (seen[u] === 1) continue;
    seen[u] = 1;
    units[to++] = u;
  }
  for (let u = 0; u < unitCount; u++) if (seen[u] === 0) units[to++] = u;
  return units;
}

/** A selection that keeps whole units in order, leaving out those that no longer fit. */
export function selectionOfUnits({ count, firstToken }: TokenRecords, unitOrder: Int32Array): Selection {
  return {
    unitOrder,
    select(budget) {
      let left = wholeBudget(budget, count);
      const chosen: number[] = [];
      for (let i = 0; i < unitOrder.length && left > 0; i++) {
        const unit = unitOrder[i] ?? 0;
        const size = at(firstToken, unit + 1) - at(firstToken, unit);
        if (size > left) continue;
        chosen.push(unit);
        left -= size;
      }
      const units = Int32Array.from(chosen).sort();
      const out = new Int32Array(wholeBudget(budget, count) - left);
      let to = 0;
      for (const unit of units)
        for (let i = at(firstToken, unit); i < at(firstToken, unit + 1); i++) out[to++] = i;
      return out;
    },
  };
}

/** The numbers from `count` − 1 down to 0. */
export function latestFirst(count: number): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = count - 1 - i;
  return order;
}
