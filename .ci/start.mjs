// npm start [-- --editor|--no-editor]   installs what is missing, builds, compresses a sample transcript, and offers
// the editor: desktop VS Code when `code` is on the PATH, else the browser workbench on a free local port.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ensureInstalled, node, root, run } from './steps.mjs';
import { currentTarget } from './targets.mjs';

const TEXT = 'README.md';
const SAMPLE = 'test/fixtures/claude-code/sample.jsonl';
const TRY =
  'Run "Kompress: Compress Selection" or "Kompress: Open Agent Transcript…" from the command palette (F1).';
const ON_WINDOWS = process.platform === 'win32';
const options = process.argv.slice(2);

/** A folder the person may change freely, with a text and a transcript to try. */
function tryoutFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kompress-try-'));
  for (const file of [TEXT, SAMPLE])
    copyFileSync(path.join(root, file), path.join(folder, path.basename(file)));
  return folder;
}

function hasDesktop() {
  const finder = ON_WINDOWS ? 'where' : 'which';
  return spawnSync(finder, ['code'], { stdio: 'ignore' }).status === 0;
}

async function openDesktop() {
  const folder = tryoutFolder();
  const args = [`--extensionDevelopmentPath=${root}`, folder, path.join(folder, TEXT)];
  // `code` is a .cmd file on Windows, which only a shell starts, and a shell wants its arguments quoted.
  const code = await run('code', ON_WINDOWS ? args.map((arg) => `"${arg}"`) : args, { shell: ON_WINDOWS });
  if (code === 0) console.log(`VS Code opens ${folder}. ${TRY}`);
  return code;
}

async function serveBrowser() {
  for (const [command, args] of [
    ['bash', ['test/host/setup.sh', '--server-only']],
    [process.execPath, ['.ci/package.mjs', currentTarget]],
  ]) {
    const code = await run(command, args);
    if (code !== 0) return code;
  }
  const { createProfile, installVsix, remoteUri, removeProfile, startServer } =
    await import('../test/host/lib/host.mjs');
  const profile = createProfile();
  const server = await startServer(profile);
  process.once('exit', () => removeProfile(profile));
  installVsix(profile, path.join(root, `out/kompress-${currentTarget}.vsix`));
  const folder = tryoutFolder();
  const address = server.address(folder);
  address.searchParams.set(
    'payload',
    JSON.stringify([['openFile', remoteUri(server, path.join(folder, TEXT))]]),
  );
  console.log(`\nVS Code with Kompress: ${address.href}\n${TRY}\nCtrl-C ends it.`);
  return new Promise(() => undefined);
}

async function wantsEditor(desktop) {
  if (options.includes('--editor')) return true;
  if (options.includes('--no-editor') || process.env.CI || !process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(
    `\nOpen it in ${desktop ? 'VS Code' : 'a browser workbench'}? [Y/n] `,
  );
  terminal.close();
  return !/^\s*n/i.test(answer);
}

async function offerEditor() {
  const desktop = hasDesktop();
  if (!desktop && currentTarget !== 'linux-x64') {
    console.log(
      '\nTo try it in the editor, install VS Code with its `code` command and run `npm start` again.',
    );
    return 0;
  }
  if (!(await wantsEditor(desktop))) {
    console.log('\nTo try it in the editor: npm start -- --editor');
    return 0;
  }
  return desktop ? openDesktop() : serveBrowser();
}

await ensureInstalled();
if ((await node(['esbuild.mjs'])) !== 0) process.exit(1);
console.log(`\nkompress compress ${SAMPLE}\n`);
if ((await node(['dist/cli.js', 'compress', SAMPLE])) !== 0) process.exit(1);
process.exit(await offerEditor());
