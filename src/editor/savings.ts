import * as vscode from 'vscode';
import { COMMANDS, SETTINGS } from '../contributions';
import type { Translate } from './numbers';
import { pricesIn, savingsLines, type SavingsTotal } from './savingsTotal';
import type { Voice } from './voice';

export interface SavingsParts {
  readonly savings: SavingsTotal;
  readonly voice: Voice;
  readonly t: Translate;
}

/** Shows the total; prices can be set and the total reset from there. */
export async function showSavings(parts: SavingsParts): Promise<void> {
  const { savings, t } = parts;
  const prices = pricesIn(vscode.workspace.getConfiguration().get<unknown>(SETTINGS.prices));
  const items = savingsLines(savings.value, prices, new Date(), t).map(({ icon, label, detail, act }) => ({
    label: `$(${icon}) ${label}`,
    detail,
    act,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: t('Savings with Kompress') });
  if (chosen?.act === 'prices')
    await vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS.prices);
  else if (chosen?.act === 'reset') await vscode.commands.executeCommand(COMMANDS.resetSavings);
}

/** Sets the total back to nothing, after asking. */
export async function resetSavings({ savings, voice, t }: SavingsParts): Promise<void> {
  const reset = t('Reset');
  const chosen = await vscode.window.showWarningMessage(
    t('Reset the running total of savings? It cannot be brought back.'),
    { modal: true },
    reset,
  );
  if (chosen !== reset) return;
  await savings.reset();
  voice.status(t('The total of savings is reset.'));
}
