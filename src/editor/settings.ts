import * as path from 'node:path';
import * as vscode from 'vscode';
import { SETTINGS } from '../contributions';
import type { Budget } from '../compress/result';
import type { EngineOptions } from '../engine/protocol';
import { parseBudget } from './budget';
import type { Translate } from './numbers';
import type { Voice } from './voice';
import { MODEL_BUDGET, plainWish, type Wish } from './wish';

/** What the engine is to run with, as the settings say now. Asked before every call. */
export function engineOptions(extensionPath: string, modelFolder: string): EngineOptions {
  return {
    policyFolder: path.join(extensionPath, 'models', 'eviction-policy'),
    modelFolder,
    threads: clamp(vscode.workspace.getConfiguration().get<number>(SETTINGS.threads, 0), 0, 64),
  };
}

/** Milliseconds after which an idle engine is let go. */
export const idleMs = (): number =>
  clamp(vscode.workspace.getConfiguration().get<number>(SETTINGS.idleMinutes, 5), 1, 240) * 60_000;

/** The budget where nobody asked for one; undefined where the setting says none that can be understood. */
function usualBudgetSetting(): Budget | undefined {
  const typed: unknown = vscode.workspace.getConfiguration().get(SETTINGS.budget);
  return typeof typed === 'string' ? parseBudget(typed) : MODEL_BUDGET;
}

export const usualBudget = (): Budget => usualBudgetSetting() ?? MODEL_BUDGET;

/** What is asked of a document where nobody asked for anything yet; says so where the setting cannot be understood. */
export function usualWish(voice: Voice, t: Translate): Wish {
  const budget = usualBudgetSetting();
  if (budget === undefined)
    voice.show(
      'warning',
      t(
        'The setting “{0}” is neither “model” nor a share nor a number of tokens, so the model decides.',
        SETTINGS.budget,
      ),
      {
        label: t('Open Settings'),
        run: () => void vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS.budget),
      },
    );
  return plainWish(budget ?? MODEL_BUDGET);
}

const clamp = (value: number, low: number, high: number): number =>
  Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : low;
