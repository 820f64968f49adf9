import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DecorationSet } from '../../../src/editor/decorations';
import { withBudget, withQuestion, type Wish } from '../../../src/editor/wish';
import {
  api,
  closeAll,
  compressed,
  hoverAt,
  pause,
  PROSE,
  run,
  said,
  shown,
  stateOf,
  until,
} from './support';

const LOG = Array.from(
  { length: 40 },
  (_, i) =>
    `2026-03-12T09:00:${String(i).padStart(2, '0')}Z INFO worker-${i % 4} step ${i} took ${i * 13} ms`,
);
const MIXED = [
  'So, as you might expect, I went back and basically took another look at the parser, and then at the log.',
  'The parser rejects an empty list of headers, because the check runs before the value is trimmed.',
  PROSE.trimEnd(),
  '',
  '```log',
  ...LOG.slice(0, 30),
  'Error: ECONNRESET in src/queue/worker.ts, the retry loop gave up after 3 tries',
  ...LOG.slice(30),
  '```',
  '',
  'I think that it would probably be a really good idea to write a small test for all of this, first of all.',
  'After that we can look at the search index, which writes everything twice on a slow disk, as far as I can tell.',
  'And finally there is the upload form, which nobody has really looked at for quite a while now.',
  ...Array.from({ length: 8 }, (_, i) => `Step ${i} of the plan is more or less done, I would say.`),
  '',
].join('\n');

async function decorationsOf(editor: vscode.TextEditor): Promise<DecorationSet> {
  const set = (await api()).decorator.shown(editor);
  assert.ok(set);
  return set;
}

const ratio = (value: number): Wish['budget'] => ({ kind: 'ratio', ratio: value });

/** Starts a command that asks something, and gives its list the time to appear; the command goes on. */
async function asking(command: string): Promise<void> {
  void run(command);
  await pause(500);
}

describe('budget, question and policy', function () {
  this.timeout(120_000);
  afterEach(closeAll);

  it('holds a budget on what is copied, log lines whole', async () => {
    const { document } = await compressed(MIXED, 'markdown');
    const { refitter } = await api();
    const before = (await stateOf(document)).counts?.before ?? 0;
    for (const share of [0.8, 0.6, 0.5]) {
      const { wish } = await stateOf(document);
      assert.ok(await refitter.refit(document, withBudget(wish, ratio(share))));
      const { counts, regions } = await stateOf(document);
      const report = regions[0]?.result.report;
      assert.ok(counts && report?.budget);
      assert.equal(report.budget.asked, Math.floor(before * share));
      assert.ok(counts.after <= report.budget.asked + report.budget.over, `${counts.after} tokens`);
      assert.ok(report.budget.over === 0, `over by ${report.budget.over}`);
    }
  });

  it('marks what the question is about, and says so in the hover', async () => {
    const editor = await compressed(MIXED, 'markdown');
    const { document } = editor;
    const { refitter } = await api();
    assert.deepEqual((await decorationsOf(editor)).relevant, []);
    const plain = (await stateOf(document)).wish;
    const wish = withQuestion(plain, 'why did the retry loop give up?', plain.budget);
    assert.ok(await refitter.refit(document, wish));
    await until('marks of relevance', async () => (await shown(editor, 'relevant')).length > 0);
    const line = MIXED.split('\n').findIndex((each) => each.startsWith('Error:'));
    const marked = (await decorationsOf(editor)).relevant;
    assert.ok(
      marked.some(({ range }) => range.start.line <= line && range.end.line >= line),
      'the line that answers is marked',
    );
    const gone = (await decorationsOf(editor)).discardedLine;
    assert.ok(gone.length > 0, 'log lines go whole');
    assert.ok(!gone.some(({ range }) => range.start.line <= line && range.end.line >= line));
    const [card] = await hoverAt(document, new vscode.Position(line, 3));
    assert.match(card?.value ?? '', /relevance 0\.\d\d/);
    assert.match(card?.value ?? '', /This line matches these words of the question: .*retry/);
    assert.ok(await refitter.refit(document, withQuestion(wish, '', plain.budget)));
    await until('no marks of relevance', async () => (await shown(editor, 'relevant')).length === 0);
    assert.deepEqual((await stateOf(document)).wish, plain);
  });

  it('previews steps of the budget, and Escape brings back exactly what was there', async () => {
    const editor = await compressed(MIXED, 'markdown');
    const { document } = editor;
    const before = await stateOf(document);
    const marks = await decorationsOf(editor);
    await asking('kompress.setBudget');
    for (let i = 0; i < 6; i++) {
      await run('workbench.action.quickOpenSelectNext');
      await pause(60);
    }
    await until('a preview', async () => (await stateOf(document)).wish.budget.kind === 'ratio');
    assert.notDeepEqual((await stateOf(document)).regions, before.regions);
    await run('workbench.action.closeQuickOpen');
    await until('the earlier result', async () => (await stateOf(document)).regions === before.regions);
    assert.deepEqual((await stateOf(document)).wish, before.wish);
    const after = await decorationsOf(editor);
    assert.deepEqual(after.discardedWord, marks.discardedWord);
    assert.deepEqual(after.discardedLine, marks.discardedLine);
  });

  it('keeps what was pinned while something was tried out', async () => {
    const editor = await compressed(MIXED, 'markdown');
    const { document } = editor;
    const { refitter } = await api();
    const { wish } = await stateOf(document);
    const preview = refitter.preview(document);
    preview.show(withBudget(wish, ratio(0.5)));
    await until('a preview', async () => (await stateOf(document)).wish.budget.kind === 'ratio');
    const line = document.positionAt(MIXED.indexOf('step 7 ')).line;
    editor.selection = new vscode.Selection(line, 0, line, 10);
    await run('kompress.keepWord');
    preview.restore();
    await until('the earlier budget', async () => {
      const state = await stateOf(document);
      return state.run === undefined && state.wish.budget.kind === 'model';
    });
    assert.ok((await shown(editor, 'pinned')).length > 0);
  });

  it('takes a step with Enter, and steps by command', async () => {
    const { document } = await compressed(MIXED, 'markdown');
    await asking('kompress.setBudget');
    await run('workbench.action.quickOpenSelectNext');
    await pause(100);
    const sentences: string[] = [];
    const listener = (await api()).voice.onDidSay(({ sentence }) => sentences.push(sentence));
    await run('workbench.action.acceptSelectedQuickOpenItem');
    await until('a word on the budget', () =>
      sentences.some((sentence) => /^80 %: [\d,]+ of [\d,]+ tokens/.test(sentence)),
    );
    listener.dispose();
    assert.deepEqual((await stateOf(document)).wish.budget, ratio(0.8));
    await run('kompress.tighterBudget');
    assert.deepEqual((await stateOf(document)).wish.budget, ratio(0.7));
    await run('kompress.looserBudget');
    await run('kompress.looserBudget');
    assert.deepEqual((await stateOf(document)).wish.budget, { kind: 'model' });
    const end = await said(() => run('kompress.looserBudget'));
    assert.match(end[0]?.sentence ?? '', /loosest/);
  });

  it('lets the latest wish win', async () => {
    const { document } = await compressed(MIXED, 'markdown');
    const { refitter } = await api();
    const { wish } = await stateOf(document);
    const outcomes = await Promise.all(
      [0.8, 0.5, 0.3, 0.6].map((share) => refitter.refit(document, withBudget(wish, ratio(share)))),
    );
    assert.deepEqual(outcomes, [false, false, false, true]);
    const state = await stateOf(document);
    assert.deepEqual(state.wish.budget, ratio(0.6));
    assert.equal(state.run, undefined);
  });

  it('keeps the budget when something is pinned', async () => {
    const editor = await compressed(MIXED, 'markdown');
    const { document } = editor;
    const { refitter } = await api();
    const { wish } = await stateOf(document);
    assert.ok(await refitter.refit(document, withBudget(wish, ratio(0.5))));
    const asked = (await stateOf(document)).regions[0]?.result.report.budget?.asked ?? 0;
    const line = document.positionAt(MIXED.indexOf('step 7 ')).line;
    editor.selection = new vscode.Selection(line, 0, line + 6, 0);
    await run('kompress.keepWord');
    await until('the choice with the pin in it', async () => {
      const state = await stateOf(document);
      return state.run === undefined && state.regions.every((region) => region.told);
    });
    const { regions, counts } = await stateOf(document);
    const [region] = regions;
    assert.ok(region && counts);
    assert.ok(counts.after <= asked, `${counts.after} of ${asked} tokens`);
    assert.ok((await shown(editor, 'pinned')).length >= 6);
    region.override.forEach((value, word) => {
      if (value === 1) assert.equal(region.keep[word], 1);
    });
  });

  it('folds long runs of discarded lines when asked', async () => {
    const editor = await compressed(MIXED, 'markdown');
    const nothing = await said(() => run('kompress.foldDiscarded'));
    assert.match(nothing[0]?.sentence ?? '', /nothing was folded/);
    editor.selection = new vscode.Selection(5, 0, 28, 10);
    await run('kompress.discardWord');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand('revealLine', { lineNumber: 0, at: 'top' });
    const heard = await said(() => run('kompress.foldDiscarded'));
    assert.match(heard[0]?.sentence ?? '', /Folded \d+ run/);
    assert.ok(editor.selection.isEqual(new vscode.Selection(0, 0, 0, 0)));
    await until('hidden lines', () => editor.visibleRanges.length > 1);
  });
});
