import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CompareState } from '../../../src/editor/compareMessages';
import type { PolicyName } from '../../../src/policy/policy';
import { api, closeAll, compressed, openText, PROSE, run, until } from './support';

/** Enough to choose from, with sentences that name what a question may ask for. */
const TEXT = [
  'Notes on the parser and what was tried on it, in the order in which it was tried.',
  '',
  ...Array.from(
    { length: 24 },
    (_, i) =>
      `Attempt ${i + 1} changed the tokenizer a little, and as far as anyone could tell it made no real difference at all. ` +
      'It was then taken back, since nobody wanted to carry a change around that does nothing.',
  ),
  'The buffer of read_chunk never grows beyond 65,536 bytes, so a longer record is cut.',
  ...Array.from(
    { length: 12 },
    () => 'After that there was some more talk about it, mostly the same as before.',
  ),
  '',
].join('\n');

const state = async (): Promise<CompareState | undefined> => (await api()).compareView.state;
const send = async (message: unknown): Promise<void> => {
  (await api()).compareView.receive(message);
};

/** Opens the view on a document and waits for its rows. */
async function opened(editor: vscode.TextEditor): Promise<CompareState> {
  await vscode.window.showTextDocument(editor.document, { preserveFocus: false });
  await run('kompress.comparePolicies');
  const now = await state();
  assert.ok(now);
  return now;
}

const policyOf = async (document: vscode.TextDocument): Promise<PolicyName | undefined> =>
  (await api()).registry.result(document.uri)?.wish.policy;

describe('compare view', function () {
  this.timeout(120_000);
  afterEach(closeAll);

  it('gets a row of figures for every policy', async () => {
    const editor = await compressed(TEXT);
    const { comparison, failure, stale, work } = await opened(editor);
    assert.equal(failure, undefined);
    assert.ok(comparison);
    assert.equal(stale, false);
    assert.equal(work, undefined);
    assert.ok(comparison.rows.length >= 10, `${comparison.rows.length} rows`);
    for (const row of comparison.rows) {
      assert.ok(row.tokens > 0 && row.tokens < comparison.tokens.before, row.policy);
      assert.ok(row.mustKeepRecall !== undefined, row.policy);
      assert.equal(row.entityRecall, undefined, 'there is no question');
      const tokens = row.curve.map((point) => point.tokens);
      assert.deepEqual(
        tokens,
        [...tokens].sort((a, b) => a - b),
        `${row.policy}: more budget, more tokens`,
      );
    }
    await until('the tab of the view', () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(isCompareTab),
    );
  });

  it('previews in the editor, goes back, and applies', async () => {
    const editor = await compressed(TEXT);
    await opened(editor);
    const { registry } = await api();
    const before = registry.result(editor.document.uri);
    await send({ type: 'preview', policy: 'fifo' });
    await until('the preview', async () => (await policyOf(editor.document)) === 'fifo');
    assert.equal((await state())?.previewed, 'fifo');
    assert.equal((await state())?.stale, false, 'a preview is no change');
    await send({ type: 'preview' });
    await until('the earlier result', () => registry.result(editor.document.uri)?.wish === before?.wish);
    assert.equal(registry.result(editor.document.uri)?.regions, before?.regions);

    await send({ type: 'preview', policy: 'h2o' });
    await until('the preview', async () => (await policyOf(editor.document)) === 'h2o');
    await send({ type: 'apply', policy: 'h2o' });
    await until('the policy to be current', async () => (await state())?.current === 'h2o');
    assert.equal((await state())?.previewed, undefined);
  });

  it('opens the outputs of two policies beside each other', async () => {
    const editor = await compressed(TEXT);
    await opened(editor);
    await send({ type: 'difference', first: 'random', second: 'fifo' });
    const tab = (): vscode.Tab | undefined =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input }) => input instanceof vscode.TabInputTextDiff);
    await until('the difference', () => tab() !== undefined);
    const { input, label } = tab() ?? {};
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.match(label ?? '', /Random ↔ FIFO/);
    const [left, right] = await Promise.all(
      [input.original, input.modified].map(async (uri) =>
        (await vscode.workspace.openTextDocument(uri)).getText(),
      ),
    );
    assert.ok(left && right && left !== right);
    assert.ok(left.length < TEXT.length * 0.6 && right.length < TEXT.length * 0.6);
  });

  it('says that there is nothing to compare, and compares once there is', async () => {
    const editor = await openText(PROSE);
    const now = await opened(editor);
    assert.equal(now.hasResult, false);
    assert.equal(now.comparison, undefined);
    await send({ type: 'compress' });
    await until('rows', async () => ((await state())?.comparison?.rows.length ?? 0) > 0);
  });

  it('is stale after an edit until it is asked again', async () => {
    const editor = await compressed(TEXT);
    await opened(editor);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(editor.document.uri, new vscode.Position(3, 0), 'Something typed since then. ');
    await vscode.workspace.applyEdit(edit);
    await until('the view to be stale', async () => (await state())?.stale === true);
    await send({ type: 'refresh' });
    await until('a fresh comparison', async () => {
      const now = await state();
      return now?.stale === false && now.work === undefined && now.failure === undefined;
    });
  });
});

describe('savings', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('add up what is copied', async () => {
    await compressed(PROSE);
    const { savings } = await api();
    const before = savings.value;
    await run('kompress.copyCompressed');
    await until('the total', () => savings.value.count === before.count + 1);
    assert.ok(savings.value.before - savings.value.after > before.before - before.after);
    assert.match(savings.value.since ?? '', /^\d{4}-\d\d-\d\d$/);
  });
});

const isCompareTab = ({ input }: vscode.Tab): boolean =>
  input instanceof vscode.TabInputWebview && input.viewType.endsWith('kompress.compare');
