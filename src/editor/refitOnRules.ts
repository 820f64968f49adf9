import * as vscode from 'vscode';
import { SETTINGS } from '../contributions';
import { Debounced, DisposableStore } from './disposables';
import type { Models } from './models';
import type { Refitter } from './refit';
import type { ResultRegistry } from './registry';

/** Settings are written key by key while the person types. */
const PAUSE_MS = 300;

/** Chooses anew in every document with a result when keep rules, automatic pins or the model change. */
export function refitOnRules(
  registry: ResultRegistry,
  refitter: Refitter,
  models: Pick<Models, 'onDidChange'>,
): DisposableStore {
  const store = new DisposableStore();
  const soon = store.add(
    new Debounced(PAUSE_MS, () => {
      for (const document of vscode.workspace.textDocuments) {
        const state = registry.result(document.uri);
        if (state !== undefined) void refitter.refit(document, state.run?.wish ?? state.wish);
      }
    }),
  );
  // The texts are read again: what the model before gave is not taken for this one's.
  store.add(models.onDidChange(() => soon.request()));
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
