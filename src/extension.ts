import * as path from 'node:path';
import * as vscode from 'vscode';
import { registerCommands } from './editor/commands';
import { Decorator } from './editor/decorations';
import { CompressedDocuments } from './editor/difference';
import { DisposableStore } from './editor/disposables';
import { createFailureReporter } from './editor/failures';
import { registerHover } from './editor/hover';
import { Log } from './editor/log';
import { registerRecount } from './editor/recount';
import { ResultRegistry } from './editor/registry';
import { engineOptions, idleMs } from './editor/settings';
import { registerStatusBar } from './editor/statusBar';
import { Transcripts } from './editor/transcripts';
import { registerTranscriptStructure } from './editor/transcriptStructure';
import { Voice } from './editor/voice';
import { createEngineClient, type EngineClient } from './engine/client';

/** What tests may look at. */
export interface KompressApi {
  readonly registry: ResultRegistry;
  readonly decorator: Decorator;
  readonly engine: EngineClient;
  readonly voice: Voice;
}

export function activate(context: vscode.ExtensionContext): KompressApi {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const t = vscode.l10n.t;
  const log = store.add(new Log());
  const engine = store.add(
    createEngineClient({
      serverFile: path.join(context.extensionPath, 'dist', 'engine.js'),
      options: () => engineOptions(context.extensionPath),
      idleMs: idleMs(),
      log,
    }),
  );
  const voice = store.add(new Voice());
  const failures = createFailureReporter(voice, log, t);
  const registry = store.add(new ResultRegistry());
  const surface = { registry, voice, t };
  const transcripts = store.add(new Transcripts(engine, t));
  const compressed = store.add(new CompressedDocuments(surface));
  const decorator = store.add(
    new Decorator(context.extensionUri, registry, (uri) => transcripts.thinkingOf(uri), t),
  );
  store.add(transcripts.onDidRead((uri) => decorator.update(uri)));
  store.add(registerHover(registry, t));
  store.add(registerStatusBar(registry, (uri) => transcripts.notesOf(uri), t));
  store.add(registerRecount(registry, engine, (error) => log.warn(String(error))));
  store.add(registerTranscriptStructure(transcripts, t));
  store.add(registerCommands({ ...surface, service: engine, transcripts, compressed, failures, log }));
  return { registry, decorator, engine, voice };
}
