import * as vscode from 'vscode';
import type { FailureReporter } from './failures';
import { Debounced, DisposableStore } from './disposables';
import { noticed } from './notice';
import type { Translate } from './numbers';
import { PendingPiece } from './pending';
import { isAsRead, overridesOf, type Region } from './region';
import type { DocumentState, Run } from './registry';
import { countsOf, runJobs, visibleOffsets, type RunParts } from './runs';
import { sameWish, type Wish } from './wish';

export interface RefitParts extends RunParts {
  readonly failures: FailureReporter;
  readonly t: Translate;
}

/** Moving through steps asks for each at most this often. */
const PREVIEW_MS = 30;

/** Chooses anew from what was compressed: for another budget, question or policy, and after a pin. */
export class Refitter implements vscode.Disposable {
  private readonly store = new DisposableStore();
  /** The newest wish of each document: an older one is not carried out any more. */
  private readonly latest = new Map<string, object>();

  constructor(private readonly parts: RefitParts) {
    this.store.add(
      parts.registry.onDidOverride((uri) => {
        const state = parts.registry.result(uri);
        const document = documentOf(uri);
        if (state === undefined || document === undefined) return;
        const wish = state.run?.wish ?? state.wish;
        if (wish.budget.kind !== 'model' || state.regions.some((region) => region.told))
          void this.refit(document, wish);
      }),
    );
  }

  /**
   * Makes a document's result the one for a wish; the earlier one stays until it is there. The latest wish wins.
   * Never rejects.
   * @returns whether the result is there; not if a later wish or a cancel came before, it failed, or there is nothing
   * compressed.
   */
  async refit(document: vscode.TextDocument, wish: Wish): Promise<boolean> {
    const { registry, failures, t } = this.parts;
    const key = document.uri.toString();
    const turn = {};
    this.latest.set(key, turn);
    try {
      await this.firstRun(document.uri);
      const state = registry.result(document.uri);
      if (state === undefined || this.latest.get(key) !== turn) return false;
      const begun = performance.now();
      const jobs = state.regions.map((region) => ({ piece: pieceOf(region), known: knownOf(region) }));
      const run: Run = {
        pieces: jobs.map(({ piece }) => piece),
        controller: new AbortController(),
        wish,
        refit: true,
        progress: undefined,
      };
      registry.begin(document.uri, run);
      try {
        const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
        const results = await noticed(
          t('Compressing {0}', document.uri.path.split('/').at(-1) ?? ''),
          run.controller,
          runJobs(this.parts, document, run, jobs, editor && visibleOffsets(editor)),
          (report) => registry.onDidChange(() => report(run.progress ?? 0)),
        );
        const regions = jobs.flatMap(({ piece }, i) => {
          const result = results[i];
          return result === undefined ? [] : (piece.finish(result) ?? []);
        });
        return registry.finish(document.uri, run, regions, countsOf(results), performance.now() - begun);
      } catch (error) {
        registry.abandon(document.uri, run);
        if (!run.controller.signal.aborted) failures.show(error, () => void this.refit(document, wish));
        return false;
      }
    } finally {
      if (this.latest.get(key) === turn) this.latest.delete(key);
    }
  }

  /** Tries wishes out on a document: each one shown replaces the one before, until one is taken or all are taken back. */
  preview(document: vscode.TextDocument): Preview {
    return new Preview(this, this.parts.registry, document);
  }

  /** Stops what is being tried. */
  stop(uri: vscode.Uri): void {
    this.latest.delete(uri.toString());
    const run = this.parts.registry.get(uri)?.run;
    if (run?.refit === true) run.controller.abort();
  }

  dispose(): void {
    this.latest.clear();
    this.store.dispose();
  }

  /** Settles once no text of the document is being compressed for the first time. */
  private async firstRun(uri: vscode.Uri): Promise<void> {
    const { registry } = this.parts;
    const goesOn = (): boolean => registry.get(uri)?.run?.refit === false;
    if (!goesOn()) return;
    await new Promise<void>((resolve) => {
      const listener = registry.onDidChange(() => {
        if (goesOn()) return;
        listener.dispose();
        resolve();
      });
    });
  }
}

/** A document as it was before the first of several wishes was tried. */
export class Preview {
  private readonly before: DocumentState | undefined;
  private readonly version: number;
  private readonly soon: Debounced;
  private wish: Wish | undefined;
  private work: Promise<boolean> = Promise.resolve(true);
  private over = false;

  constructor(
    private readonly refitter: Refitter,
    private readonly registry: RefitParts['registry'],
    private readonly document: vscode.TextDocument,
  ) {
    this.before = registry.result(document.uri);
    this.version = document.version;
    this.soon = new Debounced(PREVIEW_MS, () => this.begin());
  }

  /** Shows what a wish gives, soon. */
  show(wish: Wish): void {
    if (this.over || (this.wish !== undefined && sameWish(wish, this.wish))) return;
    if (this.wish === undefined && this.before !== undefined && sameWish(wish, this.before.wish)) return;
    this.wish = wish;
    this.soon.request();
  }

  /**
   * Keeps a wish.
   * @returns whether its result is there.
   */
  async take(wish: Wish): Promise<boolean> {
    if (this.over) return false;
    this.over = true;
    this.soon.dispose();
    const state = this.registry.result(this.document.uri);
    const chosen = (each: Wish): boolean => sameWish(each, wish) && each.chosen === wish.chosen;
    if (state?.run === undefined && state !== undefined && chosen(state.wish)) return true;
    if (state?.run?.refit === true && chosen(state.run.wish)) return this.work;
    return this.refitter.refit(this.document, wish);
  }

  /** Shows again exactly what was shown before. */
  restore(): void {
    if (this.over) return;
    this.over = true;
    this.soon.dispose();
    if (this.wish === undefined || this.before === undefined) return;
    const { uri } = this.document;
    this.refitter.stop(uri);
    const now = this.registry.result(uri);
    // Cleared or closed meanwhile, or only the first run got on: nothing of ours is shown.
    if (now === undefined || now.run?.refit === false) return;
    const { run, wish } = this.before;
    // What was pinned while it was tried out stays pinned.
    const asBefore = this.document.version === this.version && samePins(now.regions, this.before.regions);
    if (!asBefore || run !== undefined) void this.refitter.refit(this.document, run?.wish ?? wish);
    else this.registry.restore(this.before);
  }

  private begin(): void {
    if (this.wish !== undefined) this.work = this.refitter.refit(this.document, this.wish);
  }
}

const samePins = (now: readonly Region[], before: readonly Region[]): boolean =>
  now.length === before.length &&
  now.every(({ override }, i) => {
    const earlier = before[i]?.override;
    return override.length === earlier?.length && override.every((value, word) => value === earlier[word]);
  });

const pieceOf = (region: Region): PendingPiece =>
  new PendingPiece(region.start, region.geometry.text, region.whole, overridesOf(region));

const knownOf = (region: Region): Region['result'] | undefined =>
  isAsRead(region) ? region.result : undefined;

const documentOf = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
