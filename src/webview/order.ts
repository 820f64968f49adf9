import type { Comparison, PolicyComparison } from '../compress/result';

/** What a column shows and is sorted by. */
export const COLUMNS = ['policy', 'tokens', 'evidence', 'entities', 'mustKeep', 'quality', 'time'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
  readonly by: Column;
  readonly descending: boolean;
}

/** The number of a row in a column; undefined where it is unknown, and for the policy's name. */
export function figure(row: PolicyComparison, column: Column): number | undefined {
  switch (column) {
    case 'policy':
      return undefined;
    case 'tokens':
      return row.tokens;
    case 'evidence':
      return row.evidenceRecall;
    case 'entities':
      return row.entityRecall;
    case 'mustKeep':
      return row.mustKeepRecall;
    case 'quality':
      return row.answerQuality;
    case 'time':
      return row.ms;
  }
}

/** The columns that have anything to show. */
export const columnsOf = ({ rows }: Comparison): Column[] =>
  COLUMNS.filter((column) => column === 'policy' || rows.some((row) => figure(row, column) !== undefined));

/** High recall first, few tokens and little time first. */
export const firstOrder = (column: Column): Order => ({
  by: column,
  descending: column !== 'policy' && column !== 'tokens' && column !== 'time',
});

/** The order to begin with: by the recall that says most. */
export const defaultOrder = (comparison: Comparison): Order =>
  firstOrder(columnsOf(comparison).find((column) => column !== 'policy' && column !== 'tokens') ?? 'tokens');

/** Rows in an order, unknown figures last whatever the direction; equal rows stay as they came. */
export function sortRows(
  rows: readonly PolicyComparison[],
  { by, descending }: Order,
  nameOf: (row: PolicyComparison) => string,
): PolicyComparison[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (by === 'policy') return sign * nameOf(a).localeCompare(nameOf(b));
    const one = figure(a, by);
    const other = figure(b, by);
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined);
    return sign * (one - other);
  });
}
