import * as vscode from 'vscode';
import { COMMANDS, SCHEMES } from '../contributions';
import type { CompressionService } from '../engine/service';
import { activeResult, type Surface } from './active';
import { family, grouped, percent } from './numbers';
import { compressedText, regionEnd } from './region';
import { matches, type DocumentState } from './registry';

export interface OutputParts extends Surface {
  readonly service: CompressionService;
}

/** The compressed text of all regions, as copied: one after the other, each from a line of its own. */
export function joined(state: DocumentState, eol: string): string {
  return state.regions
    .map(compressedText)
    .reduce((all, text) => (all === '' || all.endsWith('\n') ? all + text : all + eol + text), '');
}

const eolOf = (document: vscode.TextDocument): string =>
  document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';

/** Puts the compressed text on the clipboard. */
export async function copyCompressed(parts: OutputParts): Promise<void> {
  const found = activeResult(parts);
  if (found === undefined) return;
  const { voice, t } = parts;
  const text = joined(found.state, eolOf(found.editor.document));
  await vscode.env.clipboard.writeText(text);
  const counts = found.state.stale ? undefined : found.state.counts;
  const [after = 0] = counts === undefined ? await parts.service.countTokens([text]) : [counts.after];
  const before = found.state.counts?.before ?? after;
  voice.status(
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
  const { registry, voice, t } = parts;
  const found = activeResult(parts);
  if (found === undefined) return;
  const { editor, state } = found;
  const { document } = editor;
  const refuse = (): void =>
    voice.show('information', t('This document is read-only. Copy the compressed text instead.'), {
      label: t('Copy Compressed Context'),
      run: () => void vscode.commands.executeCommand(COMMANDS.copyCompressed),
    });
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
    voice.status(
      t(
        'Saved {0} tokens: {1} → {2} (≈ {3})',
        grouped(before - after),
        grouped(before),
        grouped(after),
        family(tokenizer),
      ),
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
