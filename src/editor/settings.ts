import * as path from 'node:path';
import * as vscode from 'vscode';
import { SETTINGS } from '../contributions';
import type { EngineOptions } from '../engine/protocol';

/** What the engine is to run with, as the settings say now. Asked before every call. */
export function engineOptions(extensionPath: string): EngineOptions {
  const chosen = vscode.workspace.getConfiguration().get<string>(SETTINGS.modelPath, '').trim();
  return {
    modelFolder: chosen === '' ? path.join(extensionPath, 'models', 'kompress-small') : chosen,
    threads: clamp(vscode.workspace.getConfiguration().get<number>(SETTINGS.threads, 0), 0, 64),
  };
}

/** Milliseconds after which an idle engine is let go. */
export const idleMs = (): number =>
  clamp(vscode.workspace.getConfiguration().get<number>(SETTINGS.idleMinutes, 5), 1, 240) * 60_000;

const clamp = (value: number, low: number, high: number): number =>
  Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : low;
