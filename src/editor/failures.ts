import * as vscode from 'vscode';
import { COMMANDS, SETTINGS } from '../contributions';
import { EngineError } from '../engine/service';
import type { FailureReason } from '../engine/protocol';
import type { Translate } from './numbers';
import type { Voice } from './voice';

export type Action = 'log' | 'settings' | 'retry';

/** What helps against each kind of failure, the most useful first. */
export const ACTIONS: Readonly<Record<FailureReason, readonly Action[]>> = {
  cancelled: [],
  'model-missing': ['settings', 'log'],
  'model-mismatch': ['settings', 'log'],
  'model-invalid': ['settings', 'log'],
  selfcheck: ['settings', 'log'],
  binding: ['log'],
  crashed: ['retry', 'log'],
  file: ['retry', 'log'],
  format: ['log'],
  request: [],
  internal: ['retry', 'log'],
};

export interface FailureReporter {
  /** One sentence and what can be done; nothing for a cancelled run. */
  show(error: unknown, retry?: () => void): void;
}

/** Shows errors of the engine, and any other one, as a sentence with actions; details go to the log. */
export function createFailureReporter(
  voice: Voice,
  log: { error(message: string): void },
  t: Translate,
): FailureReporter {
  return {
    show(error, retry) {
      const failure =
        error instanceof EngineError
          ? error
          : new EngineError({
              reason: 'internal',
              message: t('Something went wrong inside Kompress. Your text is unchanged.'),
              detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
            });
      if (failure.reason === 'cancelled') return;
      log.error(
        `${failure.reason}: ${failure.message}${failure.detail === undefined ? '' : `\n${failure.detail}`}`,
      );
      const choices = ACTIONS[failure.reason]
        .filter((action) => action !== 'retry' || retry !== undefined)
        .map((action) => ({ label: label(action, t), run: () => act(action, retry) }));
      voice.show('error', failure.message, ...choices);
    },
  };
}

function act(action: Action, retry: (() => void) | undefined): void {
  if (action === 'retry') retry?.();
  else if (action === 'log') void vscode.commands.executeCommand(COMMANDS.showLog);
  else void vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS.model);
}

function label(action: Action, t: Translate): string {
  switch (action) {
    case 'log':
      return t('Show Log');
    case 'settings':
      return t('Open Settings');
    case 'retry':
      return t('Try Again');
  }
}
