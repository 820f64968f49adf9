import * as vscode from 'vscode';
import { SCHEMES, TRANSCRIPT_LANGUAGE } from '../contributions';
import type { CallOptions, CompressionService } from '../engine/service';
import type { BlockHint } from '../structure/segments';
import type { TranscriptDocument } from '../transcript/model';
import { DisposableStore } from './disposables';
import { grouped, type Translate } from './numbers';

/** What is kept of a transcript once its text is in the editor. */
export type TranscriptFacts = Omit<TranscriptDocument, 'text'>;

/** The read-only document of a transcript file. Its address carries the path, so it can be read again at any time. */
export function transcriptUri(file: string, title: string): vscode.Uri {
  const name = shortened(title.replace(/[/\\?#%:*"<>|\s]+/g, ' ').trim());
  return vscode.Uri.from({ scheme: SCHEMES.transcript, path: `/${name || 'Transcript'}`, query: file });
}

const TAB_LENGTH = 40;
/** As many whole characters: never half of a surrogate pair. */
const LEADING = /^.{0,40}/su;

/** Cut at a blank, if there is one in the second half. */
function shortened(title: string): string {
  if (title.length <= TAB_LENGTH) return title;
  const blank = title.lastIndexOf(' ', TAB_LENGTH);
  const cut = blank > TAB_LENGTH / 2 ? title.slice(0, blank) : (LEADING.exec(title)?.[0] ?? '');
  return `${cut.replace(/[\s.,;:…]+$/u, '')}…`;
}

/** Renders transcripts on demand through the engine, and remembers what each document's lines are. */
export class Transcripts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly facts = new Map<string, TranscriptFacts>();
  private readonly fresh = new Map<string, TranscriptDocument>();
  private readonly read = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  /** A transcript was read (again): its facts are new. */
  readonly onDidRead = this.read.event;

  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  /** For VS Code: the content of an open document is to be asked for again. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly service: CompressionService,
    private readonly t: Translate,
  ) {
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(SCHEMES.transcript, this));
    this.store.add(
      vscode.workspace.onDidOpenTextDocument((document) => {
        // The name of a session says nothing of its language, and must not.
        if (document.uri.scheme === SCHEMES.transcript && document.languageId !== TRANSCRIPT_LANGUAGE)
          void vscode.languages.setTextDocumentLanguage(document, TRANSCRIPT_LANGUAGE);
      }),
    );
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document: { uri } }) => {
        // Read again while it was open: only now do the lines stand where the facts say.
        if (uri.scheme === SCHEMES.transcript) this.read.fire(uri);
      }),
    );
    this.store.add(
      vscode.workspace.onDidCloseTextDocument((closed) => {
        queueMicrotask(() => {
          if (isOpen(closed.uri)) return;
          this.facts.delete(closed.uri.toString());
          this.fresh.delete(closed.uri.toString());
        });
      }),
    );
  }

  factsOf(uri: vscode.Uri): TranscriptFacts | undefined {
    return this.facts.get(uri.toString());
  }

  hintsOf(document: vscode.TextDocument): readonly BlockHint[] | undefined {
    return this.facts.get(document.uri.toString())?.hints;
  }

  /** Lines of thinking, to be dimmed. */
  thinkingOf(uri: vscode.Uri): readonly vscode.Range[] {
    const folds = this.facts.get(uri.toString())?.folds ?? [];
    return folds
      .filter((fold) => fold.kind === 'thinking')
      .map((fold) => new vscode.Range(fold.firstLine, 0, fold.endLine - 1, Number.MAX_SAFE_INTEGER));
  }

  /** Sentences for the status bar's tooltip. */
  notesOf(uri: vscode.Uri): readonly string[] {
    const stats = this.facts.get(uri.toString())?.stats;
    return stats === undefined || stats.skipped === 0
      ? []
      : [
          this.t(
            '{0} of {1} records of this transcript could not be read.',
            grouped(stats.skipped),
            grouped(stats.records),
          ),
        ];
  }

  /** Reads a file and gives the address of its document, anew where it is open. Rejects with an EngineError. */
  async prepare(file: string, options: CallOptions): Promise<{ uri: vscode.Uri; facts: TranscriptFacts }> {
    const document = await this.service.openTranscript(file, 'auto', options);
    // A session may get its title while it is open: it keeps its address, so that a file is open once only.
    const open = vscode.workspace.textDocuments.find(
      (each) => each.uri.scheme === SCHEMES.transcript && each.uri.query === file,
    );
    const uri = open?.uri ?? transcriptUri(file, document.title);
    this.fresh.set(uri.toString(), document);
    if (open !== undefined) this.changed.fire(uri);
    return { uri, facts: document };
  }

  /** Lets go of what was prepared for a document that could not be shown. */
  forget(uri: vscode.Uri): void {
    this.fresh.delete(uri.toString());
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const key = uri.toString();
    const prepared = this.fresh.get(key);
    this.fresh.delete(key);
    if (prepared !== undefined) {
      this.remember(uri, prepared);
      return prepared.text;
    }
    const controller = new AbortController();
    const listener = token.onCancellationRequested(() => controller.abort());
    try {
      const document = await this.service.openTranscript(uri.query, 'auto', { signal: controller.signal });
      this.remember(uri, document);
      return document.text;
    } finally {
      listener.dispose();
    }
  }

  dispose(): void {
    this.store.dispose();
    this.facts.clear();
    this.fresh.clear();
  }

  private remember(
    uri: vscode.Uri,
    { title, format, turns, hints, folds, problems, stats }: TranscriptDocument,
  ): void {
    this.facts.set(uri.toString(), { title, format, turns, hints, folds, problems, stats });
    this.read.fire(uri);
  }
}

const isOpen = (uri: vscode.Uri): boolean =>
  vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
