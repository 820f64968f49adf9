// Quality and speed of the shipped models in the shipped pipeline: npm run eval [-- OPTIONS]; the README beside this
// file tells all of it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadTokenCounter } from '../../src/compress/counter';
import { loadPolicies } from '../../src/engine/policies';
import { createOnnxSession } from '../../src/engine/runtime';
import { createNetwork, parseNetwork } from '../../src/policy/network';
import { createCachingScorer } from '../../src/scoring/cache';
import { readModelFolder } from '../../src/scoring/model-folder';
import { createModernBertScorer } from '../../src/scoring/modernbert';
import type { Scorer } from '../../src/scoring/scorer';
import { createTokenizer } from '../../src/scoring/tokenizer';
import { openScorer } from '../open-scorer';
import { baselineOf, fallen, parseBaseline } from './baseline';
import { evaluateEvidence } from './evidence';
import { evaluateKeep } from './keep';
import { jsonOf, markdownOf, tablesOf, textOf, type Measured } from './report';
import { FEATURES } from './supercompress/policy';
import { measureThroughput } from './throughput';
import { readPassages } from './windows';

const HAND_WRITTEN = path.resolve('test/eval/data');
const BASELINE = path.resolve('test/eval/baseline.json');
const SUPERCOMPRESS = path.resolve('test/eval/supercompress/weights.json');
/** Where `--fp32` looks if it is not given: a folder that is neither committed nor packaged. */
const FLOAT32 = path.resolve('out/model-fp32.onnx');

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    model: { type: 'string', default: path.resolve('models/kompress-small') },
    policy: { type: 'string', default: path.resolve('models/eviction-policy') },
    fp32: { type: 'string' },
    policies: { type: 'boolean', default: false },
    'no-throughput': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    markdown: { type: 'string' },
    update: { type: 'boolean', default: false },
  },
});

/** Ends the run with a sentence to the person. */
function stop(message: string): never {
  console.error(message);
  process.exit(2);
}

/** The float32 form of the model, where there is one. */
async function openFloat32(): Promise<Scorer | undefined> {
  const file = values.fp32 ?? FLOAT32;
  if (!existsSync(file)) {
    if (values.fp32 !== undefined) stop(`There is no file ${file}.`);
    console.error(
      'The agreement of int8 with float32 is not measured: that needs the float32 file (--fp32 FILE).',
    );
    return undefined;
  }
  const description = await readModelFolder(values.model);
  const tokenizer = createTokenizer(JSON.parse(readFileSync(description.tokenizerPath, 'utf8')));
  const session = await createOnnxSession(file, { threads: 0 });
  return createModernBertScorer({ description, tokenizer, session });
}

/** Shows on a terminal how far the questions are; elsewhere nothing. */
function showProgress(done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${done} of ${total} questions${done === total ? '\n' : ''}`);
}

async function measure(folder: string): Promise<Measured> {
  const has = (file: string): boolean => existsSync(path.join(folder, file));
  const labels = has('labels/dev.jsonl');
  const questions = has('qa/dev.jsonl') && has('qa/windows.jsonl');
  if (!labels && !questions)
    stop(
      `${folder} holds neither labels/dev.jsonl nor qa/windows.jsonl and qa/dev.jsonl: give --data another folder.`,
    );
  // First, in a process that holds nothing else yet.
  const throughput = values['no-throughput'] ? undefined : await measureThroughput(values.model);
  // Each window is asked for many times.
  const scorer = createCachingScorer(await openScorer(values.model), { maxBytes: 1 << 28 });
  const counter = await loadTokenCounter();
  const kit = await loadPolicies(values.policy);
  const parts = {
    scorer: () => Promise.resolve(scorer),
    counter: () => Promise.resolve(counter),
    policies: () => Promise.resolve(kit),
  };
  const superCompress = createNetwork(
    parseNetwork(JSON.parse(readFileSync(SUPERCOMPRESS, 'utf8')), FEATURES),
  );
  return {
    source: values.data === undefined ? 'hand-written set' : path.basename(path.resolve(folder)),
    model: `${scorer.model.name} ${scorer.model.version}`,
    throughput,
    keep: labels ? await evaluateKeep(readPassages(folder), parts, await openFloat32()) : undefined,
    evidence: questions
      ? await evaluateEvidence(folder, {
          parts,
          superCompress,
          allPolicies: values.policies,
          onProgress: showProgress,
        })
      : undefined,
  };
}

/** Writes the baseline, or holds the figures against it; what has fallen fails the run. */
function keepBaseline(measured: Measured): void {
  const before = existsSync(BASELINE) ? parseBaseline(readFileSync(BASELINE, 'utf8')) : undefined;
  const now = baselineOf(measured, before);
  if (values.update) {
    writeFileSync(BASELINE, JSON.stringify(now, null, 2) + '\n');
    console.error('Wrote the baseline.');
  } else if (before !== undefined) {
    const found = fallen(now, before, measured.evidence?.questions ?? 1);
    for (const sentence of found) console.error(sentence);
    if (found.length > 0) process.exitCode = 1;
    else console.error('No figure has fallen below the committed baseline.');
  }
}

async function main(): Promise<void> {
  if (values.update && values.data !== undefined)
    stop('The baseline is that of the hand-written set: --update takes no --data.');
  const measured = await measure(values.data ?? HAND_WRITTEN);
  const title = `${measured.model}, ${measured.source}`;
  const tables = tablesOf(measured);
  if (values.json) console.log(JSON.stringify(jsonOf(measured)));
  else console.log([title, ...tables.map(textOf)].join('\n\n'));
  if (values.markdown !== undefined)
    writeFileSync(values.markdown, [`# ${title}`, ...tables.map(markdownOf)].join('\n\n') + '\n');
  if (values.data === undefined) keepBaseline(measured);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
