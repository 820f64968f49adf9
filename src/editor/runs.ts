import type * as vscode from 'vscode';
import type { CompressRequest, CompressResult, TextBase } from '../compress/result';
import type { CompressionService } from '../engine/service';
import type { BlockHint } from '../structure/segments';
import type { PendingPiece } from './pending';
import type { Counts, ResultRegistry, Run } from './registry';
import type { TargetModels } from './targetModel';
import { requestParts, type Wish } from './wish';

/** What the person, their rules and their settings pin in a part of a document. */
export interface PinSource {
  requestParts(
    document: vscode.TextDocument,
    start: number,
    text: string,
  ): Pick<CompressRequest, 'overrides' | 'keepPatterns' | 'autoPins' | 'turns'>;
}

/** What a run needs to know of documents, and who does the work. */
export interface RunParts {
  readonly service: CompressionService;
  readonly registry: ResultRegistry;
  /** What a document knows about its lines, if it is one of ours. */
  readonly hints: (document: vscode.TextDocument) => readonly BlockHint[] | undefined;
  readonly pins?: PinSource | undefined;
  /** Whose tokens a budget counts; the engine's where there is none. */
  readonly targets?: Pick<TargetModels, 'current'> | undefined;
}

/** One text of a run, with an earlier result of the same text where there is one. */
export interface Job {
  readonly piece: PendingPiece;
  readonly known: TextBase | undefined;
}

/**
 * Compresses the texts of a run one after the other, those that are seen first. Decisions and progress reach the
 * registry as they come. Rejects with an EngineError.
 */
export async function runJobs(
  { service, registry, hints, pins, targets }: RunParts,
  document: vscode.TextDocument,
  run: Run,
  jobs: readonly Job[],
  visible: readonly [number, number] | undefined,
): Promise<CompressResult[]> {
  const { uri } = document;
  const total = sum(jobs, ({ piece }) => piece.text.length);
  const results = new Map<Job, CompressResult>();
  const seen = jobs.filter(({ piece }) => 'visible' in visiblePart(visible, piece));
  const wish = await inEngineTokens(run.wish, targets, document);
  let before = 0;
  for (const job of new Set([...seen, ...jobs])) {
    const { piece, known } = job;
    const size = piece.text.length;
    const request: CompressRequest = {
      ...requestOf({ hints, pins }, document, piece, wish, total === 0 ? 1 : size / total),
      ...visiblePart(visible, piece),
    };
    results.set(
      job,
      await service.compress(request, {
        signal: run.controller.signal,
        known,
        onProgress: (done, of) => {
          run.progress = (before + (of === 0 ? 0 : done / of) * size) / Math.max(1, total);
          registry.advanced(uri, run, 'numbers');
        },
        onPartial: (partial) => {
          piece.add(partial);
          registry.advanced(uri, run, 'partial');
        },
      }),
    );
    before += size;
  }
  return jobs.flatMap((job) => results.get(job) ?? []);
}

/** A wish whose budget is in tokens of the target model, in tokens of the engine. */
export async function inEngineTokens(
  wish: Wish,
  targets: RunParts['targets'],
  document: vscode.TextDocument,
): Promise<Wish> {
  if (wish.budget.kind !== 'tokens' || targets === undefined) return wish;
  const tokens = await targets.current.toO200k(wish.budget.tokens, document.getText());
  return { ...wish, budget: { kind: 'tokens', tokens } };
}

/**
 * What is asked of the engine for one text of a document.
 * @param share its share of all that is compressed, in (0, 1].
 */
export function requestOf(
  { hints, pins }: Pick<RunParts, 'hints' | 'pins'>,
  document: vscode.TextDocument,
  piece: PendingPiece,
  wish: Wish,
  share: number,
): Omit<CompressRequest, 'holds' | 'visible'> {
  const lines = hints(document);
  return {
    text: piece.text,
    languageId: document.languageId,
    ...pinned(pins, document, piece),
    ...requestParts(wish, share),
    ...(lines === undefined ? {} : { hints: within(lines, document, piece) }),
  };
}

/** What the results of a run count together. */
export const countsOf = (results: readonly CompressResult[]): Counts => ({
  before: sum(results, (result) => result.report.tokens.before),
  after: sum(results, (result) => result.report.tokens.after),
  tokenizer: results[0]?.report.tokens.tokenizer ?? '',
});

/** Rules and settings as the pins know them; words as the piece says. */
function pinned(
  pins: PinSource | undefined,
  document: vscode.TextDocument,
  piece: PendingPiece,
): Partial<ReturnType<PinSource['requestParts']>> {
  const { keepPatterns, autoPins, turns } = pins?.requestParts(document, piece.start, piece.text) ?? {};
  return {
    ...(piece.overrides === undefined ? {} : { overrides: piece.overrides }),
    ...(keepPatterns === undefined ? {} : { keepPatterns }),
    ...(autoPins === undefined ? {} : { autoPins }),
    ...(turns === undefined ? {} : { turns }),
  };
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

/** What an editor shows, from the first to the last visible line, as document offsets. */
export function visibleOffsets({
  document,
  visibleRanges,
}: vscode.TextEditor): readonly [number, number] | undefined {
  const first = visibleRanges[0];
  const last = visibleRanges.at(-1);
  return first === undefined || last === undefined
    ? undefined
    : [document.offsetAt(first.start), document.offsetAt(last.end)];
}

const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0);
