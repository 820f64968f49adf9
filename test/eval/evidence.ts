import type { CompressResult } from '../../src/compress/result';
import { createCompressor, type CompressorParts } from '../../src/compress/compressor';
import { POLICIES, type PolicyName } from '../../src/policy/policy';
import { createFeatureTable } from '../../src/policy/relevance/features';
import { putLexicalFeatures } from '../../src/policy/relevance/lexical';
import { readQuestion } from '../../src/policy/relevance/question';
import { readText, type Reading } from '../../src/policy/relevance/reading';
import { at } from '../../src/text/spans';
import { indexText } from '../../src/text/words';
import { readQuestions, readWindows } from './windows';

export const RATIOS = [0.2, 0.35, 0.5] as const;
/** An evidence line counts as near with at least this share of its words. */
const NEAR = 0.6;
const SINK_LINES = 2;
const RECENT_LINES = 8;

/** Means over the questions. */
export interface EvidenceFigures {
  readonly ratio: number;
  /** Tokens of the output as a share of those of the text. */
  readonly reached: number;
  /** Largest share reached by any question. */
  readonly most: number;
  /** Evidence lines that stand in the output with all their words. */
  readonly recall: number;
  /** Questions of which all evidence lines do. */
  readonly all: number;
  /** Evidence lines with at least 60 % of their words. */
  readonly near: number;
}

export interface EvidenceResult {
  readonly questions: number;
  readonly windows: number;
  /** Shipped pipeline by policy, counted in o200k tokens of the output. */
  readonly policies: Readonly<Record<string, readonly EvidenceFigures[]>>;
  /** The learned policy without being told the question. */
  readonly withoutQuestion: readonly EvidenceFigures[];
  /**
   * Whole lines chosen by score − ½ ln(tokens), tokens by a plain pattern, first 2 and last 8 lines always: what the
   * relevance network alone, BM25 smoothed over neighbours, the first and last lines, and chance give.
   */
  readonly lines: Readonly<Record<string, readonly EvidenceFigures[]>>;
}

interface Sum {
  count: number;
  reached: number;
  most: number;
  recall: number;
  all: number;
  near: number;
}

/** Figures by method and ratio, growing question by question. */
function createTally() {
  const sums = new Map<string, Sum>();
  return {
    add(method: string, ratio: number, reached: number, shares: readonly number[]): void {
      const key = `${method} ${ratio}`;
      const sum = sums.get(key) ?? { count: 0, reached: 0, most: 0, recall: 0, all: 0, near: 0 };
      sums.set(key, sum);
      const whole = shares.filter((share) => share === 1).length;
      sum.count++;
      sum.reached += reached;
      sum.most = Math.max(sum.most, reached);
      sum.recall += whole / shares.length;
      sum.all += whole === shares.length ? 1 : 0;
      sum.near += shares.filter((share) => share >= NEAR).length / shares.length;
    },
    of(method: string): EvidenceFigures[] {
      return RATIOS.flatMap((ratio) => {
        const sum = sums.get(`${method} ${ratio}`);
        if (sum === undefined) return [];
        const mean = (value: number): number => Math.round((value / sum.count) * 1000) / 1000;
        return [
          {
            ratio,
            reached: mean(sum.reached),
            most: Math.round(sum.most * 1000) / 1000,
            recall: mean(sum.recall),
            all: mean(sum.all),
            near: mean(sum.near),
          },
        ];
      });
    },
  };
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

/** Whole lines by score − ½ ln(tokens) within a share of the tokens. */
function keepLines(reading: Reading, score: (line: number) => number, ratio: number) {
  const { tokens, lineCount } = reading;
  const kept = new Uint8Array(lineCount);
  const total = tokens.reduce((sum, value) => sum + value, 0);
  const budget = ratio * total;
  let used = 0;
  for (let line = 0; line < lineCount; line++) {
    if (line >= SINK_LINES && line < lineCount - RECENT_LINES) continue;
    kept[line] = 1;
    used += at(tokens, line);
  }
  const value = Float64Array.from(tokens, (count, line) => score(line) - 0.5 * Math.log(count));
  const order = [...value.keys()].sort((a, b) => at(value, b) - at(value, a) || a - b);
  for (const line of order) {
    if (used >= budget) break;
    if (kept[line] === 1 || used + at(tokens, line) > budget) continue;
    kept[line] = 1;
    used += at(tokens, line);
  }
  return { kept, reached: used / total };
}

/** BM25 smoothed over 2 and 6 neighbours on each side, each by its largest value. */
function bm25Of(reading: Reading, question: string): (line: number) => number {
  const table = createFeatureTable(['bm25 smoothed 2/max', 'bm25 smoothed 6/max'], reading.rows);
  putLexicalFeatures(reading, readQuestion(question), table);
  return (line) => {
    const row = at(reading.rowOfLine, line);
    return row < 0 ? 0 : 3 * (at(table.values, 2 * row) + at(table.values, 2 * row + 1));
  };
}

/** The scale of the shipped networks' sigmoid: with it a relevance gives back the logit's differences. */
const SCALE = 2;
const logit = (p: number): number => Math.log(Math.max(p, 1e-9) / Math.max(1 - p, 1e-9));

/** A number in [0, 1) from a line and a seed. */
function noise(line: number, seed: number): number {
  const mixed = Math.imul((line + 1) ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/**
 * Evidence recall over the questions of `qa/dev.jsonl` (evidence lines in windows of agent sessions) at true output
 * budgets of 20, 35 and 50 %: by the shipped pipeline with each policy, and by plain ways of choosing lines.
 * @param parts of the compressor; its scorer should remember texts, since each window is asked for many times.
 */
export async function evaluateEvidence(
  dataFolder: string,
  parts: CompressorParts,
  {
    policies = POLICIES,
    onProgress,
  }: {
    readonly policies?: readonly PolicyName[];
    /** Called after each question. */
    readonly onProgress?: (done: number, total: number) => void;
  } = {},
): Promise<EvidenceResult> {
  const windows = readWindows(dataFolder);
  const questions = readQuestions(dataFolder, 'dev', windows);
  const compressor = createCompressor(parts);
  const { relevance } = await parts.policies({});
  const scorer = await parts.scorer({});
  const tally = createTally();
  const ids = [...new Set(questions.map(({ id }) => id))];
  let done = 0;
  for (const id of ids) {
    const text = (windows.get(id) ?? []).join('\n');
    const index = indexText(text);
    const reading = readText(index);
    const read = relevance.read(index);
    const { encodings } = await scorer.score(index);
    for (const { question, lines } of questions.filter((asked) => asked.id === id)) {
      const evidence = lines.map((line) => line - 1);
      const encoding = await scorer.encodeQuestion(question);
      const byMeaning = read.score(
        question,
        encoding === undefined ? undefined : { question: encoding, text: encodings },
      );
      const byWords = read.score(question);
      const bm25 = bm25Of(reading, question);
      const { lineCount } = reading;
      const methods: Readonly<Record<string, (line: number) => number>> = {
        relevance: (line) => SCALE * logit(at(byMeaning.line, line)),
        'relevance by words alone': (line) => SCALE * logit(at(byWords.line, line)),
        'BM25 smoothed': bm25,
        'head + tail': (line) => Math.max(lineCount - line, line) * 1e3,
        random: (line) => noise(line, done) * 1e3,
      };
      for (const ratio of RATIOS) {
        for (const [method, score] of Object.entries(methods)) {
          const { kept, reached } = keepLines(reading, score, ratio);
          tally.add(
            `lines ${method}`,
            ratio,
            reached,
            evidence.map((line) => at(kept, line)),
          );
        }
        const budget = { kind: 'ratio', ratio } as const;
        for (const policy of policies) {
          const result = await compressor.compress({ text, question, budget, policy, evidence });
          tally.add(`policy ${policy}`, ratio, result.report.ratio.reached, keptShares(result, evidence));
        }
        const unasked = await compressor.compress({ text, budget });
        tally.add('unasked', ratio, unasked.report.ratio.reached, keptShares(unasked, evidence));
      }
      onProgress?.(++done, questions.length);
    }
  }
  const table = (kind: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, tally.of(`${kind} ${name}`)]));
  return {
    questions: questions.length,
    windows: ids.length,
    policies: table('policy', policies),
    withoutQuestion: tally.of('unasked'),
    lines: table('lines', [
      'relevance',
      'relevance by words alone',
      'BM25 smoothed',
      'head + tail',
      'random',
    ]),
  };
}

/** The result as rows of text. */
export function evidenceTable(result: EvidenceResult): string {
  const head = RATIOS.map((ratio) => `${ratio * 100} %`.padStart(27)).join('');
  const under = RATIOS.map(() => '  out recall   all  near')
    .map((cell) => cell.padStart(27))
    .join('');
  const row = (name: string, figures: readonly EvidenceFigures[]): string =>
    name.padEnd(28) +
    figures
      .map(({ reached, recall, all, near }) =>
        [reached, recall, all, near].map((value) => value.toFixed(3).padStart(6)).join(''),
      )
      .map((cell) => cell.padStart(27))
      .join('');
  return [
    `Evidence of ${result.questions} questions on ${result.windows} windows`,
    ''.padEnd(28) + head,
    ''.padEnd(28) + under,
    'Shipped pipeline by policy',
    ...Object.entries(result.policies).map(([name, figures]) => row(`  ${name}`, figures)),
    row('  learned, no question', result.withoutQuestion),
    'Whole lines (tokens by a plain pattern)',
    ...Object.entries(result.lines).map(([name, figures]) => row(`  ${name}`, figures)),
  ].join('\n');
}
