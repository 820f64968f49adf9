// Looks into a packaged extension.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './steps.mjs';
import { loadTimeLibraries, nativeFiles } from './targets.mjs';

const MEGABYTE = 1_000_000;
const SIZE_LIMIT = 60 * MEGABYTE;

/** The files inside a .vsix, a zip archive, from its central directory: name and unpacked size in bytes. */
export function listVsix(file) {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${file} is not a zip archive.`);
  const entries = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      size: bytes.readUInt32LE(at + 24),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

const REQUIRED = [
  'package.json',
  'package.nls.json',
  'readme.md',
  'changelog.md',
  'LICENSE.txt',
  'dist/extension.js',
  'dist/engine.js',
  'dist/cli.js',
  'models/eviction-policy/eviction-policy.json',
  'models/eviction-policy/policy.json',
  'models/eviction-policy/relevance.json',
  'models/kompress-small/kompress.json',
  'models/kompress-small/model-int8.onnx',
  'models/kompress-small/selfcheck.json',
  'models/kompress-small/tokenizer.json',
  'node_modules/onnxruntime-node/package.json',
  'node_modules/onnxruntime-node/dist/index.js',
  'node_modules/onnxruntime-common/dist/cjs/index.js',
];
const ALLOWED_FOLDERS = ['dist', 'l10n', 'media', 'models', 'node_modules'];
const ALLOWED_PACKAGES = ['onnxruntime-node', 'onnxruntime-common'];

/** Prints what a .vsix holds and returns what is wrong with it, one sentence each; none when it may ship. */
export function checkVsix(file, target) {
  const problems = [];
  const entries = listVsix(file).filter(({ name }) => name.startsWith('extension/'));
  const sizes = new Map(entries.map(({ name, size }) => [name.slice('extension/'.length), size]));
  for (const [name, size] of sizes) console.log(`${(size / MEGABYTE).toFixed(2).padStart(8)} MB  ${name}`);

  const natives = nativeFiles(target);
  for (const name of [...REQUIRED, ...natives]) if (!sizes.get(name)) problems.push(`${name} is missing.`);
  for (const name of sizes.keys()) {
    const [folder, inner] = name.split('/');
    if (inner !== undefined && !ALLOWED_FOLDERS.includes(folder)) problems.push(`${name} should not ship.`);
    if (folder === 'node_modules' && !ALLOWED_PACKAGES.includes(inner))
      problems.push(`${name} should not ship.`);
    if (name.includes('/bin/') && !natives.includes(name)) problems.push(`${name} is not for ${target}.`);
    if (name.endsWith('.map')) problems.push(`${name} should not ship.`);
  }
  problems.push(...nativeProblems(target));

  const total = statSync(file).size;
  console.log(`${(total / MEGABYTE).toFixed(2).padStart(8)} MB  ${path.basename(file)}`);
  if (total > SIZE_LIMIT) problems.push(`The package is over ${SIZE_LIMIT / MEGABYTE} MB.`);
  return problems;
}

/** The shipped native files must find each other, and must not need a file of their folder that stays behind. */
function nativeProblems(target) {
  const natives = nativeFiles(target);
  const [binding, library] = natives;
  const left = readdirSync(path.join(root, path.posix.dirname(binding))).filter(
    (name) => !natives.some((file) => file.endsWith(`/${name}`)),
  );
  const problems = natives.flatMap((file) =>
    loadTimeLibraries(file)
      .filter((needed) => left.includes(needed))
      .map((needed) => `${file} needs ${needed}, which is not shipped.`),
  );
  if (!loadTimeLibraries(binding).includes(path.posix.basename(library)))
    problems.push(`${binding} does not load ${library}.`);
  return problems;
}
