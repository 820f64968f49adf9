import * as vscode from 'vscode';
import { COLOURS, SCHEMES } from '../contributions';
import { at } from '../text/spans';
import { createDecorationTypes, type DecorationName } from './decorationTypes';
import { Debounced, DisposableStore } from './disposables';
import { kindName } from './explain';
import {
  discardedBetween,
  discardedLines,
  overriddenBetween,
  overriddenLines,
  relevantLines,
  rulerRuns,
  type LineRun,
} from './marks';
import { grouped, rough, type Translate } from './numbers';
import { freshOf, joinedRanges, untouched, type Fresh, type Window } from './partial';
import { RegionPlaces } from './ranges';
import { discardedSpans, OVERRIDE, regionEnd, type Region } from './region';
import type { ResultRegistry } from './registry';
import { uncovered } from './stretches';

export type DecorationSet = Readonly<Record<DecorationName, readonly vscode.DecorationOptions[]>>;
type Collected = Record<DecorationName, vscode.DecorationOptions[]>;

const COARSE = ['relevant', 'discardedLine', 'lineNote', 'ruler', 'rulerPinned'] as const;
type Coarse = Pick<Collected, (typeof COARSE)[number]>;

/** Up to here all word decorations of a document are set at once; above, those near the visible part. */
const MAX_SPANS = 2000;
const MARGIN_LINES = 60;
/** No screen shows more; a visible range can be longer only where a line is. */
const MAX_WINDOW = 100_000;
const NOTE_MIN_LINES = 2;

/** Shows results on the text, in every visible editor, and keeps what it last wrote. */
export class Decorator implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly types: Readonly<Record<DecorationName, vscode.TextEditorDecorationType>>;
  private readonly written = new WeakMap<vscode.TextEditor, DecorationSet>();
  private readonly soon: Debounced;
  /** Regions never change, so neither does this of them. */
  private readonly coarse = new WeakMap<Region, Coarse>();

  constructor(
    extensionUri: vscode.Uri,
    private readonly registry: ResultRegistry,
    private readonly thinking: (uri: vscode.Uri) => readonly vscode.Range[],
    private readonly t: Translate,
  ) {
    this.types = createDecorationTypes(extensionUri, this.store);
    this.soon = this.store.add(new Debounced(16, () => this.updateAll()));
    this.store.add(
      registry.onDidChange(({ uri, kind }) => {
        // VS Code moves marks along with edits by itself, so a large document can wait for the next idle moment.
        if (kind === 'partial' || (kind === 'regions' && isLarge(registry.get(uri)?.regions ?? [])))
          this.soon.request();
        else if (kind === 'regions') this.update(uri);
      }),
    );
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.updateAll()));
    this.store.add(
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        const state = registry.get(textEditor.document.uri);
        if (state !== undefined && (state.run !== undefined || isLarge(state.regions))) this.soon.request();
      }),
    );
    this.updateAll();
  }

  /** What an editor shows now, by type. */
  shown(editor: vscode.TextEditor): DecorationSet | undefined {
    return this.written.get(editor);
  }

  /** Writes the decorations of a document anew, in each of its editors. */
  update(uri: vscode.Uri): void {
    const key = uri.toString();
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document.uri.toString() === key) this.write(editor);
  }

  dispose(): void {
    this.store.dispose();
  }

  private updateAll(): void {
    vscode.window.visibleTextEditors.forEach((editor) => this.write(editor));
  }

  private write(editor: vscode.TextEditor): void {
    const set = this.collect(editor);
    const before = this.written.get(editor);
    this.written.set(editor, set);
    for (const name of Object.keys(this.types) as DecorationName[]) {
      // Every type is written, empty ones too, unless the editor has just these marks: they are made once a region.
      if (!sameItems(set[name], before?.[name] ?? [])) editor.setDecorations(this.types[name], set[name]);
    }
  }

  private collect(editor: vscode.TextEditor): DecorationSet {
    const set = empty();
    const { document } = editor;
    set.thinking = this.thinking(document.uri).map((range) => ({ range }));
    const state = this.registry.get(document.uri);
    if (state === undefined || isOriginalOfDifference(editor)) return set;
    const windows = isLarge(state.regions) || state.run !== undefined ? visibleWindows(editor) : undefined;
    const fresh = windows && freshOf(state.run, windows);
    let pending = false;
    for (const region of state.regions)
      pending = !this.collectRegion(region, document, windows, fresh, set) || pending;
    // Until all of the new marks are made, the earlier ones stand: a blink would be worse.
    if (pending) for (const name of COARSE) set[name] = [...(this.written.get(editor)?.[name] ?? [])];
    if (fresh !== undefined && windows !== undefined) {
      for (const mark of joinedRanges(document, fresh.discarded)) set.discardedWord.push(mark);
      for (const name of ['discardedLine', 'lineNote'] as const)
        set[name] = untouched(set[name], document, windows, fresh);
    }
    return set;
  }

  /** @returns whether all is there; else the coarse marks come later. */
  private collectRegion(
    region: Region,
    document: vscode.TextDocument,
    windows: readonly Window[] | undefined,
    fresh: Fresh | undefined,
    set: Collected,
  ): boolean {
    const places = new RegionPlaces(document, region);
    const all = [{ start: region.start, end: regionEnd(region) }];
    for (const window of windows ?? all) {
      const start = window.start - region.start;
      const end = window.end - region.start;
      for (const [from, to] of discardedBetween(region, start, end))
        if (fresh === undefined) set.discardedWord.push({ range: places.range(from, to) });
        else
          for (const [a, b] of uncovered(region.start + from, region.start + to, fresh.decided))
            set.discardedWord.push({ range: places.range(a - region.start, b - region.start) });
      for (const [value, marks, icons] of [
        [OVERRIDE.pinned, set.pinned, set.pinIcon],
        [OVERRIDE.released, set.released, set.unpinIcon],
      ] as const)
        for (const [from, to] of overriddenBetween(region, value, start, end)) {
          const range = places.range(from, to);
          marks.push({ range });
          if (icons.at(-1)?.range.start.line !== range.start.line)
            icons.push({ range: new vscode.Range(range.start, range.start) });
        }
    }
    let coarse = this.coarse.get(region);
    if (coarse === undefined && windows !== undefined) this.collectLater(region, places);
    else if (coarse === undefined) this.coarse.set(region, (coarse = collectCoarse(region, places, this.t)));
    if (coarse === undefined) return false;
    // One by one: a call takes no more than some 100,000 arguments.
    for (const name of COARSE) for (const mark of coarse[name]) set[name].push(mark);
    return true;
  }

  /** In a large document the words come first, and the rest on a turn of the event loop of its own. */
  private collectLater(region: Region, places: RegionPlaces): void {
    setTimeout(() => {
      if (this.coarse.has(region)) return;
      this.coarse.set(region, collectCoarse(region, places, this.t));
      this.soon.request();
    });
  }
}

const sameItems = (now: readonly unknown[], before: readonly unknown[]): boolean =>
  now.length === before.length && now.every((item, i) => item === before[i]);

/** What does not depend on the visible part. */
function collectCoarse(region: Region, places: RegionPlaces, t: Translate): Coarse {
  const coarse: Coarse = { relevant: [], discardedLine: [], lineNote: [], ruler: [], rulerPinned: [] };
  for (const [firstLine, endLine] of relevantLines(region))
    coarse.relevant.push({ range: places.lines(firstLine, endLine) });
  for (const run of discardedLines(region, places.edges)) {
    coarse.discardedLine.push({ range: places.lines(run.firstLine, run.endLine) });
    const count = run.endLine - run.firstLine;
    if (count < NOTE_MIN_LINES) continue;
    const note = t(
      '− {0} lines · {1} · ≈ {2} tokens',
      grouped(count),
      kindName(run.kind, t),
      rough(run.tokens),
    );
    coarse.lineNote.push(noteAt(places.endOf(noteLine(region, run)), note));
  }
  for (const [firstLine, endLine] of rulerRuns(region))
    coarse.ruler.push({ range: places.lines(firstLine, endLine) });
  for (const [firstLine, endLine] of overriddenLines(region))
    coarse.rulerPinned.push({ range: places.lines(firstLine, endLine) });
  return coarse;
}

/** The comparison marks what goes by itself; ours on top would only blur it. */
const isOriginalOfDifference = ({ viewColumn, document }: vscode.TextEditor): boolean =>
  viewColumn === undefined &&
  vscode.window.tabGroups.all.some(
    ({ activeTab }) =>
      activeTab?.input instanceof vscode.TabInputTextDiff &&
      activeTab.input.modified.scheme === SCHEMES.compressed &&
      activeTab.input.original.toString() === document.uri.toString(),
  );

const isLarge = (regions: readonly Region[]): boolean =>
  regions.reduce((sum, region) => sum + discardedSpans(region).length / 2, 0) > MAX_SPANS;

const ROOMY = 80;
const NOTE_LINES = 5;

/** The run's first line, or the shortest of its first ones where that is too long to leave room for a note. */
function noteLine(region: Region, { firstLine, endLine }: LineRun): number {
  const { start, end } = region.geometry.lines;
  const length = (line: number): number => at(end, line) - at(start, line);
  let best = firstLine;
  if (length(best) <= ROOMY) return best;
  for (let line = firstLine + 1; line < Math.min(endLine, firstLine + NOTE_LINES); line++)
    if (length(line) < length(best)) best = line;
  return best;
}

const noteAt = (range: vscode.Range, contentText: string): vscode.DecorationOptions => ({
  range,
  renderOptions: {
    after: { contentText, color: new vscode.ThemeColor(COLOURS.noteForeground), margin: '0 0 0 2em' },
  },
});

const empty = (): Collected => ({
  discardedLine: [],
  discardedWord: [],
  lineNote: [],
  pinIcon: [],
  pinned: [],
  relevant: [],
  released: [],
  ruler: [],
  rulerPinned: [],
  thinking: [],
  unpinIcon: [],
});

/** What an editor shows, with a margin, as document offsets; disjoint. */
function visibleWindows({ document, visibleRanges }: vscode.TextEditor): Window[] {
  const windows: { start: number; end: number }[] = [];
  for (const range of visibleRanges) {
    const first = Math.max(0, range.start.line - MARGIN_LINES);
    const last = Math.min(document.lineCount - 1, range.end.line + MARGIN_LINES);
    const visibleStart = document.offsetAt(range.start);
    const start = Math.max(document.offsetAt(new vscode.Position(first, 0)), visibleStart - MAX_WINDOW);
    const end = Math.min(document.offsetAt(document.lineAt(last).range.end), visibleStart + MAX_WINDOW);
    const before = windows.at(-1);
    if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end);
    else windows.push({ start, end });
  }
  return windows;
}
