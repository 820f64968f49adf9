// What `npm start`, `npm test` and `npm run package` share. Plain Node: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.dirname(import.meta.dirname);

/** Runs a command in the project with its output shown and no standard input; resolves to its exit code. */
export function run(command, args, { env = {}, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      shell,
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

export const node = (args, options) => run(process.execPath, args, options);

/** npm as it called us, or the one on the PATH; on Windows that one is a .cmd file, which needs a shell. */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return node([cli, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

const read = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/** npm writes node_modules/.package-lock.json last, so it tells a finished install of the present lock file. */
function isInstalled() {
  const installed = 'node_modules/.package-lock.json';
  if (!existsSync(path.join(root, installed))) return false;
  const present = read(installed).packages;
  return Object.entries(read('package-lock.json').packages).every(
    ([name, wanted]) => name === '' || wanted.optional || present[name]?.version === wanted.version,
  );
}

/**
 * Installs the dependencies where they are missing or the lock file has changed since. Install scripts stay off:
 * none is needed, and onnxruntime-node's would download GPU libraries.
 */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing dependencies');
  const code = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new Error('npm ci failed; its message is above.');
}
