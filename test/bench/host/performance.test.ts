// Measures the extension inside the extension host of a real VS Code; `npm run bench` prints what it writes.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import type { KompressApi } from '../../../src/extension';
import { COMMANDS } from '../../../src/contributions';
import { prose } from '../prose';
import { watchLoop, type LoopFigures } from './loop';

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const round = (value: number): number => Math.round(value * 10) / 10;
const ratio = (value: number): number => Math.round(value * 100) / 100;

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
    // What the extension itself does while it is activated: loading its code and running it. The rest of the time
    // from the command to the active extension is the editor's own (messages to its window, storage).
    const load = createRequire(__filename);
    const file = path.join(extension.extensionPath, 'dist/extension.js');
    let started = performance.now();
    const module = load(file) as { activate(context: vscode.ExtensionContext): KompressApi };
    const loadMs = performance.now() - started;
    const cached = load.cache[file];
    assert.ok(cached);
    let callMs = NaN;
    cached.exports = {
      ...module,
      activate(context: vscode.ExtensionContext): KompressApi {
        const called = performance.now();
        const result = module.activate(context);
        callMs = performance.now() - called;
        return result;
      },
    };
    started = performance.now();
    api = await extension.activate();
    figures['activationMs'] = round(loadMs + callMs);
    figures['activationLoadMs'] = round(loadMs);
    figures['activationWithEditorMs'] = round(performance.now() - started + loadMs);
  });

  after(() => {
    const file = process.env['KOMPRESS_BENCH_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(figures));
  });

  /** The window has drawn a new document, as it has when a person gives the command. */
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_500));

  /** Milliseconds from the command to its decorations, and those of them that the inference alone took. */
  async function timeCommand(editor: vscode.TextEditor): Promise<{ taken: number; inference: number }> {
    const started = performance.now();
    await vscode.commands.executeCommand(COMMANDS.compressSelection);
    const taken = performance.now() - started;
    const result = api.registry.result(editor.document.uri)?.regions[0]?.result;
    assert.ok(result);
    if (process.env['KOMPRESS_BENCH_TRACE'] !== undefined)
      console.log(taken, JSON.stringify(result.report.timings));
    return { taken, inference: result.report.timings['inference'] ?? NaN };
  }

  it('times the first and the following selections of 300 words', async () => {
    const editor = await open(prose(300, 1));
    await settled();
    const begun = performance.now();
    const watch = setInterval(() => {
      if ((api.decorator.shown(editor)?.discardedWord.length ?? 0) <= 5) return;
      figures['coldMs'] ??= round(performance.now() - begun);
    }, 2);
    figures['coldWithCountMs'] = round((await timeCommand(editor)).taken);
    clearInterval(watch);
    assert.ok((api.decorator.shown(editor)?.discardedWord.length ?? 0) > 5, 'decorations are there');
    const warm: { taken: number; inference: number }[] = [];
    for (let i = 0; i < 14; i++) {
      const next = await open(prose(300, 50 + i));
      await settled();
      warm.push(await timeCommand(next));
    }
    figures['warmMs'] = round(median(warm.slice(2).map(({ taken }) => taken)));
    figures['warmInferenceMs'] = round(median(warm.slice(2).map(({ inference }) => inference)));
    figures['warmToInference'] = ratio(
      median(warm.slice(2).map(({ taken, inference }) => taken / inference)),
    );
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
