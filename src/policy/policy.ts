import type { TokenRecords } from './records';

/** The learned policy and the ten it is compared with, after the published SuperCompress. */
export const POLICIES = [
  'learned',
  'attention',
  'h2o',
  'snapkv',
  'truncation',
  'sliding-window',
  'fifo',
  'lru',
  'summarization',
  'random',
  'oracle',
] as const;
export type PolicyName = (typeof POLICIES)[number];

/** What a policy would keep of one text. */
export interface Selection {
  /**
   * The positions of the tokens kept within a budget of tokens: at most `budget`, sorted ascending. Larger budgets
   * keep at least as many tokens.
   */
  select(budget: number): Int32Array;
  /**
   * Every unit once, the one to keep first at the head: as a policy ranks whole units, or as the
   * tokens that it picks reach them (reconstruction keeps a unit whole that has any kept token).
   */
  readonly unitOrder: Int32Array;
}

/** A way of choosing tokens to keep. Pure and deterministic. */
export interface Policy {
  readonly name: PolicyName;
  /** Ranks the tokens of a text once, so that many budgets can be tried. O(tokens · log tokens) at most. */
  prepare(records: TokenRecords): Selection;
}
