import * as vscode from 'vscode';
import { SCHEMES } from '../contributions';
import { Debounced, DisposableStore } from './disposables';
import { activeResult, type Surface } from './active';
import { compressedText, regionEnd } from './region';
import type { DocumentState } from './registry';

/** The whole document with each region as it would be after a replacement. */
export function withCompressed(text: string, regions: DocumentState['regions']): string {
  const parts: string[] = [];
  let position = 0;
  for (const region of regions) {
    parts.push(text.slice(position, region.start), compressedText(region));
    position = regionEnd(region);
  }
  return parts.join('') + text.slice(position);
}

/** The compressed side of a difference: the name of the original, and its address as the query. */
const compressedUri = (original: vscode.Uri): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEMES.compressed, path: original.path, query: original.toString() });

/** Read-only documents with the compressed text of others; they follow pins and edits. */
export class CompressedDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;
  private readonly last = new Map<string, string>();
  private readonly waiting = new Set<string>();

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
        if (uri.scheme === SCHEMES.compressed) this.last.delete(uri.query);
      }),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
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

  dispose(): void {
    this.store.dispose();
  }
}
