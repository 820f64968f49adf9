#!/usr/bin/env node
// Runs an extension's own Mocha suite inside the extension host of a real VS Code and exits with its outcome.
// It takes the same inputs as @vscode/test-electron's runTests():
//   node run-tests.mjs --extension DIR --tests FILE [--workspace DIR] [--timeout SECONDS] [--keep] [--verbose]
// FILE is the compiled entry: exports.run = () => Promise<void>.
// Exit codes: 0 passed, 1 failed or the extension host died, 124 no outcome in time, 2 wrong arguments.
import fs from 'node:fs';
import path from 'node:path';
import { format, parseArgs } from 'node:util';
import {
  createProfile,
  openWorkbench,
  recipeDir,
  remoteUri,
  removeProfile,
  startServer,
} from './lib/host.mjs';

const { values: opt } = parseArgs({
  options: {
    extension: { type: 'string' },
    tests: { type: 'string' },
    workspace: { type: 'string' },
    timeout: { type: 'string', default: '120' },
    keep: { type: 'boolean' },
    verbose: { type: 'boolean' },
  },
});
if (!opt.extension || !opt.tests) {
  console.error('--extension and --tests are needed');
  process.exit(2);
}

const t0 = Date.now();
const note = (text) => console.error(`[host ${((Date.now() - t0) / 1000).toFixed(1)} s] ${text}`);
const profile = createProfile();
const workspace = opt.workspace ?? fs.mkdtempSync(path.join(profile, 'workspace-'));
const outputFile = path.join(profile, 'suite-output.txt');
const resultFile = path.join(profile, 'suite-result.json');
fs.writeFileSync(outputFile, '');

const server = await startServer(profile, {
  // A packaged VS Code ignores extensionDevelopmentPath and extensionTestsPath of the URL without this flag.
  args: ['--enable-smoke-test-driver'],
  env: { VSCODE_HOST_TEST: JSON.stringify({ entry: path.resolve(opt.tests), outputFile, resultFile }) },
});
note('server up');

// The suite's console, as it is written.
let shown = 0;
const showOutput = () => {
  const output = fs.readFileSync(outputFile);
  if (output.length > shown) process.stdout.write(output.subarray(shown));
  shown = output.length;
};
const tail = setInterval(showOutput, 100);

let ended;
const outcome = new Promise((resolve) => {
  ended = resolve;
});
setTimeout(() => ended('timeout'), opt.timeout * 1000).unref();

const { browser, page } = await openWorkbench(server, {
  folder: workspace,
  payload: [
    ['extensionDevelopmentPath', remoteUri(server, opt.extension)],
    ['extensionTestsPath', remoteUri(server, path.join(recipeDir, 'lib/test-entry.cjs'))],
    ['skipWelcome', 'true'],
  ],
  prepare: async (page) => {
    // In a test run the workbench calls these two functions of the page, if they exist.
    await page.exposeFunction('codeAutomationLog', (level, args) => {
      if (opt.verbose) console.error(`[${level}]`, format(...args));
    });
    await page.exposeFunction('codeAutomationExit', (code) => ended(code));
    page.on('crash', () => ended('the page crashed'));
  },
});
note('page loaded');

const code = await outcome;
clearInterval(tail);
showOutput();
const result = fs.existsSync(resultFile) ? JSON.parse(fs.readFileSync(resultFile, 'utf8')) : undefined;
if (code === 'timeout') await page.screenshot({ path: path.join(profile, 'timeout.png') });
await browser.close();
await server.stop();

const passed = code === 0 && result?.passed === true;
if (result?.error && !fs.readFileSync(outputFile, 'utf8').includes(result.error)) console.error(result.error);
if (code === 'timeout') note(`no outcome within ${opt.timeout} s`);
else if (!result) note('the extension host ended before the suite did');
if (passed && !opt.keep) removeProfile(profile);
else note(`logs kept in ${profile}`);
note(passed ? 'passed' : 'FAILED');
process.exit(passed ? 0 : code === 'timeout' ? 124 : 1);
