// Trims the VS Code server that code-server ships before its dependencies are installed.
// Usage: node slim.mjs <path to code-server/lib/vscode> [before|after]
//   before: drop dependencies an extension test never loads (they are 70 % of the bytes);
//           the versions of the rest stay pinned by the npm-shrinkwrap.json in the tarball.
//   after:  drop other platforms' binaries.
import fs from 'node:fs';
import path from 'node:path';

const [vscodeDir, phase] = process.argv.slice(2);
const manifestPath = path.join(vscodeDir, 'package.json');

// Only the agent host (AI agents), the Windows shell and Kerberos proxies use these.
const UNUSED_DEPENDENCIES = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/sandbox-runtime',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
  'ssh2',
];
// A built-in AI chat that wants a sign-in.
const UNUSED_EXTENSIONS = ['copilot'];

if (phase === 'before') {
  const manifest = JSON.parse(fs.readFileSync(manifestPath, 'utf8'));
  for (const name of UNUSED_DEPENDENCIES) delete manifest.dependencies[name];
  fs.writeFileSync(manifestPath, JSON.stringify(manifest, null, 2) + '\n');
  for (const name of UNUSED_EXTENSIONS)
    fs.rmSync(path.join(vscodeDir, 'extensions', name), { recursive: true, force: true });
} else if (phase === 'after') {
  const keep = `${process.platform}-${process.arch}`;
  for (const holder of ['@vscode/ripgrep-universal/bin', 'node-pty/prebuilds']) {
    const dir = path.join(vscodeDir, 'node_modules', holder);
    for (const name of fs.readdirSync(dir))
      if (name !== keep) fs.rmSync(path.join(dir, name), { recursive: true });
  }
} else {
  throw new Error('phase must be before or after');
}
