import * as vscode from 'vscode';
import type { CompressResult, Overrides } from '../compress/result';
import type { Surface } from './active';
import type { FailureReporter } from './failures';
import { noticed } from './notice';
import type { Translate } from './numbers';
import { PendingPiece } from './pending';
import { overridesOf } from './region';
import type { Run } from './registry';
import { countsOf, runJobs, visibleOffsets, type RunParts } from './runs';
import { usualWish } from './settings';
import type { Wish } from './wish';

export interface CompressParts extends Surface, RunParts {
  readonly failures: FailureReporter;
}

/**
 * Compresses the selections of an editor, or its whole document, as the document's wish says unless another one is
 * given. Until the result is there the earlier one stays; on cancel, failure and a closed document it stays for
 * good. Never rejects.
 */
export async function compressEditor(
  parts: CompressParts,
  editor: vscode.TextEditor,
  asked?: Wish,
): Promise<void> {
  const { registry, voice, t } = parts;
  const { document, selections, viewColumn } = editor;
  const begun = performance.now();
  const pieces = piecesOf(parts, editor);
  if (pieces.every((piece) => piece.text.trim() === '')) {
    voice.status(
      pieces[0]?.whole === true
        ? t('The document is empty: there is nothing to compress.')
        : t('The selection is empty: there is nothing to compress.'),
    );
    return;
  }
  if (pieces.some((piece) => piece.text.includes('\0'))) {
    voice.show('warning', t('This looks like binary data, so nothing was compressed. Open a text instead.'));
    return;
  }
  const wish = asked ?? registry.get(document.uri)?.wish ?? usualWish(voice, t);
  const run: Run = { pieces, controller: new AbortController(), wish, refit: false, progress: undefined };
  registry.begin(document.uri, run);
  try {
    const jobs = pieces.map((piece) => ({ piece, known: undefined }));
    const results = await noticed(
      t('Compressing {0}', document.uri.path.split('/').at(-1) ?? ''),
      run.controller,
      runJobs(parts, document, run, jobs, visibleOffsets(editor)),
      (report) => registry.onDidChange(() => report(run.progress ?? 0)),
    );
    const elapsed = performance.now() - begun;
    const regions = pieces
      .map((piece, i) => (results[i] === undefined ? undefined : piece.finish(results[i])))
      .filter((region) => region !== undefined);
    if (!registry.finish(document.uri, run, regions, countsOf(results), elapsed)) return;
    const said =
      regions.length === 0
        ? t('The text went while it was being compressed: there is no result.')
        : outcome(results, pieces, t);
    if (said !== undefined) voice.status(said);
  } catch (error) {
    registry.abandon(document.uri, run);
    if (run.controller.signal.aborted) return;
    const retry = async (): Promise<void> => {
      const shown = await vscode.window.showTextDocument(
        document,
        viewColumn === undefined ? {} : { viewColumn },
      );
      shown.selections = selections;
      await compressEditor(parts, shown, wish);
    };
    parts.failures.show(error, () => void retry().catch((again: unknown) => parts.failures.show(again)));
  }
}

function piecesOf(parts: CompressParts, { document, selections }: vscode.TextEditor): PendingPiece[] {
  const piece = (start: number, text: string, whole: boolean): PendingPiece =>
    new PendingPiece(start, text, whole, saidOf(parts, document, start, text));
  const chosen = selections.filter((selection) => !selection.isEmpty);
  if (chosen.length === 0) return [piece(0, document.getText(), true)];
  return chosen
    .map((selection) => piece(document.offsetAt(selection.start), document.getText(selection), false))
    .sort((a, b) => a.start - b.start);
}

/** What the person said about a text: in an earlier result of it that still stands, else as it was remembered. */
function saidOf(
  { registry, pins }: CompressParts,
  document: vscode.TextDocument,
  start: number,
  text: string,
): Overrides | undefined {
  const twin = registry
    .get(document.uri)
    ?.regions.find((region) => region.start === start && region.geometry.text === text);
  return twin === undefined ? pins?.requestParts(document, start, text).overrides : overridesOf(twin);
}

/** What is worth a sentence after a run that went well: nothing removed, or the whole document taken. */
function outcome(
  results: readonly CompressResult[],
  pieces: readonly PendingPiece[],
  t: Translate,
): string | undefined {
  const nothing = results.every((result) => result.report.words.kept === result.report.words.total);
  const warning = results.flatMap((result) => result.report.warnings)[0];
  if (nothing && warning !== undefined) return warning;
  return pieces[0]?.whole === true
    ? t('Nothing was selected, so the whole document was compressed.')
    : undefined;
}
