import * as vscode from 'vscode';
import { COMMANDS, type CommandId } from '../contributions';
import { grouped, percent } from './numbers';
import { activeResult, type Surface } from './active';
import { budgetName } from './budget';
import { policyWords } from './policyNames';
import { isReadOnly } from './output';
import { questionWords } from './question';

/** VS Code's own: shows the hover at the cursor. */
const EXPLAIN = 'editor.action.showHover';

/** The quick control behind the status bar item. */
export async function showMenu(surface: Surface): Promise<void> {
  const found = activeResult(surface);
  if (found === undefined) return;
  const { t } = surface;
  const { counts, wish } = found.state;
  const item = (
    label: string,
    command: CommandId,
    description = '',
  ): vscode.QuickPickItem & { command?: string } => ({
    label,
    command,
    description,
  });
  const items = [
    item(`$(dashboard) ${t('Budget…')}`, COMMANDS.setBudget, budgetName(wish.budget, t)),
    item(`$(question) ${t('Question…')}`, COMMANDS.compressForQuestion, questionWords(wish, t)),
    item(
      `$(list-ordered) ${t('Policy…')}`,
      COMMANDS.choosePolicy,
      wish.budget.kind === 'model' ? t('counts once there is a budget') : policyWords(t)[wish.policy].label,
    ),
    item(`$(graph-line) ${t('Compare policies')}`, COMMANDS.comparePolicies),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: `$(comment) ${t('Explain the word at the cursor')}`, description: '', command: EXPLAIN },
    item(
      `$(copy) ${t('Copy compressed context')}`,
      COMMANDS.copyCompressed,
      counts === undefined
        ? ''
        : t(
            '{0} tokens, {1} of {2}',
            grouped(counts.after),
            percent(counts.after, counts.before),
            grouped(counts.before),
          ),
    ),
    item(`$(diff) ${t('Show difference')}`, COMMANDS.showDifference),
    ...(isReadOnly(found.editor.document)
      ? []
      : [
          item(
            `$(replace-all) ${t('Replace with compressed')}`,
            COMMANDS.replaceSelection,
            t('one undo step'),
          ),
        ]),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    item(`$(arrow-down) ${t('Next discarded span')}`, COMMANDS.nextDiscarded),
    item(`$(fold) ${t('Fold discarded lines')}`, COMMANDS.foldDiscarded, t('runs of more than 12')),
    item(`$(pin) ${t('Keep word or selection')}`, COMMANDS.keepWord),
    item(`$(close) ${t('Discard word or selection')}`, COMMANDS.discardWord),
    item(`$(law) ${t('Always keep text like this…')}`, COMMANDS.alwaysKeep),
    item(`$(pinned) ${t('Pins and rules')}`, COMMANDS.showPins),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    item(`$(clear-all) ${t('Clear')}`, COMMANDS.clear),
    item(`$(graph) ${t('Savings')}`, COMMANDS.showSavings),
    item(`$(output) ${t('Show log')}`, COMMANDS.showLog),
    { label: `$(settings-gear) ${t('Settings')}`, description: '', command: 'settings' },
  ] satisfies (vscode.QuickPickItem & { command?: string })[];
  const chosen: (vscode.QuickPickItem & { command?: string }) | undefined = await vscode.window.showQuickPick(
    items,
    {
      title: 'Kompress',
      placeHolder: t('What to do with the compressed text'),
    },
  );
  if (chosen?.command === undefined) return;
  if (chosen.command === 'settings')
    await vscode.commands.executeCommand('workbench.action.openSettings', 'kompress.');
  else await vscode.commands.executeCommand(chosen.command);
}
