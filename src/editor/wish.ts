import type { Budget, CompressRequest } from '../compress/result';
import type { PolicyName } from '../policy/policy';

/** What a person asks of a document's result: how much may stay, for which question, chosen how. */
export interface Wish {
  readonly budget: Budget;
  /** Empty: none. */
  readonly question: string;
  readonly policy: PolicyName;
  /** The person chose the budget; else it follows from question and policy. */
  readonly chosen: boolean;
}

/** Budget of a question or a policy where none was chosen: the published system's ratio. */
export const DEFAULT_RATIO = 0.35;

export const MODEL_BUDGET: Budget = { kind: 'model' };

/** The wish of a document in which nothing was asked for yet. */
export const plainWish = (budget: Budget): Wish => ({
  budget,
  question: '',
  policy: 'learned',
  chosen: false,
});

export const withBudget = (wish: Wish, budget: Budget): Wish => ({ ...wish, budget, chosen: true });

/** @param usual the budget where neither question nor policy asks for one. */
export const withQuestion = (wish: Wish, question: string, usual: Budget): Wish =>
  implied({ ...wish, question: oneLine(question) }, usual);

export const withPolicy = (wish: Wish, policy: PolicyName, usual: Budget): Wish =>
  implied({ ...wish, policy }, usual);

function implied(wish: Wish, usual: Budget): Wish {
  if (wish.chosen) return wish;
  const plain = wish.question === '' && wish.policy === 'learned';
  return {
    ...wish,
    budget: plain || usual.kind !== 'model' ? usual : { kind: 'ratio', ratio: DEFAULT_RATIO },
  };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

export const sameBudget = (a: Budget, b: Budget): boolean =>
  a.kind === b.kind &&
  (a.kind !== 'ratio' || (b.kind === 'ratio' && a.ratio === b.ratio)) &&
  (a.kind !== 'tokens' || (b.kind === 'tokens' && a.tokens === b.tokens));

export const sameWish = (a: Wish, b: Wish): boolean =>
  sameBudget(a.budget, b.budget) && a.question === b.question && a.policy === b.policy;

/**
 * What a wish asks of one of several parts of a document.
 * @param share the part's share of all that is compressed, in (0, 1]: tokens are divided by it.
 */
export function requestParts(
  { budget, question, policy }: Wish,
  share: number,
): Pick<CompressRequest, 'budget' | 'question' | 'policy'> {
  return {
    budget:
      budget.kind === 'tokens' && share < 1
        ? { kind: 'tokens', tokens: Math.max(1, Math.floor(budget.tokens * share)) }
        : budget,
    policy,
    ...(question === '' ? {} : { question }),
  };
}
