import * as vscode from 'vscode';
import { activeResult, type Surface } from './active';
import { grouped } from './numbers';
import { discardedLines } from './marks';
import { RegionPlaces } from './ranges';

/** Runs of so many lines stay open: there would be little to gain. */
const MAX_OPEN = 12;
/** VS Code holds no more cursors at once. */
const MAX_FOLDS = 5000;

/**
 * Folds each run of more than 12 discarded lines. Folds are made by hand, through the selections: a folding provider
 * of ours would switch off the folding by indentation that a document has otherwise.
 */
export async function foldDiscarded(surface: Surface): Promise<void> {
  const found = activeResult(surface);
  if (found === undefined) return;
  const { voice, t } = surface;
  const { editor, state } = found;
  const runs: vscode.Selection[] = [];
  for (const region of state.regions) {
    const places = new RegionPlaces(editor.document, region);
    for (const { firstLine, endLine } of discardedLines(region, places.edges)) {
      if (endLine - firstLine <= MAX_OPEN || runs.length === MAX_FOLDS) continue;
      const { start, end } = places.lines(firstLine, endLine);
      runs.push(new vscode.Selection(start, editor.document.lineAt(end.line).range.end));
    }
  }
  if (runs.length === 0) {
    voice.status(t('No more than 12 lines in a row are discarded, so nothing was folded.'));
    return;
  }
  const { selections, visibleRanges } = editor;
  editor.selections = runs;
  await vscode.commands.executeCommand('editor.createFoldingRangeFromSelection');
  // A cursor inside a fold would open it again.
  editor.selections = selections.map((selection) => {
    const run = runs.find((each) => each.contains(selection.active));
    return run === undefined ? selection : new vscode.Selection(run.start, run.start);
  });
  if (visibleRanges[0] !== undefined)
    editor.revealRange(
      new vscode.Range(visibleRanges[0].start, visibleRanges[0].start),
      vscode.TextEditorRevealType.AtTop,
    );
  voice.status(t('Folded {0} runs of discarded lines', grouped(runs.length)));
}
