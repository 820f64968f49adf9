import * as vscode from 'vscode';
import type { Edit } from '../compress/edits';
import { DisposableStore } from './disposables';
import type { PendingPiece } from './pending';
import {
  editRegion,
  inheritOverrides,
  isInLongLine,
  isTooMuch,
  overrideWords,
  regionEnd,
  takeBackWords,
  type Region,
} from './region';
import type { Wish } from './wish';

/** A compression in progress. */
export interface Run {
  readonly pieces: readonly PendingPiece[];
  readonly controller: AbortController;
  /** What its result will be for. */
  readonly wish: Wish;
  /** Makes another choice from texts that were compressed before. */
  readonly refit: boolean;
  /** Share done, in [0, 1]; undefined while the engine starts. */
  progress: number | undefined;
}

export interface Counts {
  readonly before: number;
  readonly after: number;
  readonly tokenizer: string;
}

/** What is known of one document. */
export interface DocumentState {
  readonly uri: vscode.Uri;
  /** Sorted, disjoint; empty while the first run goes on. */
  readonly regions: readonly Region[];
  readonly run: Run | undefined;
  /** What the regions are for; of the first run while that goes on. */
  readonly wish: Wish;
  readonly counts: Counts | undefined;
  /** The counts belong to an earlier state of the regions: a recount is on its way. */
  readonly stale: boolean;
  /** Milliseconds from command to result. */
  readonly elapsed: number;
}

/** The words `[first, end)` of a region. */
export interface WordChange {
  readonly region: Region;
  readonly first: number;
  readonly end: number;
}

/** What changed: the regions' content, or only numbers and progress. */
export type ChangeKind = 'regions' | 'partial' | 'numbers';

/**
 * The single source of truth: results by document. It follows edits and closed documents; everything that shows
 * something listens to it.
 */
export class ResultRegistry implements vscode.Disposable {
  private readonly states = new Map<string, DocumentState>();
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(
    new vscode.EventEmitter<{ readonly uri: vscode.Uri; readonly kind: ChangeKind }>(),
  );
  readonly onDidChange = this.changed.event;

  private readonly dropped = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  /** A result went because following a change of its document would have taken too long. */
  readonly onDidDrop = this.dropped.event;

  private readonly overridden = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  /** The person kept or discarded something. */
  readonly onDidOverride = this.overridden.event;

  constructor() {
    this.store.add(vscode.workspace.onDidChangeTextDocument((event) => this.documentChanged(event)));
    this.store.add(vscode.workspace.onDidCloseTextDocument((document) => this.documentClosed(document)));
  }

  get(uri: vscode.Uri): DocumentState | undefined {
    return this.states.get(uri.toString());
  }

  get all(): Iterable<DocumentState> {
    return this.states.values();
  }

  /** The result of a document, if it has one with regions. */
  result(uri: vscode.Uri | undefined): DocumentState | undefined {
    const state = uri === undefined ? undefined : this.get(uri);
    return state === undefined || state.regions.length === 0 ? undefined : state;
  }

  /** Announces a run; one that goes on in the same document is cancelled. */
  begin(uri: vscode.Uri, run: Run): void {
    const earlier = this.get(uri);
    earlier?.run?.controller.abort();
    this.put({ ...(earlier ?? blank(uri, run.wish)), run }, 'numbers');
  }

  /** Tells listeners that a run got on. */
  advanced(uri: vscode.Uri, run: Run, kind: 'partial' | 'numbers'): void {
    if (this.get(uri)?.run === run) this.changed.fire({ uri, kind });
  }

  /** Ends a run with its regions. */
  finish(uri: vscode.Uri, run: Run, regions: readonly Region[], counts: Counts, elapsed: number): boolean {
    const state = this.get(uri);
    if (state?.run !== run) return false;
    const next = regions.map((region) => inheritOverrides(region, state.regions));
    const stale = next.length < run.pieces.length || next.some((region) => !region.pristine);
    this.put({ uri, regions: next, run: undefined, wish: run.wish, counts, stale, elapsed }, 'regions');
    // Something was pinned while the run went on.
    if (next.some((region, i) => region !== regions[i])) this.overridden.fire(uri);
    return true;
  }

  /** Ends a run without a result: what was there before stays. */
  abandon(uri: vscode.Uri, run: Run): void {
    const state = this.get(uri);
    if (state?.run === run) this.put({ ...state, run: undefined }, 'regions');
  }

  /** Keeps or discards the given words of a region. */
  override(uri: vscode.Uri, changes: readonly WordChange[], keep: boolean): void {
    this.change(uri, changes, (region, { first, end }) => overrideWords(region, first, end, keep));
  }

  /** Takes back what the person said about the given words of a region. */
  takeBack(uri: vscode.Uri, changes: readonly WordChange[]): void {
    this.change(uri, changes, (region, { first, end }) => takeBackWords(region, first, end));
  }

  /** Sets fresh counts, unless the regions have changed since they were asked for. */
  recounted(uri: vscode.Uri, regions: readonly Region[], counts: Counts): void {
    const state = this.get(uri);
    if (state?.regions === regions) this.put({ ...state, counts, stale: false }, 'numbers');
  }

  clear(uri: vscode.Uri): void {
    const state = this.get(uri);
    if (state === undefined) return;
    state.run?.controller.abort();
    this.states.delete(uri.toString());
    this.changed.fire({ uri, kind: 'regions' });
  }

  /** Puts back what `clear` took away. */
  restore(state: DocumentState): void {
    this.put(state, 'regions');
  }

  dispose(): void {
    for (const state of this.states.values()) state.run?.controller.abort();
    this.states.clear();
    this.store.dispose();
  }

  private change(
    uri: vscode.Uri,
    changes: readonly WordChange[],
    apply: (region: Region, change: WordChange) => Region,
  ): void {
    const state = this.get(uri);
    if (state === undefined) return;
    const regions = state.regions.map((region) =>
      changes.filter((change) => change.region === region).reduce(apply, region),
    );
    this.put({ ...state, regions, stale: true }, 'regions');
    this.overridden.fire(uri);
  }

  private put(state: DocumentState, kind: ChangeKind): void {
    const key = state.uri.toString();
    if (state.regions.length === 0 && state.run === undefined) this.states.delete(key);
    else this.states.set(key, state);
    this.changed.fire({ uri: state.uri, kind });
  }

  private documentChanged({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const state = this.get(document.uri);
    if (state === undefined || contentChanges.length === 0) return;
    const edits = contentChanges.map(({ rangeOffset, rangeLength, text }): Edit => ({
      start: rangeOffset,
      end: rangeOffset + rangeLength,
      text,
    }));
    let regions: readonly Region[] = state.regions.filter((region) => !isTooMuch(region, edits));
    let dropped = regions.length < state.regions.length;
    let touched = dropped;
    // VS Code lists the changes from the last to the first, so each one's offsets hold when its turn comes.
    for (const edit of edits) {
      state.run?.pieces.forEach((piece) => piece.edit(edit));
      const light = regions.filter((region) => !isInLongLine(region, edit));
      dropped ||= light.length < regions.length;
      const next = light.map((region) => editRegion(region, edit)).filter((region) => region !== undefined);
      touched ||=
        next.length !== regions.length || next.some((region, i) => region.geometry !== regions[i]?.geometry);
      regions = next;
    }
    this.put({ ...state, regions, stale: state.stale || touched }, 'regions');
    if (dropped) this.dropped.fire(document.uri);
  }

  private documentClosed(closed: vscode.TextDocument): void {
    // A change of language closes and opens the document again in one go.
    queueMicrotask(() => {
      const key = closed.uri.toString();
      if (!vscode.workspace.textDocuments.some((document) => document.uri.toString() === key))
        this.clear(closed.uri);
    });
  }
}

const blank = (uri: vscode.Uri, wish: Wish): DocumentState => ({
  uri,
  regions: [],
  run: undefined,
  wish,
  counts: undefined,
  stale: false,
  elapsed: 0,
});

/** Whether the document still says what the regions say of it. */
export const matches = (document: vscode.TextDocument, regions: readonly Region[]): boolean => {
  const text = document.getText();
  return regions.every((region) => text.slice(region.start, regionEnd(region)) === region.geometry.text);
};

/** The region that holds an offset of its document, its end included. */
export const regionAt = (regions: readonly Region[], offset: number): Region | undefined =>
  regions.find((region) => offset >= region.start && offset <= regionEnd(region));
