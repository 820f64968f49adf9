import * as vscode from 'vscode';
import { EXTENSION_NAME } from '../contributions';

/** The output channel, made when the first line is written. */
export class Log implements vscode.Disposable {
  private channel: vscode.LogOutputChannel | undefined;

  info(message: string): void {
    this.open().info(message);
  }
  warn(message: string): void {
    this.open().warn(message);
  }
  error(message: string): void {
    this.open().error(message);
  }
  show(): void {
    this.open().show(true);
  }
  dispose(): void {
    this.channel?.dispose();
  }

  private open(): vscode.LogOutputChannel {
    this.channel ??= vscode.window.createOutputChannel(EXTENSION_NAME, { log: true });
    return this.channel;
  }
}
