import * as vscode from 'vscode';
import { COMMANDS, SETTINGS } from '../contributions';
import { isDownloaded } from '../download/model';
import type { CompressionService } from '../engine/service';
import { DisposableStore } from './disposables';
import { withFallback } from './fallback';
import type { Log } from './log';
import { chooseModel, type ModelInUse, type ModelPlaces } from './modelChoice';
import type { Translate } from './numbers';
import type { Choice, Voice } from './voice';

export interface ModelsParts {
  readonly places: ModelPlaces;
  readonly voice: Voice;
  readonly t: Translate;
}

/** Follows the settings for the model, and says where the chosen one cannot be used. */
export class Models implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  /** Another model reads from now on. */
  readonly onDidChange = this.changed.event;
  private failed: string | undefined;
  private known: ModelInUse | undefined;

  constructor(private readonly parts: ModelsParts) {
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration(SETTINGS.model) && !change.affectsConfiguration(SETTINGS.modelPath))
          return;
        this.failed = undefined;
        this.refresh();
      }),
    );
  }

  get places(): ModelPlaces {
    return this.parts.places;
  }

  /** The model as settings and files are now. */
  get current(): ModelInUse {
    const settings = vscode.workspace.getConfiguration();
    return chooseModel(
      { choice: settings.get(SETTINGS.model), folder: settings.get(SETTINGS.modelPath) },
      this.places,
      isDownloaded,
      this.failed,
    );
  }

  /** The folder for the engine. Says, once each time it becomes so, that the chosen model cannot be used. */
  engineFolder(): string {
    const { current, known } = this;
    this.known = current;
    if (current.trouble !== known?.trouble || current.choice !== known?.choice) this.announce(current);
    return current.folder;
  }

  /** Looks again, after files have come or gone. */
  refresh(): void {
    const before = this.known?.folder;
    const now = this.engineFolder();
    if (before !== undefined && now !== before) this.changed.fire();
  }

  /** Files have come in place of others: a model that failed may be whole now. */
  renewed(): void {
    this.failed = undefined;
    this.refresh();
  }

  /** Takes the bundled model for one that could not be loaded, until the settings change. */
  giveUp(folder: string): boolean {
    if (folder === this.places.bundled || this.current.folder !== folder) return false;
    this.failed = folder;
    this.known = this.current;
    return true;
  }

  /** Undoes `giveUp`. */
  tryAgain(): void {
    this.failed = undefined;
    this.known = this.current;
  }

  /** A sentence about the model where another one was chosen than is used. */
  private note(): string | undefined {
    const { trouble, choice } = this.current;
    const { t } = this.parts;
    switch (trouble) {
      case undefined:
        return undefined;
      case 'not-downloaded':
        return t('The official model is not downloaded, so the bundled one is used.');
      case 'no-folder':
        return t(
          'The setting “{0}” names no absolute path of a model folder, so the bundled model is used.',
          SETTINGS.modelPath,
        );
      case 'failed':
        return choice === 'official-v2'
          ? t('The official model cannot be loaded, so the bundled one is used.')
          : t('The model of your folder cannot be loaded, so the bundled one is used.');
    }
  }

  /** The note, for places that list several. */
  notes(): readonly string[] {
    const note = this.note();
    return note === undefined ? [] : [note];
  }

  dispose(): void {
    this.store.dispose();
  }

  private announce({ trouble }: ModelInUse): void {
    const sentence = this.note();
    // Whoever gave up on a model says more of it.
    if (sentence === undefined || trouble === 'failed') return;
    const { voice, t } = this.parts;
    const act: Choice =
      trouble === 'not-downloaded'
        ? {
            label: t('Download…'),
            run: () => void vscode.commands.executeCommand(COMMANDS.downloadModel),
          }
        : {
            label: t('Open Settings'),
            run: () =>
              void vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS.modelPath),
          };
    voice.show('warning', sentence, act);
  }
}

/** The engine with the bundled model behind the chosen one; says so when it has to step in. */
export function fallbackService({
  service,
  models,
  voice,
  log,
  t,
}: {
  readonly service: CompressionService;
  readonly models: Models;
  readonly voice: Voice;
  readonly log: Log;
  readonly t: Translate;
}): CompressionService {
  return withFallback({
    service,
    folder: () => models.current.folder,
    giveUp: (folder) => models.giveUp(folder),
    tryAgain: () => models.tryAgain(),
    onFallback: ({ message, detail }) => {
      log.error(`model: ${message}${detail === undefined ? '' : `\n${detail}`}`);
      voice.show(
        'warning',
        t('{0} The bundled model is used instead.', message),
        {
          label: t('Open Settings'),
          run: () => void vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS.model),
        },
        { label: t('Show Log'), run: () => void vscode.commands.executeCommand(COMMANDS.showLog) },
      );
    },
  });
}
