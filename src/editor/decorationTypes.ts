import * as vscode from 'vscode';
import { COLOURS } from '../contributions';
import type { DisposableStore } from './disposables';

const colour = (id: string): vscode.ThemeColor => new vscode.ThemeColor(id);
const closed = vscode.DecorationRangeBehavior.ClosedClosed;

export type DecorationName =
  | 'discardedWord'
  | 'discardedLine'
  | 'lineNote'
  | 'pinned'
  | 'released'
  | 'pinIcon'
  | 'unpinIcon'
  | 'relevant'
  | 'ruler'
  | 'rulerPinned'
  | 'thinking';

/**
 * One decoration type for each thing shown. Discarded words are dimmed by a colour of their own and struck through;
 * in high contrast the colour is solid and a dotted border replaces the dimming (the border's colour is transparent
 * in the other themes).
 */
export function createDecorationTypes(
  extensionUri: vscode.Uri,
  store: DisposableStore,
): Readonly<Record<DecorationName, vscode.TextEditorDecorationType>> {
  const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', 'icons', name);
  const create = (options: vscode.DecorationRenderOptions): vscode.TextEditorDecorationType =>
    store.add(vscode.window.createTextEditorDecorationType({ rangeBehavior: closed, ...options }));
  return {
    relevant: create({
      isWholeLine: true,
      backgroundColor: colour(COLOURS.relevantBackground),
      borderStyle: 'dashed',
      borderWidth: '0 0 0 2px',
      borderColor: colour(COLOURS.relevantBorder),
      overviewRulerColor: colour(COLOURS.overviewRulerRelevant),
      overviewRulerLane: vscode.OverviewRulerLane.Right,
    }),
    discardedLine: create({
      isWholeLine: true,
      backgroundColor: colour(COLOURS.discardedLineBackground),
      borderStyle: 'solid',
      borderWidth: '0 0 0 2px',
      borderColor: colour(COLOURS.discardedLineBar),
    }),
    discardedWord: create({
      color: colour(COLOURS.discardedForeground),
      textDecoration: 'line-through',
      borderWidth: '1px',
      borderStyle: 'dotted',
      borderColor: colour(COLOURS.discardedBorder),
    }),
    lineNote: create({}),
    pinned: create({
      backgroundColor: colour(COLOURS.pinnedBackground),
      borderWidth: '0 0 1px 0',
      borderStyle: 'solid',
      borderColor: colour(COLOURS.pinnedBorder),
    }),
    released: create({
      borderWidth: '0 0 1px 0',
      borderStyle: 'dashed',
      borderColor: colour(COLOURS.releasedBorder),
    }),
    // Of their own, so that a long line that wraps has one of them.
    pinIcon: create({
      light: { gutterIconPath: icon('pin-light.svg') },
      dark: { gutterIconPath: icon('pin-dark.svg') },
      gutterIconSize: '75%',
    }),
    unpinIcon: create({
      light: { gutterIconPath: icon('unpin-light.svg') },
      dark: { gutterIconPath: icon('unpin-dark.svg') },
      gutterIconSize: '75%',
    }),
    ruler: create({
      overviewRulerColor: colour(COLOURS.overviewRulerDiscarded),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    }),
    rulerPinned: create({
      overviewRulerColor: colour(COLOURS.overviewRulerPinned),
      overviewRulerLane: vscode.OverviewRulerLane.Center,
    }),
    thinking: create({ color: colour(COLOURS.thinkingForeground), fontStyle: 'italic' }),
  };
}
