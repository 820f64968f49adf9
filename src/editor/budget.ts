import type { Budget } from '../compress/result';
import { grouped, percent, short, type Translate } from './numbers';

/** Shares of the steps, largest first. */
export const RATIO_STEPS = [0.8, 0.7, 0.6, 0.5, 0.4, 0.35, 0.3, 0.2, 0.1, 0.05] as const;

/** Usual context windows, in tokens. */
export const WINDOW_STEPS = [8_000, 16_000, 32_000, 64_000, 128_000, 200_000, 1_000_000] as const;

const MAX_TOKENS = 1_000_000_000;

/**
 * A budget as a person types it: "model", "35%", "0.35", "12000", "12,000", "12k", "1.5M". A bare number of 1 to 100
 * is a percentage. Undefined where it is none: nothing, 0, negative, above 100 %.
 */
export function parseBudget(typed: string): Budget | undefined {
  const text = typed.trim().toLowerCase();
  if (text === 'model') return { kind: 'model' };
  // Anchored, with one digit group each: linear on any input; and no sensible number is longer.
  if (text.length > 24) return undefined;
  const match = /^(\d[\d,_ ]*(?:\.\d+)?|\.\d+)\s*(%|k|m|tokens?)?$/.exec(text);
  if (match === null) return undefined;
  const digits = (match[1] ?? '').trim();
  const separated = digits.replace(/[,_ ]/g, '');
  const value = Number(separated);
  const unit = match[2] ?? '';
  if (!Number.isFinite(value) || value <= 0) return undefined;
  if (unit === '%') return ratio(value / 100);
  if (unit === 'k') return tokens(value * 1000);
  if (unit === 'm') return tokens(value * 1_000_000);
  if (unit !== '') return tokens(value);
  if (value < 1 || (value === 1 && digits.includes('.'))) return ratio(value);
  return value <= 100 ? ratio(value / 100) : tokens(value);
}

const ratio = (value: number): Budget | undefined =>
  value > 0 && value <= 1 ? { kind: 'ratio', ratio: Math.round(value * 1e6) / 1e6 || value } : undefined;

function tokens(value: number): Budget | undefined {
  const whole = Math.round(value);
  return whole >= 1 && whole <= MAX_TOKENS ? { kind: 'tokens', tokens: whole } : undefined;
}

/** Windows that a text of so many tokens does not fit into. */
export const windowsBelow = (before: number): number[] => WINDOW_STEPS.filter((step) => step < before);

/** The steps of the quick control for a text of so many tokens, the widest first. */
export const budgetSteps = (before: number): readonly Budget[] => [
  { kind: 'model' },
  ...RATIO_STEPS.map((step): Budget => ({ kind: 'ratio', ratio: step })),
  ...windowsBelow(before).map((step): Budget => ({ kind: 'tokens', tokens: step })),
];

/** Tokens that a budget asks for; undefined where the model decides. */
export function tokensOf(budget: Budget, before: number): number | undefined {
  if (budget.kind === 'model') return undefined;
  return budget.kind === 'tokens' ? budget.tokens : Math.floor(budget.ratio * before);
}

/**
 * The next ratio below (-1) or above (1) a share; undefined at the tight end. Above the widest ratio the model
 * decides.
 */
export function nextStep(share: number, direction: -1 | 1): Budget | undefined {
  const margin = 0.001;
  if (direction === -1) {
    const step = RATIO_STEPS.find((each) => each < share - margin);
    return step === undefined ? undefined : { kind: 'ratio', ratio: step };
  }
  const step = RATIO_STEPS.findLast((each) => each > share + margin);
  return step === undefined ? { kind: 'model' } : { kind: 'ratio', ratio: step };
}

/** A budget in a few words: "by the model's decision", "35 %", "fit in 12,000 tokens". */
export function budgetName(budget: Budget, t: Translate): string {
  switch (budget.kind) {
    case 'model':
      return t('Model’s decision');
    case 'ratio':
      return budget.ratio < 0.01 || !isWholePercent(budget.ratio)
        ? `${Number((budget.ratio * 100).toPrecision(3))} %`
        : percent(budget.ratio, 1);
    case 'tokens':
      return budget.tokens % 1000 === 0
        ? t('Fit in {0} tokens', short(budget.tokens))
        : t('Fit in {0} tokens', grouped(budget.tokens));
  }
}

const isWholePercent = (value: number): boolean => Math.abs(value * 100 - Math.round(value * 100)) < 1e-9;
