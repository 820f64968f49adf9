// Quality of the shipped model in the shipped pipeline, on labelled passages: `npm run eval [-- --data DIR] [--json]`.
// DIR holds labels/dev.jsonl, and qa/ for questions with evidence lines; without it the small hand-written set of this folder is used, and its figures are
// held against the committed baseline (`--update` writes it).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { createCompressor } from '../../src/compress/compressor';
import { loadTokenCounter } from '../../src/compress/counter';
import { modelVerdict } from '../../src/compress/decide';
import { RULES } from '../../src/compress/protection/protect';
import { wordTable } from '../../src/compress/protection/wordtable';
import { loadPolicies } from '../../src/engine/policies';
import { openScorer } from '../open-scorer';
import { createCachingScorer } from '../../src/scoring/cache';
import { analyseStructure } from '../../src/structure/analyse';
import { indexText, type IndexedText } from '../../src/text/words';
import { evaluateEvidence, evidenceTable, type EvidenceFigures, type EvidenceResult } from './evidence';
import { addCounts, figures, noCounts, type KeepCounts, type KeepFigures } from './measure';
import { STOP_WORDS } from './stop-words';

const ROOT = process.cwd();
const POLICY = path.join(ROOT, 'models/eviction-policy');
const BASELINE = path.join(ROOT, 'test/eval/baseline.json');
/** Families of words that the published Kompress never drops. */
const PUBLISHED = new Set(
  'hex-literal number file-path flag dotted-name file-extension camel-case capitals'.split(' '),
);

const passageSchema = v.object({ id: v.string(), kind: v.string(), text: v.string(), keep: v.string() });
type Passage = v.InferOutput<typeof passageSchema>;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    model: { type: 'string', default: path.join(ROOT, 'models/kompress-small') },
    json: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
  },
});

function readPassages(): { passages: Passage[]; source: string } {
  const file =
    values.data === undefined
      ? path.join(ROOT, 'test/eval/keep.jsonl')
      : path.join(values.data, 'labels/dev.jsonl');
  if (!existsSync(file)) {
    console.error(`There is no file ${file}: give --data a folder that holds labels/dev.jsonl.`);
    process.exit(2);
  }
  const lines = readFileSync(file, 'utf8').split('\n');
  const passages = lines
    .filter((line) => line.trim() !== '')
    .map((line) => v.parse(passageSchema, JSON.parse(line)));
  return { passages, source: values.data === undefined ? 'hand-written set' : path.basename(values.data) };
}

/** 1 for every word of a family that the published Kompress protects. */
function publishedMustKeep(index: IndexedText): Uint8Array {
  const mask = new Uint8Array(index.words.count);
  const table = wordTable(index, analyseStructure(index, {}));
  for (const rule of RULES) if (PUBLISHED.has(rule.name)) rule.find?.(table, (word) => (mask[word] = 1));
  return mask;
}

type Method = 'shipped' | 'modelAlone' | 'keepAll' | 'stopWords';

async function evaluate(passages: readonly Passage[]) {
  const scorer = await openScorer(values.model);
  const counter = await loadTokenCounter();
  const compressor = createCompressor({
    scorer: () => Promise.resolve(scorer),
    counter: () => Promise.resolve(counter),
    policies: () => loadPolicies(POLICY),
  });

  const totals: Record<Method, KeepCounts> = {
    shipped: noCounts(),
    modelAlone: noCounts(),
    keepAll: noCounts(),
    stopWords: noCounts(),
  };
  const kinds = new Map<string, KeepCounts>();
  let skipped = 0;
  let tokensBefore = 0;
  let tokensAfter = 0;
  for (const { kind, text, keep: flags } of passages) {
    const index = indexText(text);
    const label = Uint8Array.from(flags, Number);
    if (label.length !== index.words.count) {
      skipped++;
      continue;
    }
    const result = await compressor.compress({ text, budget: { kind: 'model' } });
    tokensBefore += result.report.tokens.before;
    tokensAfter += result.report.tokens.after;
    const scores = await scorer.score(index);
    const mustKeep = publishedMustKeep(index);
    const words = Array.from(label, (_, i) => text.slice(index.words.start[i], index.words.end[i]));
    const alone = label.map((_, word) =>
      modelVerdict(scorer.model.rule, scores.words, word) === 'discard' ? 0 : 1,
    );
    const predictions: Record<Method, Uint8Array> = {
      shipped: result.decisions.keep,
      modelAlone: alone,
      keepAll: new Uint8Array(label.length).fill(1),
      stopWords: Uint8Array.from(words, (word) =>
        STOP_WORDS.has(word.toLowerCase().replace(/\W/g, '')) ? 0 : 1,
      ),
    };
    for (const method of Object.keys(totals) as Method[])
      addCounts(totals[method], predictions[method], label, mustKeep);
    const counts = kinds.get(kind) ?? noCounts();
    kinds.set(kind, counts);
    addCounts(counts, predictions.shipped, label, mustKeep);
  }
  return {
    passages: passages.length - skipped,
    skipped,
    words: totals.shipped.words,
    tokenRatio: Math.round((tokensAfter / tokensBefore) * 10_000) / 10_000,
    keep: figures(totals.shipped),
    modelAlone: figures(totals.modelAlone),
    baselines: { keepAll: figures(totals.keepAll), stopWords: figures(totals.stopWords) },
    kinds: Object.fromEntries([...kinds].sort().map(([kind, counts]) => [kind, figures(counts)])),
  };
}

function printTable(rows: Readonly<Record<string, KeepFigures>>): void {
  const head = ['', 'keep F1', 'agreement', 'discard F1', 'must-keep', 'keep rate'];
  const lines = Object.entries(rows).map(([name, row]) => [
    name,
    ...[row.f1, row.agreement, row.discardF1, row.mustKeepRecall, row.keepRate].map((value) =>
      value.toFixed(4),
    ),
  ]);
  for (const line of [head, ...lines])
    console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(34) : cell.padStart(11))).join(''));
}

/** Evidence of questions, where the data folder has some. */
async function evidenceOf(data: string | undefined): Promise<EvidenceResult | undefined> {
  if (data === undefined || !existsSync(path.join(data, 'qa/dev.jsonl'))) return undefined;
  // Each window is asked for many times.
  const scorer = createCachingScorer(await openScorer(values.model), { maxBytes: 1 << 28 });
  const counter = await loadTokenCounter();
  const kit = await loadPolicies(POLICY);
  return evaluateEvidence(data, {
    scorer: () => Promise.resolve(scorer),
    counter: () => Promise.resolve(counter),
    policies: () => Promise.resolve(kit),
  });
}

/** The learned policy first, by ratio, then everything else by name and ratio. */
function evidenceJson({ policies, lines, withoutQuestion }: EvidenceResult) {
  const byRatio = (figures: readonly EvidenceFigures[]) =>
    Object.fromEntries(figures.map(({ ratio, ...rest }) => [ratio.toFixed(2), rest]));
  const all = (table: EvidenceResult['policies']) =>
    Object.fromEntries(Object.entries(table).map(([name, figures]) => [name, byRatio(figures)]));
  return {
    evidence: byRatio(policies['learned'] ?? []),
    evidencePolicies: { ...all(policies), 'learned, no question': byRatio(withoutQuestion) },
    evidenceLines: all(lines),
  };
}

async function main(): Promise<void> {
  const { passages, source } = readPassages();
  const result = await evaluate(passages);
  const evidence = await evidenceOf(values.data);
  if (values.json) {
    console.log(
      JSON.stringify({ source, ...result, ...(evidence === undefined ? {} : evidenceJson(evidence)) }),
    );
    return;
  }
  console.log(
    `${source}: ${result.passages} passages, ${result.words} words, ${result.skipped} skipped (other word count)\n`,
  );
  printTable({
    'shipped pipeline': result.keep,
    'model alone': result.modelAlone,
    'keep everything': result.baselines.keepAll,
    'drop stop words': result.baselines.stopWords,
  });
  console.log('\nShipped pipeline by kind of text');
  printTable(result.kinds);
  console.log(`\nTokens after / before (o200k_base): ${result.tokenRatio}`);
  if (evidence !== undefined) console.log(`\n${evidenceTable(evidence)}`);
  if (values.data !== undefined) return;
  const figuresNow = { keep: result.keep, modelAlone: result.modelAlone, tokenRatio: result.tokenRatio };
  if (values.update) {
    writeFileSync(BASELINE, JSON.stringify(figuresNow, null, 2) + '\n');
    console.log('Wrote the baseline.');
  } else if (existsSync(BASELINE)) {
    const same = readFileSync(BASELINE, 'utf8') === JSON.stringify(figuresNow, null, 2) + '\n';
    console.log(
      same
        ? 'Equal to the committed baseline.'
        : `Differs from the committed baseline:\n${readFileSync(BASELINE, 'utf8')}`,
    );
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
