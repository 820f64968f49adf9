// The compare view as a person uses it, with the keyboard and the pointer, in each kind of theme.
import assert from 'node:assert/strict';
import path from 'node:path';
import { openSession } from './lib/session.mjs';
import { differenceEditor, runCommand, statusItem, struckText } from './lib/workbench.mjs';

const WORKSPACE = path.join(import.meta.dirname, 'workspace');
const THEMES = [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
  ['Default High Contrast', 'high-contrast-dark'],
];

for (const [theme, picture] of THEMES) {
  describe(`compare policies (${theme})`, () => {
    let session;
    let page;
    let view;

    before(async function () {
      this.timeout(180_000);
      session = await openSession({ workspace: WORKSPACE, file: 'handover.txt', theme });
      page = session.page;
      await runCommand(page, 'Kompress: Compress Selection');
      await statusItem(page, 'kompress.kompress', 'kompress.status')
        .filter({ hasText: /→/ })
        .waitFor({ timeout: 60_000 });
      await runCommand(page, 'Kompress: Compare Policies');
      view = page.frameLocator('iframe.webview.ready').last().frameLocator('iframe');
      await view.locator('[role=grid] tbody tr').first().waitFor({ timeout: 60_000 });
    });
    after(() => session?.close());
    afterEach(async function () {
      if (this.currentTest.state === 'failed') await session.picture(`${picture}-compare-failed`);
    });

    const rows = () => view.locator('[role=grid] tbody tr');
    const tokens = async () =>
      (await rows().locator('td:nth-of-type(1)').allInnerTexts()).map((text) =>
        Number(/^[\d,]+/.exec(text)[0].replaceAll(',', '')),
      );

    it('has a row for each policy and a line for each in the plot', async () => {
      assert.ok((await rows().count()) >= 10);
      assert.equal(await view.locator('.curve').count(), await rows().count());
      await session.picture(`${picture}-compare`);
    });

    it('sorts by a column and says so', async () => {
      const head = view.getByRole('columnheader', { name: 'Tokens' });
      await head.getByRole('button').focus();
      await page.keyboard.press('Enter');
      assert.equal(await head.getAttribute('aria-sort'), 'ascending');
      const ascending = await tokens();
      assert.deepEqual(
        ascending,
        [...ascending].sort((a, b) => a - b),
      );
      await page.keyboard.press('Space');
      assert.equal(await head.getAttribute('aria-sort'), 'descending');
    });

    it('previews with the arrow keys and goes back with Escape', async () => {
      const before = (await struckText(page)).map(({ text }) => text);
      await rows().first().click();
      await page.keyboard.press('ArrowDown');
      await view.locator('tr.previewed').waitFor();
      await view.getByRole('button', { name: /^Apply \w/ }).waitFor();
      await session.picture(`${picture}-compare-preview`);
      await page.keyboard.press('Escape');
      await view.locator('tr.previewed').waitFor({ state: 'detached' });
      const texts = async () => (await struckText(page)).map(({ text }) => text);
      for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
        if ((await texts()).join('\n') === before.join('\n')) break;
        await page.waitForTimeout(100);
      }
      assert.deepEqual(await texts(), before);
    });

    it('reads the plot with the arrow keys', async () => {
      const readout = view.locator('.readout');
      await view.locator('.canvas').focus();
      const first = await readout.innerText();
      assert.match(first, /recall \d+ % with \d+ % of the tokens/);
      await page.keyboard.press('ArrowRight');
      assert.notEqual(await readout.innerText(), first);
      await session.picture(`${picture}-compare-plot`);
    });

    it('keeps within its width, however narrow', async () => {
      const size = page.viewportSize();
      await page.setViewportSize({ width: 640, height: size.height });
      const fits = await view.locator('body').evaluate((body) => body.scrollWidth <= body.clientWidth);
      assert.ok(fits);
      await session.picture(`${picture}-compare-narrow`);
      await page.setViewportSize(size);
    });

    it('shows the difference of two policies', async () => {
      for (const index of [0, 1]) await rows().nth(index).locator('input').check();
      await view.getByRole('button', { name: 'Show difference' }).click();
      await differenceEditor(page).locator('.editor.modified .view-line').first().waitFor();
      await session.picture(`${picture}-compare-difference`);
    });
  });
}
