import * as vscode from 'vscode';
import type { Run } from './registry';
import { firstStretchAfter, type Stretch } from './stretches';

export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Decisions of a run that are known so far, within what is seen: sorted document offsets. */
export interface Fresh {
  /** Words decided anew, whichever way. */
  readonly decided: readonly Stretch[];
  readonly discarded: readonly Stretch[];
}

/** What a run has decided so far in some parts of a document; undefined where nothing. */
export function freshOf(run: Run | undefined, windows: readonly Window[]): Fresh | undefined {
  if (run?.pieces.some((piece) => piece.hasPartial) !== true) return undefined;
  const all = (between: (start: number, end: number) => Stretch[]): Stretch[] =>
    windows.flatMap(({ start, end }) => between(start, end));
  const decided = run.pieces.flatMap((piece) => all((start, end) => piece.decidedBetween(start, end)));
  const discarded = run.pieces.flatMap((piece) => all((start, end) => piece.discardedBetween(start, end)));
  const byStart = (a: Stretch, b: Stretch): number => a[0] - b[0];
  return { decided: decided.sort(byStart), discarded: discarded.sort(byStart) };
}

/** Discarded words as marks; neighbours on a line are joined over the blank between them. */
export function joinedRanges(
  document: vscode.TextDocument,
  stretches: readonly Stretch[],
): vscode.DecorationOptions[] {
  const out: vscode.DecorationOptions[] = [];
  let last: vscode.Range | undefined;
  for (const [from, to] of stretches) {
    const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
    if (
      last?.end.line === range.start.line &&
      document.getText(new vscode.Range(last.end, range.start)).trim() === ''
    ) {
      last = last.union(range);
      out[out.length - 1] = { range: last };
    } else {
      last = range;
      out.push({ range });
    }
  }
  return out;
}

/** Marks of whole lines that hold nothing decided anew. */
export function untouched(
  marks: readonly vscode.DecorationOptions[],
  document: vscode.TextDocument,
  windows: readonly Window[],
  { decided }: Fresh,
): vscode.DecorationOptions[] {
  const seen = windows.map(
    ({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)),
  );
  return marks.filter(({ range }) => {
    if (!seen.some((part) => part.start.line <= range.end.line && part.end.line >= range.start.line))
      return true;
    const start = document.offsetAt(new vscode.Position(range.start.line, 0));
    const end = document.offsetAt(new vscode.Position(range.end.line + 1, 0));
    const next = decided[firstStretchAfter(decided, start)];
    return next === undefined || next[0] >= end;
  });
}
