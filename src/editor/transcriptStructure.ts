import * as vscode from 'vscode';
import { SCHEMES } from '../contributions';
import type { DocumentTurn, Role } from '../transcript/model';
import { DisposableStore } from './disposables';
import type { Translate } from './numbers';
import type { Transcripts } from './transcripts';

const SYMBOLS: Readonly<Record<Role, vscode.SymbolKind>> = {
  user: vscode.SymbolKind.Interface,
  assistant: vscode.SymbolKind.Method,
  tool: vscode.SymbolKind.Event,
  system: vscode.SymbolKind.Constant,
};

/** Outline and folding of transcripts. */
export function registerTranscriptStructure(transcripts: Transcripts, t: Translate): DisposableStore {
  const selector: vscode.DocumentSelector = { scheme: SCHEMES.transcript };
  const store = new DisposableStore();
  store.add(
    vscode.languages.registerDocumentSymbolProvider(
      selector,
      {
        provideDocumentSymbols: (document) =>
          transcripts.factsOf(document.uri)?.turns.map((turn) => symbol(document, turn)) ?? [],
      },
      { label: t('Turns') },
    ),
  );
  const changed = store.add(new vscode.EventEmitter<void>());
  store.add(transcripts.onDidRead(() => changed.fire()));
  store.add(
    vscode.languages.registerFoldingRangeProvider(selector, {
      onDidChangeFoldingRanges: changed.event,
      provideFoldingRanges: (document) =>
        (transcripts.factsOf(document.uri)?.folds ?? [])
          .filter((fold) => fold.endLine - fold.firstLine > 1)
          .map((fold) => new vscode.FoldingRange(fold.firstLine, fold.endLine - 1)),
    }),
  );
  return store;
}

function symbol(document: vscode.TextDocument, turn: DocumentTurn): vscode.DocumentSymbol {
  // The head line says who speaks: “## 12 · Claude · 14:02”.
  // While a transcript is read again, its facts may be ahead of its text for a moment.
  const firstLine = Math.min(turn.firstLine, document.lineCount - 1);
  const head = document.lineAt(firstLine);
  const who = head.text.split(' · ')[1] ?? turn.role;
  const last = Math.min(turn.endLine, document.lineCount) - 1;
  const range = new vscode.Range(
    new vscode.Position(firstLine, 0),
    document.lineAt(Math.max(firstLine, last)).range.end,
  );
  return new vscode.DocumentSymbol(
    `${turn.number} · ${who} · ${turn.label}`,
    '',
    SYMBOLS[turn.role],
    range,
    head.range,
  );
}
