// The main job as a person does it, in each kind of theme, with the packaged extension.
import assert from 'node:assert/strict';
import path from 'node:path';
import { openSession } from './lib/session.mjs';
import {
  copiedBy,
  closeEditor,
  cursorAfter,
  differenceEditor,
  dottedBoxes,
  hoverText,
  leaveHover,
  runCommand,
  startCommand,
  statusItem,
  struckText,
  styledText,
  unstruckText,
  visibleLines,
} from './lib/workbench.mjs';

const WORKSPACE = path.join(import.meta.dirname, 'workspace');
const FILE = 'handover.txt';
const THEMES = [
  { theme: 'Default Dark Modern', picture: 'dark', highContrast: false },
  { theme: 'Default Light Modern', picture: 'light', highContrast: false },
  { theme: 'Default High Contrast', picture: 'high-contrast-dark', highContrast: true },
  { theme: 'Default High Contrast Light', picture: 'high-contrast-light', highContrast: true },
];

/** Letters and digits alone: how white space and punctuation close up is the renderer's business. */
const words = (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether a box surrounds the middle of a piece of text. */
const holds =
  ({ left, top, width, height }) =>
  (box) =>
    box.left <= left + width / 2 &&
    box.left + box.width >= left + width / 2 &&
    box.top <= top + height / 2 &&
    box.top + box.height >= top + height / 2;

for (const { theme, picture, highContrast } of THEMES) {
  describe(`compress a document (${theme})`, () => {
    let session;
    let page;
    let original;
    let status;

    before(async function () {
      this.timeout(120_000);
      session = await openSession({ workspace: WORKSPACE, file: FILE, theme });
      page = session.page;
      status = statusItem(page, 'kompress.kompress', 'kompress.status');
      original = await visibleLines(page);
    });
    after(() => session?.close());
    afterEach(async function () {
      if (this.currentTest.state === 'failed') await session.picture(`${picture}-failed`);
    });

    it('starts with plain text', async () => {
      assert.ok(original.includes('Handover for the nightly export'));
      assert.deepEqual(await struckText(page), []);
    });

    it('names the host and what comes before it downloads a model, and Escape declines', async () => {
      await startCommand(page, 'Kompress: Download Model…');
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.waitFor();
      const text = await dialog.innerText();
      assert.match(text, /huggingface\.co/);
      assert.match(text, /\d MB/);
      await session.picture(`${picture}-download`);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    });

    it('counts tokens before and after in the status bar', async () => {
      await runCommand(page, 'Kompress: Compress Selection');
      const arrow = /([\d.,]+k?) → ([\d.,]+k?)/;
      await status.filter({ hasText: arrow }).waitFor({ timeout: 30_000 });
      const [, before, after] = arrow.exec(await status.innerText());
      assert.ok(Number(after) < Number(before), `${before} → ${after}`);
    });

    it('strikes discarded words through and leaves the text as it is', async () => {
      const struck = await struckText(page);
      assert.ok(struck.length > 0);
      assert.deepEqual(await visibleLines(page), original);
      const plain = (await styledText(page)).find(({ struck, text }) => !struck && text.trim() !== '');
      assert.equal(plain.opacity, 1);
      const boxes = await dottedBoxes(page);
      for (const piece of struck.filter(({ text }) => text.trim() !== '')) {
        if (highContrast) {
          assert.deepEqual([piece.color, piece.opacity], [plain.color, plain.opacity]);
          assert.ok(boxes.some(holds(piece)), `"${piece.text}" has a dotted border`);
        } else {
          assert.notDeepEqual([piece.color, piece.opacity], [plain.color, plain.opacity]);
        }
      }
      if (!highContrast) assert.deepEqual(boxes, []);
      await session.picture(`${picture}-compressed`);
    });

    it('explains a discarded word on hover', async () => {
      const [first] = await struckText(page);
      const text = await hoverText(page, first);
      assert.match(text, /Discarded/);
      assert.match(text, /\d\.\d\d/);
      assert.match(text, /Keep this/);
      await session.picture(`${picture}-hover`);
      await leaveHover(page);
    });

    it('copies the words that are not struck, in order', async () => {
      const kept = await unstruckText(page);
      const copied = await copiedBy(page, () => runCommand(page, 'Kompress: Copy Compressed Context'));
      assert.deepEqual(words(copied), words(kept));
    });

    it('goes to the next and the previous discarded span', async () => {
      await page
        .locator('.part.editor .monaco-editor .view-line')
        .first()
        .click({ position: { x: 1, y: 5 } });
      await page.keyboard.press('Control+Home');
      const visited = [];
      for (const title of ['Next', 'Next', 'Previous']) {
        const move = () => runCommand(page, `Kompress: ${title} Discarded Span`);
        const { line, column } = await cursorAfter(page, move);
        visited.push(`${line}:${column}`);
      }
      assert.notEqual(visited[0], visited[1]);
      assert.equal(visited[2], visited[0]);
    });

    it('shows the difference and comes back', async () => {
      await runCommand(page, 'Kompress: Show Difference');
      const difference = differenceEditor(page);
      await difference.locator('.editor.modified .view-line').first().waitFor();
      assert.ok((await difference.locator('.line-delete, .char-delete').count()) > 0);
      await session.picture(`${picture}-difference`);
      await closeEditor(page);
      await difference.waitFor({ state: 'hidden' });
    });

    it('clears every mark', async () => {
      await runCommand(page, 'Kompress: Clear');
      await page.waitForFunction(
        () =>
          ![...document.querySelectorAll('.part.editor .view-line span')].some((span) =>
            getComputedStyle(span).textDecorationLine.includes('line-through'),
          ),
      );
      assert.deepEqual(await visibleLines(page), original);
      assert.doesNotMatch((await status.allInnerTexts()).join(' '), /→/);
    });
  });
}
