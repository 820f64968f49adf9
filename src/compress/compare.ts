import { POLICIES, type PolicyName } from '../policy/policy';
import { budgetTokens, choose, type ChooseInput } from './choose';
import {
  answerQuality,
  entityRecall,
  evidenceRecall,
  findEntities,
  mustKeepRecall,
  questionEntities,
} from './metrics';
import { assertRequest } from './requests';
import type {
  Budget,
  Choice,
  CompareRequest,
  Comparison,
  ComparisonFigures,
  PolicyComparison,
} from './result';

const RATIOS = [0.1, 0.2, 0.35, 0.5, 0.7] as const;
const DEFAULT_RATIO = 0.35;

/** Where the model would decide, policies are compared at the published ratio. */
export const comparedBudget = (budget: Budget): Budget =>
  budget.kind === 'model' ? { kind: 'ratio', ratio: DEFAULT_RATIO } : budget;

/** @throws RequestError for ratios and policies that there are none of: before anything is read. */
export function assertCompareRequest({ budget, policies = [], ratios = [] }: CompareRequest): void {
  for (const policy of policies) assertRequest({ budget, policy });
  for (const ratio of ratios) assertRequest({ budget: { kind: 'ratio', ratio } });
}

export interface CompareOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, stage: string) => void;
}

/** Runs every policy on one text, at the asked budget and along a row of ratios. */
export async function compareChoices(
  input: ChooseInput,
  request: CompareRequest,
  { signal, onProgress }: CompareOptions,
): Promise<Comparison> {
  const ratios = [...new Set(request.ratios ?? RATIOS)].sort((a, b) => a - b);
  const hasEvidence = (request.evidence?.length ?? 0) > 0;
  const policies = (request.policies ?? POLICIES).filter((name) => name !== 'oracle' || hasEvidence);
  const budget = comparedBudget(request.budget);
  const { index } = input.prepared;
  const { total, counter } = input.costs;
  const entities = questionEntities(request.question ?? '');
  const found = findEntities(entities, index.text);

  const figures = ({ kept, decisions, rules, report }: Choice): ComparisonFigures => {
    const recall = {
      evidenceRecall: hasEvidence
        ? evidenceRecall(request.evidence ?? [], index.text, index.lines, kept)
        : undefined,
      entityRecall: entityRecall(found, kept),
      mustKeepRecall: mustKeepRecall(decisions, rules),
    };
    const { after } = report.tokens;
    return {
      tokens: after,
      ratio: total === 0 ? 1 : after / total,
      ...recall,
      answerQuality: answerQuality(recall),
    };
  };
  const run = async (policy: PolicyName, budget: Budget): Promise<Choice> => {
    // Each run takes its time: requests to cancel have to come through.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    return choose({ ...input, request: { ...request, policy, budget } });
  };

  // What all policies share is worked out before the first of them is timed.
  if (policies.length > 0) await run(policies[0] === 'fifo' ? 'lru' : 'fifo', budget);
  const rows: PolicyComparison[] = [];
  let warnings: readonly string[] | undefined;
  for (const [i, policy] of policies.entries()) {
    onProgress?.(i, policies.length, 'compare');
    const begun = performance.now();
    const choice = await run(policy, budget);
    const ms = Math.round((performance.now() - begun) * 100) / 100;
    // What only one policy's output gives rise to is in its figures.
    const said = choice.report.warnings;
    warnings = warnings?.filter((warning) => said.includes(warning)) ?? said;
    const curve: PolicyComparison['curve'][number][] = [];
    for (const ratio of ratios)
      curve.push({ asked: ratio, ...figures(await run(policy, { kind: 'ratio', ratio })) });
    rows.push({ policy, ms, ...figures(choice), curve });
  }
  onProgress?.(policies.length, policies.length, 'compare');
  return {
    question: input.question?.text,
    tokens: { before: total, tokenizer: counter.tokenizer },
    asked: budgetTokens(budget, total) ?? total,
    entities,
    rows,
    warnings: warnings ?? [],
  };
}
