// npm run package [-- TARGET…|all]   makes and checks out/kompress-TARGET.vsix, by default for this machine.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, node, root } from './steps.mjs';
import { currentTarget, nativeFiles, TARGETS } from './targets.mjs';
import { checkVsix } from './vsix.mjs';

const asked = process.argv.slice(2);
const targets = asked.includes('all') ? TARGETS : asked.length > 0 ? asked : [currentTarget];
const unknown = targets.find((target) => !TARGETS.includes(target));
if (unknown !== undefined) {
  console.error(`There is no package for ${unknown}. Choose from: ${TARGETS.join(', ')}, all.`);
  process.exit(2);
}

await ensureInstalled();
if ((await node(['esbuild.mjs', '--production'])) !== 0) process.exit(1);
mkdirSync(path.join(root, 'out'), { recursive: true });

let problems = 0;
for (const target of targets) {
  const vsix = path.join(root, `out/kompress-${target}.vsix`);
  rmSync(vsix, { force: true });
  // vsce reads one ignore file; the target's native files join the deny-all list in a copy of it.
  const ignoreFile = path.join(root, 'out/vscodeignore');
  const allowed = nativeFiles(target).map((file) => `!${file}`);
  writeFileSync(
    ignoreFile,
    [readFileSync(path.join(root, '.vscodeignore'), 'utf8'), ...allowed, ''].join('\n'),
  );
  const args = ['package', '--target', target, '--out', vsix, '--ignoreFile', ignoreFile];
  const quiet = ['--allow-missing-repository', '--no-rewrite-relative-links'];
  if ((await node(['node_modules/@vscode/vsce/vsce', ...args, ...quiet])) !== 0) process.exit(1);
  const found = checkVsix(vsix, target);
  for (const problem of found) console.error(`${target}: ${problem}`);
  problems += found.length;
}
process.exit(problems === 0 ? 0 : 1);
