import * as vscode from 'vscode';
import type { WordTarget } from '../contributions';
import { STATUS_MS } from './compress';
import type { Translate } from './numbers';
import { activeResult } from './output';
import { regionEnd, unitAt, type Region } from './region';
import type { DocumentState, ResultRegistry } from './registry';

/** Keeps or discards what a hover link names, else the selections (or the words at the cursors). */
export function overrideAt(
  registry: ResultRegistry,
  t: Translate,
  keep: boolean,
  target?: unknown,
): void {
  // A menu passes its resource in place of a target.
  if (isWordTarget(target)) {
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === target.uri);
    const state = registry.result(document?.uri);
    if (document === undefined || state === undefined) return;
    if (document.version !== target.version) {
      vscode.window.setStatusBarMessage(t('The text has changed since; hover over the word again.'), STATUS_MS);
      return;
    }
    apply(registry, state, [[target.start, target.end]], keep);
    return;
  }
  const found = activeResult({ registry, t });
  if (found === undefined) return;
  const { document, selections } = found.editor;
  const ranges = selections.map((selection): [number, number] => {
    const start = document.offsetAt(selection.start);
    const end = document.offsetAt(selection.end);
    // At a cursor the character on its right counts, or at a word's end the one on its left.
    if (start < end) return [start, end];
    const right = document.getText(new vscode.Range(selection.active, selection.active.translate(0, 1)));
    return /\S/.test(right) ? [start, start + 1] : [Math.max(0, start - 1), start];
  });
  if (!apply(registry, found.state, ranges, keep))
    vscode.window.setStatusBarMessage(t('There is no compressed word here.'), STATUS_MS);
}

const isWordTarget = (value: unknown): value is WordTarget =>
  typeof value === 'object' &&
  value !== null &&
  'uri' in value &&
  typeof value.uri === 'string' &&
  'version' in value &&
  typeof value.version === 'number' &&
  'start' in value &&
  typeof value.start === 'number' &&
  'end' in value &&
  typeof value.end === 'number';

function apply(
  registry: ResultRegistry,
  state: DocumentState,
  ranges: readonly (readonly [number, number])[],
  keep: boolean,
): boolean {
  const changes: { region: Region; first: number; end: number }[] = [];
  for (const [start, end] of ranges) {
    for (const region of state.regions) {
      if (end <= region.start || start >= regionEnd(region)) continue;
      const [first, last] = unitAt(region, Math.max(0, start - region.start), end - region.start);
      if (first < last) changes.push({ region, first, end: last });
    }
  }
  if (changes.length > 0) registry.override(state.uri, changes, keep);
  return changes.length > 0;
}
