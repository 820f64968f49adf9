import * as vscode from 'vscode';
import { COMMANDS, SETTINGS } from '../contributions';
import { DownloadError } from '../download/errors';
import {
  bytesDownloaded,
  downloadModel,
  isDownloaded,
  removeModel,
  type ModelDownloadOptions,
} from '../download/model';
import { OFFICIAL_FILES } from '../download/official';
import type { CompressionService } from '../engine/service';
import { consentWords, failureWords, progressWords, Rate, type Consent } from './downloadWords';
import type { FailureReporter } from './failures';
import type { Log } from './log';
import type { Models } from './models';
import type { Translate } from './numbers';
import type { Choice, Voice } from './voice';

export interface ModelDownloadParts {
  readonly models: Models;
  readonly service: Pick<CompressionService, 'stop'>;
  readonly voice: Voice;
  readonly failures: FailureReporter;
  readonly log: Pick<Log, 'info' | 'error'>;
  readonly t: Translate;
  /** Asks the person, with a label for yes; default: a modal dialog. */
  readonly ask?: (consent: Consent, yes: string) => PromiseLike<boolean>;
  /** Default: the official files from their own host. */
  readonly source?: Pick<ModelDownloadOptions, 'files' | 'transport' | 'freeBytes'>;
}

/** Progress is shown anew at most this often. */
const SHOW_MS = 250;

/** Downloads the official model, after asking, and removes it. */
export class ModelDownload implements vscode.Disposable {
  private running: AbortController | undefined;

  constructor(private readonly parts: ModelDownloadParts) {}

  /** Asks and, if the person agrees, downloads. Never rejects for a download that fails. */
  async start(): Promise<void> {
    const { models, voice, t, source } = this.parts;
    const folder = models.places.official;
    const files = source?.files ?? OFFICIAL_FILES;
    if (this.running !== undefined) {
      voice.status(t('The model is being downloaded already.'));
      return;
    }
    const controller = new AbortController();
    this.running = controller;
    try {
      const there = await bytesDownloaded(folder, files);
      if (isDownloaded(folder, files) && there === files.model.bytes + files.tokenizer.bytes) {
        this.ready(t('The official model is downloaded already.'));
        return;
      }
      if (!(await this.ask(consentWords(files, folder, there, t), t('Download')))) return;
      await this.download(controller);
    } finally {
      this.running = undefined;
    }
  }

  /** Asks and, if the person agrees, deletes what was downloaded. */
  async remove(): Promise<void> {
    const { models, service, voice, t } = this.parts;
    const folder = models.places.official;
    if (this.running !== undefined) {
      voice.status(t('The model is being downloaded. Cancel that first.'));
      return;
    }
    const consent = {
      question: t('Delete the downloaded model?'),
      detail: t('The files in {0} are deleted. They can be downloaded again.', folder),
    };
    if (!(await this.ask(consent, t('Delete')))) return;
    // The engine may have the file open.
    if (models.current.folder === folder) service.stop();
    try {
      const removed = await removeModel(folder);
      voice.status(removed ? t('The downloaded model is deleted.') : t('No model is downloaded.'));
    } catch (error) {
      this.failed(error, () => this.remove());
    }
    models.renewed();
  }

  dispose(): void {
    this.running?.abort();
  }

  private async ask(consent: Consent, yes: string): Promise<boolean> {
    const { ask } = this.parts;
    if (ask !== undefined) return ask(consent, yes);
    const { question, detail } = consent;
    const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, yes);
    return chosen === yes;
  }

  private async download(controller: AbortController): Promise<void> {
    const { models, voice, log, t, source } = this.parts;
    const folder = models.places.official;
    log.info(`model: download into ${folder}`);
    try {
      await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: t('Downloading the official model'),
          cancellable: true,
        },
        async (progress, token) => {
          token.onCancellationRequested(() => controller.abort());
          const rate = new Rate();
          let shown = 0;
          let shownAt = -Infinity;
          await downloadModel({
            ...source,
            folder,
            signal: controller.signal,
            onProgress: ({ done, total }) => {
              const now = performance.now();
              if (now - shownAt < SHOW_MS && done < total) return;
              shownAt = now;
              const share = (100 * done) / total;
              progress.report({
                message: progressWords({ done, total }, rate.add(done, now), t),
                increment: Math.max(0, share - shown),
              });
              shown = Math.max(shown, share);
            },
          });
        },
      );
    } catch (error) {
      this.failed(error, async () => {
        // Agreed to already, a moment ago.
        if (this.running !== undefined) return;
        const again = new AbortController();
        this.running = again;
        try {
          await this.download(again);
        } finally {
          this.running = undefined;
        }
      });
      return;
    }
    log.info('model: downloaded and checked');
    if (models.current.choice === 'official-v2') {
      models.renewed();
      voice.status(t('The official model is downloaded and in use.'));
    } else this.ready(t('The official model is downloaded and checked.'));
  }

  /** The model is there; it is used only if the person says so. */
  private ready(sentence: string): void {
    const { models, voice, failures, t } = this.parts;
    const use: Choice = {
      label: t('Use It'),
      run: () =>
        void vscode.workspace
          .getConfiguration()
          .update(SETTINGS.model, 'official-v2', vscode.ConfigurationTarget.Global)
          .then(undefined, (error: unknown) => failures.show(error)),
    };
    voice.show('information', sentence, ...(models.current.choice === 'official-v2' ? [] : [use]));
  }

  private failed(error: unknown, retry: () => Promise<void>): void {
    const { voice, failures, log, t } = this.parts;
    if (!(error instanceof DownloadError)) {
      failures.show(error);
      return;
    }
    if (error.reason === 'cancelled') {
      voice.status(failureWords(error, t));
      return;
    }
    log.error(`model: ${error.reason}: ${error.message}`);
    voice.show(
      'error',
      failureWords(error, t),
      { label: t('Retry'), run: () => void retry().catch((again: unknown) => failures.show(again)) },
      { label: t('Show Log'), run: () => void vscode.commands.executeCommand(COMMANDS.showLog) },
    );
  }
}
