import * as vscode from 'vscode';
import { COMMANDS, SCHEMES } from '../contributions';
import type { CompressionService } from '../engine/service';
import { STATUS_MS } from './compress';
import { family, grouped, percent, type Translate } from './numbers';
import { compressedText, regionEnd } from './region';
import { matches, type DocumentState, type ResultRegistry } from './registry';

export interface OutputParts {
  readonly registry: ResultRegistry;
  readonly service: CompressionService;
  readonly t: Translate;
}

const say = (sentence: string): vscode.Disposable => vscode.window.setStatusBarMessage(sentence, STATUS_MS);

/**
 * The result of the active editor's document. Where there is none, says so with the action that makes one; where
 * the text no longer is what was compressed, clears it and says that.
 */
export function activeResult(
  { registry, t }: Pick<OutputParts, 'registry' | 't'>,
): { readonly editor: vscode.TextEditor; readonly state: DocumentState } | undefined {
  const editor = vscode.window.activeTextEditor;
  const compress = t('Compress');
  if (editor === undefined) {
    void vscode.window.showInformationMessage(t('Open a text first, then compress it.'));
    return undefined;
  }
  const state = registry.result(editor.document.uri);
  let sentence = t('Nothing is compressed in this document yet.');
  if (state !== undefined) {
    if (matches(editor.document, state.regions)) return { editor, state };
    registry.clear(editor.document.uri);
    sentence = t('The text has changed since it was compressed, so the result was cleared.');
  }
  void vscode.window.showInformationMessage(sentence, compress).then((chosen) => {
    if (chosen === compress) void vscode.commands.executeCommand(COMMANDS.compressSelection);
  });
  return undefined;
}

/** The compressed text of all regions, as copied: one after the other, each from a line of its own. */
export function joined(state: DocumentState, eol: string): string {
  return state.regions
    .map(compressedText)
    .reduce((all, text) => (all === '' || all.endsWith('\n') ? all + text : all + eol + text), '');
}

const eolOf = (document: vscode.TextDocument): string => (document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');

/** Puts the compressed text on the clipboard. */
export async function copyCompressed(parts: OutputParts): Promise<void> {
  const found = activeResult(parts);
  if (found === undefined) return;
  const { t } = parts;
  const text = joined(found.state, eolOf(found.editor.document));
  await vscode.env.clipboard.writeText(text);
  const counts = found.state.stale ? undefined : found.state.counts;
  const [after = 0] = counts === undefined ? await parts.service.countTokens([text]) : [counts.after];
  const before = found.state.counts?.before ?? after;
  say(
    t(
      '$(copy) Copied {0} tokens (≈ {1}), {2} of {3}',
      grouped(after),
      family(found.state.counts?.tokenizer ?? ''),
      percent(after, before),
      grouped(before),
    ),
  );
}

/** Replaces every region by its compressed text, in one undo step. */
export async function replaceWithCompressed(parts: OutputParts): Promise<void> {
  const { registry, t } = parts;
  const found = activeResult(parts);
  if (found === undefined) return;
  const { editor, state } = found;
  const { document } = editor;
  const copy = t('Copy Compressed Context');
  const refuse = (): void => {
    void vscode.window
      .showInformationMessage(t('This document is read-only. Copy the compressed text instead.'), copy)
      .then((chosen) => {
        if (chosen === copy) void vscode.commands.executeCommand(COMMANDS.copyCompressed);
      });
  };
  if (isReadOnly(document)) {
    refuse();
    return;
  }
  const replacements = state.regions.map((region) => ({
    range: new vscode.Range(document.positionAt(region.start), document.positionAt(regionEnd(region))),
    text: compressedText(region),
  }));
  // Cleared first: the edit must not be followed as one of the person's.
  registry.clear(document.uri);
  const { version } = document;
  const done = await editor.edit((edit) => {
    for (const { range, text } of replacements) edit.replace(range, text);
  });
  if (!done || document.version === version) {
    if (matches(document, state.regions)) registry.restore({ ...state, run: undefined });
    refuse();
    return;
  }
  if (state.counts !== undefined) {
    const { before, after, tokenizer } = state.counts;
    say(
      t('Saved {0} tokens: {1} → {2} (≈ {3})', grouped(before - after), grouped(before), grouped(after), family(tokenizer)),
    );
  }
}

/** Our own documents, and file systems that are known not to be writable. */
function isReadOnly({ uri: { scheme } }: vscode.TextDocument): boolean {
  return (
    scheme === SCHEMES.transcript ||
    scheme === SCHEMES.compressed ||
    vscode.workspace.fs.isWritableFileSystem(scheme) === false
  );
}
