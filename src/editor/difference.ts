import * as vscode from 'vscode';
import { SCHEMES } from '../contributions';
import { Debounced, DisposableStore } from './disposables';
import { activeResult, type Surface } from './active';
import { compressedText, regionEnd, type Region } from './region';
import type { DocumentState } from './registry';

/** The whole document with each region as it would be after a replacement. */
export const withCompressed = (text: string, regions: DocumentState['regions']): string =>
  withOutputs(text, regions, compressedText);

/** The whole document with an output in the place of each region. */
export function withOutputs(
  text: string,
  regions: DocumentState['regions'],
  output: (region: Region, index: number) => string,
): string {
  const parts: string[] = [];
  let position = 0;
  for (const [i, region] of regions.entries()) {
    parts.push(text.slice(position, region.start), output(region, i));
    position = regionEnd(region);
  }
  return parts.join('') + text.slice(position);
}

/** The compressed side of a difference: the name of the original, and its address as the query. */
const compressedUri = (original: vscode.Uri): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEMES.compressed, path: original.path, query: original.toString() });

/** One side of a comparison of outputs. */
export interface OutputSide {
  /** Tells the sides of one document apart. */
  readonly name: string;
  readonly text: string;
}

/** Read-only documents with the compressed text of others; they follow pins and edits. */
export class CompressedDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;
  private readonly last = new Map<string, string>();
  private readonly waiting = new Set<string>();
  /** Texts that don't change, by the address of their document. */
  private readonly outputs = new Map<string, string>();

  constructor(private readonly surface: Surface) {
    const { registry } = surface;
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(SCHEMES.compressed, this));
    const soon = this.store.add(
      new Debounced(50, () => {
        for (const uri of this.waiting) this.changed.fire(compressedUri(vscode.Uri.parse(uri)));
        this.waiting.clear();
      }),
    );
    this.store.add(
      registry.onDidChange(({ uri, kind }) => {
        if (kind !== 'regions' || !this.last.has(uri.toString())) return;
        this.waiting.add(uri.toString());
        soon.request();
      }),
    );
    this.store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme !== SCHEMES.compressed || this.outputs.delete(uri.toString())) return;
        this.last.delete(uri.query);
      }),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const output = this.outputs.get(uri.toString());
    if (output !== undefined) return output;
    const original = vscode.Uri.parse(uri.query);
    const state = this.surface.registry.result(original);
    const document = vscode.workspace.textDocuments.find(
      (each) => each.uri.toString() === original.toString(),
    );
    // After a clear, or once the original is closed, the last state stays to be read.
    const text =
      state === undefined || document === undefined
        ? (this.last.get(original.toString()) ?? '')
        : withCompressed(document.getText(), state.regions);
    this.last.set(original.toString(), text);
    return text;
  }

  /** Opens VS Code's own comparison: the document on the left, its compressed form on the right. */
  async show(): Promise<void> {
    const found = activeResult(this.surface);
    if (found === undefined) return;
    const { uri } = found.editor.document;
    const name = uri.path.split('/').at(-1) ?? '';
    this.changed.fire(compressedUri(uri));
    await vscode.commands.executeCommand(
      'vscode.diff',
      uri,
      compressedUri(uri),
      this.surface.t('{0} ↔ compressed', name),
      { preview: true } satisfies vscode.TextDocumentShowOptions,
    );
  }

  /** Opens two outputs of a document beside each other, as they are now. */
  async showOutputs(
    original: vscode.Uri,
    [left, right]: readonly [OutputSide, OutputSide],
    title: string,
    viewColumn: vscode.ViewColumn,
  ): Promise<void> {
    const [before, after] = [left, right].map(({ name, text }) => {
      const uri = compressedUri(original).with({ fragment: name });
      this.outputs.set(uri.toString(), text);
      // One that is still open says the new text.
      this.changed.fire(uri);
      return uri;
    });
    await vscode.commands.executeCommand('vscode.diff', before, after, title, {
      preview: true,
      viewColumn,
    } satisfies vscode.TextDocumentShowOptions);
  }

  dispose(): void {
    this.store.dispose();
  }
}
