import * as vscode from 'vscode';
import { COMMANDS } from '../contributions';
import type { Translate } from './numbers';
import { matches, type DocumentState, type ResultRegistry } from './registry';
import type { Voice } from './voice';

/** What a command needs to look at results and to speak. */
export interface Surface {
  readonly registry: ResultRegistry;
  readonly voice: Voice;
  readonly t: Translate;
}

export interface ActiveResult {
  readonly editor: vscode.TextEditor;
  readonly state: DocumentState;
}

/** The active editor; where there is none, says so. */
export function activeEditor({ voice, t }: Surface): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) voice.show('information', t('Open a text first, then compress it.'));
  return editor;
}

/**
 * The result of the active editor's document. Where there is none, says so with the action that makes one; where
 * the text no longer is what was compressed, clears it and says that.
 */
export function activeResult(surface: Surface): ActiveResult | undefined {
  const { registry, voice, t } = surface;
  const editor = activeEditor(surface);
  if (editor === undefined) return undefined;
  const state = registry.result(editor.document.uri);
  let sentence = t('Nothing is compressed in this document yet.');
  if (state !== undefined) {
    if (matches(editor.document, state.regions)) return { editor, state };
    registry.clear(editor.document.uri);
    sentence = t('The text has changed since it was compressed, so the result was cleared.');
  }
  voice.show('information', sentence, {
    label: t('Compress'),
    run: () => void vscode.commands.executeCommand(COMMANDS.compressSelection),
  });
  return undefined;
}
