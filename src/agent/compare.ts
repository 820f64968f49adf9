import type { LineRange } from './arguments';
import { rounded } from './lines';
import { count, percent, table } from './numbers';
import { sentences } from './words';
import type { Comparison, ComparisonFigures } from '../compress/result';
import type { PolicyName } from '../policy/policy';

type Nullable<T> = {
  readonly [K in keyof T]: undefined extends T[K] ? Exclude<T[K], undefined> | null : T[K];
};

/** The one object that `kompress compare --json` prints; null is what cannot be measured on this text. */
export interface CompareOutput {
  readonly question: string | null;
  readonly tokens: Comparison['tokens'];
  /** Tokens. */
  readonly asked: number;
  readonly entities: readonly string[];
  readonly policies: readonly ({ readonly policy: PolicyName } & Nullable<ComparisonFigures> & {
      readonly ms: number;
      readonly curve: readonly ({ readonly asked: number } & Nullable<ComparisonFigures>)[];
    })[];
  readonly warnings: readonly string[];
}

export function toCompareOutput(comparison: Comparison, warnings: readonly string[]): CompareOutput {
  const { question, tokens, asked, entities, rows } = comparison;
  return {
    question: question ?? null,
    tokens,
    asked,
    entities,
    policies: rows.map((row) => ({
      policy: row.policy,
      ...figures(row),
      ms: Math.round(row.ms * 100) / 100,
      curve: row.curve.map((point) => ({ asked: point.asked, ...figures(point) })),
    })),
    warnings: [...warnings, ...comparison.warnings],
  };
}

const figures = (of: ComparisonFigures): Nullable<ComparisonFigures> => ({
  tokens: of.tokens,
  ratio: rounded(of.ratio),
  evidenceRecall: orNull(of.evidenceRecall),
  entityRecall: orNull(of.entityRecall),
  mustKeepRecall: orNull(of.mustKeepRecall),
  answerQuality: orNull(of.answerQuality),
});
const orNull = (value: number | undefined): number | null => (value === undefined ? null : rounded(value));

/** Recall by share asked for is drawn of the first of these that can be measured. */
const CURVES = ['evidenceRecall', 'entityRecall', 'mustKeepRecall'] as const;

/** The comparison as plain text: a table of the policies, and one of recall by budget. Ends in a line break. */
export function formatComparison(comparison: Comparison): string {
  const { rows, entities, tokens, asked } = comparison;
  const { columns, title, curves, legend, entities: named } = sentences.compare;
  const evidence = rows.some((row) => row.evidenceRecall !== undefined);
  const lines = [title(count(tokens.before), count(asked), tokens.tokenizer)];
  if (entities.length > 0) lines.push(named(entities.join(', ')));
  lines.push(
    '',
    ...table([
      [
        columns.policy,
        columns.tokens,
        columns.share,
        ...(evidence ? [columns.evidence] : []),
        columns.entities,
        columns.mustKeep,
        columns.quality,
        columns.ms,
      ],
      ...rows.map((row) => [
        row.policy,
        count(row.tokens),
        percent(row.ratio),
        ...(evidence ? [shown(row.evidenceRecall)] : []),
        shown(row.entityRecall),
        shown(row.mustKeepRecall),
        shown(row.answerQuality),
        row.ms.toFixed(1),
      ]),
    ]),
  );
  const drawn = CURVES.find((each) =>
    rows.some((row) => row.curve.some((point) => point[each] !== undefined)),
  );
  const ratios = rows[0]?.curve.map((point) => point.asked) ?? [];
  if (drawn !== undefined && ratios.length > 0)
    lines.push(
      '',
      curves[drawn],
      ...table([
        [columns.policy, ...ratios.map(percent)],
        ...rows.map((row) => [row.policy, ...row.curve.map((point) => shown(point[drawn]))]),
      ]),
    );
  lines.push('', ...legend);
  return lines.map((line) => line.trimEnd()).join('\n') + '\n';
}

const shown = (share: number | undefined): string => (share === undefined ? '–' : share.toFixed(3));

/**
 * Numbers from 0 of the lines that the ranges name, each once, ascending; or the first line named that the text has
 * not.
 */
export function linesNamed(
  ranges: readonly LineRange[],
  lines: number,
): { readonly lines: readonly number[] } | { readonly beyond: number } {
  const named = new Set<number>();
  for (const { first, last } of ranges) {
    if (last > lines) return { beyond: Math.max(first, lines + 1) };
    for (let line = first; line <= last; line++) named.add(line - 1);
  }
  return { lines: [...named].sort((a, b) => a - b) };
}
