import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { api, closeAll, compress, extensionUri, hoverAt, regionsOf, run, said, until } from './support';

const fixture = (name: string): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, 'test', 'fixtures', 'claude-code', name);

const open = (name: string): Promise<vscode.TextEditor> => openFile(fixture(name));

async function openFile(file: vscode.Uri): Promise<vscode.TextEditor> {
  await run('kompress.openTranscript', file);
  await until(
    'the transcript',
    () => vscode.window.activeTextEditor?.document.languageId === 'kompress-transcript',
  );
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor);
  return editor;
}

describe('transcript', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('opens as a read-only document with outline and folding', async () => {
    const { document } = await open('sample.jsonl');
    assert.equal(document.uri.scheme, 'kompress');
    assert.match(document.getText(), /^## 1 · You/m);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.ok(symbols.length >= 2);
    assert.match(symbols[0]?.name ?? '', /^1 · You · \S/);
    for (const symbol of symbols) assert.match(document.lineAt(symbol.range.start.line).text, /^## \d+/);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.ok(folds.length >= symbols.length);
    assert.ok(folds.every(({ start, end }) => start < end && end < document.lineCount));
  });

  it('is compressed by its hints: head lines stay whole', async () => {
    const { document } = await open('sample.jsonl');
    await compress();
    const [region] = await regionsOf(document);
    assert.ok(region);
    const heads = document
      .getText()
      .split('\n')
      .flatMap((line, i) => (line.startsWith('## ') ? [i] : []));
    const { lines } = region.geometry;
    for (const line of heads)
      for (let word = lines.firstWord[line] ?? 0; word < (lines.firstWord[line + 1] ?? 0); word++)
        assert.equal(region.keep[word], 1);
    const [card] = await hoverAt(document, new vscode.Position(heads[0] ?? 0, 0));
    assert.match(card?.value ?? '', /stay whole/);
  });

  it('can be copied but not replaced', async () => {
    const { document } = await open('sample.jsonl');
    const before = document.getText();
    await compress();
    const heard = await said(() => run('kompress.replaceSelection'));
    assert.match(heard[0]?.sentence ?? '', /read-only/);
    assert.equal(document.getText(), before);
    assert.ok((await api()).registry.result(document.uri));
  });

  it('tells of records that could not be read', async () => {
    const heard = await said(() => open('broken-lines.jsonl'));
    assert.deepEqual(
      heard.map(({ tone }) => tone),
      ['warning'],
    );
    assert.match(heard[0]?.sentence ?? '', /^\d+ of \d+ records could not be read/);
  });

  it('is read again from its address alone, as after a reload', async () => {
    const { document } = await open('sample.jsonl');
    // An address that no command has prepared, so the provider itself must read the file.
    const uri = document.uri.with({ path: '/Another name' });
    const again = await vscode.workspace.openTextDocument(uri);
    assert.equal(again.getText(), document.getText());
    await until('its language', () => again.languageId === 'kompress-transcript');
  });

  it('shows what has grown since, when it is opened again', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'kompress-transcript-'));
    const file = path.join(folder, 'grown.jsonl');
    const lines = readFileSync(fixture('sample.jsonl').fsPath, 'utf8').trimEnd().split('\n');
    const half = Math.ceil(lines.length / 2);
    const symbols = (uri: vscode.Uri): Thenable<vscode.DocumentSymbol[]> =>
      vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', uri);
    try {
      writeFileSync(file, `${lines.slice(0, half).join('\n')}\n`);
      const { document } = await openFile(vscode.Uri.file(file));
      const before = document.getText();
      appendFileSync(file, `${lines.slice(half).join('\n')}\n`);
      const again = await openFile(vscode.Uri.file(file));
      assert.equal(again.document, document, 'the same document');
      await until('the longer text', () => document.getText().length > before.length);
      for (const { range } of await symbols(document.uri))
        assert.match(document.lineAt(range.start.line).text, /^## \d+/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says where transcripts can be read from', async () => {
    const file = vscode.Uri.from({ scheme: 'untitled', path: '/remote.jsonl' });
    const heard = await said(() => run('kompress.openTranscript', file));
    assert.match(heard[0]?.sentence ?? '', /local disk only/);
  });

  it('says why a file cannot be opened', async () => {
    for (const file of [fixture('missing.jsonl'), vscode.Uri.joinPath(extensionUri, 'package.json')]) {
      const heard = await said(() => run('kompress.openTranscript', file));
      assert.deepEqual(
        heard.map(({ tone }) => tone),
        ['error'],
      );
      assert.ok((heard[0]?.sentence ?? '').endsWith('.'));
    }
  });
});
