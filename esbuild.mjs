// Bundles what ships (extension host entry, engine process, command line) into dist/, and with --tests the
// test suites into out/test/. onnxruntime-node stays external: it finds its native binding relative to itself.
import { build } from 'esbuild';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { noticesOf } from './.ci/notices.mjs';

const tests = process.argv.includes('--tests');
const production = process.argv.includes('--production');

/**
 * `import * as vscode` becomes a plain `require`: esbuild would copy the several hundred members of the API once for
 * each file that imports it, which was a good part of the activation.
 * @type {import('esbuild').Plugin}
 */
const plainApi = {
  name: 'plain-api',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(
        "import * as vscode from 'vscode';",
        "import vscode = require('vscode');",
      ),
      loader: 'ts',
    }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'onnxruntime-node', 'mocha'],
  // Our dependencies are ESM; `import` avoids bundling a CommonJS copy beside it.
  mainFields: ['module', 'main'],
  conditions: ['import', 'node'],
  sourcemap: production ? false : 'linked',
  minify: production,
  legalComments: 'linked',
  plugins: [plainApi],
  logLevel: 'warning',
};

const entries = {
  extension: 'src/extension.ts',
  engine: 'src/engine/server.ts',
  cli: 'src/agent/cli.ts',
  compare: 'src/webview/compare.ts',
};
/** Runs in the page of a view instead of in Node. */
const page = {
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  external: [],
  mainFields: undefined,
  conditions: [],
};
rmSync('dist', { recursive: true, force: true });
const inputs = new Set([
  'node_modules/onnxruntime-node/dist/index.js',
  'node_modules/onnxruntime-common/package.json',
]);
for (const [name, entry] of Object.entries(entries)) {
  const { metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: { [name]: entry },
    outdir: 'dist',
    ...(name === 'cli' ? { banner: { js: '#!/usr/bin/env node' } } : {}),
    ...(name === 'compare' ? page : {}),
  });
  for (const input of Object.keys(metafile.inputs)) inputs.add(input);
}
writeFileSync('dist/THIRD-PARTY-NOTICES.txt', noticesOf([...inputs]));

if (tests) {
  rmSync('out/test', { recursive: true, force: true });
  // Neither the VS Code host installed under test/host nor the sample sources among the fixtures are ours to build.
  const files = readdirSync('test', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['host', 'fixtures'].includes(entry.name))
    .flatMap(({ name }) =>
      readdirSync(`test/${name}`, { recursive: true, encoding: 'utf8' }).map((file) =>
        path.join('test', name, file),
      ),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  await build({ ...common, sourcemap: 'inline', entryPoints: files, outdir: 'out/test', outbase: 'test' });
}
