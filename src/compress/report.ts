import { at } from '../text/spans';
import { SEGMENT_KINDS, type SegmentKind } from '../structure/segments';
import type { Geometry } from './edits';
import { REASONS, type Decisions, type Reason, type Report } from './result';

export interface ReportInput {
  readonly geometry: Geometry;
  readonly decisions: Decisions;
  readonly tokens: Report['tokens'];
  readonly budget: Report['budget'];
  /** The ratio asked for. */
  readonly asked: number | undefined;
  readonly warnings: readonly string[];
  /** Whether the text was too short to be compressed. */
  readonly short: boolean;
  readonly model: string;
  readonly timings: Report['timings'];
}

/** What a person is told of a result: counts, ratio, reasons, and a sentence for everything out of the ordinary. */
export function buildReport({
  geometry,
  decisions,
  tokens,
  budget,
  asked,
  warnings: given,
  short,
  model,
  timings,
}: ReportInput): Report {
  const total = decisions.keep.length;
  let kept = 0;
  let protectedGone = 0;
  const reasons: Partial<Record<Reason, number>> = {};
  for (let word = 0; word < total; word++) {
    kept += at(decisions.keep, word);
    const reason = REASONS[at(decisions.reason, word)];
    // What the person released went because they said so.
    if (at(decisions.keep, word) === 0 && at(decisions.rule, word) > 0 && reason !== 'released')
      protectedGone++;
    if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  const reached = tokens.before === 0 ? 1 : tokens.after / tokens.before;
  const wholeKinds = wholeLines(geometry);
  const whole = [...wholeKinds.values()].reduce((sum, lines) => sum + lines, 0);

  const warnings: string[] = [...given];
  if (total === 0) warnings.push('There is no text to compress: it has no words.');
  else if (short)
    warnings.push(
      `The text has only ${words(total)}: it is passed through unchanged, as every text of fewer than 10 words is.`,
    );
  else if (kept === total && budget !== undefined) {
    if (budget.over === 0) warnings.push('Nothing was removed: all of it fits into the budget.');
  } else if (kept === 0 && budget !== undefined)
    warnings.push(
      `Nothing stays: no line or sentence is short enough for a budget of ${number(budget.asked)} tokens. Raise the budget.`,
    );
  else if (kept === total) {
    if (whole > 0 && whole === linesWithWords(geometry)) {
      warnings.push(`Nothing was removed: all of it is ${kindList(wholeKinds)}, which stays whole.`);
    } else warnings.push('Nothing was removed: every word is scored as needed or protected.');
  } else if (whole > 0 && budget === undefined) {
    warnings.push(
      whole === 1
        ? `One line stays whole because it is ${kindList(wholeKinds)}.`
        : `${lines(whole)} stay whole because they are ${kindList(wholeKinds)}.`,
    );
  }
  if (protectedGone > 0 && budget !== undefined) {
    warnings.push(
      `To reach the budget, ${words(protectedGone)} such as numbers, names or negations went with ${protectedGone === 1 ? 'its' : 'their'} whole sentences or lines.`,
    );
  }
  if (budget !== undefined && budget.over > 0 && !short) warnings.push(overBudget(budget, tokens.after));
  return {
    tokens,
    budget,
    ratio: { asked, reached },
    words: { total, kept },
    reasons,
    warnings,
    timings,
    model,
  };
}

/** By how much a budget is passed, and what holds it. */
function overBudget({ asked, over, held }: NonNullable<Report['budget']>, after: number): string {
  const names = { pinned: 'pins', sink: 'the first lines', recent: 'the last lines' } as const;
  const parts = (['pinned', 'sink', 'recent'] as const).flatMap((name) => {
    const tokens = held[name] ?? 0;
    return tokens === 0 ? [] : [`${names[name]} (${number(tokens)} tokens)`];
  });
  const last = parts.pop();
  const what =
    last === undefined
      ? 'the text holds nothing that could still go'
      : `${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`} always stay`;
  return `The budget of ${number(asked)} tokens is passed by ${number(over)}: ${number(after)} stay, because ${what}.`;
}

/** Lines with words that stay whole, by kind. */
function wholeLines({ lines: { firstWord, start }, structure }: Geometry): Map<SegmentKind, number> {
  const kinds = new Map<SegmentKind, number>();
  for (let line = 0; line < start.length; line++) {
    const kind = SEGMENT_KINDS[at(structure.lineKind, line)];
    if (kind === undefined || kind === 'prose' || at(firstWord, line) === at(firstWord, line + 1)) continue;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds;
}

function linesWithWords({ lines: { firstWord, start } }: Geometry): number {
  let count = 0;
  for (let line = 0; line < start.length; line++) if (at(firstWord, line) < at(firstWord, line + 1)) count++;
  return count;
}

const KIND_NAMES: Readonly<Record<SegmentKind, string>> = {
  prose: 'prose',
  code: 'code',
  json: 'JSON',
  log: 'log or tool output',
  diff: 'a diff',
  table: 'a table',
};

function kindList(kinds: ReadonlyMap<SegmentKind, number>): string {
  const names = [...kinds.entries()].sort((a, b) => b[1] - a[1]).map(([kind]) => KIND_NAMES[kind]);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

const number = (count: number): string => count.toLocaleString('en');
const words = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'word' : 'words'}`;
const lines = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'line' : 'lines'}`;
