import * as vscode from 'vscode';
import type { TurnTarget, WordTarget } from '../contributions';
import { at } from '../text/spans';
import { activeResult, type Surface } from './active';
import { OVERRIDE, regionEnd, unitAt, type Region } from './region';
import type { WordChange } from './registry';
import type { Transcripts } from './transcripts';

/** What is done with words: kept, discarded, or left to the decision again. */
export type Override = 'keep' | 'discard' | 'take back';

/** UTF-16 offsets of a document. */
type Range = readonly [start: number, end: number];

/** Keeps or discards what a hover link names, else the selections (or the words at the cursors). */
export function overrideAt(surface: Surface, what: Override, target?: unknown): void {
  const named = wordTarget(surface, target);
  if (named === 'gone') return;
  if (named !== undefined) {
    apply(surface, named.document, [named.range], what);
    return;
  }
  const found = activeResult(surface);
  if (found === undefined) return;
  const { document, selections } = found.editor;
  const ranges = selections.map((selection) => rangeOf(document, selection));
  if (!apply(surface, document, ranges, what))
    surface.voice.status(
      what === 'take back'
        ? surface.t('Nothing is kept or discarded by you here.')
        : surface.t('There is no compressed word here.'),
    );
}

/** Keeps or discards the lines of the selections. */
export function overrideLines(surface: Surface, what: Override): void {
  const found = activeResult(surface);
  if (found === undefined) return;
  const { document, selections } = found.editor;
  const ranges = selections.map((selection): Range => {
    const last = selection.end.line - (selection.end.character === 0 && !selection.isSingleLine ? 1 : 0);
    return linesRange(document, selection.start.line, last + 1);
  });
  if (!apply(surface, document, ranges, what))
    surface.voice.status(surface.t('There is no compressed word here.'));
}

/** Keeps or discards whole turns of a transcript: the one that a code lens names, else those at the cursors. */
export function overrideTurns(
  surface: Surface,
  transcripts: Transcripts,
  what: Override,
  target?: unknown,
): void {
  const { voice, t } = surface;
  const named = isTurnTarget(target) ? target : undefined;
  const found = named === undefined ? activeResult(surface) : undefined;
  const document = named === undefined ? found?.editor.document : openDocument(named.uri);
  if (document === undefined) return;
  const turns = transcripts.factsOf(document.uri)?.turns ?? [];
  const lines =
    named === undefined ? (found?.editor.selections ?? []).map(({ active }) => active.line) : [named.line];
  const chosen = turns.filter(({ firstLine, endLine }) =>
    lines.some((line) => line >= firstLine && line < endLine),
  );
  if (chosen.length === 0) {
    voice.status(t('There is no turn of a transcript here.'));
    return;
  }
  const ranges = chosen.map(({ firstLine, endLine }) => linesRange(document, firstLine, endLine));
  if (!apply(surface, document, ranges, what)) voice.status(t('This turn is not compressed.'));
}

/** The range that a command is about: a hover link's (`named`), else the selection, or the word at the cursor. */
export function chosenRange(
  surface: Surface,
  target?: unknown,
): { readonly document: vscode.TextDocument; readonly range: Range; readonly named: boolean } | undefined {
  const named = wordTarget(surface, target);
  if (named === 'gone') return undefined;
  if (named !== undefined) return { ...named, named: true };
  const editor = vscode.window.activeTextEditor;
  return editor === undefined
    ? undefined
    : { document: editor.document, range: rangeOf(editor.document, editor.selection), named: false };
}

/** Applies an override to the words that ranges of a document touch; false where there are none. */
export function apply(
  { registry }: Surface,
  document: vscode.TextDocument,
  ranges: readonly Range[],
  what: Override,
): boolean {
  const state = registry.result(document.uri);
  if (state === undefined) return false;
  const changes: WordChange[] = [];
  for (const [start, end] of ranges) {
    for (const region of state.regions) {
      if (end <= region.start || start >= regionEnd(region)) continue;
      const [first, last] = unitAt(region, Math.max(0, start - region.start), end - region.start);
      if (first < last && (what !== 'take back' || isOverridden(region, first, last)))
        changes.push({ region, first, end: last });
    }
  }
  if (changes.length === 0) return false;
  if (what === 'take back') registry.takeBack(state.uri, changes);
  else registry.override(state.uri, changes, what === 'keep');
  return true;
}

const isOverridden = ({ override }: Region, first: number, end: number): boolean => {
  for (let word = first; word < end; word++) if (at(override, word) !== OVERRIDE.none) return true;
  return false;
};

/**
 * A selection, or the character that a cursor points at: the one on its right, or at a word's end the one on its left;
 * empty where the cursor stands at the beginning of a line with nothing on its right.
 */
function rangeOf(document: vscode.TextDocument, selection: vscode.Selection): Range {
  const start = document.offsetAt(selection.start);
  const end = document.offsetAt(selection.end);
  if (start < end) return [start, end];
  const right = document.getText(new vscode.Range(selection.active, selection.active.translate(0, 1)));
  if (/\S/.test(right)) return [start, start + 1];
  return [selection.active.character === 0 ? start : start - 1, start];
}

function linesRange(document: vscode.TextDocument, firstLine: number, endLine: number): Range {
  const last = Math.max(firstLine, Math.min(endLine, document.lineCount) - 1);
  return [
    document.offsetAt(new vscode.Position(firstLine, 0)),
    document.offsetAt(document.lineAt(last).range.end),
  ];
}

/** What a link names; `gone` where that is no longer there, undefined where the argument is no target. */
function wordTarget(
  { registry, voice, t }: Surface,
  target: unknown,
): { readonly document: vscode.TextDocument; readonly range: Range } | 'gone' | undefined {
  // A menu passes its resource in place of a target.
  if (!isWordTarget(target)) return undefined;
  const document = openDocument(target.uri);
  if (document === undefined || registry.result(document.uri) === undefined) return 'gone';
  if (document.version !== target.version) {
    voice.status(t('The text has changed since; hover over the word again.'));
    return 'gone';
  }
  return { document, range: [target.start, target.end] };
}

const openDocument = (uri: string): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri);

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

const isTurnTarget = (value: unknown): value is TurnTarget =>
  typeof value === 'object' &&
  value !== null &&
  'uri' in value &&
  typeof value.uri === 'string' &&
  'line' in value &&
  typeof value.line === 'number';
