import { POLICIES } from '../policy/policy';
import type { CompressRequest } from './result';

/** A request that cannot be met. `message` is one sentence for the person. */
export class RequestError extends RangeError {
  constructor(message: string) {
    super(message);
    this.name = 'RequestError';
  }
}

/** @throws RequestError, its message one sentence for the person, for a request that no text could meet. */
export function assertRequest({ budget, policy }: Pick<CompressRequest, 'budget' | 'policy'>): void {
  if (budget.kind === 'ratio' && !(budget.ratio > 0 && budget.ratio <= 1))
    throw new RequestError('The ratio must be a number above 0 and not above 1, for example 0.5.');
  if (budget.kind === 'tokens' && !(budget.tokens >= 1 && Number.isFinite(budget.tokens)))
    throw new RequestError('The number of tokens must be at least 1, for example 8000.');
  if (policy !== undefined && !POLICIES.includes(policy))
    throw new RequestError(`There is no policy of that name. Choose one of ${POLICIES.join(', ')}.`);
}
