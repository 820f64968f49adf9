// A coding agent's session from the list to the clipboard, with the packaged extension.
import assert from 'node:assert/strict';
import path from 'node:path';
import { root } from '../../.ci/steps.mjs';
import { openSession } from './lib/session.mjs';
import {
  copiedBy,
  runCommand,
  startCommand,
  statusItem,
  struckText,
  visibleLines,
} from './lib/workbench.mjs';

const fixture = (name) => path.join(root, 'test/fixtures/claude-code', `${name}.jsonl`);
const PROJECT = '.claude/projects/-home-dev-calendar';

for (const [theme, picture] of [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
  ['Default High Contrast', 'high-contrast-dark'],
]) {
  describe(`open an agent's transcript (${theme})`, () => {
    let session;
    let page;

    before(async function () {
      this.timeout(120_000);
      session = await openSession({
        workspace: path.join(import.meta.dirname, 'workspace'),
        file: 'handover.txt',
        theme,
        home: {
          [`${PROJECT}/sample.jsonl`]: fixture('sample'),
          [`${PROJECT}/broken.jsonl`]: fixture('broken-lines'),
        },
      });
      page = session.page;
    });
    after(() => session?.close());
    afterEach(async function () {
      if (this.currentTest.state === 'failed') await session.picture(`transcript-${picture}-failed`);
    });

    it('lists the sessions under the home folder with their first words', async () => {
      await startCommand(page, 'Kompress: Open Agent Transcript…');
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await rows.filter({ hasText: 'kB' }).first().waitFor({ timeout: 30_000 });
      assert.equal(
        await rows
          .filter({ hasText: 'kB' })
          .or(rows.filter({ hasText: ' B' }))
          .count(),
        2,
      );
      await session.picture(`transcript-${picture}-list`);
      await page.locator('.quick-input-widget input.input').first().fill('date');
      await page.keyboard.press('Enter');
    });

    it('shows the conversation, not JSON', async () => {
      await page
        .locator('.part.editor .view-line', { hasText: '· You ·' })
        .first()
        .waitFor({ timeout: 30_000 });
      const lines = await visibleLines(page);
      assert.ok(
        lines.some((line) => /^## 1 · You · /.test(line)),
        lines.join('\n'),
      );
      assert.ok(!lines.some((line) => line.includes('"type":')), 'no JSON');
    });

    it('outlines its turns', async () => {
      await runCommand(page, 'Explorer: Focus on Outline View');
      await page.locator('.outline-pane .monaco-list-row').nth(3).waitFor();
      await session.picture(`transcript-${picture}`);
    });

    it('compresses and copies it', async () => {
      await page.locator('.part.editor .view-line').nth(1).click();
      await runCommand(page, 'Kompress: Compress Selection');
      const status = statusItem(page, 'kompress.kompress', 'kompress.status');
      await status.filter({ hasText: /→/ }).waitFor({ timeout: 60_000 });
      assert.ok((await struckText(page)).length > 0);
      await session.picture(`transcript-${picture}-compressed`);
      const copied = await copiedBy(page, () => runCommand(page, 'Kompress: Copy Compressed Context'));
      assert.match(copied, /^## 1 · You/m);
      assert.match(copied, /^▸ /m);
    });
  });
}
