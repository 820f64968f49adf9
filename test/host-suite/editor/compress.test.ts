import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { compressedText, discardedSpans } from '../../../src/editor/region';
import {
  api,
  closeAll,
  compress,
  compressed,
  openText,
  PROSE,
  regionsOf,
  replaceText,
  run,
  said,
  shown,
  until,
} from './support';

const clipboard = async (): Promise<string> => vscode.env.clipboard.readText();

describe('compress', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('marks what goes and changes nothing', async () => {
    const editor = await compressed(PROSE);
    assert.equal(editor.document.getText(), PROSE);
    const struck = await shown(editor, 'discardedWord');
    assert.ok(struck.length >= 5, struck.join(' | '));
    assert.ok(struck.every((text) => text !== '' && text.trim() === text));
    const [region] = await regionsOf(editor.document);
    assert.ok(region);
    assert.equal(struck.length, discardedSpans(region).length / 2);
    assert.ok(!struck.some((text) => /not|never|65,536/.test(text)), struck.join(' | '));
  });

  it('copies what stays', async () => {
    const editor = await compressed(PROSE);
    const heard = await said(() => run('kompress.copyCompressed'));
    const [region] = await regionsOf(editor.document);
    assert.ok(region);
    assert.equal(await clipboard(), compressedText(region));
    assert.ok((await clipboard()).length < PROSE.length * 0.9);
    assert.match(heard[0]?.sentence ?? '', /Copied [\d,]+ tokens \(≈ o200k\), \d+ % of [\d,]+/);
  });

  it('takes several selections at once, and nothing else', async () => {
    const editor = await openText(PROSE);
    editor.selections = [0, 2].map((line) => new vscode.Selection(line, 0, line, 90));
    await compress();
    const regions = await regionsOf(editor.document);
    assert.deepEqual(
      regions.map((region) => region.geometry.text),
      editor.selections.map((selection) => editor.document.getText(selection)),
    );
    const marks = (await api()).decorator.shown(editor)?.discardedWord ?? [];
    assert.ok(marks.length > 0);
    assert.ok(marks.every(({ range }) => editor.selections.some((selection) => selection.contains(range))));
    await run('kompress.copyCompressed');
    assert.equal(await clipboard(), regions.map(compressedText).join('\n'));
  });

  it('replaces in one undo step, all selections together', async () => {
    const editor = await openText(PROSE);
    editor.selections = [0, 2].map((line) => new vscode.Selection(line, 0, line, 90));
    await compress();
    const [first, second] = (await regionsOf(editor.document)).map(compressedText);
    const heard = await said(() => run('kompress.replaceSelection'));
    const after = editor.document.getText();
    assert.ok(after.startsWith(first ?? '-') && after.includes(second ?? '-') && after.length < PROSE.length);
    assert.match(heard.at(-1)?.sentence ?? '', /^Saved [\d,]+ tokens/);
    assert.equal((await api()).registry.get(editor.document.uri), undefined);
    assert.deepEqual(await shown(editor, 'discardedWord'), []);
    await run('undo');
    assert.equal(editor.document.getText(), PROSE);
    assert.equal((await api()).registry.get(editor.document.uri), undefined);
    await run('redo');
    assert.equal(editor.document.getText(), after);
  });

  it('stays on its words while the person types elsewhere', async () => {
    const editor = await openText(PROSE);
    editor.selection = new vscode.Selection(1, 0, 1, 100);
    await compress();
    const before = await shown(editor, 'discardedWord');
    await replaceText(editor, new vscode.Range(0, 0, 0, 0), 'Two lines more.\n\n');
    assert.deepEqual(await shown(editor, 'discardedWord'), before);
    const [region] = await regionsOf(editor.document);
    assert.equal(region?.start, editor.document.offsetAt(new vscode.Position(3, 0)));
  });

  it('lets go of words that are typed over, and keeps what was typed', async () => {
    const editor = await compressed(PROSE);
    const [first] = (await api()).decorator.shown(editor)?.discardedWord ?? [];
    assert.ok(first);
    const gone = editor.document.getText(first.range);
    const count = (await shown(editor, 'discardedWord')).length;
    await replaceText(editor, first.range, 'Typed words');
    const after = await shown(editor, 'discardedWord');
    assert.equal(after.length, count - 1, `${gone} no longer is struck`);
    const [region] = await regionsOf(editor.document);
    assert.ok(region);
    assert.ok(compressedText(region).startsWith('Typed words'));
    await until('a recount', async () => (await api()).registry.get(editor.document.uri)?.stale === false);
  });

  it('is gone when its text is', async () => {
    const editor = await openText(PROSE);
    editor.selection = new vscode.Selection(1, 0, 1, 100);
    await compress();
    await replaceText(editor, new vscode.Range(0, 5, 2, 5), '');
    assert.equal((await api()).registry.get(editor.document.uri), undefined);
    assert.deepEqual(await shown(editor, 'discardedWord'), []);
  });

  it('clears', async () => {
    const editor = await compressed(PROSE);
    await run('kompress.clear');
    for (const name of ['discardedWord', 'discardedLine', 'ruler', 'pinned'] as const)
      assert.deepEqual(await shown(editor, name), []);
    assert.equal(editor.document.getText(), PROSE);
  });

  it('holds several documents at once, in split editors too', async () => {
    const one = (await compressed(PROSE)).document;
    const two = (
      await compressed(`${PROSE}\nAnd here is another one of those really rather long sentences.\n`)
    ).document;
    assert.notDeepEqual(await regionsOf(one), await regionsOf(two));
    const left = await vscode.window.showTextDocument(one, vscode.ViewColumn.One);
    const right = await vscode.window.showTextDocument(one, vscode.ViewColumn.Two);
    await until('both editors to be marked', async () => {
      const marks = await shown(right, 'discardedWord');
      return marks.length > 0 && marks.length === (await shown(left, 'discardedWord')).length;
    });
  });

  it('forgets a closed document, but not one whose language changes', async () => {
    const { document } = await compressed(PROSE);
    await vscode.languages.setTextDocumentLanguage(document, 'markdown');
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok((await api()).registry.result(document.uri));
    await run('workbench.action.revertAndCloseActiveEditor');
    await until('the result to go', async () => (await api()).registry.get(document.uri) === undefined);
  });

  it('walks from one discarded span to the next and round', async () => {
    const editor = await compressed(PROSE);
    const marks = await shown(editor, 'discardedWord');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const walked: string[] = [];
    for (let i = 0; i <= marks.length; i++) {
      await run('kompress.nextDiscarded');
      walked.push(editor.document.getText(editor.selection));
    }
    assert.deepEqual(walked, [...marks, marks[0]]);
    await run('kompress.previousDiscarded');
    assert.equal(editor.document.getText(editor.selection), marks.at(-1));
  });

  it('compares with the compressed text, and follows', async () => {
    const editor = await compressed(PROSE);
    const { document } = editor;
    await run('kompress.showDifference');
    const right = (): vscode.TextDocument | undefined =>
      vscode.workspace.textDocuments.find(
        // Outputs that the compare view showed have a fragment, and stay open for a while.
        ({ uri }) => uri.scheme === 'kompress-compressed' && uri.fragment === '',
      );
    await until('the compressed side', () => right() !== undefined);
    const [region] = await regionsOf(document);
    assert.ok(region);
    assert.equal(right()?.getText(), compressedText(region));
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
    assert.match(tab.label, /↔ compressed/);
    await vscode.window.showTextDocument(document);
    vscode.window.activeTextEditor?.selections.slice();
    await run('kompress.nextDiscarded');
    await run('kompress.keepWord');
    const [pinned] = await regionsOf(document);
    assert.ok(pinned);
    assert.notEqual(compressedText(pinned), compressedText(region));
    await until('the comparison to follow', () => right()?.getText() === compressedText(pinned));
  });
});
