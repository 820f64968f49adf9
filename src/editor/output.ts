import * as vscode from 'vscode';
import { COMMANDS, SCHEMES } from '../contributions';
import { activeResult, type Surface } from './active';
import { countedBy, grouped, percent } from './numbers';
import { compressedText, regionEnd } from './region';
import { countTokens, isCounted } from './recount';
import { matches, type Counts, type DocumentState } from './registry';
import type { SavingsTotal } from './savingsTotal';
import type { TargetModel, TargetModels } from './targetModel';

export interface OutputParts extends Surface {
  readonly targets: TargetModels;
  readonly savings: SavingsTotal;
}

/** The compressed text of all regions, as copied: one after the other, each from a line of its own. */
export function joined(state: DocumentState, eol: string): string {
  return state.regions
    .map(compressedText)
    .reduce((all, text) => (all === '' || all.endsWith('\n') ? all + text : all + eol + text), '');
}

const eolOf = (document: vscode.TextDocument): string =>
  document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';

/** The counts of the regions as they are; undefined where they cannot be had, which is no reason to fail. */
async function currentCounts(target: TargetModel, state: DocumentState): Promise<Counts | undefined> {
  if (isCounted(state, target)) return state.counts;
  try {
    return await countTokens(target, state);
  } catch {
    return undefined;
  }
}

/** Puts the compressed text on the clipboard. */
export async function copyCompressed(parts: OutputParts): Promise<void> {
  const found = activeResult(parts);
  if (found === undefined) return;
  const { voice, t } = parts;
  const text = joined(found.state, eolOf(found.editor.document));
  await vscode.env.clipboard.writeText(text);
  const counts = await currentCounts(parts.targets.current, found.state);
  voice.status(
    counts === undefined
      ? t('$(copy) Copied the compressed text')
      : t(
          '$(copy) Copied {0} tokens ({1}), {2} of {3}',
          grouped(counts.after),
          countedBy(counts.tokenizer),
          percent(counts.after, counts.before),
          grouped(counts.before),
        ),
  );
  if (counts !== undefined) await parts.savings.add(counts.before, counts.after);
}

/** Replaces every region by its compressed text, in one undo step. */
export async function replaceWithCompressed(parts: OutputParts): Promise<void> {
  const { registry, voice, t } = parts;
  const found = activeResult(parts);
  if (found === undefined) return;
  const { editor, state } = found;
  const { document } = editor;
  if (isReadOnly(document)) {
    voice.show('information', t('This document is read-only. Copy the compressed text instead.'), {
      label: t('Copy Compressed Context'),
      run: () => void vscode.commands.executeCommand(COMMANDS.copyCompressed),
    });
    return;
  }
  const replacements = state.regions.map((region) => ({
    range: new vscode.Range(document.positionAt(region.start), document.positionAt(regionEnd(region))),
    text: compressedText(region),
  }));
  // Cleared first: the edit must not be followed as one of the person's.
  registry.clear(document.uri);
  const { version } = document;
  let done = false;
  try {
    done = await editor.edit((edit) => {
      for (const { range, text } of replacements) edit.replace(range, text);
    });
  } catch {
    // The editor went in the meantime.
  }
  if (!done || document.version === version) {
    if (!document.isClosed && matches(document, state.regions))
      registry.restore({ ...state, run: undefined });
    voice.show('warning', t('The text could not be replaced. Try again.'));
    return;
  }
  const counts = await currentCounts(parts.targets.current, state);
  voice.status(
    counts === undefined
      ? t('Replaced with the compressed text')
      : t(
          'Saved {0} tokens: {1} → {2} ({3})',
          grouped(counts.before - counts.after),
          grouped(counts.before),
          grouped(counts.after),
          countedBy(counts.tokenizer),
        ),
  );
  if (counts !== undefined) await parts.savings.add(counts.before, counts.after);
}

/** Our own documents, and file systems that are known not to be writable. */
export function isReadOnly({ uri: { scheme } }: vscode.TextDocument): boolean {
  return (
    scheme === SCHEMES.transcript ||
    scheme === SCHEMES.compressed ||
    vscode.workspace.fs.isWritableFileSystem(scheme) === false
  );
}
