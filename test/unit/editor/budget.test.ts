import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  budgetName,
  budgetSteps,
  nextStep,
  parseBudget,
  RATIO_STEPS,
  tokensOf,
  WINDOW_STEPS,
} from '../../../src/editor/budget';
import {
  DEFAULT_RATIO,
  MODEL_BUDGET,
  plainWish,
  requestParts,
  sameWish,
  withBudget,
  withPolicy,
  withQuestion,
} from '../../../src/editor/wish';
import { CHOOSABLE, policyWords } from '../../../src/editor/policyNames';
import { POLICIES } from '../../../src/policy/policy';

const t = (message: string, ...args: (string | number | boolean)[]): string =>
  message.replace(/\{(\d+)\}/g, (_, i: string) => String(args[Number(i)]));
const ratio = (value: number): unknown => ({ kind: 'ratio', ratio: value });
const tokens = (value: number): unknown => ({ kind: 'tokens', tokens: value });

describe('a budget as typed', () => {
  it('is a share, a number of tokens, or the model’s decision', () => {
    const cases: [string, unknown][] = [
      ['model', MODEL_BUDGET],
      [' Model ', MODEL_BUDGET],
      ['35%', ratio(0.35)],
      ['35 %', ratio(0.35)],
      ['12.5%', ratio(0.125)],
      ['100%', ratio(1)],
      ['0.35', ratio(0.35)],
      ['.2', ratio(0.2)],
      ['1.0', ratio(1)],
      ['35', ratio(0.35)],
      ['1', ratio(0.01)],
      ['100', ratio(1)],
      ['101', tokens(101)],
      ['12000', tokens(12_000)],
      ['12,000', tokens(12_000)],
      ['12 000 tokens', tokens(12_000)],
      ['12k', tokens(12_000)],
      ['1.5M', tokens(1_500_000)],
      ['50 tokens', tokens(50)],
    ];
    for (const [typed, budget] of cases) assert.deepEqual(parseBudget(typed), budget, typed);
  });

  it('is none for anything else', () => {
    for (const typed of [
      '',
      ' ',
      '0',
      '0%',
      '0.0',
      '-5',
      '-0.3',
      '101%',
      '1e3',
      'NaN',
      'Infinity',
      'all',
      '12q',
      '%',
      '1..2',
      '9'.repeat(30),
      '99999999999',
    ])
      assert.equal(parseBudget(typed), undefined, typed);
  });

  it('is within bounds whatever is typed, and never hangs', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d,._ ]{1,20}(%|k|m)?$/)), (typed) => {
        const budget = parseBudget(typed);
        if (budget?.kind === 'ratio') assert.ok(budget.ratio > 0 && budget.ratio <= 1);
        if (budget?.kind === 'tokens') assert.ok(Number.isInteger(budget.tokens) && budget.tokens >= 1);
      }),
    );
    const begun = performance.now();
    assert.equal(parseBudget(`${'1 '.repeat(1_000_000)}x`), undefined);
    assert.ok(performance.now() - begun < 200);
  });
});

describe('steps of a budget', () => {
  it('run from the model’s decision to the tightest, then windows that the text exceeds', () => {
    const steps = budgetSteps(20_000);
    assert.deepEqual(steps[0], MODEL_BUDGET);
    assert.deepEqual(
      steps.flatMap((step) => (step.kind === 'ratio' ? [step.ratio] : [])),
      RATIO_STEPS,
    );
    assert.deepEqual(
      steps.flatMap((step) => (step.kind === 'tokens' ? [step.tokens] : [])),
      [8000, 16_000],
    );
    assert.equal(budgetSteps(8000).length, 1 + RATIO_STEPS.length);
    assert.equal(budgetSteps(2_000_000).length, 1 + RATIO_STEPS.length + WINDOW_STEPS.length);
  });

  it('lead from one to the next, and end', () => {
    assert.deepEqual(nextStep(0.73, -1), ratio(0.7));
    assert.deepEqual(nextStep(0.7, -1), ratio(0.6));
    assert.deepEqual(nextStep(0.7, 1), ratio(0.8));
    assert.deepEqual(nextStep(0.8, 1), MODEL_BUDGET);
    assert.equal(nextStep(0.05, -1), undefined);
    let share = 1;
    let count = 0;
    for (let step = nextStep(share, -1); step?.kind === 'ratio'; step = nextStep(share, -1)) {
      share = step.ratio;
      count++;
    }
    assert.equal(count, RATIO_STEPS.length);
  });

  it('have names, and sizes in tokens', () => {
    const names = [
      MODEL_BUDGET,
      parseBudget('35%'),
      parseBudget('12.5%'),
      parseBudget('12k'),
      parseBudget('12345'),
    ];
    assert.deepEqual(
      names.map((budget) => budget && budgetName(budget, t)),
      ['Model’s decision', '35 %', '12.5 %', 'Fit in 12k tokens', 'Fit in 12,345 tokens'],
    );
    assert.equal(tokensOf({ kind: 'ratio', ratio: 0.35 }, 1001), 350);
    assert.equal(tokensOf(MODEL_BUDGET, 1001), undefined);
  });
});

describe('what is asked of a document', () => {
  const plain = plainWish(MODEL_BUDGET);

  it('gets the published ratio with a question or a policy, and loses it with them', () => {
    const asked = withQuestion(plain, '  why does\nit fail? ', MODEL_BUDGET);
    assert.deepEqual([asked.question, asked.budget], ['why does it fail?', ratio(DEFAULT_RATIO)]);
    assert.ok(sameWish(withQuestion(asked, '', MODEL_BUDGET), plain));
    const other = withPolicy(plain, 'h2o', MODEL_BUDGET);
    assert.deepEqual(other.budget, ratio(DEFAULT_RATIO));
    assert.deepEqual(withQuestion(withQuestion(other, 'x', MODEL_BUDGET), '', MODEL_BUDGET), other);
  });

  it('keeps the budget that the person chose, and the usual one where it is none of the model’s', () => {
    const chosen = withBudget(plain, { kind: 'tokens', tokens: 500 });
    assert.deepEqual(withQuestion(chosen, 'why?', MODEL_BUDGET).budget, tokens(500));
    const model = withBudget(plain, MODEL_BUDGET);
    assert.deepEqual(withQuestion(model, 'why?', MODEL_BUDGET).budget, MODEL_BUDGET);
    const half = { kind: 'ratio', ratio: 0.5 } as const;
    assert.deepEqual(withQuestion(plainWish(half), 'why?', half).budget, half);
  });

  it('shares tokens among selections, never more than asked in all', () => {
    const wish = withBudget(plain, { kind: 'tokens', tokens: 100 });
    const shares = [0.335, 0.335, 0.33];
    const parts = shares.map((share) => requestParts(wish, share).budget);
    assert.deepEqual(parts, [tokens(33), tokens(33), tokens(33)]);
    assert.deepEqual(requestParts(wish, 1).budget, tokens(100));
    assert.equal('question' in requestParts(wish, 1), false);
  });
});

describe('policies', () => {
  it('have a name and one line each; all but the oracle can be chosen', () => {
    const words = policyWords(t);
    assert.deepEqual(Object.keys(words).sort(), [...POLICIES].sort());
    for (const { label, description } of Object.values(words)) assert.ok(label !== '' && description !== '');
    assert.equal(new Set(Object.values(words).map(({ label }) => label)).size, POLICIES.length);
    assert.deepEqual(
      POLICIES.filter((policy) => !(CHOOSABLE as readonly string[]).includes(policy)),
      ['oracle'],
    );
  });
});
