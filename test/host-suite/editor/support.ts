import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { KompressApi } from '../../../src/extension';
import type { DecorationName } from '../../../src/editor/decorationTypes';
import type { Region } from '../../../src/editor/region';
import type { DocumentState } from '../../../src/editor/registry';
import type { Tone } from '../../../src/editor/voice';

/** Prose with much to leave out, and things that must stay. */
export const PROSE = [
  'So, as you might expect, I went back and basically took another look at the parser, and it turns out that the',
  'problem is not really in the tokenizer at all, but in the buffer, which never grows beyond 65,536 bytes.',
  'I think that it would probably be a really good idea to write a small test for this first of all.',
  '',
].join('\n');

const extension = vscode.extensions.getExtension<KompressApi>('kompress.kompress');
assert.ok(extension, 'the extension under development is registered');
export const extensionUri = extension.extensionUri;

export const api = async (): Promise<KompressApi> => extension.activate();

/**
 * Opens an untitled document with a text, as the active editor. The name of one that is just being closed is given
 * again, and such a document cannot be shown or still has its old text; then the next one is taken.
 */
export async function openText(content: string, language = 'plaintext'): Promise<vscode.TextEditor> {
  for (let attempt = 0; ; attempt++) {
    try {
      const document = await vscode.workspace.openTextDocument({ content, language });
      const editor = await vscode.window.showTextDocument(document);
      const isFresh = editor.document.lineCount > 1 || editor.document.getText() === content;
      if (isFresh && vscode.window.activeTextEditor === editor) return editor;
      assert.ok(attempt < 5, 'a fresh document');
    } catch (error) {
      if (attempt >= 5) throw error;
    }
  }
}

export const run = async (command: string, ...args: unknown[]): Promise<unknown> =>
  vscode.commands.executeCommand(command, ...args);

export const compress = (): Promise<unknown> => run('kompress.compressSelection');

/** Opens a text and compresses it; the regions of its result. */
export async function compressed(content: string, language?: string): Promise<vscode.TextEditor> {
  const editor = await openText(content, language);
  await compress();
  return editor;
}

/** The result of a document; fails where it has none. */
export async function stateOf(document: vscode.TextDocument): Promise<DocumentState> {
  const state = (await api()).registry.result(document.uri);
  assert.ok(state, 'the document has a result');
  return state;
}

/** The regions of a document; fails where it has no result. */
export async function regionsOf(document: vscode.TextDocument): Promise<readonly Region[]> {
  const state = (await api()).registry.result(document.uri);
  assert.ok(state, 'the document has a result');
  return state.regions;
}

/** What an editor shows in one decoration type, as text. */
export async function shown(editor: vscode.TextEditor, name: DecorationName): Promise<string[]> {
  const set = (await api()).decorator.shown(editor);
  return (set?.[name] ?? []).map(({ range }) => editor.document.getText(range));
}

/** Collects what is said while `act` runs. */
export async function said(act: () => Promise<unknown>): Promise<{ tone: Tone; sentence: string }[]> {
  const heard: { tone: Tone; sentence: string }[] = [];
  const listener = (await api()).voice.onDidSay((each) => heard.push(each));
  try {
    await act();
  } finally {
    listener.dispose();
  }
  return heard;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a condition holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 8000): Promise<void> {
  const begun = Date.now();
  while (!(await holds())) {
    assert.ok(Date.now() - begun < ms, `${what} within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The text of the hover at a position, and its links. */
export async function hoverAt(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.MarkdownString[]> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap((hover) => hover.contents)
    .filter((content): content is vscode.MarkdownString => content instanceof vscode.MarkdownString);
}

/** Types a text in place of a range, as one edit. */
export async function replaceText(
  editor: vscode.TextEditor,
  range: vscode.Range,
  text: string,
): Promise<void> {
  assert.ok(await editor.edit((edit) => edit.replace(range, text)));
}

/** Closes every editor without asking what to do with unsaved ones, and forgets what was pinned. */
export async function closeAll(): Promise<void> {
  const open = (): number => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length;
  for (let i = 0; i < 20 && open() > 0; i++) await run('workbench.action.revertAndCloseActiveEditor');
  await run('workbench.action.closeAllGroups');
  await until('no open editor', () => open() === 0 && vscode.window.activeTextEditor === undefined);
  await (await api()).pins.forgetAll();
}
