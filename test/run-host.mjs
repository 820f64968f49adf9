// Runs the host suite in a real VS Code: the desktop one where there is one (VSCODE_EXECUTABLE, or a download on a
// machine with a display), else the browser workbench of test/host. Exit code 0 when every test passed.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { node, root, run } from '../.ci/steps.mjs';

const entry = path.join(root, 'out/test/host-suite/index.js');
const TIMEOUT_SECONDS = 600;

/** The desktop VS Code to use, or undefined for the browser workbench. */
async function desktopExecutable() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const browserWorks = process.platform === 'linux' && process.arch === 'x64';
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (browserWorks && (process.env.CI || !hasDisplay)) return undefined;
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    return await downloadAndUnzipVSCode();
  } catch (error) {
    if (!browserWorks) throw error;
    console.log(`No desktop VS Code to be had (${error.message}); using the browser workbench.`);
    return undefined;
  }
}

async function runOnDesktop(vscodeExecutablePath) {
  const { runTests } = await import('@vscode/test-electron');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kompress-host-'));
  const inside = (name) => {
    mkdirSync(path.join(folder, name));
    return path.join(folder, name);
  };
  const home = inside('home');
  try {
    return await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: entry,
      // A home of its own: the tests look for transcripts there and must not meet a person's.
      extensionTestsEnv: { HOME: home, USERPROFILE: home },
      launchArgs: [
        inside('workspace'),
        '--disable-extensions',
        '--disable-workspace-trust',
        `--user-data-dir=${inside('data')}`,
      ],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function runInBrowser() {
  const prepared = await run('bash', ['test/host/setup.sh']);
  if (prepared !== 0) return prepared;
  const args = ['--extension', root, '--tests', entry, '--timeout', String(TIMEOUT_SECONDS)];
  return node(['test/host/run-tests.mjs', ...args]);
}

const executable = await desktopExecutable();
const code = await (executable ? runOnDesktop(executable).catch(() => 1) : runInBrowser());
process.exit(code);
