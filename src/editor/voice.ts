import * as vscode from 'vscode';
import { unlinked } from './markdown';

/** How long a sentence stays in the status bar. */
const STATUS_MS = 6000;

export type Tone = 'status' | 'information' | 'warning' | 'error';
type Shown = Exclude<Tone, 'status'>;

/** A button of a message: its label and what it does. */
export interface Choice {
  readonly label: string;
  readonly run: () => void;
}

/** Everything that is said to the person goes through here, so that one place decides how, and tests can listen. */
export class Voice implements vscode.Disposable {
  private readonly said = new vscode.EventEmitter<{ readonly tone: Tone; readonly sentence: string }>();
  readonly onDidSay = this.said.event;

  /** A result: a few seconds in the status bar, no pop-up. */
  status(sentence: string): void {
    vscode.window.setStatusBarMessage(sentence, STATUS_MS);
    this.said.fire({ tone: 'status', sentence });
  }

  /** A message with what can be done about it. */
  show(tone: Shown, sentence: string, ...choices: readonly Choice[]): void {
    const labels = choices.map(({ label }) => label);
    void message(tone, unlinked(sentence), labels).then((chosen) =>
      choices.find(({ label }) => label === chosen)?.run(),
    );
    this.said.fire({ tone, sentence });
  }

  dispose(): void {
    this.said.dispose();
  }
}

function message(tone: Shown, sentence: string, labels: readonly string[]): Thenable<string | undefined> {
  switch (tone) {
    case 'information':
      return vscode.window.showInformationMessage(sentence, ...labels);
    case 'warning':
      return vscode.window.showWarningMessage(sentence, ...labels);
    case 'error':
      return vscode.window.showErrorMessage(sentence, ...labels);
  }
}
