// npm test [-- PART…]   runs the named parts, or all: format, lint, types, unit, host, package, ui.
// The last line is `N passed, N failed`; a part without tests of its own counts as one.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, node, npm, root, run } from '../.ci/steps.mjs';
import { currentTarget } from '../.ci/targets.mjs';

const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });
const script = (name) => async () => one(await npm(['run', '--silent', name]));
let built;
const buildTests = () => (built ??= node(['esbuild.mjs', '--tests']));

/** Runs a Mocha process and returns its counts; one that dies before it has counted is one failure. */
async function counted(name, start) {
  const resultFile = path.join(root, `out/results/${name}.json`);
  mkdirSync(path.dirname(resultFile), { recursive: true });
  rmSync(resultFile, { force: true });
  const code = await start({ env: { MOCHA_RESULT_FILE: resultFile } });
  const { passed, failed } = existsSync(resultFile)
    ? JSON.parse(readFileSync(resultFile, 'utf8'))
    : { passed: 0, failed: 0 };
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
}

const mocha = (files, timeout) => (options) =>
  node(
    [
      'node_modules/mocha/bin/mocha.js',
      ...['--no-config', '--no-package', '--forbid-only', '--forbid-pending'],
      ...['--reporter', 'test/counting-reporter.cjs', '--timeout', String(timeout), files],
    ],
    options,
  );

async function unit() {
  if ((await buildTests()) !== 0) return one(1);
  return counted('unit', mocha('out/test/unit/**/*.test.js', 20_000));
}

async function host() {
  if ((await buildTests()) !== 0) return one(1);
  return counted('host', (options) => node(['test/run-host.mjs'], options));
}

const packageExtension = async () => one(await node(['.ci/package.mjs']));

/** The browser workbench, which the UI tests drive, runs on Linux x64 only. */
async function ui() {
  if (currentTarget !== 'linux-x64') {
    console.log(`The UI tests need Linux x64 and were not run on ${currentTarget}.`);
    return { passed: 0, failed: 0 };
  }
  if ((await run('bash', ['test/host/setup.sh'])) !== 0) return one(1);
  return counted('ui', mocha('test/ui/*.ui.mjs', 60_000));
}

const PARTS = {
  format: script('format:check'),
  lint: script('lint'),
  types: script('check'),
  unit,
  host,
  package: packageExtension,
  ui,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in PARTS));
if (unknown !== undefined) {
  console.error(`There is no part ${unknown}. Choose from: ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

await ensureInstalled();
const total = { passed: 0, failed: 0 };
for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const { passed, failed } = await PARTS[name]();
  console.log(
    `== ${name}: ${passed} passed, ${failed} failed (${Math.round((Date.now() - started) / 1000)} s)`,
  );
  total.passed += passed;
  total.failed += failed;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
