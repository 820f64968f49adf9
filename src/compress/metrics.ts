import { at, type FlatSpans } from '../text/spans';
import type { ComparisonFigures, Decisions, RuleInfo } from './result';

/** Words of a question that name nothing, after the published SuperCompress. */
const STOP = new Set(
  'what how does the is are function return class def import from this that where when'.split(' '),
);

/** Identifiers; the published pattern is the same with ASCII letters only. */
const IDENTIFIER = /[\p{L}_][\p{L}\p{M}\p{N}_]*/gu;

/** A question may be a whole page; nobody looks at more names than these. */
const MAX_ENTITIES = 256;

/**
 * The entities of a question: its identifiers of more than 2 characters that are not stop words, once each (case
 * does not count), in order, at most 256. After SuperCompress' question entities. Linear in the question.
 */
export function questionEntities(question: string): string[] {
  const found = new Map<string, string>();
  for (const [word] of question.matchAll(IDENTIFIER)) {
    const key = word.toLowerCase();
    if (word.length <= 2 || STOP.has(key) || found.has(key)) continue;
    found.set(key, word);
    if (found.size === MAX_ENTITIES) break;
  }
  return [...found.values()];
}

/** Where the entities of a question stand in a text, in order. */
export interface EntityOccurrences {
  /** Number of the entity, by occurrence. */
  readonly entity: Int32Array;
  /** UTF-16 offset of each occurrence. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** How many different entities occur. */
  readonly distinct: number;
}

/** Finds the entities in a text as whole identifiers, whatever their case. Linear; once for many outputs. */
export function findEntities(entities: readonly string[], text: string): EntityOccurrences {
  const numbers = new Map(entities.map((entity, i) => [entity.toLowerCase(), i]));
  const entity: number[] = [];
  const start: number[] = [];
  const end: number[] = [];
  if (numbers.size > 0)
    for (const { 0: word, index } of text.matchAll(IDENTIFIER)) {
      const number = numbers.get(word.toLowerCase());
      if (number === undefined) continue;
      entity.push(number);
      start.push(index);
      end.push(index + word.length);
    }
  return {
    entity: Int32Array.from(entity),
    start: Int32Array.from(start),
    end: Int32Array.from(end),
    distinct: new Set(entity).size,
  };
}

/**
 * Share of the entities that occur in the text and still do in the output, in [0, 1]; undefined if none occurs.
 * Linear in occurrences and spans.
 */
export function entityRecall(found: EntityOccurrences, kept: FlatSpans): number | undefined {
  if (found.distinct === 0) return undefined;
  const staying = new Set<number>();
  let span = 0;
  for (let i = 0; i < found.entity.length; i++) {
    const end = at(found.end, i);
    while (span < kept.length && at(kept, span + 1) < end) span += 2;
    if (span >= kept.length) break;
    if (at(kept, span) <= at(found.start, i)) staying.add(at(found.entity, i));
  }
  return staying.size / found.distinct;
}

/** Lines of a text: UTF-16 offsets of each without its break. */
export interface LineOffsets {
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/**
 * Share of the evidence lines that stay, in [0, 1]; undefined without any. A line stays if at least half of its
 * characters other than blanks do: prose may lose words and still say its fact. Lines that are out of range, blank
 * or named twice don't count.
 */
export function evidenceRecall(
  evidence: readonly number[],
  text: string,
  lines: LineOffsets,
  kept: FlatSpans,
): number | undefined {
  let total = 0;
  let staying = 0;
  for (const line of new Set(evidence)) {
    if (!Number.isInteger(line) || line < 0 || line >= lines.start.length) continue;
    const start = at(lines.start, line);
    const end = at(lines.end, line);
    const whole = inked(text, start, end);
    if (whole === 0) continue;
    total++;
    let stays = 0;
    for (let span = firstSpanAfter(kept, start); span < kept.length && at(kept, span) < end; span += 2)
      stays += inked(text, Math.max(start, at(kept, span)), Math.min(end, at(kept, span + 1)));
    if (2 * stays >= whole) staying++;
  }
  return total === 0 ? undefined : staying / total;
}

/** UTF-16 units above the blank: control characters and blanks of other scripts are too rare to matter here. */
function inked(text: string, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if (text.charCodeAt(i) > 32) count++;
  return count;
}

/** Index of the first span that ends after a position. */
function firstSpanAfter(kept: FlatSpans, position: number): number {
  let low = 0;
  let high = kept.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(kept, 2 * middle + 1) > position) high = middle;
    else low = middle + 1;
  }
  return 2 * low;
}

/**
 * Share of the words protected by a must-keep or negation rule that stay, in [0, 1]; undefined if there is none.
 *
 * @param rules what `decisions.rule` counts, from 1; words protected by other families don't count.
 */
export function mustKeepRecall(
  { keep, rule }: Pick<Decisions, 'keep' | 'rule'>,
  rules: readonly Pick<RuleInfo, 'family'>[],
): number | undefined {
  const counts = [false, ...rules.map(({ family }) => family !== 'pinned')];
  let total = 0;
  let staying = 0;
  for (let word = 0; word < keep.length; word++) {
    if (counts[at(rule, word)] !== true) continue;
    total++;
    staying += at(keep, word);
  }
  return total === 0 ? undefined : staying / total;
}

/**
 * An estimate of how well the output still answers the question, in [0, 1], without asking a language model: the mean
 * of what is known of evidence, entity and must-keep recall; undefined where neither evidence nor an entity is known,
 * as must-keep words alone say nothing of an answer. SuperCompress names an `answer_quality_score` among its metrics,
 * but no definition of it could be found, so this one is our own.
 */
export function answerQuality(
  recall: Pick<ComparisonFigures, 'evidenceRecall' | 'entityRecall' | 'mustKeepRecall'>,
): number | undefined {
  if (recall.evidenceRecall === undefined && recall.entityRecall === undefined) return undefined;
  const known = [recall.evidenceRecall, recall.entityRecall, recall.mustKeepRecall].filter(
    (value) => value !== undefined,
  );
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
