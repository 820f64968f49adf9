import * as vscode from 'vscode';
import type { CompressRequest, CompressResult } from '../compress/result';
import type { CompressionService } from '../engine/service';
import type { BlockHint } from '../structure/segments';
import type { Surface } from './active';
import type { FailureReporter } from './failures';
import { noticed } from './notice';
import type { Translate } from './numbers';
import { PendingPiece } from './pending';
import type { Run } from './registry';

export interface CompressParts extends Surface {
  readonly service: CompressionService;
  readonly failures: FailureReporter;
  /** What a document knows about its lines, if it is one of ours. */
  readonly hints: (document: vscode.TextDocument) => readonly BlockHint[] | undefined;
}

/**
 * Compresses the selections of an editor, or its whole document. Until the result is there the earlier one stays;
 * on cancel, failure and a closed document it stays for good. Never rejects.
 */
export async function compressEditor(parts: CompressParts, editor: vscode.TextEditor): Promise<void> {
  const { registry, voice, t } = parts;
  const { document, selections, viewColumn } = editor;
  const begun = performance.now();
  const pieces = piecesOf(editor);
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
  const run: Run = { pieces, controller: new AbortController(), progress: undefined };
  registry.begin(document.uri, run);
  try {
    const results = await noticed(
      t('Compressing {0}', document.uri.path.split('/').at(-1) ?? ''),
      run.controller,
      runPieces(parts, editor, run),
      (report) => registry.onDidChange(() => report(run.progress ?? 0)),
    );
    const elapsed = performance.now() - begun;
    const regions = pieces
      .map((piece, i) => (results[i] === undefined ? undefined : piece.finish(results[i])))
      .filter((region) => region !== undefined);
    const counts = {
      before: sum(results, (result) => result.report.tokens.before),
      after: sum(results, (result) => result.report.tokens.after),
      tokenizer: results[0]?.report.tokens.tokenizer ?? '',
    };
    if (!registry.finish(document.uri, run, regions, counts, elapsed)) return;
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
      await compressEditor(parts, shown);
    };
    parts.failures.show(error, () => void retry().catch((again: unknown) => parts.failures.show(again)));
  }
}

function piecesOf({ document, selections }: vscode.TextEditor): PendingPiece[] {
  const chosen = selections.filter((selection) => !selection.isEmpty);
  if (chosen.length === 0) return [new PendingPiece(0, document.getText(), true)];
  return chosen
    .map(
      (selection) => new PendingPiece(document.offsetAt(selection.start), document.getText(selection), false),
    )
    .sort((a, b) => a.start - b.start);
}

async function runPieces(
  { service, registry, hints }: CompressParts,
  editor: vscode.TextEditor,
  run: Run,
): Promise<CompressResult[]> {
  const { document } = editor;
  const { uri, languageId } = document;
  const known = hints(document);
  const visible = visibleOffsets(editor);
  const total = sum(run.pieces, (piece) => piece.text.length);
  const results = new Map<PendingPiece, CompressResult>();
  // What the person sees comes first.
  const seen = run.pieces.filter((piece) => 'visible' in visiblePart(visible, piece));
  let before = 0;
  for (const piece of new Set([...seen, ...run.pieces])) {
    const request: CompressRequest = {
      text: piece.text,
      budget: { kind: 'model' },
      languageId,
      ...(known === undefined ? {} : { hints: within(known, document, piece) }),
      ...visiblePart(visible, piece),
    };
    results.set(
      piece,
      await service.compress(request, {
        signal: run.controller.signal,
        onProgress: (done, of) => {
          const share = of === 0 ? 0 : done / of;
          run.progress = (before + share * piece.text.length) / Math.max(1, total);
          registry.advanced(uri, run, 'numbers');
        },
        onPartial: (partial) => {
          piece.add(partial);
          registry.advanced(uri, run, 'partial');
        },
      }),
    );
    before += piece.text.length;
  }
  return run.pieces.flatMap((piece) => results.get(piece) ?? []);
}

function visibleOffsets({
  document,
  visibleRanges,
}: vscode.TextEditor): readonly [number, number] | undefined {
  const first = visibleRanges[0];
  const last = visibleRanges.at(-1);
  return first === undefined || last === undefined
    ? undefined
    : [document.offsetAt(first.start), document.offsetAt(last.end)];
}

function visiblePart(
  visible: readonly [number, number] | undefined,
  piece: PendingPiece,
): Pick<CompressRequest, 'visible'> {
  if (visible === undefined) return {};
  const start = Math.max(0, visible[0] - piece.start);
  const end = Math.min(piece.text.length, visible[1] - piece.start);
  return start < end ? { visible: [start, end] } : {};
}

/** The hints of a document for a part of it, its lines counted from the part's first. */
function within(
  hints: readonly BlockHint[],
  document: vscode.TextDocument,
  piece: PendingPiece,
): BlockHint[] {
  const firstLine = document.positionAt(piece.start).line;
  const endLine = document.positionAt(piece.start + piece.text.length).line + 1;
  return hints
    .filter((hint) => hint.endLine > firstLine && hint.firstLine < endLine)
    .map((hint) => ({
      as: hint.as,
      firstLine: Math.max(hint.firstLine, firstLine) - firstLine,
      endLine: Math.min(hint.endLine, endLine) - firstLine,
    }));
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

const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0);
