import * as path from 'node:path';
import * as vscode from 'vscode';
import { registerCommands } from './editor/commands';
import { createComparePorts } from './editor/comparePorts';
import { CompareView } from './editor/compareView';
import { Decorator } from './editor/decorations';
import { CompressedDocuments } from './editor/difference';
import { DisposableStore } from './editor/disposables';
import { ModelDownload } from './editor/downloadModel';
import { createFailureReporter } from './editor/failures';
import { registerHover } from './editor/hover';
import { automaticPins, KeepRules } from './editor/keepRules';
import { Log } from './editor/log';
import { fallbackService, Models } from './editor/models';
import { RememberedPins } from './editor/pins';
import { refitOnRules } from './editor/refitOnRules';
import { registerRecount } from './editor/recount';
import { ResultRegistry } from './editor/registry';
import { QuestionHistory } from './editor/question';
import { Refitter } from './editor/refit';
import { SavingsTotal } from './editor/savingsTotal';
import { engineOptions, idleMs } from './editor/settings';
import { registerStatusBar } from './editor/statusBar';
import { TargetModels } from './editor/targetModel';
import { Transcripts } from './editor/transcripts';
import { registerTranscriptStructure } from './editor/transcriptStructure';
import { registerTurnLenses } from './editor/turnLens';
import { turnHints } from './editor/turns';
import { Voice } from './editor/voice';
import { createEngineClient, type EngineClient } from './engine/client';

/** What tests may look at. */
export interface KompressApi {
  readonly registry: ResultRegistry;
  readonly decorator: Decorator;
  readonly engine: EngineClient;
  readonly refitter: Refitter;
  readonly compareView: CompareView;
  readonly savings: SavingsTotal;
  readonly pins: RememberedPins;
  readonly targets: TargetModels;
  readonly voice: Voice;
  readonly models: Models;
}

export function activate(context: vscode.ExtensionContext): KompressApi {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const t = vscode.l10n.t;
  const log = store.add(new Log());
  const voice = store.add(new Voice());
  const models = store.add(
    new Models({
      places: {
        bundled: path.join(context.extensionPath, 'models', 'kompress-small'),
        official: path.join(context.globalStorageUri.fsPath, 'models', 'kompress-v2-base'),
      },
      voice,
      t,
    }),
  );
  const engine = store.add(
    createEngineClient({
      serverFile: path.join(context.extensionPath, 'dist', 'engine.js'),
      options: () => engineOptions(context.extensionPath, models.engineFolder()),
      idleMs: idleMs(),
      log,
    }),
  );
  const service = fallbackService({ service: engine, models, voice, log, t });
  const failures = createFailureReporter(voice, log, t);
  const registry = store.add(new ResultRegistry());
  const surface = { registry, voice, t };
  const transcripts = store.add(new Transcripts(service, t));
  const compressed = store.add(new CompressedDocuments(surface));
  const decorator = store.add(
    new Decorator(context.extensionUri, registry, (uri) => transcripts.thinkingOf(uri), t),
  );
  store.add(transcripts.onDidRead((uri) => decorator.update(uri)));
  store.add(registerHover(registry, t));
  store.add(registerStatusBar(registry, (uri) => [...transcripts.notesOf(uri), ...models.notes()], t));
  const targets = store.add(new TargetModels({ service, voice, t }));
  store.add(registerTurnLenses({ registry, transcripts, targets, t }));
  const rules = store.add(new KeepRules(voice, t));
  const pins = store.add(
    new RememberedPins({
      registry,
      memory: context.workspaceState,
      turns: (document) => {
        const facts = transcripts.factsOf(document.uri);
        return facts === undefined ? undefined : turnHints(facts);
      },
      autoPins: automaticPins,
      keepPatterns: (document) => rules.patternsOf(document.uri),
      onError: (error) => log.warn(String(error)),
    }),
  );
  store.add(registerRecount(registry, targets, (error) => log.warn(String(error))));
  store.add(registerTranscriptStructure(transcripts, t));
  const runs = {
    service,
    registry,
    pins,
    targets,
    hints: (document: vscode.TextDocument) => transcripts.hintsOf(document),
  };
  const refitter = store.add(new Refitter({ ...runs, failures, t }));
  store.add(refitOnRules(registry, refitter, models));
  const history = new QuestionHistory(context.workspaceState);
  const savings = new SavingsTotal(context.globalState);
  const modelDownload = store.add(new ModelDownload({ models, service, voice, failures, log, t }));
  const compareView = store.add(
    new CompareView({
      ...surface,
      extension: context.extensionUri,
      ports: createComparePorts({ ...surface, ...runs, refitter, failures }),
      compressed,
      log,
    }),
  );
  store.add(
    registerCommands({
      ...surface,
      ...runs,
      rules,
      refitter,
      history,
      transcripts,
      compressed,
      compareView,
      savings,
      modelDownload,
      failures,
      log,
    }),
  );
  return { registry, decorator, engine, refitter, compareView, savings, pins, targets, voice, models };
}
