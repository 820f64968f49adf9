// Speed, always beside a bare loop over the inference runtime in the same run: `npm run bench [-- --json] [--update]`.
// --no-host leaves out the part that needs a VS Code.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureEngine } from './engine';
import { benchPolicy } from './policy';

const BASELINE = path.resolve('test/bench/baseline.json');
const HOST_FILE = path.resolve('out/bench/host.json');

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    'no-host': { type: 'boolean', default: false },
  },
});

/** Runs the host part in a VS Code of its own. */
function measureHost(): Readonly<Record<string, unknown>> {
  mkdirSync(path.dirname(HOST_FILE), { recursive: true });
  rmSync(HOST_FILE, { force: true });
  const { status } = spawnSync(process.execPath, ['test/run-host.mjs'], {
    env: { ...process.env, HOST_SUITE: path.resolve('out/test/bench/host'), KOMPRESS_BENCH_FILE: HOST_FILE },
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0 || !existsSync(HOST_FILE))
    throw new Error('the part inside VS Code failed; its output is above');
  return JSON.parse(readFileSync(HOST_FILE, 'utf8')) as Record<string, unknown>;
}

function print(figures: Readonly<Record<string, unknown>>, indent = ''): void {
  for (const [name, value] of Object.entries(figures)) {
    if (typeof value === 'object' && value !== null) {
      console.log(`${indent}${name}`);
      print(value as Record<string, unknown>, indent + '  ');
    } else console.log(`${indent}${name.padEnd(28 - indent.length)} ${String(value)}`);
  }
}

const rounded = (figures: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value * 1000) / 1000]));

async function main(): Promise<void> {
  const figures: Record<string, unknown> = {
    machine: `${os.cpus()[0]?.model.trim() ?? 'unknown processor'}, ${os.availableParallelism()} processors`,
    policy: { msPerThousandTokens: rounded(await benchPolicy()) },
    engine: await measureEngine(),
    ...(values['no-host'] ? {} : { host: measureHost() }),
  };
  if (values.json) console.log(JSON.stringify(figures));
  else {
    print(figures);
    if (existsSync(BASELINE)) {
      console.log('\nCommitted baseline (its machine may be another one: compare the ratios)');
      print(JSON.parse(readFileSync(BASELINE, 'utf8')) as Record<string, unknown>);
    }
  }
  if (values.update) writeFileSync(BASELINE, JSON.stringify(figures, null, 2) + '\n');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
