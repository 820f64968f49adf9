import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import type { Structure } from '../structure/segments';
import type { KeepRule, WordScores } from '../scoring/scorer';
import { REASONS, type Decisions, type Reason } from './result';
import type { Geometry } from './edits';
import { leftovers } from './protection/leftovers';
import { protectDependent, RULES } from './protection/protect';

const code = (reason: Reason): number => REASONS.indexOf(reason);

/** What the model alone says of a word: kept, kept by the span head's borderline boost, discarded, or not yet known. */
export function modelVerdict(
  rule: KeepRule,
  scores: WordScores,
  word: number,
): 'keep' | 'boost' | 'discard' | 'unknown' {
  const score = at(rule.on === 'keep' ? scores.keep : scores.final, word);
  if (Number.isNaN(score)) return 'unknown';
  if (score > rule.threshold) return 'keep';
  const { borderline } = rule;
  return borderline !== undefined && score > borderline.above && at(scores.span, word) > borderline.span
    ? 'boost'
    : 'discard';
}

/** Text-only protection of every word (rule number, 0 for none): does not depend on any score, so it is computed once. */
export type Protection = Uint8Array;

/**
 * One decision and one reason a word from the model's scores and the protecting rules.
 * Lines that are not prose, and frames, stay whole. A word without a score stays, as `undecided`.
 * @param first,end range of words to decide.
 * @returns arrays of length `end - first`, without the rule numbers of the text-only protection.
 */
export function decide(
  geometry: Geometry,
  scores: WordScores,
  keepRule: KeepRule,
  protection: Protection,
  first = 0,
  end = geometry.words.start.length,
): Pick<Decisions, 'keep' | 'reason'> {
  const { words, structure } = geometry;
  const keep = new Uint8Array(end - first);
  const reason = new Uint8Array(end - first);
  for (let word = first; word < end; word++) {
    const line = at(words.line, word);
    if (at(structure.lineKind, line) !== 0 || at(structure.lineFrame, line) !== 0) {
      keep[word - first] = 1;
      reason[word - first] = code('structure');
      continue;
    }
    const verdict = modelVerdict(keepRule, scores, word);
    const protecting = RULES[at(protection, word) - 1];
    if (verdict === 'discard' && protecting === undefined) {
      reason[word - first] = code('model');
      continue;
    }
    keep[word - first] = 1;
    if (verdict === 'unknown') reason[word - first] = code('undecided');
    else if (verdict === 'keep') reason[word - first] = code('model');
    else if (protecting !== undefined) reason[word - first] = code(protecting.family);
    else reason[word - first] = code('span');
  }
  return { keep, reason };
}

/** Adds the rules that depend on what stays around a word: the subject of a clause whose verb stays, and its like. */
export function protectAround(index: IndexedText, structure: Structure, decisions: Decisions): Decisions {
  const keep = decisions.keep.slice();
  const reason = decisions.reason.slice();
  const rule = decisions.rule.slice();
  for (const change of protectDependent(index, structure, keep)) {
    if (at(keep, change.word) === 1) continue;
    keep[change.word] = 1;
    rule[change.word] = change.rule;
    reason[change.word] = code(RULES[change.rule - 1]?.family ?? 'must-keep');
  }
  return { keep, reason, rule };
}

/** Drops what is left of sentences that say nothing any more. Rules that only keep a sentence readable do not save it. */
export function dropLeftovers(index: IndexedText, structure: Structure, decisions: Decisions): Decisions {
  const onText = decisions.rule.map((rule) => (RULES[rule - 1]?.find === undefined ? 0 : rule));
  const keep = decisions.keep.slice();
  const reason = decisions.reason.slice();
  for (const word of leftovers(index, structure, keep, onText)) {
    keep[word] = 0;
    reason[word] = code('structure');
  }
  return { keep, reason, rule: decisions.rule };
}
