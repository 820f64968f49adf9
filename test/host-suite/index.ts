// Entry of the host suite, run inside the extension host of a real VS Code: by @vscode/test-electron on the desktop,
// by test/host/run-tests.mjs in the browser workbench.
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/**
 * Runs every *.test.js of this folder, or of the one that HOST_SUITE names, and writes `{passed, failed}` to the
 * file that MOCHA_RESULT_FILE names. Rejects when a test failed.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ color: false, timeout: 20_000, forbidOnly: true, forbidPending: true });
  const folder = process.env['HOST_SUITE'] ?? __dirname;
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
    if (file.endsWith('.test.js')) mocha.addFile(path.join(folder, file));

  const { passed, failed } = await new Promise<{ passed: number; failed: number }>((resolve) => {
    const runner = mocha.run((failures) => {
      resolve({ passed: runner.stats?.passes ?? 0, failed: failures });
    });
  });
  const resultFile = process.env['MOCHA_RESULT_FILE'];
  if (resultFile !== undefined) writeFileSync(resultFile, JSON.stringify({ passed, failed }));
  if (failed > 0) throw new Error(`${failed} of ${passed + failed} tests failed`);
}
