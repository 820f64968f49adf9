import { grouped, type Translate } from './numbers';
import type { Region } from './region';
import { percent } from './numbers';
import type { DocumentState } from './registry';
import { budgetName } from './budget';

/** How the budget of all regions together was met; undefined where the model decided. */
export interface BudgetTotals {
  readonly asked: number;
  readonly reached: number;
  /** Tokens above what was asked, 0 where it was met. */
  readonly over: number;
  /** Tokens that stay whatever the budget. */
  readonly held: Readonly<Record<'sink' | 'recent' | 'pinned', number>>;
}

export function budgetTotals(regions: readonly Region[]): BudgetTotals | undefined {
  const held = { sink: 0, recent: 0, pinned: 0 };
  let asked = 0;
  let reached = 0;
  let any = false;
  for (const { result } of regions) {
    const { budget, tokens } = result.report;
    if (budget === undefined) continue;
    any = true;
    asked += budget.asked;
    reached += tokens.after;
    held.sink += budget.held.sink ?? 0;
    held.recent += budget.held.recent ?? 0;
    held.pinned += budget.held.pinned ?? 0;
  }
  return any ? { asked, reached, over: Math.max(0, reached - asked), held } : undefined;
}

/** "first lines 40, recent lines 210, kept by you or a rule 900"; empty where nothing is held. */
export function heldWords({ held }: BudgetTotals, t: Translate): string {
  const parts: string[] = [];
  if (held.pinned > 0) parts.push(t('kept by you or a rule {0}', grouped(held.pinned)));
  if (held.recent > 0) parts.push(t('recent lines {0}', grouped(held.recent)));
  if (held.sink > 0) parts.push(t('first lines {0}', grouped(held.sink)));
  return parts.join(', ');
}

/** One sentence for a budget that was just set. */
export function budgetSaid({ regions, counts, wish }: DocumentState, t: Translate): string | undefined {
  if (counts === undefined) return undefined;
  const totals = budgetTotals(regions);
  const name = budgetName(wish.budget, t);
  if (totals !== undefined && totals.over > 0) {
    const held = heldWords(totals, t);
    return held === ''
      ? t('{0}: {1} tokens, {2} more than asked', name, grouped(totals.reached), grouped(totals.over))
      : t(
          '{0}: {1} tokens, {2} more than asked; held back by {3}',
          name,
          grouped(totals.reached),
          grouped(totals.over),
          held,
        );
  }
  return t(
    '{0}: {1} of {2} tokens, {3}',
    name,
    grouped(counts.after),
    grouped(counts.before),
    percent(counts.after, counts.before),
  );
}
