import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { compressedText } from '../../../src/editor/region';
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
  until,
} from './support';

const LONG = PROSE.repeat(60);

/** The clipboard is UTF-8 and cannot hold half of a surrogate pair. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

describe('bad input', function () {
  this.timeout(90_000);
  afterEach(closeAll);

  for (const [name, text, sentence] of [
    ['an empty document', '', /document is empty/],
    ['blanks alone', ' \n\t\n', /document is empty/],
    ['one word', 'word', /1 word/],
    ['nine words', 'one two three four five six seven eight nine', /9 words/],
  ] as const) {
    it(`says what happens with ${name}`, async () => {
      const editor = await openText(text);
      const heard = await said(compress);
      assert.match(heard.map((each) => each.sentence).join(), sentence);
      assert.equal(editor.document.getText(), text);
      await run('kompress.clear');
    });
  }

  it('refuses binary data', async () => {
    const editor = await openText(`\u0000\u0001${PROSE}`);
    const heard = await said(compress);
    assert.deepEqual(
      heard.map(({ tone }) => tone),
      ['warning'],
    );
    assert.match(heard[0]?.sentence ?? '', /binary/);
    assert.equal((await api()).registry.get(editor.document.uri), undefined);
  });

  for (const [name, text] of [
    ['CRLF', PROSE.replaceAll('\n', '\r\n')],
    ['lone surrogates', `${PROSE}Here is \ud83d a lone one and \udc00 another one, as you can see.\n`],
    ['right-to-left text', `${PROSE}זה טקסט בעברית שנמצא כאן רק כדי לבדוק את הכיוון של השורה.\n`],
    ['emoji', `${PROSE}We were 👩‍👩‍👧‍👦 really happy 🎉🎉 about this 🇪🇺 in the end, all of us.\n`],
    [
      'combining marks',
      `${PROSE}Cafe\u0301 and nai\u0308ve and a\u0300\u0301\u0302 are words with marks of their own.\n`,
    ],
  ] as const) {
    it(`copies from a text with ${name} only what it holds`, async () => {
      const editor = await compressed(text);
      const original = editor.document.getText();
      const [region] = await regionsOf(editor.document);
      assert.ok(region);
      assert.equal(region.geometry.text, original);
      await run('kompress.copyCompressed');
      const copied = await vscode.env.clipboard.readText();
      assert.equal(wellFormed(copied), wellFormed(compressedText(region)));
      let position = 0;
      for (const word of compressedText(region).split(/\s+/)) {
        position = original.indexOf(word, position);
        assert.ok(position >= 0, `${word} is of the text`);
        position += word.length;
      }
      assert.equal(editor.document.getText(), original);
    });
  }

  it('can be cancelled on 5 MB on one line', async () => {
    const text = 'words and words, '.repeat(300_000);
    const editor = await openText(text);
    const done = compress();
    await until('the run', async () => (await api()).registry.get(editor.document.uri)?.run !== undefined);
    await run('kompress.cancel');
    await done;
    assert.equal((await api()).registry.get(editor.document.uri), undefined);
    assert.equal(editor.document.getText(), text);
  });

  it('survives an editor that is closed in mid-run', async () => {
    const { document } = await openText(LONG);
    const heard = await said(async () => {
      const done = compress();
      await until('the run', async () => (await api()).registry.get(document.uri)?.run !== undefined);
      await run('workbench.action.revertAndCloseActiveEditor');
      await done;
    });
    assert.equal((await api()).registry.get(document.uri), undefined);
    assert.deepEqual(
      heard.filter(({ tone }) => tone === 'error'),
      [],
    );
  });

  it('carries the result over to a document that was edited in mid-run', async () => {
    const editor = await openText(LONG);
    const done = compress();
    await until('the run', async () => (await api()).registry.get(editor.document.uri)?.run !== undefined);
    await replaceText(editor, new vscode.Range(1, 0, 1, 0), 'Typed in the middle of it. ');
    await done;
    const [region] = await regionsOf(editor.document);
    assert.ok(region);
    assert.equal(region.geometry.text, editor.document.getText());
    assert.ok(compressedText(region).includes('Typed in the middle of it.'));
    const marks = (await api()).decorator.shown(editor)?.discardedWord ?? [];
    assert.ok(marks.length > 0);
  });

  it('leaves text and earlier result alone on cancel', async () => {
    const editor = await compressed(LONG);
    const before = await regionsOf(editor.document);
    await replaceText(editor, new vscode.Range(0, 0, 0, 0), 'New. ');
    const edited = await regionsOf(editor.document);
    assert.equal(edited.length, before.length);
    const done = compress();
    await run('kompress.cancel');
    await done;
    assert.deepEqual(await regionsOf(editor.document), edited);
    assert.equal((await api()).registry.get(editor.document.uri)?.run, undefined);
  });

  it('lets a new run take over from the old one', async () => {
    const editor = await openText(LONG);
    const first = compress();
    editor.selection = new vscode.Selection(0, 0, 1, 50);
    await Promise.all([first, compress()]);
    const regions = await regionsOf(editor.document);
    assert.equal(regions.length, 1);
    assert.equal(regions[0]?.geometry.text, editor.document.getText(editor.selection));
  });

  it('says one sentence when the engine is killed in mid-run, and works again', async () => {
    // A text of its own: scores that are remembered would keep the engine busy for no time at all.
    const text = `Nobody has read this before. ${LONG}`;
    const editor = await openText(text);
    const { engine } = await api();
    const heard = await said(async () => {
      const done = compress();
      await until('the engine', () => engine.pid !== undefined && engine.state === 'busy');
      if (engine.pid !== undefined) process.kill(engine.pid, 'SIGKILL');
      await done;
    });
    assert.deepEqual(
      heard.map(({ tone }) => tone),
      ['error'],
    );
    assert.equal(editor.document.getText(), text);
    editor.selection = new vscode.Selection(0, 0, 1, 50);
    await compress();
    assert.equal((await regionsOf(editor.document)).length, 1);
  });

  it('says what to do when a command comes too early', async () => {
    await openText(PROSE);
    for (const command of [
      'copyCompressed',
      'replaceSelection',
      'showDifference',
      'nextDiscarded',
      'keepWord',
      'showMenu',
    ]) {
      const heard = await said(() => run(`kompress.${command}`));
      assert.deepEqual(
        heard.map(({ tone, sentence }) => `${tone}: ${sentence}`),
        ['information: Nothing is compressed in this document yet.'],
      );
    }
  });
});
