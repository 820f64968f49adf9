import type { Reason } from '../compress/result';
import { at } from '../text/spans';
import { SEGMENT_KINDS, type SegmentKind } from '../structure/segments';
import type { KeepRule } from '../scoring/scorer';
import { lineThen, linesGoing } from './marks';
import { bar, grouped, score, type Translate } from './numbers';
import { policyWords } from './policyNames';
import { isWholeLine, OVERRIDE, reasonOf, type Region } from './region';

/** What the hover says about a word, in the order it says it. */
export interface Explanation {
  readonly kept: boolean;
  /** "Discarded", "Kept, pinned by you", … */
  readonly decision: string;
  /** The deciding score against what it needs; empty where something else decided than the word's own score. */
  readonly against: string;
  /** The word's other scores; empty where there are none. */
  readonly scores: string;
  /** Each token with its bar and its score; document text, to be escaped. */
  readonly tokens: readonly string[];
  /** The model that gave the scores, with its version; empty where there are none. */
  readonly model: string;
  /** One sentence in plain words. */
  readonly sentence: string;
  /** What the line has to do with the question; empty without one. */
  readonly answers: string;
  /** How many lines go with this one, where it goes whole; empty where it does not. */
  readonly company: string;
}

const MAX_TOKENS = 24;

/** Under a budget a high score can go and a low one can stay: only here the word's own score says why. */
const BY_SCORE: ReadonlySet<Reason> = new Set(['model', 'span']);

/** Explains the decision of one word of a region. */
export function explain(region: Region, word: number, t: Translate): Explanation {
  const kept = at(region.keep, word) === 1;
  const reason = reasonOf(region, word);
  const { rule, scores } = region.result;
  const old = at(region.origin, word);
  const keep = old < 0 ? NaN : at(scores.keep, old);
  const final = old < 0 ? NaN : at(scores.final, old);
  const span = old < 0 ? NaN : at(scores.span, old);
  const deciding = rule.on === 'keep' ? keep : final;
  const scored = !Number.isNaN(deciding);
  const parts: string[] = [];
  if (scored && !Number.isNaN(keep)) parts.push(t('keep {0}', score(keep)));
  if (scored && !Number.isNaN(span)) parts.push(t('span {0}', score(span)));
  if (scored && !Number.isNaN(final)) parts.push(t('final {0}', score(final)));
  const line = at(region.geometry.words.line, word);
  const relevance = relevanceOf(region, line);
  if (relevance !== undefined) parts.push(t('relevance {0}', score(relevance.value)));
  return {
    kept,
    decision: decisionWords(kept, reason, ruleOf(region, word) !== undefined, t),
    against:
      scored && BY_SCORE.has(reason)
        ? t('score {0}, needs more than {1}', score(deciding), score(rule.threshold))
        : '',
    scores: parts.join('   '),
    tokens: old < 0 ? [] : tokensOf(region, old, rule),
    model: scored ? region.result.report.model : '',
    sentence: sentence(region, word, reason, kept, old < 0, t),
    answers: relevance === undefined ? '' : answersSentence(relevance, t),
    company: kept ? '' : companySentence(region, line, t),
  };
}

interface LineRelevance {
  readonly value: number;
  /** Words of the question that the line answers. */
  readonly words: readonly string[];
  readonly byWords: boolean;
}

function relevanceOf(region: Region, line: number): LineRelevance | undefined {
  const { relevance } = region.result;
  const then = lineThen(region, line);
  if (relevance === undefined || then < 0) return undefined;
  const bits = at(relevance.answers, then);
  return {
    value: at(relevance.line, then),
    words: relevance.words.filter((_, i) => ((bits >>> i) & 1) === 1),
    byWords: relevance.by === 'words',
  };
}

const MAX_ANSWERED = 8;

function answersSentence({ words, byWords }: LineRelevance, t: Translate): string {
  const named = words.slice(0, MAX_ANSWERED).map((word) => `“${visible(word)}”`);
  if (words.length > MAX_ANSWERED) named.push('…');
  const list = named.join(', ');
  if (words.length === 0)
    return byWords
      ? t('No word of the question is found in this line so far.')
      : t('This line matches no word of the question.');
  return t('This line matches these words of the question: {0}.', list);
}

/** Several lines that go together: how many. */
function companySentence(region: Region, line: number, t: Translate): string {
  if (!isWholeLine(region.geometry.structure, line)) return '';
  const lines = linesGoing(region, line);
  return lines < 2 ? '' : t('{0} lines go here together.', grouped(lines));
}

/** The rule behind a pin that is not the person's own at this place. */
function ruleOf(region: Region, word: number): Region['result']['rules'][number] | undefined {
  return at(region.override, word) === OVERRIDE.none
    ? region.result.rules[at(region.decided.rule, word) - 1]
    : undefined;
}

function decisionWords(kept: boolean, reason: Reason, byRule: boolean, t: Translate): string {
  if (reason === 'pinned') return byRule ? t('Kept by a rule') : t('Kept by you');
  if (reason === 'released') return t('Discarded by you');
  return kept ? t('Kept') : t('Discarded');
}

/** "·context ▂ .18": blanks visible, the height and the number of the score the rule looks at. */
function tokensOf(region: Region, old: number, rule: KeepRule): string[] {
  const { tokens } = region.result;
  const out: string[] = [];
  for (let token = firstAtOrAfter(tokens.word, old); token < tokens.word.length; token++) {
    const word = at(tokens.word, token);
    if (word > old) break;
    if (word !== old) continue;
    if (out.length === MAX_TOKENS) {
      out.push('…');
      break;
    }
    const value = at(rule.on === 'keep' ? tokens.keep : tokens.final, token);
    const text = visible(tokens.table[at(tokens.textIndex, token)] ?? '');
    out.push(Number.isNaN(value) ? text : `${text} ${bar(value)} ${score(value).replace(/^0/, '')}`);
  }
  return out;
}

/** First token of a word; tokens of blanks (-1) lie in between, so the search skips back over them. */
function firstAtOrAfter(words: Int32Array, word: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    let probe = middle;
    while (probe < high && at(words, probe) < 0) probe++;
    if (probe === high || at(words, probe) >= word) high = middle;
    else low = probe + 1;
  }
  return low;
}

/** At most 40 characters, never half of a surrogate pair. */
const LEADING = /^.{0,40}/su;

/** A token as one readable mark: blanks and control characters become signs that cannot break a line. */
export function visible(token: string): string {
  const shown = token
    .replace(/ /g, '·')
    .replace(/\t/g, '→')
    .replace(/\r?\n|\r/g, '⏎')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '�');
  const head = LEADING.exec(shown)?.[0] ?? '';
  return head.length < shown.length ? `${head}…` : shown;
}

export function kindName(kind: SegmentKind | 'mixed', t: Translate): string {
  switch (kind) {
    case 'prose':
      return t('prose');
    case 'code':
      return t('code');
    case 'json':
      return t('JSON');
    case 'log':
      return t('log');
    case 'diff':
      return t('diff');
    case 'table':
      return t('table');
    case 'mixed':
      return t('mixed');
  }
}

function sentence(
  region: Region,
  word: number,
  reason: Reason,
  kept: boolean,
  typed: boolean,
  t: Translate,
): string {
  const line = at(region.geometry.words.line, word);
  const { structure } = region.geometry;
  switch (reason) {
    case 'model':
      return kept
        ? t('The model finds that this carries meaning here.')
        : t('The model finds that this adds little here.');
    case 'span':
      return t(
        'The score is close to the threshold, and the model finds the passage around it worth keeping whole.',
      );
    case 'must-keep':
    case 'negation': {
      const rule = region.result.rules[at(region.decided.rule, word) - 1];
      return rule === undefined
        ? t('It is protected whatever its score.')
        : t('Protected, {0}: {1}', rule.title, rule.explain);
    }
    case 'pinned': {
      const rule = ruleOf(region, word);
      return rule === undefined
        ? t('You keep this, whatever its score.')
        : t('{0}: {1}', rule.title, rule.explain);
    }
    case 'released':
      return t('You discard this, whatever its score.');
    case 'structure': {
      if (region.result.words.start.length < 10) return t('Texts of fewer than 10 words stay as they are.');
      const kind = SEGMENT_KINDS[at(structure.lineKind, line)] ?? 'prose';
      if (kind !== 'prose')
        return t('This line is {0}, which stays whole: it is never cut inside.', kindName(kind, t));
      if (isWholeLine(structure, line)) return t('Head lines of turns and tool calls stay whole.');
      return kept ? t('It belongs to words that stay.') : t('It goes with the words that it belongs to.');
    }
    case 'policy': {
      const { budget } = region.result.report;
      const name = policyWords(t)[budget?.policy ?? 'learned'].label;
      return kept
        ? t('The policy “{0}” counts it among what matters most, and it fits within the budget.', name)
        : t('The policy “{0}” finds other parts more useful, and the budget leaves no room for it.', name);
    }
    case 'budget':
      return kept
        ? t('It fits within the budget.')
        : t('Other parts count for more here, and the budget leaves no room for it.');
    case 'sink':
      return t('The first lines always stay, under any budget: they say what the rest is about.');
    case 'recent':
      return t('The most recent lines always stay, under any budget: work goes on from there.');
    case 'repeat':
      return t('The same text stands elsewhere and stays there.');
    case 'superseded':
      return t('A later version of the same content stays instead.');
    case 'secret':
      return t('It looks like a secret.');
    case 'undecided':
      return typed
        ? t('You typed this after the text was compressed. It stays; compress again to have it scored.')
        : t('It has no score yet, so it stays.');
  }
}
