// What a person does and sees in the VS Code workbench, for UI tests (`page` is a playwright Page).

const CODE_EDITOR = '.part.editor .monaco-editor';

/** Resolves when the workbench is drawn and the explorer shows the folder. */
export async function waitForWorkbench(page) {
  await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
  await page.waitForSelector('.explorer-folders-view .monaco-list-row', { timeout: 60_000 });
}

/** Runs a command by its full title, the way a person does: F1, type, Enter. */
export async function runCommand(page, title) {
  await startCommand(page, title);
  await page.locator('.quick-input-widget').first().waitFor({ state: 'hidden' });
}

/** The same for a command that asks for something in the place of the palette. */
export async function startCommand(page, title) {
  const widget = page.locator('.quick-input-widget').first();
  const row = page.locator('.quick-input-list .monaco-list-row').first();
  // The palette lists what was registered when it opened, so one opened too early is opened again.
  for (const deadline = Date.now() + 30_000; ;) {
    await page.keyboard.press('F1');
    await widget.locator('input.input').fill(`>${title}`);
    // The first row must be the command itself before Enter.
    const found = row.filter({ has: page.getByText(title, { exact: true }) }).waitFor({ timeout: 2000 });
    const error = await found.then(
      () => undefined,
      (reason) => reason,
    );
    if (error === undefined) break;
    await page.keyboard.press('Escape');
    await widget.waitFor({ state: 'hidden' });
    if (Date.now() > deadline) throw error;
  }
  await page.keyboard.press('Enter');
}

/** The lines in view of the active editor, top to bottom, once the editor has laid them out. */
export async function visibleLines(page) {
  let lines = await drawnLines(page);
  for (const deadline = Date.now() + 5_000; Date.now() < deadline;) {
    await page.waitForTimeout(150);
    const again = await drawnLines(page);
    if (again.length > 1 && again.join('\n') === lines.join('\n')) break;
    lines = again;
  }
  return lines;
}

const drawnLines = (page) =>
  page.$$eval(`${CODE_EDITOR} .view-lines .view-line`, (lines) =>
    lines
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((line) => line.textContent.replaceAll('\u00a0', ' ')),
  );

/**
 * Every piece of text in view with its computed style and its place on the page in pixels, in reading order.
 * `struck` says that a line goes through it.
 */
export const styledText = (page) =>
  page.$$eval(`${CODE_EDITOR} .view-lines .view-line > span > span`, (spans) =>
    spans
      .map((span) => {
        const style = getComputedStyle(span);
        const { left, top, width, height } = span.getBoundingClientRect();
        return {
          text: span.textContent.replaceAll('\u00a0', ' '),
          struck: style.textDecorationLine.includes('line-through'),
          opacity: Number(style.opacity),
          color: style.color,
          left,
          top,
          width,
          height,
        };
      })
      .sort((a, b) => a.top - b.top || a.left - b.left),
  );

/** The struck pieces among them. */
export const struckText = async (page) => (await styledText(page)).filter(({ struck }) => struck);

/** Places of the visible dotted boxes; VS Code draws the borders of a decoration in a layer under the text. */
export const dottedBoxes = (page) =>
  page.$$eval(`${CODE_EDITOR} .view-overlays .cdr`, (boxes) =>
    boxes
      .filter((box) => {
        const { borderBottomStyle, borderBottomColor } = getComputedStyle(box);
        return borderBottomStyle === 'dotted' && !borderBottomColor.endsWith(', 0)');
      })
      .map((box) => {
        const { left, top, width, height } = box.getBoundingClientRect();
        return { left, top, width, height };
      }),
  );

/** The text in view without its struck pieces, with its line breaks. */
export async function unstruckText(page) {
  const lines = new Map();
  for (const { text, struck, top } of await styledText(page))
    lines.set(top, (lines.get(top) ?? '') + (struck ? ' ' : text));
  return [...lines.values()].join('\n');
}

/** Text of the hover card that comes up when the pointer rests on a piece of text. */
export async function hoverText(page, { left, top, width, height }) {
  await page.mouse.move(5, 5);
  await page.mouse.move(left + width / 2, top + height / 2, { steps: 3 });
  const card = page.locator('.monaco-hover:not(.hidden) .hover-contents').first();
  await card.waitFor();
  return card.innerText();
}

/** Takes the pointer away, so that no hover covers the text. */
export async function leaveHover(page) {
  await page.mouse.move(5, 5);
  await page.locator('.monaco-hover:not(.hidden) .hover-contents').first().waitFor({ state: 'hidden' });
}

/** The status bar item that an extension made with this id. */
export const statusItem = (page, extensionId, itemId) => page.locator(`[id="${extensionId}.${itemId}"]`);

/** Line and column of the cursor as the status bar shows them, counted from 1, and how much is selected. */
export async function cursor(page) {
  const text = await page.locator('[id="status.editor.selection"]').innerText();
  const match = /Ln (\d+), Col (\d+)(?: \((\d+) selected\))?/.exec(text);
  if (!match) throw new Error(`The status bar shows no cursor position but "${text}".`);
  return { line: Number(match[1]), column: Number(match[2]), selected: Number(match[3] ?? 0) };
}

/** Runs a move and returns where the cursor is once it has left its place. */
export async function cursorAfter(page, move) {
  const item = page.locator('[id="status.editor.selection"]');
  const before = await item.innerText();
  await move();
  await page.waitForFunction(
    (text) => document.getElementById('status.editor.selection').innerText !== text,
    before,
  );
  return cursor(page);
}

/** The real clipboard. */
export const clipboardText = (page) => page.evaluate(() => navigator.clipboard.readText());

/** What `act` puts on the clipboard, which is emptied first. */
export async function copiedBy(page, act) {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await act();
  let copied = '';
  for (const deadline = Date.now() + 15_000; copied === '' && Date.now() < deadline;) {
    copied = await clipboardText(page);
    await page.waitForTimeout(50);
  }
  return copied;
}

/** Both sides of the open difference editor. */
export const differenceEditor = (page) => page.locator('.part.editor .monaco-diff-editor').first();

/** Closes the active editor the way a person with a wheel does. */
export const closeEditor = (page) => page.locator('.part.editor .tab.active').click({ button: 'middle' });
