// One person's VS Code for one UI test file: the packaged extension in a fresh profile, in one theme, on a copy of a
// workspace that may be changed freely.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { currentTarget } from '../../../.ci/targets.mjs';
import { root } from '../../../.ci/steps.mjs';
import {
  createProfile,
  installVsix,
  openWorkbench,
  remoteUri,
  removeProfile,
  startServer,
} from '../../host/lib/host.mjs';
import { waitForWorkbench } from './workbench.mjs';

const vsix = path.join(root, `out/kompress-${currentTarget}.vsix`);
const pictures = path.join(root, 'out/pictures');

/**
 * Opens the workbench on a copy of `workspace`, with `file` of it in the editor and the extension installed.
 * `home`: files to put into the person's home folder, by their path in it.
 * `picture(name)` writes out/pictures/NAME.png; `close()` ends everything and removes the profile.
 */
export async function openSession({ workspace, file, theme, settings = {}, home = {} }) {
  assert.ok(existsSync(vsix), `${path.basename(vsix)} is missing; run npm run package first`);
  const profile = createProfile({
    'workbench.colorTheme': theme,
    'window.autoDetectColorScheme': false,
    'window.autoDetectHighContrast': false,
    'editor.minimap.enabled': false,
    'workbench.reduceMotion': 'on', // no picture of a half-faded hover
    ...settings,
  });
  for (const [target, source] of Object.entries(home)) {
    const place = path.join(profile, 'home', target);
    mkdirSync(path.dirname(place), { recursive: true });
    cpSync(source, place);
  }
  const copy = path.join(profile, 'workspace');
  cpSync(workspace, copy, { recursive: true });
  assert.match(installVsix(profile, vsix), /successfully installed/);
  const server = await startServer(profile);
  const { browser, page } = await openWorkbench(server, {
    folder: copy,
    payload: [['openFile', remoteUri(server, path.join(copy, file))]],
  });
  await waitForWorkbench(page);
  await page.locator('.part.editor .monaco-editor .view-line').first().waitFor();
  return {
    page,
    workspace: copy,
    picture: async (name) => {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: path.join(pictures, `${name}.png`) });
    },
    close: async () => {
      await browser.close();
      await server.stop();
      removeProfile(profile);
    },
  };
}
