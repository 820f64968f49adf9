import type { CompressResult } from '../../src/compress/result';
import { createCompressor, type CompressorParts } from '../../src/compress/compressor';
import type { Network } from '../../src/policy/network';
import { POLICIES, type PolicyName } from '../../src/policy/policy';
import { readText } from '../../src/policy/relevance/reading';
import { at } from '../../src/text/spans';
import { indexText } from '../../src/text/words';
import { bm25Of, createLineOutput, fillLines, noise, takeLines } from './lines';
import { budgetOf, keptLines, rankTokens, readSuperCompress } from './supercompress/policy';
import { createTally, type EvidenceFigures } from './tally';
import { readQuestions, readWindows } from './windows';

export const RATIOS = [0.2, 0.35, 0.5] as const;

/** Ways of choosing whole lines that the shipped pipeline is measured beside, held to the budget but for the last. */
export const LINE_BASELINES = [
  'bm25Lines',
  'headTail',
  'random',
  'superCompress',
  'superCompressAsPublished',
] as const;

export interface EvidenceResult {
  readonly questions: number;
  readonly windows: number;
  /** The shipped pipeline with the learned policy. */
  readonly shipped: readonly EvidenceFigures[];
  /** The same without being told the question. */
  readonly withoutQuestion: readonly EvidenceFigures[];
  /** By the question's `kind` where the data give one, else by whether there is one evidence line or several. */
  readonly kinds: Readonly<Record<string, { questions: number; figures: readonly EvidenceFigures[] }>>;
  readonly baselines: Readonly<Record<(typeof LINE_BASELINES)[number], readonly EvidenceFigures[]>>;
  /** The shipped pipeline with the other policies, where asked for. */
  readonly policies: Readonly<Record<string, readonly EvidenceFigures[]>>;
}

/** The share of each evidence line's words that stay. */
function keptShares(result: CompressResult, evidence: readonly number[]): number[] {
  const { firstWord } = result.lines;
  return evidence.map((line) => {
    const first = at(firstWord, line);
    const end = at(firstWord, line + 1);
    let kept = 0;
    for (let word = first; word < end; word++) kept += at(result.decisions.keep, word);
    return end === first ? 1 : kept / (end - first);
  });
}

/** Lines in the order in which a ranking of tokens reaches them. */
function orderOfLines(ranking: Int32Array, line: Int32Array): number[] {
  return [...new Set(Array.from(ranking, (position) => at(line, position)))];
}

export interface EvidenceOptions {
  readonly parts: CompressorParts;
  /** The network of the published policy. */
  readonly superCompress: Network;
  /** Measure the other policies of the pipeline too. */
  readonly allPolicies: boolean;
  /** Called after each question. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Evidence recall over the questions of `qa/dev.jsonl` (evidence lines in windows of agent sessions) at budgets of 20,
 * 35 and 50 % of the o200k tokens that are really output: by the shipped pipeline, and by baselines that choose whole
 * lines.
 * @param parts of the compressor; its scorer should remember texts, since each window is asked for many times.
 */
export async function evaluateEvidence(
  dataFolder: string,
  { parts, superCompress, allPolicies, onProgress }: EvidenceOptions,
): Promise<EvidenceResult> {
  const windows = readWindows(dataFolder);
  const questions = readQuestions(dataFolder, 'dev', windows);
  const compressor = createCompressor(parts);
  const counter = await parts.counter({});
  const others = allPolicies ? POLICIES.filter((policy) => policy !== 'learned') : [];
  const tally = createTally(RATIOS);
  const kinds = new Map<string, number>();
  let done = 0;
  for (const [id, lines] of windows) {
    const asked = questions.filter((question) => question.id === id);
    if (asked.length === 0) continue;
    const text = lines.join('\n');
    const index = indexText(text);
    const reading = readText(index);
    const output = createLineOutput(index, counter);
    const { count } = output;
    for (const {
      question,
      lines: numbers,
      kind = numbers.length > 1 ? 'several lines' : 'one line',
    } of asked) {
      const evidence = numbers.map((line) => line - 1);
      const bm25 = bm25Of(reading, question);
      const published = readSuperCompress(lines, question);
      const ranking = rankTokens(published, superCompress);
      const order = orderOfLines(ranking, published.line);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      for (const ratio of RATIOS) {
        const chosen: Readonly<Record<(typeof LINE_BASELINES)[number], Uint8Array>> = {
          bm25Lines: fillLines(output, bm25, ratio),
          headTail: fillLines(output, (line) => Math.max(count - line, line) * 1e3, ratio),
          random: fillLines(output, (line) => noise(line, done) * 1e3, ratio),
          superCompress: takeLines(output, order, ratio),
          superCompressAsPublished: keptLines(
            published,
            ranking,
            budgetOf(published.line.length, ratio),
            count,
          ),
        };
        for (const name of LINE_BASELINES) {
          const kept = chosen[name];
          const shares = evidence.map((line) => at(kept, line));
          tally.add(`baseline ${name}`, ratio, output.tokensOf(kept) / output.total, shares);
        }
        const budget = { kind: 'ratio', ratio } as const;
        const run = async (policy: PolicyName, told = true): Promise<[number, number[]]> => {
          const request = { text, budget, policy, evidence, ...(told ? { question } : {}) };
          const result = await compressor.compress(request);
          return [result.report.ratio.reached, keptShares(result, evidence)];
        };
        const shipped = await run('learned');
        tally.add('shipped', ratio, ...shipped);
        tally.add(`kind ${kind}`, ratio, ...shipped);
        tally.add('unasked', ratio, ...(await run('learned', false)));
        for (const policy of others) tally.add(`policy ${policy}`, ratio, ...(await run(policy)));
      }
      onProgress(++done, questions.length);
    }
  }
  const baseline = (name: (typeof LINE_BASELINES)[number]) => tally.of(`baseline ${name}`);
  return {
    questions: questions.length,
    windows: new Set(questions.map(({ id }) => id)).size,
    shipped: tally.of('shipped'),
    withoutQuestion: tally.of('unasked'),
    kinds: Object.fromEntries(
      [...kinds].map(([kind, number]) => [kind, { questions: number, figures: tally.of(`kind ${kind}`) }]),
    ),
    baselines: {
      bm25Lines: baseline('bm25Lines'),
      headTail: baseline('headTail'),
      random: baseline('random'),
      superCompress: baseline('superCompress'),
      superCompressAsPublished: baseline('superCompressAsPublished'),
    },
    policies: Object.fromEntries(others.map((policy) => [policy, tally.of(`policy ${policy}`)])),
  };
}
