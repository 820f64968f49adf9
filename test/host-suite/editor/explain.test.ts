import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, closeAll, compressed, hoverAt, PROSE, regionsOf, run, shown } from './support';

interface Link {
  readonly command: string;
  readonly args: readonly unknown[];
}

function linkOf(markdown: string): Link {
  const match = /\(command:([\w.]+)\?([^)]*)\)/.exec(markdown);
  assert.ok(match, markdown);
  return { command: match[1] ?? '', args: JSON.parse(decodeURIComponent(match[2] ?? '[]')) as unknown[] };
}

describe('hover', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('says decision, scores, tokens and reason, and offers the way back', async () => {
    const editor = await compressed(PROSE);
    const [mark] = (await api()).decorator.shown(editor)?.discardedWord ?? [];
    assert.ok(mark);
    const [card] = await hoverAt(editor.document, mark.range.start);
    assert.ok(card);
    assert.match(card.value, /\*\*Discarded\*\*.*score 0\\\.\d\d, needs more than 0\\\.\d\d/);
    assert.match(card.value, /keep 0\.\d\d {3}span 0\.\d\d {3}final 0\.\d\d\n\S+ [▁▂▃▄▅▆▇█] \.\d\d/);
    assert.match(card.value, /\nkompress-small \d/);
    assert.match(card.value, /The model finds/);
    const link = linkOf(card.value);
    assert.equal(link.command, 'kompress.keepWord');
    await run(link.command, ...link.args);
    assert.equal((await shown(editor, 'pinned')).length, 1);
    const [after] = await hoverAt(editor.document, mark.range.start);
    assert.match(after?.value ?? '', /\*\*Kept by you\*\*/);
    const back = linkOf(after?.value ?? '');
    assert.equal(back.command, 'kompress.discardWord');
    await run(back.command, ...back.args);
    assert.deepEqual(await shown(editor, 'pinned'), []);
  });

  it('says of words that must stay that they do', async () => {
    const editor = await compressed(PROSE);
    const values: string[] = [];
    for (const text of ['not', 'never', '65,536'])
      values.push(
        ...(await hoverAt(editor.document, editor.document.positionAt(PROSE.indexOf(text)))).map(
          ({ value }) => value,
        ),
      );
    assert.equal(values.length, 3);
    assert.ok(values.every((value) => value.includes('**Kept**')));
  });

  it('keeps to its commands and shows hostile text as text', async () => {
    const hostile = `${PROSE}It is really [click](command:workbench.action.quit) and <img src=x> and \`\`\` too, you know, for sure.\n`;
    const editor = await compressed(hostile);
    for (const word of ['[click]', '<img', '```']) {
      const [card] = await hoverAt(editor.document, editor.document.positionAt(hostile.indexOf(word)));
      assert.ok(card);
      const commands = [...card.value.matchAll(/\]\(command:([\w.]+)/g)].map((match) => match[1]);
      assert.ok(
        commands.every((command) => /^kompress\.(keepWord|discardWord|alwaysKeep)$/.test(command ?? '')),
        card.value,
      );
      assert.ok(!card.value.replace(/```[\s\S]*?```/g, '').includes('<img'), card.value);
    }
  });

  it('is silent outside of a result', async () => {
    const editor = await compressed(PROSE);
    await run('kompress.clear');
    assert.deepEqual(await hoverAt(editor.document, new vscode.Position(0, 1)), []);
  });
});

describe('keep and discard', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('take the word at the cursor', async () => {
    const editor = await compressed(PROSE);
    const place = editor.document.positionAt(PROSE.indexOf('tokenizer') + 2);
    editor.selection = new vscode.Selection(place, place);
    await run('kompress.discardWord');
    assert.deepEqual(await shown(editor, 'released'), ['tokenizer']);
    await run('kompress.keepWord');
    assert.deepEqual(await shown(editor, 'released'), []);
  });

  it('take the selection, and show whole lines that go', async () => {
    const editor = await compressed(PROSE);
    editor.selection = new vscode.Selection(0, 0, 1, 200);
    await run('kompress.discardWord');
    const set = (await api()).decorator.shown(editor);
    assert.deepEqual(
      set?.discardedLine.map(({ range }) => [range.start.line, range.end.line]),
      [[0, 1]],
    );
    assert.match(
      set.lineNote[0]?.renderOptions?.after?.contentText ?? '',
      /^− 2 lines · prose · ≈ \d+ tokens$/,
    );
  });

  it('keep what the person said through a new run', async () => {
    const editor = await compressed(PROSE);
    const place = editor.document.positionAt(PROSE.indexOf('tokenizer') + 2);
    editor.selection = new vscode.Selection(place, place);
    await run('kompress.discardWord');
    await run('kompress.compressSelection');
    assert.deepEqual(await shown(editor, 'released'), ['tokenizer']);
    const [region] = await regionsOf(editor.document);
    assert.ok(region);
  });
});
