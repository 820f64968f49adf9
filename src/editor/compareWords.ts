import type { PolicyName } from '../policy/policy';
import type { Translate } from './numbers';
import { policyWords } from './policyNames';

export type PolicyNames = Readonly<Record<PolicyName, string>>;

/** The names of the policies as a person reads them. */
export function policyNames(t: Translate): PolicyNames {
  const words = policyWords(t);
  const names = Object.entries(words).map(([policy, { label }]) => [policy, label]);
  return Object.fromEntries(names) as PolicyNames;
}

/** Every sentence of the compare view; `{0}` and so on are filled by the page. */
export const compareWords = (t: Translate) =>
  ({
    closed: t('The document was closed. Open it again, then compare.'),
    empty: t('Nothing is compressed in this document yet. Compress it, then compare policies.'),
    compress: t('Compress'),
    working: t('Comparing policies…'),
    workingShare: t('Comparing policies, {0} done'),
    cancel: t('Cancel'),
    tryAgain: t('Try again'),
    compareAgain: t('Compare again'),
    notYet: t('The policies are not compared yet.'),
    stale: t('The document has changed since it was compared.'),
    question: t('Question: {0}'),
    noQuestion: t(
      'There is no question, so there is no recall to measure. Tokens, must-keep words and time are compared.',
    ),
    noEntities: t('No name of the question occurs in the text, so there is no recall to measure.'),
    asked: t('{0} of {1} tokens asked for ({2})'),
    modelBudget: t('The model decides how much of this document stays, so the policies are compared at {0}.'),
    tableLabel: t('Policies'),
    hint: t('Arrow keys preview a policy in the editor, Enter applies it, Escape goes back.'),
    policy: t('Policy'),
    tokens: t('Tokens'),
    tokensTitle: t('Tokens of the output, as it is copied'),
    evidence: t('Evidence'),
    evidenceTitle: t('Share of the evidence lines that stay'),
    entities: t('Entities'),
    entitiesTitle: t('Share of the names in the question that stay'),
    mustKeep: t('Must-keep'),
    mustKeepTitle: t('Share of the numbers, names and negations that stay'),
    quality: t('Answer'),
    qualityTitle: t('Answer quality, estimated: the mean of the recalls'),
    time: t('Time'),
    timeTitle: t('Milliseconds of the policy and of fitting the budget'),
    milliseconds: t('{0} ms'),
    notes: t('Notes ({0})'),
    current: t('current'),
    over: t('{0} above the budget'),
    select: t('Compare the output of {0}'),
    apply: t('Apply {0}'),
    applyNone: t('Apply'),
    back: t('Go back'),
    difference: t('Show difference'),
    differenceTitle: t('Select two policies with their boxes or Space to see how their outputs differ'),
    previewing: t('The editor shows {0}.'),
    plotTitle: t('Recall against budget'),
    measure: t('Recall of'),
    measureEvidence: t('evidence lines'),
    measureEntities: t('names in the question'),
    measureMustKeep: t('must-keep words'),
    plotEmpty: t('There is no recall to draw.'),
    plotLabel: t('Recall against the share of the tokens that stay, one line a policy'),
    plotHint: t('Left and right move along the budget, up and down between policies.'),
    axisX: t('share of the tokens that stay'),
    askedLine: t('asked'),
    point: t('{0}: recall {1} with {2} of the tokens ({3}), asked {4}'),
    values: t('Values as a table'),
    valuesCell: t('{0} at {1}'),
    none: t('unknown'),
  }) as const;
export type CompareWords = Readonly<Record<keyof ReturnType<typeof compareWords>, string>>;
