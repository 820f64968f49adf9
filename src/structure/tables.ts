import { at } from '../text/spans';
import { sentenceLike } from './evidence';
import { isBlank, KIND, lineHead, type Draft } from './kinds';

const DELIMITER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const RULE =
  /^\s*[+|]?(?:[-=]{2,}[+|]){1,}[-=]*\s*$|^\s*(?:[-=]{2,}\s{1,4}){1,}[-=]{2,}\s*$|^\s*[┌├└╔╠╚][─━═┬┼┴╦╬╩┐┤┘╗╣╝]+/u;

/** Marks tables among prose lines: GitHub's, other piped rows, aligned columns, tabs and commas. */
export function markTables(draft: Draft, first: number, end: number): void {
  const { index, lineKind } = draft;
  let line = first;
  while (line < end) {
    if (at(lineKind, line) !== KIND.prose || isBlank(index, line)) {
      line++;
      continue;
    }
    let to = line;
    const rows: string[] = [];
    while (to < end && at(lineKind, to) === KIND.prose && !isBlank(index, to))
      rows.push(
        lineHead(index, to++).slice(
          at(draft.markEnd, to - 1) > at(index.lines.start, to - 1) ? quoteLength(draft, to - 1) : 0,
        ),
      );
    for (const [from, until] of tablesOf(rows)) lineKind.fill(KIND.table, line + from, line + until);
    line = to;
  }
}

/** Length of a line's block quote marks: a table may stand in a quote. */
function quoteLength(draft: Draft, line: number): number {
  const start = at(draft.index.lines.start, line);
  return /^(?:\s{0,3}> ?)*/.exec(draft.index.text.slice(start, at(draft.markEnd, line)))?.[0].length ?? 0;
}

const pipes = (row: string): number => (!row.includes('|') ? 0 : (row.match(/(?<!\\)\|/g) ?? []).length);

/** Ranges of table rows among the lines of one paragraph. */
function tablesOf(rows: readonly string[]): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  const row = (i: number): string => rows[i] ?? '';
  let i = 0;
  while (i < rows.length) {
    let end = i;
    if (pipes(row(i)) > 0 && DELIMITER.test(row(i + 1)) && row(i + 1).includes('|') && i + 1 < rows.length) {
      // A GitHub table goes to the end of its paragraph; a line without a pipe would still be a row of one cell.
      end = i + 2;
      while (end < rows.length && pipes(row(end)) > 0) end++;
    } else if (/^\s*[|│║]/u.test(row(i)) || RULE.test(row(i))) {
      while (end < rows.length && (RULE.test(row(end)) || /^\s*[|│║].*[|│║]\s*$/u.test(row(end)))) end++;
      if (end - i < 2) {
        end = RULE.test(row(i)) ? columnsEnd(rows, i + 1, 2) : i;
        if (end <= i + 1) end = i;
      }
    } else {
      end = separatedEnd(rows, i);
      if (end === i) {
        end = columnsEnd(rows, i, 3);
        if (end > i && RULE.test(row(end - 1)) && end - i < 3) end = i;
      }
    }
    if (end > i) found.push([i, end]);
    i = Math.max(end, i + 1);
  }
  return found;
}

/** End of a run of tab- or comma-separated rows from `i`; `i` where there is none. */
function separatedEnd(rows: readonly string[], i: number): number {
  for (const [separator, least] of [
    ['\t', 2],
    [',', 2],
    [';', 2],
  ] as const) {
    const cells = (row: string): number =>
      row.includes(separator) ? row.trim().split(separator).length - 1 : 0;
    const count = cells(rows[i] ?? '');
    if (count < least) continue;
    let end = i;
    while (end < rows.length && cells(rows[end] ?? '') === count && isRecord(rows[end] ?? '', separator))
      end++;
    if (end - i >= 3) return end;
  }
  return i;
}

function isRecord(row: string, separator: string): boolean {
  // In sentences a comma has a blank after it; in records it has none.
  if (separator === '\t') return true;
  return !/[,;] /.test(row) && !sentenceLike(row) && !/[;{}]\s*$/.test(row);
}

/** End of a run of rows from `i` whose gaps of two and more blanks line up; `i` where fewer than `least` do. */
function columnsEnd(rows: readonly string[], i: number, least: number): number {
  let shared = columnStarts(rows[i] ?? '');
  if (shared.size === 0) return i;
  let end = i + 1;
  let wide = shared.size >= 2;
  while (end < rows.length) {
    const row = rows[end] ?? '';
    if (RULE.test(row)) {
      end++;
      continue;
    }
    const both = new Set([...columnStarts(row)].filter((column) => shared.has(column)));
    if (both.size === 0) break;
    shared = both;
    wide ||= both.size >= 2;
    end++;
  }
  // One shared gap is a table only in many rows: two columns of short terms.
  return end - i >= (wide ? least : least + 1) ? end : i;
}

/** Columns where text begins again after two or more blanks that do not end a sentence. */
function columnStarts(row: string): Set<number> {
  const starts = new Set<number>();
  if (!row.includes('  ')) return starts;
  for (const match of row.matchAll(/[^\s.?!:] {2,60}(?=\S)/g)) starts.add(match.index + match[0].length);
  return starts;
}
