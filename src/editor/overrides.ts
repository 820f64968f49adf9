import * as vscode from 'vscode';
import type { WordTarget } from '../contributions';
import { activeResult, type Surface } from './active';
import { regionEnd, unitAt, type Region } from './region';
import type { DocumentState, ResultRegistry } from './registry';

/** Keeps or discards what a hover link names, else the selections (or the words at the cursors). */
export function overrideAt(surface: Surface, keep: boolean, target?: unknown): void {
  const { registry, voice, t } = surface;
  // A menu passes its resource in place of a target.
  if (isWordTarget(target)) {
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === target.uri);
    const state = registry.result(document?.uri);
    if (document === undefined || state === undefined) return;
    if (document.version !== target.version) {
      voice.status(t('The text has changed since; hover over the word again.'));
      return;
    }
    apply(registry, state, [[target.start, target.end]], keep);
    return;
  }
  const found = activeResult(surface);
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
  if (!apply(registry, found.state, ranges, keep)) voice.status(t('There is no compressed word here.'));
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
