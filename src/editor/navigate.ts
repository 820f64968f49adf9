import * as vscode from 'vscode';
import { at } from '../text/spans';
import { activeResult, type Surface } from './active';
import { grouped } from './numbers';
import { discardedSpans } from './region';

/**
 * Selects the next (or previous) discarded span and reveals it: the selection is also what a screen reader
 * announces. Goes round at the ends.
 */
export function goToDiscarded(surface: Surface, direction: 1 | -1): void {
  const found = activeResult(surface);
  if (found === undefined) return;
  const { voice, t } = surface;
  const { editor, state } = found;
  const { document } = editor;
  const spans: (readonly [number, number])[] = [];
  for (const region of state.regions) {
    const flat = discardedSpans(region);
    for (let i = 0; i + 1 < flat.length; i += 2)
      spans.push([region.start + at(flat, i), region.start + at(flat, i + 1)]);
  }
  if (spans.length === 0) {
    voice.status(t('Nothing was removed here.'));
    return;
  }
  const cursor = document.offsetAt(direction === 1 ? editor.selection.end : editor.selection.start);
  let index =
    direction === 1
      ? spans.findIndex(([start]) => start >= cursor)
      : spans.findLastIndex(([, end]) => end <= cursor);
  if (index < 0) index = direction === 1 ? 0 : spans.length - 1;
  const [start, end] = spans[index] ?? [0, 0];
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  voice.status(t('Discarded span {0} of {1}', grouped(index + 1), grouped(spans.length)));
}
