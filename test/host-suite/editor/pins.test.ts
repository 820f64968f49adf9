import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { REASONS } from '../../../src/compress/result';
import { compressedText } from '../../../src/editor/region';
import { withBudget } from '../../../src/editor/wish';
import { writeSession } from './session';
import {
  api,
  closeAll,
  compress,
  compressed,
  extensionUri,
  openText,
  PROSE,
  regionsOf,
  replaceText,
  run,
  said,
  shown,
  until,
} from './support';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sets a user setting, and waits until it is read back: a second change right after a first can else undo it. */
async function set(setting: string, value: unknown): Promise<void> {
  const read = (): string =>
    JSON.stringify(vscode.workspace.getConfiguration().inspect(setting)?.globalValue ?? null);
  await vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);
  await until(setting, () => read() === JSON.stringify(value ?? null));
}

function select(editor: vscode.TextEditor, text: string): void {
  const start = editor.document.getText().indexOf(text);
  assert.ok(start >= 0, text);
  editor.selection = new vscode.Selection(
    editor.document.positionAt(start),
    editor.document.positionAt(start + text.length),
  );
}

async function openSession(file: string): Promise<vscode.TextEditor> {
  await run('kompress.openTranscript', vscode.Uri.file(file));
  const isShown = (): boolean =>
    vscode.window.activeTextEditor?.document.languageId === 'kompress-transcript';
  await until('the transcript', isShown);
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor);
  return editor;
}

/** The line of a document that starts so. */
function lineOf({ document }: vscode.TextEditor, start: string): number {
  const line = document
    .getText()
    .split('\n')
    .findIndex((each) => each.startsWith(start));
  assert.ok(line >= 0, start);
  return line;
}

/** The words of a document's only region that stay, for a reason. */
async function wordsFor(document: vscode.TextDocument, reason: (typeof REASONS)[number]): Promise<string> {
  const [region] = await regionsOf(document);
  assert.ok(region);
  const { text, words } = region.geometry;
  const wanted = REASONS.indexOf(reason);
  const found: string[] = [];
  region.reason.forEach((value, i) => {
    if (value === wanted) found.push(text.slice(words.start[i], words.end[i]));
  });
  return found.join(' ');
}

describe('pins', function () {
  this.timeout(120_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'kompress-pins-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(closeAll);

  it('come back after a clear, also where the text was edited meanwhile', async () => {
    const editor = await compressed(PROSE);
    select(editor, 'basically took another look');
    await run('kompress.keepWord');
    select(editor, 'tokenizer');
    await run('kompress.discardWord');
    await run('kompress.clear');
    assert.equal((await api()).registry.result(editor.document.uri), undefined);
    await replaceText(editor, new vscode.Range(0, 0, 0, 0), 'A line before it, about something else.\n');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await compress();
    assert.deepEqual(await shown(editor, 'pinned'), ['basically took another look']);
    assert.deepEqual(await shown(editor, 'released'), ['tokenizer']);
  });

  it('take lines, and are taken back', async () => {
    const editor = await compressed(PROSE);
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    await run('kompress.keepLine');
    assert.deepEqual(await shown(editor, 'pinned'), [editor.document.lineAt(0).text]);
    editor.selection = new vscode.Selection(1, 0, 2, 5);
    await run('kompress.discardLine');
    assert.equal((await shown(editor, 'released')).length, 2);
    editor.selection = new vscode.Selection(0, 0, 2, 200);
    await run('kompress.takeBack');
    assert.deepEqual([...(await shown(editor, 'pinned')), ...(await shown(editor, 'released'))], []);
    const heard = await said(() => run('kompress.takeBack'));
    assert.deepEqual(heard, [{ tone: 'status', sentence: 'Nothing is kept or discarded by you here.' }]);
  });

  it('stay on their turn of a session that has grown', async () => {
    const file = path.join(folder, 'growing.jsonl');
    copyFileSync(vscode.Uri.joinPath(extensionUri, 'test/fixtures/claude-code/sample.jsonl').fsPath, file);
    const first = await openSession(file);
    await compress();
    const line = lineOf(first, '## 1 ');
    const turn = { uri: first.document.uri.toString(), line };
    await run('kompress.discardTurn', turn);
    const released = await shown(first, 'released');
    assert.ok(released.length > 0);
    await closeEditors();
    appendFileSync(
      file,
      `\n${JSON.stringify({ type: 'user', uuid: 'grown', parentUuid: null, sessionId: 's', timestamp: '2026-03-12T19:00:00.000Z', message: { role: 'user', content: 'And now, please, one more thing about the tests of it all.' } })}\n`,
    );
    const again = await openSession(file);
    await until('the longer text', () => again.document.getText().includes('one more thing'));
    await compress();
    assert.deepEqual(await shown(again, 'released'), released);
    const [pin] = (await api()).pins.pinsOf(again.document);
    assert.equal(pin?.keep, false);
  });

  it('are shown in a list that goes to them', async () => {
    const editor = await compressed(PROSE);
    select(editor, 'small test');
    await run('kompress.keepWord');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const done = run('kompress.showPins');
    await pause(400);
    await run('workbench.action.acceptSelectedQuickOpenItem');
    await done;
    assert.equal(editor.document.getText(editor.selection), 'small test');
    // Escape gives the place back.
    editor.selection = new vscode.Selection(0, 2, 0, 2);
    const left = run('kompress.showPins');
    await pause(400);
    await run('workbench.action.closeQuickOpen');
    await left;
    assert.deepEqual([editor.selection.active.line, editor.selection.active.character], [0, 2]);
  });

  it('hold under a budget', async () => {
    const editor = await compressed(PROSE);
    select(editor, 'basically took another look');
    await run('kompress.keepWord');
    const { registry, refitter } = await api();
    const state = registry.result(editor.document.uri);
    assert.ok(state);
    assert.ok(await refitter.refit(editor.document, withBudget(state.wish, { kind: 'ratio', ratio: 0.2 })));
    const [region] = await regionsOf(editor.document);
    assert.ok(region);
    assert.match(compressedText(region), /basically took another look/);
  });
});

describe('keep rules', function () {
  this.timeout(120_000);
  afterEach(async () => {
    await set('kompress.keepRules', undefined);
    await closeAll();
  });

  it('keep what they match, and follow the setting', async () => {
    await set('kompress.keepRules', [{ kind: 'literal', pattern: 'basically took another look' }]);
    const editor = await compressed(PROSE);
    assert.match(await wordsFor(editor.document, 'pinned'), /basically took another look/);
    await set('kompress.keepRules', [{ kind: 'regex', pattern: '/REALLY BE|first of all/i' }]);
    await until('the other rule', async () => /first of all/.test(await wordsFor(editor.document, 'pinned')));
    assert.doesNotMatch(await wordsFor(editor.document, 'pinned'), /basically/);
  });

  it('are named where they are broken, once each, and the others hold', async () => {
    await set('kompress.keepRules', [
      7,
      { kind: 'regex', pattern: '(open' },
      { kind: 'word', pattern: 'basically' },
    ]);
    let editor: vscode.TextEditor | undefined;
    const heard = await said(async () => {
      editor = await compressed(PROSE);
      await compress();
    });
    assert.ok(editor);
    const warnings = heard.filter(({ tone }) => tone === 'warning').map(({ sentence }) => sentence);
    assert.equal(warnings.length, 2, warnings.join('\n'));
    assert.match(warnings.join('\n'), /Entry 1 of the setting “kompress\.keepRules” is no rule/);
    assert.match(warnings.join('\n'), /“\(open” is not a valid regular expression/);
    assert.match(await wordsFor(editor.document, 'pinned'), /basically/);
  });

  it('stop one that never ends', async () => {
    await set('kompress.keepRules', [
      { kind: 'regex', pattern: '(?:x+x+)+y' },
      { kind: 'word', pattern: 'basically' },
    ]);
    const editor = await compressed(`${PROSE}The line of ${'x'.repeat(5000)} is not for people, really.\n`);
    const [region] = await regionsOf(editor.document);
    assert.match(region?.result.report.warnings.join('\n') ?? '', /took longer than \d+ ms and was left out/);
    assert.match(await wordsFor(editor.document, 'pinned'), /basically/);
  });

  it('are made from a selection', async () => {
    const editor = await compressed(PROSE);
    select(editor, 'small test');
    const done = run('kompress.alwaysKeep');
    await pause(500);
    await run('workbench.action.acceptSelectedQuickOpenItem');
    await pause(500);
    // The second place is for the person, everywhere.
    await run('workbench.action.quickOpenSelectNext');
    await run('workbench.action.acceptSelectedQuickOpenItem');
    await done;
    assert.deepEqual(vscode.workspace.getConfiguration().inspect('kompress.keepRules')?.globalValue, [
      { kind: 'literal', pattern: 'small test' },
    ]);
    await until('the rule at work', async () => /small test/.test(await wordsFor(editor.document, 'pinned')));
  });
});

describe('automatic pins and turns', function () {
  this.timeout(120_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'kompress-turns-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await set('kompress.pins.automatic', undefined);
    await closeAll();
  });

  it('keep the last request and instructions of a session under a tight budget, unless switched off', async () => {
    const file = path.join(folder, 'session.jsonl');
    writeSession(file, 6000);
    const editor = await openSession(file);
    await compress();
    const { registry, refitter } = await api();
    const state = registry.result(editor.document.uri);
    assert.ok(state);
    const wish = withBudget(state.wish, { kind: 'ratio', ratio: 0.15 });
    assert.ok(await refitter.refit(editor.document, wish));
    const [tight] = await regionsOf(editor.document);
    assert.ok(tight);
    const request =
      /Please have another look at [^:]*: since build 4005 is red[^.]*|since build 4005 it is red, and I honestly don't know why\./;
    assert.match(compressedText(tight), request);
    assert.equal(compressedText(tight).split('Never change its public signature').length - 1, 6);
    await set('kompress.pins.automatic', { 'last-request': false, instructions: false });
    await until('another choice', async () => (await regionsOf(editor.document))[0] !== tight);
    const [loose] = await regionsOf(editor.document);
    assert.ok(loose);
    assert.ok(compressedText(loose).split('Never change its public signature').length - 1 < 6);
  });

  it('shows the tokens of each turn above it, with keep all and discard all', async () => {
    const file = path.join(folder, 'lenses.jsonl');
    writeSession(file, 2000);
    const editor = await openSession(file);
    await compress();
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      editor.document.uri,
      9,
    );
    const on = (line: number): string[] =>
      lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title ?? '');
    const first = lineOf(editor, '## 1 ');
    assert.deepEqual(
      on(first).filter((title) => !title.includes('→')),
      ['Keep all', 'Discard all'],
    );
    assert.match(on(first).join('|'), /[\d,]+ → [\d,]+ tokens/);
    const discard = lenses.find(({ command }) => command?.title === 'Discard all')?.command;
    assert.ok(discard);
    const args: readonly unknown[] = discard.arguments ?? [];
    await run(discard.command, ...args);
    assert.ok((await shown(editor, 'released')).length > 0);
    const after = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      editor.document.uri,
      1,
    );
    assert.ok(after.some(({ command }) => / → 0 tokens$/.test(command?.title ?? '')));
  });
});

describe('target model', function () {
  this.timeout(120_000);
  afterEach(async () => {
    await set('kompress.tokens.model', undefined);
    await set('kompress.tokens.factor', undefined);
    await closeAll();
  });

  it('counts by the factor of the settings, and says so', async () => {
    const editor = await compressed(PROSE);
    const { registry } = await api();
    const exact = registry.result(editor.document.uri)?.counts;
    assert.equal(exact?.tokenizer, 'o200k_base');
    await set('kompress.tokens.factor', 2);
    await set('kompress.tokens.model', 'another model');
    await until('the other count', () =>
      (registry.result(editor.document.uri)?.counts?.tokenizer ?? '').includes('× 2'),
    );
    const scaled = registry.result(editor.document.uri)?.counts;
    assert.deepEqual([scaled?.before, scaled?.after], [2 * exact.before, 2 * exact.after]);
    const heard = await said(() => run('kompress.copyCompressed'));
    assert.match(heard[0]?.sentence ?? '', /Copied [\d,]+ tokens \(≈ o200k × 2, your factor\), \d+ % of/);
    assert.equal(await (await api()).targets.current.toO200k(1000, PROSE), 500);
  });

  it('says once that a chat model is not there, and goes on', async () => {
    const editor = await compressed(PROSE);
    const { registry } = await api();
    const heard = await said(async () => {
      await set('kompress.tokens.model', 'chat:nobody/no-model');
      await until('a count', () =>
        (registry.result(editor.document.uri)?.counts?.tokenizer ?? '').includes('× 1,'),
      );
      await compress();
    });
    const warnings = heard.filter(({ tone }) => tone === 'warning');
    assert.deepEqual(
      warnings.map(({ sentence }) => sentence),
      ['The model no-model is not there, so tokens are counted as ≈ o200k × 1, your factor.'],
    );
  });

  it('is chosen from a list', async () => {
    await openText(PROSE);
    await set('kompress.tokens.model', 'another model');
    const done = run('kompress.chooseTargetModel');
    await pause(400);
    await run('workbench.action.acceptSelectedQuickOpenItem');
    await done;
    assert.equal(vscode.workspace.getConfiguration().get('kompress.tokens.model'), 'o200k');
  });
});

/** Closes every editor, and keeps what is pinned. */
async function closeEditors(): Promise<void> {
  await run('workbench.action.closeAllEditors');
  await until('no open editor', () => vscode.window.activeTextEditor === undefined);
}
