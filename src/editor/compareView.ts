import * as vscode from 'vscode';
import type { Comparison } from '../compress/result';
import type { PolicyName } from '../policy/policy';
import { EngineError } from '../engine/service';
import { COMPARE_VIEW } from '../contributions';
import { activeEditor, type Surface } from './active';
import { parseToHost, type CompareState, type ToView } from './compareMessages';
import { comparePage, pageRoots } from './comparePage';
import { CompareSession, type CompareTarget, type CurrentChoice } from './compareSession';
import { compareWords, policyNames } from './compareWords';
import type { CompressedDocuments } from './difference';
import { DisposableStore } from './disposables';

/** What the compare view needs of whoever holds results and applies policies. */
export interface ComparePorts {
  /** Undefined while the document has no result. */
  current(document: vscode.TextDocument): CurrentChoice | undefined;
  /** Shows a policy in the editor for the moment; undefined restores what is applied. */
  preview(document: vscode.TextDocument, policy: PolicyName | undefined): void;
  apply(document: vscode.TextDocument, policy: PolicyName): void;
  /** Makes a first result; never rejects. */
  compress(editor: vscode.TextEditor): Promise<void>;
  /** The compressed text with a policy, the rest as it is. */
  outputOf(document: vscode.TextDocument, policy: PolicyName): Promise<string>;
  compare(
    document: vscode.TextDocument,
    options: { readonly signal: AbortSignal; readonly onProgress: (share: number | undefined) => void },
  ): Promise<Comparison>;
}

export interface CompareViewParts extends Surface {
  readonly extension: vscode.Uri;
  readonly ports: ComparePorts;
  readonly compressed: CompressedDocuments;
  readonly log: { error(message: string): void };
}

/** The panel beside the editor that compares the policies on one document; there is at most one. */
export class CompareView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private session: CompareSession | undefined;
  private document: vscode.TextDocument | undefined;
  private readonly store = new DisposableStore();
  private readonly shown = this.store.add(new vscode.EventEmitter<CompareState>());
  /** Every state that the page is told. */
  readonly onDidShow = this.shown.event;

  constructor(private readonly parts: CompareViewParts) {
    this.store.add(
      parts.registry.onDidChange(({ uri, kind }) => {
        if (kind !== 'partial' && uri.toString() === this.document?.uri.toString())
          this.session?.documentChanged();
      }),
    );
    this.store.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        // A change of language closes and opens the document again in one go.
        queueMicrotask(() => {
          if (document === this.document && !vscode.workspace.textDocuments.includes(document))
            this.session?.documentClosed();
        });
      }),
    );
  }

  /** What the page is told now; undefined while there is none. */
  get state(): CompareState | undefined {
    return this.session?.state;
  }

  /** Opens the view on the active editor's document, or moves it there. */
  async open(): Promise<void> {
    const editor = activeEditor(this.parts);
    if (editor === undefined) return;
    const { document } = editor;
    if (this.panel === undefined) this.panel = this.createPanel();
    else this.panel.reveal(undefined, false);
    if (document !== this.document || this.session?.state.document === undefined) {
      this.session?.dispose();
      this.document = document;
      this.session = this.createSession(document);
      this.panel.title = this.parts.t('Policies: {0}', nameOf(document));
    }
    await this.session.compare();
  }

  /** What the page would send; for tests too, which cannot press keys in a page. */
  receive(message: unknown): void {
    const known = parseToHost(message);
    if (known === undefined) return;
    if (known.type === 'ready') this.postWords();
    this.session?.receive(known);
  }

  dispose(): void {
    this.panel?.dispose();
    this.store.dispose();
  }

  private createPanel(): vscode.WebviewPanel {
    const { extension, t } = this.parts;
    const panel = vscode.window.createWebviewPanel(
      COMPARE_VIEW,
      t('Compare policies'),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
      { enableScripts: true, localResourceRoots: pageRoots(extension) },
    );
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    panel.onDidChangeViewState(() => this.session?.setShown(panel.visible));
    panel.onDidDispose(() => {
      this.session?.dispose();
      this.session = undefined;
      this.document = undefined;
      this.panel = undefined;
    });
    panel.webview.html = comparePage(panel.webview, extension, t('Compare policies'));
    return panel;
  }

  private createSession(document: vscode.TextDocument): CompareSession {
    const { ports, log, t } = this.parts;
    const target: CompareTarget = {
      name: nameOf(document),
      current: () => ports.current(document),
      preview: (policy) => ports.preview(document, policy),
      apply: (policy) => ports.apply(document, policy),
      compare: (options) => ports.compare(document, options),
      showDifference: (first, second) => this.showDifference(document, first, second),
      compress: () => void this.compress(document).catch((error: unknown) => log.error(String(error))),
    };
    return new CompareSession({
      target,
      post: (state) => {
        this.shown.fire(state);
        this.post({ type: 'state', state });
      },
      sentence: (error) => {
        if (error instanceof EngineError && error.reason === 'cancelled') return undefined;
        const detail = error instanceof EngineError ? error.detail : undefined;
        log.error(detail ?? (error instanceof Error ? (error.stack ?? error.message) : String(error)));
        return error instanceof EngineError
          ? error.message
          : t('The policies could not be compared. The text is unchanged.');
      },
    });
  }

  private async showDifference(
    document: vscode.TextDocument,
    first: PolicyName,
    second: PolicyName,
  ): Promise<void> {
    const { ports, compressed, t } = this.parts;
    const names = policyNames(t);
    const outputs = await Promise.all([ports.outputOf(document, first), ports.outputOf(document, second)]);
    await compressed.showOutputs(
      document.uri,
      [
        { name: first, text: outputs[0] },
        { name: second, text: outputs[1] },
      ],
      t('{0}: {1} ↔ {2}', nameOf(document), names[first], names[second]),
      // The view stays in sight.
      columnOf(document) ?? vscode.ViewColumn.Beside,
    );
  }

  private async compress(document: vscode.TextDocument): Promise<void> {
    const viewColumn = columnOf(document) ?? vscode.ViewColumn.One;
    const editor = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true });
    await this.parts.ports.compress(editor);
  }

  private postWords(): void {
    const { t } = this.parts;
    this.post({ type: 'words', words: compareWords(t), names: policyNames(t) });
  }

  private post(message: ToView): void {
    void this.panel?.webview.postMessage(message);
  }
}

const columnOf = (document: vscode.TextDocument): vscode.ViewColumn | undefined =>
  vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;

const nameOf = ({ uri }: vscode.TextDocument): string => uri.path.split('/').at(-1) ?? uri.path;
