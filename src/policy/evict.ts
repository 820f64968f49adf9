import { at } from '../text/spans';
import type { Selection } from './policy';

export interface EvictionInput {
  readonly selection: Selection;
  /** What each unit costs if it stays, in tokens of the target tokenizer. */
  readonly cost: Float64Array;
  /** 1 for units that stay whatever the policy. */
  readonly fixed: Uint8Array;
  /** Tokens that the units may cost in all. */
  readonly target: number;
}

/**
 * Reconstruction: which units stay so that they cost at most the target. They are taken in the policy's order, and
 * what no longer fits is left out. Costs above the target only if the fixed units alone do. O(units).
 * @returns 1 or 0 a unit.
 */
export function evict({ selection, cost, fixed, target }: EvictionInput): Uint8Array {
  const kept = new Uint8Array(fixed.length);
  let spent = 0;
  for (let u = 0; u < fixed.length; u++) {
    if (fixed[u] !== 1) continue;
    kept[u] = 1;
    spent += at(cost, u);
  }
  if (!(spent <= target)) return kept;
  const order = selection.unitOrder;
  for (let i = 0; i < order.length; i++) {
    const unit = order[i] ?? 0;
    if (kept[unit] === 1 || !(spent + at(cost, unit) <= target)) continue;
    kept[unit] = 1;
    spent += at(cost, unit);
  }
  return kept;
}
