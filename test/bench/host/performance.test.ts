// Measures the extension inside the extension host of a real VS Code; `npm run bench` prints what it writes.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { KompressApi } from '../../../src/extension';
import { COMMANDS } from '../../../src/contributions';
import { prose } from '../prose';
import { watchLoop, type LoopFigures } from './loop';

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const round = (value: number): number => Math.round(value * 10) / 10;

async function open(content: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ content, language: 'plaintext' }),
  );
}

describe('performance in the extension host', function () {
  this.timeout(240_000);
  const figures: Record<string, number | LoopFigures> = {};
  let api: KompressApi;

  before(async () => {
    const extension = vscode.extensions.getExtension<KompressApi>('kompress.kompress');
    assert.ok(extension);
    assert.equal(extension.isActive, false);
    const started = performance.now();
    api = await extension.activate();
    figures['activationMs'] = round(performance.now() - started);
  });

  after(() => {
    const file = process.env['KOMPRESS_BENCH_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(figures));
  });

  /** Milliseconds from the command to its decorations. */
  async function timeCommand(editor: vscode.TextEditor): Promise<number> {
    const started = performance.now();
    await vscode.commands.executeCommand(COMMANDS.compressSelection);
    const taken = performance.now() - started;
    assert.ok((api.decorator.shown(editor)?.discardedWord.length ?? 0) > 5, 'decorations are there');
    return taken;
  }

  it('times the first and the following selections of 300 words', async () => {
    figures['coldMs'] = round(await timeCommand(await open(prose(300, 1))));
    const warm: number[] = [];
    for (let i = 0; i < 12; i++) warm.push(await timeCommand(await open(prose(300, 50 + i))));
    figures['warmMs'] = round(median(warm.slice(2)));
  });

  it('watches the event loop while 100,000 words are compressed', async () => {
    const editor = await open(prose(100_000, 3));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const idle = watchLoop();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    figures['loopIdle'] = idle.stop();
    const busy = watchLoop();
    const started = performance.now();
    await timeCommand(editor);
    figures['longMs'] = Math.round(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    figures['loopBusy'] = busy.stop();
  });
});
