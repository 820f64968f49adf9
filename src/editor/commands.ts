import * as vscode from 'vscode';
import { COMMANDS, type CommandArguments, type CommandId } from '../contributions';
import type { CompressionService } from '../engine/service';
import { activeEditor, type Surface } from './active';
import { alwaysKeep } from './alwaysKeep';
import { compressEditor } from './compress';
import { choosePolicy, setBudget, stepBudget } from './control';
import type { CompareView } from './compareView';
import type { CompressedDocuments } from './difference';
import { DisposableStore } from './disposables';
import type { ModelDownload } from './downloadModel';
import type { FailureReporter } from './failures';
import { foldDiscarded } from './fold';
import type { KeepRules } from './keepRules';
import type { Log } from './log';
import { showMenu } from './menu';
import { goToDiscarded } from './navigate';
import { openTranscript } from './openTranscript';
import { copyCompressed, replaceWithCompressed } from './output';
import { overrideAt, overrideLines, overrideTurns } from './overrides';
import { forgetPins, showPins } from './pinList';
import type { RememberedPins } from './pins';
import { compressForQuestion, type QuestionHistory } from './question';
import type { Refitter } from './refit';
import type { RunParts } from './runs';
import { resetSavings, showSavings } from './savings';
import type { SavingsTotal } from './savingsTotal';
import type { TargetModels } from './targetModel';
import type { Transcripts } from './transcripts';

export interface CommandParts extends Surface, RunParts {
  readonly service: CompressionService;
  readonly refitter: Refitter;
  readonly history: QuestionHistory;
  readonly pins: RememberedPins;
  readonly rules: KeepRules;
  readonly targets: TargetModels;
  readonly transcripts: Transcripts;
  readonly compressed: CompressedDocuments;
  readonly compareView: CompareView;
  readonly savings: SavingsTotal;
  readonly modelDownload: ModelDownload;
  readonly failures: FailureReporter;
  readonly log: Log;
}

/** Registers every command of the manifest. An error of any of them is shown, never thrown at the caller. */
export function registerCommands(parts: CommandParts): DisposableStore {
  const { registry, failures } = parts;
  const store = new DisposableStore();
  const register = <Id extends CommandId>(
    id: Id,
    run: (...args: CommandArguments[Id]) => Promise<void> | void,
  ): void => {
    store.add(
      vscode.commands.registerCommand(id, async (...args: CommandArguments[Id]) => {
        try {
          await run(...args);
        } catch (error) {
          failures.show(error);
        }
      }),
    );
  };

  store.add(
    registry.onDidDrop(() =>
      parts.voice.status(
        parts.t('The change was too large to follow, so the result was cleared. Compress the text again.'),
      ),
    ),
  );
  register(COMMANDS.compressSelection, async () => {
    const editor = activeEditor(parts);
    if (editor !== undefined) await compressEditor(parts, editor);
  });
  register(COMMANDS.compressForQuestion, () => compressForQuestion(parts));
  register(COMMANDS.setBudget, () => setBudget(parts));
  register(COMMANDS.tighterBudget, () => stepBudget(parts, -1));
  register(COMMANDS.looserBudget, () => stepBudget(parts, 1));
  register(COMMANDS.choosePolicy, () => choosePolicy(parts));
  register(COMMANDS.foldDiscarded, () => foldDiscarded(parts));
  register(COMMANDS.comparePolicies, () => parts.compareView.open());
  register(COMMANDS.showSavings, () => showSavings(parts));
  register(COMMANDS.resetSavings, () => resetSavings(parts));
  register(COMMANDS.cancel, () => {
    const editor = vscode.window.activeTextEditor;
    const run = editor === undefined ? undefined : registry.get(editor.document.uri)?.run;
    if (run === undefined) parts.voice.status(parts.t('Nothing is being compressed here.'));
    else run.controller.abort();
  });
  register(COMMANDS.copyCompressed, () => copyCompressed(parts));
  register(COMMANDS.replaceSelection, () => replaceWithCompressed(parts));
  register(COMMANDS.showDifference, () => parts.compressed.show());
  register(COMMANDS.clear, () => {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || registry.get(editor.document.uri) === undefined)
      parts.voice.status(parts.t('There is nothing to clear here.'));
    else registry.clear(editor.document.uri);
  });
  register(COMMANDS.nextDiscarded, () => goToDiscarded(parts, 1));
  register(COMMANDS.previousDiscarded, () => goToDiscarded(parts, -1));
  register(COMMANDS.keepWord, (target) => overrideAt(parts, 'keep', target));
  register(COMMANDS.discardWord, (target) => overrideAt(parts, 'discard', target));
  register(COMMANDS.takeBack, (target) => overrideAt(parts, 'take back', target));
  register(COMMANDS.keepLine, () => overrideLines(parts, 'keep'));
  register(COMMANDS.discardLine, () => overrideLines(parts, 'discard'));
  register(COMMANDS.keepTurn, (target) => overrideTurns(parts, parts.transcripts, 'keep', target));
  register(COMMANDS.discardTurn, (target) => overrideTurns(parts, parts.transcripts, 'discard', target));
  register(COMMANDS.alwaysKeep, (target) => alwaysKeep(parts, target));
  register(COMMANDS.showPins, () => showPins(parts));
  register(COMMANDS.forgetPins, () => forgetPins(parts));
  register(COMMANDS.chooseTargetModel, () => parts.targets.choose());
  register(COMMANDS.openTranscript, (file) => openTranscript(parts, file));
  register(COMMANDS.downloadModel, () => parts.modelDownload.start());
  register(COMMANDS.removeModel, () => parts.modelDownload.remove());
  register(COMMANDS.showMenu, () => showMenu(parts));
  register(COMMANDS.showLog, () => parts.log.show());
  return store;
}
