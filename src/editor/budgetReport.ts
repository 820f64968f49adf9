import { budgetName } from './budget';
import { grouped, percent, type Translate } from './numbers';
import type { DocumentState } from './registry';

/** How the budget of all regions together was met, in the tokens that the counts are in; undefined where the model decided. */
export interface BudgetTotals {
  readonly asked: number;
  readonly reached: number;
  /** Tokens above what was asked, 0 where it was met. */
  readonly over: number;
  /** Tokens that stay whatever the budget. */
  readonly held: Readonly<Record<'sink' | 'recent' | 'pinned', number>>;
}

type Counted = Pick<DocumentState, 'regions' | 'counts' | 'wish'>;

export function budgetTotals({ regions, counts, wish }: Counted): BudgetTotals | undefined {
  const held = { sink: 0, recent: 0, pinned: 0 };
  let asked = 0;
  let before = 0;
  let any = false;
  for (const { result } of regions) {
    const { budget, tokens } = result.report;
    before += tokens.before;
    if (budget === undefined) continue;
    any = true;
    asked += budget.asked;
    held.sink += budget.held.sink ?? 0;
    held.recent += budget.held.recent ?? 0;
    held.pinned += budget.held.pinned ?? 0;
  }
  if (!any || counts === undefined) return undefined;
  // The engine reports tokens of its own tokenizer, and of the text before it was edited.
  const scale = before === 0 ? 1 : counts.before / before;
  const scaled = (tokens: number): number => Math.round(tokens * scale);
  const total = scale !== 1 && wish.budget.kind === 'tokens' ? wish.budget.tokens : scaled(asked);
  return {
    asked: total,
    reached: counts.after,
    over: Math.max(0, counts.after - total),
    held: { sink: scaled(held.sink), recent: scaled(held.recent), pinned: scaled(held.pinned) },
  };
}

/** "kept by you or a rule 900, recent lines 210, first lines 40"; empty where nothing is held. */
export function heldWords({ held }: BudgetTotals, t: Translate): string {
  const parts: string[] = [];
  if (held.pinned > 0) parts.push(t('kept by you or a rule {0}', grouped(held.pinned)));
  if (held.recent > 0) parts.push(t('recent lines {0}', grouped(held.recent)));
  if (held.sink > 0) parts.push(t('first lines {0}', grouped(held.sink)));
  return parts.join(', ');
}

/** One sentence for a budget that was just set. */
export function budgetSaid(state: DocumentState, t: Translate): string | undefined {
  const { counts, wish } = state;
  if (counts === undefined) return undefined;
  const totals = budgetTotals(state);
  const name = budgetName(wish.budget, t);
  if (totals !== undefined && totals.over > 0) {
    const held = heldWords(totals, t);
    return held === ''
      ? t('{0}: {1} tokens, {2} more than asked', name, grouped(totals.reached), grouped(totals.over))
      : t(
          '{0}: {1} tokens, {2} more than asked, because some always stay ({3})',
          name,
          grouped(totals.reached),
          grouped(totals.over),
          held,
        );
  }
  const share = percent(counts.after, counts.before);
  const sizes = [grouped(counts.after), grouped(counts.before)] as const;
  return share === name
    ? t('{0}: {1} of {2} tokens', name, ...sizes)
    : t('{0}: {1} of {2} tokens, {3}', name, ...sizes, share);
}
