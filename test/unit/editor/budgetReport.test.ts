import assert from 'node:assert/strict';
import type { Budget } from '../../../src/compress/result';
import { budgetSaid, budgetTotals, heldWords } from '../../../src/editor/budgetReport';
import type { Translate } from '../../../src/editor/numbers';
import { createRegion } from '../../../src/editor/region';
import type { DocumentState } from '../../../src/editor/registry';
import { plainWish, withBudget } from '../../../src/editor/wish';
import { resultOf } from './regions';

const t: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)]));
const TEXT = 'one two three four five six seven eight nine ten\n';
const RATIO: Budget = { kind: 'ratio', ratio: 0.5 };

/** A result of ten tokens with a budget of five, counted as `counts` says. */
function stateOf(budget: Budget, before: number, after: number): DocumentState {
  const result = resultOf(TEXT, (_, i) => i >= 5);
  const report: typeof result.report = {
    ...result.report,
    budget: { asked: 5, held: { sink: 2, pinned: 1 }, over: 0, policy: 'learned' },
  };
  return {
    uri: Object.create(null) as DocumentState['uri'],
    regions: [createRegion(0, true, TEXT, { ...result, report })],
    run: undefined,
    wish: withBudget(plainWish({ kind: 'model' }), budget),
    counts: { before, after, tokenizer: 'o200k_base' },
    stale: false,
    elapsed: 1,
  };
}

describe('how a budget was met', () => {
  it('says the share once where it was met', () => {
    assert.equal(budgetSaid(stateOf(RATIO, 10, 5), t), '50 %: 5 of 10 tokens');
    assert.equal(budgetSaid(stateOf(RATIO, 10, 4), t), '50 %: 4 of 10 tokens, 40 %');
  });

  it('speaks in the tokens that are counted, whatever the engine counts in', () => {
    const totals = budgetTotals(stateOf(RATIO, 20, 10));
    assert.deepEqual(totals, { asked: 10, reached: 10, over: 0, held: { sink: 4, recent: 0, pinned: 2 } });
    const fit = budgetTotals(stateOf({ kind: 'tokens', tokens: 9 }, 20, 9));
    assert.deepEqual([fit?.asked, fit?.reached, fit?.over], [9, 9, 0]);
  });

  it('says by how much it was missed, and what stays', () => {
    const state = stateOf(RATIO, 10, 7);
    const totals = budgetTotals(state);
    assert.equal(totals?.over, 2);
    assert.equal(heldWords(totals, t), 'kept by you or a rule 1, first lines 2');
    assert.match(budgetSaid(state, t) ?? '', /^50 %: 7 tokens, 2 more than asked, because some always stay/);
  });
});
