import * as vscode from 'vscode';
import { SETTINGS } from '../contributions';
import { Debounced, DisposableStore } from './disposables';
import type { Refitter } from './refit';
import type { ResultRegistry } from './registry';

/** Settings are written key by key while the person types. */
const PAUSE_MS = 300;

/** Chooses anew in every document with a result when keep rules or automatic pins change. */
export function refitOnRules(registry: ResultRegistry, refitter: Refitter): DisposableStore {
  const store = new DisposableStore();
  const soon = store.add(
    new Debounced(PAUSE_MS, () => {
      for (const document of vscode.workspace.textDocuments) {
        const state = registry.result(document.uri);
        if (state !== undefined) void refitter.refit(document, state.run?.wish ?? state.wish);
      }
    }),
  );
  store.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (
        change.affectsConfiguration(SETTINGS.keepRules) ||
        change.affectsConfiguration(SETTINGS.automaticPins)
      )
        soon.request();
    }),
  );
  return store;
}
