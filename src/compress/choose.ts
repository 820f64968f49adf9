import { askAgain, buildRecords } from '../policy/build-records';
import { policyOf } from '../policy/policies';
import type { PolicyName, Selection } from '../policy/policy';
import type { Network } from '../policy/network';
import type { TokenRecords } from '../policy/records';
import type { Units } from '../policy/units';
import type { LineRelevance, RelevanceModel } from '../policy/relevance/relevance';
import type { KeepRule, QuestionEncoding, TextScores, WordScores } from '../scoring/scorer';
import { at, sliceSpans } from '../text/spans';
import { decide, dropLeftovers, protectAround } from './decide';
import { fit } from './fit';
import { layout } from './layout';
import type { Costs, PreparedText } from './prepared';
import { buildReport } from './report';
import { REASONS, type Budget, type Choice, type CompressRequest, type Decisions } from './result';
import { settle } from './settle';
import { unscored, wholeScores, type Subset } from './subset';
import { applyWishes, wishesOf } from './wishes';

/** Texts of fewer words pass through untouched, as in the published Kompress. */
export const MIN_WORDS = 10;
/** Seed of the random policy, so that the same request gives the same result. */
const SEED = 1;
/** Lines that have at least so much to do with a question stay word for word if they stay: thinning could take the answer out of them. */
const ANSWERS = 0.1;

/** What chooses the lines and sentences of a budget. */
export interface PolicyKit {
  readonly relevance: RelevanceModel;
  /** Network of the learned policy. */
  readonly network: Network;
}

/** Scores as far as they are known. */
export interface Reading {
  readonly subset: Subset;
  readonly scored: TextScores | undefined;
  readonly rule: KeepRule;
  /** Whether every window has been read. */
  readonly complete: boolean;
}

export interface Asked {
  readonly text: string;
  /** Undefined until the model has read the question, or if it gives no vectors. */
  readonly encoding: QuestionEncoding | undefined;
}

export interface ChooseInput {
  readonly prepared: PreparedText;
  readonly reading: Reading;
  readonly request: CompressRequest;
  readonly question: Asked | undefined;
  readonly kit: PolicyKit | undefined;
  readonly costs: Costs;
  readonly model: string;
  readonly warnings?: readonly string[];
  readonly timings: Readonly<Record<string, number>>;
}

/** The number of output tokens that a budget allows; undefined where the model decides. */
export function budgetTokens(budget: Budget, total: number): number | undefined {
  switch (budget.kind) {
    case 'model':
      return undefined;
    case 'ratio':
      return Math.floor(budget.ratio * total);
    case 'tokens':
      return Math.floor(budget.tokens);
  }
}

/** Scores of all words of the text, NaN where there are none. */
export function scoresOf({ subset, scored }: Reading, count: number): WordScores {
  return scored === undefined ? unscored(count) : wholeScores(scored.words, subset, count);
}

/**
 * Decides what stays. A text without a budget is decided word by word by the model; a budget by a policy, see `fit`.
 * Runs no model: what it needs of one is in its input.
 */
export function choose(input: ChooseInput): Choice {
  const { prepared, request, reading, costs } = input;
  const { geometry, index } = prepared;
  const begun = performance.now();
  const wishes = wishesOf(prepared, request);
  const short = index.words.count < MIN_WORDS;
  const scores = scoresOf(reading, index.words.count);
  const decided = applyWishes(baseDecisions(prepared, reading, scores, short), wishes);
  const budget = short ? undefined : budgetTokens(request.budget, costs.total);
  const asked = budget !== undefined || (input.question !== undefined && !short);
  const ranked = asked ? rank(input) : undefined;
  let decisions: Decisions;
  let kept;
  let after: number;
  let held;
  if (budget === undefined || ranked === undefined) {
    decisions = short ? decided : settle(geometry, decided);
    kept = layout(geometry, decisions.keep);
    after = costs.counter.count(sliceSpans(index.text, kept));
  } else {
    const fitted = fit({
      prepared,
      decided,
      final: scores.final,
      selection: ranked.selection,
      costs,
      units: ranked.units,
      whole: ranked.whole,
      asked: input.question !== undefined,
      budget,
    });
    ({ decisions, kept, tokens: after, held } = fitted);
  }
  const relevance = ranked?.relevance;
  return {
    decisions,
    rules: wishes.rules,
    relevance:
      relevance === undefined || input.question === undefined
        ? undefined
        : { question: input.question.text, ...relevance },
    kept,
    report: buildReport({
      geometry,
      decisions,
      tokens: { before: costs.total, after, tokenizer: costs.counter.tokenizer },
      budget:
        budget === undefined || held === undefined
          ? undefined
          : {
              asked: budget,
              policy: request.policy ?? 'learned',
              over: Math.max(0, after - budget),
              held,
            },
      asked: request.budget.kind === 'ratio' ? request.budget.ratio : undefined,
      short,
      warnings: [...(input.warnings ?? []), ...wishes.warnings, ...(ranked?.warnings ?? [])],
      model: input.model,
      timings: { ...input.timings, choose: Math.round((performance.now() - begun) * 100) / 100 },
    }),
  };
}

const bases = new WeakMap<PreparedText, { readonly words: WordScores; readonly decisions: Decisions }>();

/** What the model and the protecting rules decide; the same for every budget, question and pin. */
function baseDecisions(
  prepared: PreparedText,
  { scored, rule, complete }: Reading,
  scores: WordScores,
  short: boolean,
): Decisions {
  const known = bases.get(prepared);
  if (known !== undefined && known.words === scored?.words) return known.decisions;
  const { geometry, index, structure, protection } = prepared;
  const base = { ...decide(geometry, scores, rule, protection), rule: protection };
  if (short) {
    base.reason.fill(REASONS.indexOf('structure'));
    return base;
  }
  const decisions = dropLeftovers(index, structure, protectAround(index, structure, base));
  if (scored !== undefined && complete) bases.set(prepared, { words: scored.words, decisions });
  return decisions;
}

interface Ranked {
  readonly units: Units;
  readonly records: TokenRecords;
  readonly selection: Selection;
  readonly relevance: LineRelevance | undefined;
  readonly whole: Uint8Array;
  readonly warnings: readonly string[];
}

interface RankKey {
  readonly words: WordScores | undefined;
  readonly question: string | undefined;
  readonly encoding: QuestionEncoding | undefined;
  readonly policy: PolicyName;
  readonly turns: CompressRequest['turns'];
  readonly evidence: CompressRequest['evidence'];
}
const rankings = new WeakMap<PreparedText, { readonly key: RankKey; readonly ranked: Ranked }>();

/** Ranks the units of a text for a question by a policy; remembered, since another budget or pin asks for the same. */
export function rank({ prepared, reading, request, question, kit, costs }: ChooseInput): Ranked {
  if (kit === undefined) throw new Error('a budget needs the policies');
  const { scored, complete } = reading;
  const policy = request.policy ?? 'learned';
  const key: RankKey = {
    words: complete ? scored?.words : undefined,
    question: question?.text,
    encoding: question?.encoding,
    policy,
    turns: request.turns,
    evidence: request.evidence,
  };
  const known = rankings.get(prepared);
  if (known !== undefined && complete && sameRank(known.key, key)) return known.ranked;
  const units = prepared.units(question !== undefined);
  // Vectors belong to tokens of the whole text only where the whole text was read.
  const read = scored !== undefined && reading.subset.wordOf === undefined ? scored : undefined;
  const sameReading = complete && known?.key.words === key.words ? known : undefined;
  const relevance =
    question === undefined
      ? undefined
      : sameReading?.key.question === key.question && sameReading?.key.encoding === key.encoding
        ? sameReading?.ranked.relevance
        : prepared
            .read(kit.relevance)
            .score(
              question.text,
              question.encoding === undefined || read?.encodings.vectors === undefined
                ? undefined
                : { question: question.encoding, text: read.encodings },
            );
  // All but the question's part of the records is the same for the same reading.
  const sameText =
    sameReading?.ranked.units === units && sameTurns(sameReading.key, key) ? sameReading : undefined;
  const asked = {
    question: question?.encoding,
    lineRelevance: relevance?.line,
    evidence: request.evidence,
  };
  const records = sameText
    ? askAgain(sameText.ranked.records, units, asked)
    : buildRecords({
        index: prepared.index,
        structure: prepared.structure,
        units,
        tokens: read?.tokens,
        encodings: read?.encodings,
        wordScores: read?.words,
        turns: request.turns,
        cost: unitCosts(units, costs),
        ...asked,
      });
  const selection = policyOf(policy, { network: kit.network, seed: SEED }).prepare(records);
  const whole = records.relevance.map((value) => (question !== undefined && value >= ANSWERS ? 1 : 0));
  const warnings: string[] = [];
  if (records.attention === 'stand-in' && ATTENTIVE.has(policy) && complete)
    warnings.push('The model gives no attention, so the policy works with stand-in values for it.');
  const ranked = { units, records, selection, relevance, whole: Uint8Array.from(whole), warnings };
  if (complete) rankings.set(prepared, { key, ranked });
  return ranked;
}

/** What each unit costs whole with its break, in tokens of the output. */
function unitCosts(units: Units, { word }: Costs): Float64Array {
  const out = new Float64Array(units.count).fill(1);
  for (let unit = 0; unit < units.count; unit++)
    for (let i = at(units.firstWord, unit); i < at(units.firstWord, unit + 1); i++)
      out[unit] = at(out, unit) + at(word, i);
  return out;
}

/** Policies that rest on attention. */
const ATTENTIVE = new Set<PolicyName>(['attention', 'h2o', 'snapkv', 'learned']);

const sameRank = (a: RankKey, b: RankKey): boolean =>
  a.words === b.words &&
  a.question === b.question &&
  a.encoding === b.encoding &&
  a.policy === b.policy &&
  sameTurns(a, b) &&
  JSON.stringify(a.evidence) === JSON.stringify(b.evidence);

function sameTurns(
  { turns: a = [] }: Pick<RankKey, 'turns'>,
  { turns: b = [] }: Pick<RankKey, 'turns'>,
): boolean {
  return (
    a.length === b.length &&
    a.every((turn, i) => turn.firstLine === b[i]?.firstLine && turn.endLine === b[i].endLine)
  );
}
