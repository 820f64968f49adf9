import * as vscode from 'vscode';
import { COMMANDS, SCHEMES, type TurnTarget } from '../contributions';
import type { DocumentTurn } from '../transcript/model';
import { at } from '../text/spans';
import { Debounced, DisposableStore } from './disposables';
import { grouped, type Translate } from './numbers';
import { firstSpanEndingAfter } from './marks';
import { keptSpans, type Region } from './region';
import type { ResultRegistry } from './registry';
import type { TargetModels } from './targetModel';
import type { Transcripts } from './transcripts';

export interface TurnLensParts {
  readonly registry: ResultRegistry;
  readonly transcripts: Transcripts;
  readonly targets: TargetModels;
  readonly t: Translate;
}

const PAUSE_MS = 250;

/** A lens that counts the tokens of its turn once it is seen. */
class CountLens extends vscode.CodeLens {
  constructor(
    range: vscode.Range,
    readonly region: Region,
    readonly firstLine: number,
    readonly endLine: number,
  ) {
    super(range);
  }
}

/** Code lenses above each turn of a compressed transcript: tokens before and after, keep all, discard all. */
export function registerTurnLenses({ registry, transcripts, targets, t }: TurnLensParts): DisposableStore {
  const store = new DisposableStore();
  const changed = store.add(new vscode.EventEmitter<void>());
  const soon = store.add(new Debounced(PAUSE_MS, () => changed.fire()));
  store.add(
    registry.onDidChange(({ uri, kind }) => {
      if (kind === 'regions' && uri.scheme === SCHEMES.transcript) soon.request();
    }),
  );
  store.add(targets.onDidChange(() => soon.request()));
  /** Tokens of a turn's whole text; it stays the same under every budget. */
  const before = new WeakMap<Region['geometry'], Map<number, Promise<number>>>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const regions = registry.result(document.uri)?.regions ?? [];
      const turns = transcripts.factsOf(document.uri)?.turns ?? [];
      return turns.flatMap((turn) => {
        const region = regions.find((each) => holds(document, each, turn));
        return region === undefined ? [] : lenses(document, region, turn, t);
      });
    },
    async resolveCodeLens(lens, token) {
      if (!(lens instanceof CountLens)) return lens;
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      const { region, firstLine, endLine } = lens;
      const count = async (text: string): Promise<number> =>
        (await targets.current.count([text], controller.signal)).counts[0] ?? 0;
      const { geometry } = region;
      const known = before.get(geometry) ?? new Map<number, Promise<number>>();
      before.set(geometry, known);
      let whole = known.get(firstLine);
      if (whole === undefined) {
        whole = count(
          geometry.text.slice(at(geometry.lines.start, firstLine), at(geometry.lines.end, endLine - 1)),
        );
        known.set(firstLine, whole);
        whole.catch(() => known.delete(firstLine));
      }
      try {
        const [full, kept] = await Promise.all([whole, count(keptOf(region, firstLine, endLine))]);
        lens.command = {
          title: t('{0} → {1} tokens', grouped(full), grouped(Math.min(full, kept))),
          command: '',
        };
      } catch {
        lens.command = { title: t('not counted'), command: '' };
      }
      return lens;
    },
  };
  store.add(vscode.languages.registerCodeLensProvider({ scheme: SCHEMES.transcript }, provider));
  return store;
}

/** What stays of the lines `[firstLine, endLine)` of a region. */
function keptOf(region: Region, firstLine: number, endLine: number): string {
  const { text, lines } = region.geometry;
  const start = at(lines.start, firstLine);
  const end = at(lines.end, endLine - 1);
  const spans = keptSpans(region);
  const parts: string[] = [];
  for (let i = firstSpanEndingAfter(spans, start); 2 * i < spans.length && at(spans, 2 * i) < end; i++)
    parts.push(text.slice(Math.max(start, at(spans, 2 * i)), Math.min(end, at(spans, 2 * i + 1))));
  return parts.join('');
}

/** Whether all of a turn lies in a region. */
function holds(document: vscode.TextDocument, region: Region, { firstLine, endLine }: DocumentTurn): boolean {
  if (endLine > document.lineCount) return false;
  const start = document.offsetAt(new vscode.Position(firstLine, 0));
  const end = document.offsetAt(document.lineAt(endLine - 1).range.end);
  return start >= region.start && end <= region.start + region.geometry.text.length;
}

function lenses(
  document: vscode.TextDocument,
  region: Region,
  { firstLine, endLine }: DocumentTurn,
  t: Translate,
): vscode.CodeLens[] {
  const range = new vscode.Range(firstLine, 0, firstLine, 0);
  const offset = document.positionAt(region.start).line;
  const target: TurnTarget = { uri: document.uri.toString(), line: firstLine };
  return [
    new CountLens(range, region, firstLine - offset, endLine - offset),
    new vscode.CodeLens(range, { title: t('Keep all'), command: COMMANDS.keepTurn, arguments: [target] }),
    new vscode.CodeLens(range, {
      title: t('Discard all'),
      command: COMMANDS.discardTurn,
      arguments: [target],
    }),
  ];
}
