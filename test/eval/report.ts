import { LINE_BASELINES, type EvidenceResult } from './evidence';
import { METHODS, type FiguresByMethod, type KeepResult } from './keep';
import type { KeepFigures } from './measure';
import type { EvidenceFigures } from './tally';
import type { Throughput } from './throughput';

/** Everything that a run measures; what it had no data for is undefined. */
export interface Measured {
  readonly source: string;
  /** Name and version. */
  readonly model: string;
  readonly keep: KeepResult | undefined;
  readonly evidence: EvidenceResult | undefined;
  readonly throughput: Throughput | undefined;
}

type ByRatio = Readonly<Record<string, Omit<EvidenceFigures, 'ratio'>>>;

const byRatio = (list: readonly EvidenceFigures[]): ByRatio =>
  Object.fromEntries(list.map(({ ratio, ...rest }) => [ratio.toFixed(2), rest]));

/** Baselines that decide word by word. */
const WORD_BASELINES = ['keepAll', 'stopWords', 'random'] as const;

/** What `--json` prints. A figure that a method cannot have, or for which there were no data, is null. */
export function jsonOf({ source, model, keep, evidence, throughput }: Measured) {
  const names = [...new Set<string>([...WORD_BASELINES, ...LINE_BASELINES])];
  const words = new Map<string, KeepFigures | undefined>(
    WORD_BASELINES.map((name) => [name, keep?.all[name]]),
  );
  const lines = new Map<string, readonly EvidenceFigures[] | undefined>(
    LINE_BASELINES.map((name) => [name, evidence?.baselines[name]]),
  );
  const ratios = (list: readonly EvidenceFigures[] | undefined) =>
    list === undefined ? null : byRatio(list);
  return {
    source,
    model,
    passages: keep?.passages ?? 0,
    skipped: keep?.skipped ?? 0,
    words: keep?.words ?? 0,
    questions: evidence?.questions ?? 0,
    windows: evidence?.windows ?? 0,
    tokenRatio: keep?.tokenRatio ?? null,
    keep: keep?.all.shipped ?? null,
    modelAlone: keep?.all.modelAlone ?? null,
    evidence: ratios(evidence?.shipped),
    baselines: Object.fromEntries(
      names.map((name) => [name, { keep: words.get(name) ?? null, evidence: ratios(lines.get(name)) }]),
    ),
    int8Agreement: keep?.int8Agreement ?? null,
    throughput: throughput ?? null,
    keepByKind: keep?.kinds ?? null,
    evidenceByKind:
      evidence === undefined
        ? null
        : Object.fromEntries(
            Object.entries(evidence.kinds).map(([kind, { questions, figures }]) => [
              kind,
              { questions, evidence: byRatio(figures) },
            ]),
          ),
    evidenceWithoutQuestion: ratios(evidence?.withoutQuestion),
    evidencePolicies: Object.fromEntries(
      Object.entries(evidence?.policies ?? {}).map(([name, list]) => [name, byRatio(list)]),
    ),
  };
}

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  /** A title in the first place. */
  readonly rows: readonly (readonly string[])[];
  /** Columns after the first that stand close together, so many at a time. */
  readonly group?: number;
  readonly note?: string;
}

const KEEP_HEAD = ['keep F1', 'agree', 'disc. F1', 'must-keep', 'rate'];
const KEEP_NAMES: Readonly<Record<(typeof METHODS)[number], string>> = {
  shipped: 'shipped pipeline',
  modelAlone: 'model alone',
  keepAll: 'keep everything',
  stopWords: 'drop stop words',
  random: 'random, same rate',
};
const LINE_NAMES: Readonly<Record<(typeof LINE_BASELINES)[number], string>> = {
  bm25Lines: 'BM25 lines',
  headTail: 'head + tail',
  random: 'random lines',
  superCompress: 'SuperCompress',
  superCompressAsPublished: '  as published',
};

const number = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : 'n/a');

const keepCells = ({ f1, agreement, discardF1, mustKeepRecall, keepRate }: KeepFigures): string[] =>
  [f1, agreement, discardF1, mustKeepRecall, keepRate].map(number);

const evidenceCells = (list: readonly EvidenceFigures[]): string[] =>
  list.flatMap(({ reached, recall, all }) => [reached, recall, all].map(number));

function keepTables({ passages, skipped, words, all, kinds, tokenRatio }: KeepResult): Table[] {
  const byKind = (method: keyof FiguresByMethod): Table => ({
    title: `${KEEP_NAMES[method]} by kind of text`.replace(/^./, (first) => first.toUpperCase()),
    head: ['', ...KEEP_HEAD, 'words'],
    rows: Object.entries(kinds).map(([kind, row]) => [kind, ...keepCells(row[method]), String(row.words)]),
  });
  const left =
    skipped === 0 ? '' : ` ${skipped} more passages were left out: their label has another word count.`;
  return [
    {
      title: `Keep labels: ${passages} passages, ${words.toLocaleString('en')} words`,
      head: ['', ...KEEP_HEAD],
      rows: METHODS.map((method) => [KEEP_NAMES[method], ...keepCells(all[method])]),
      note: `Tokens after / before (o200k_base): ${number(tokenRatio)}.${left}`,
    },
    byKind('shipped'),
    byKind('modelAlone'),
  ];
}

function evidenceTables(result: EvidenceResult): Table[] {
  const head = ['', ...result.shipped.flatMap(({ ratio }) => [`${ratio * 100} %`, 'recall', 'all'])];
  const named = (name: string, list: readonly EvidenceFigures[]) => [name, ...evidenceCells(list)];
  return [
    {
      title: `Evidence: ${result.questions} questions on ${result.windows} windows`,
      head,
      rows: [
        named('shipped pipeline', result.shipped),
        named('  without a question', result.withoutQuestion),
        ...Object.entries(result.policies).map(([name, list]) => named(`  ${name}`, list)),
        ...LINE_BASELINES.map((name) => named(LINE_NAMES[name], result.baselines[name])),
      ],
      group: 3,
      note: 'For each budget: tokens really output, evidence kept, questions with all of it.',
    },
    {
      title: 'Shipped pipeline by kind of question',
      head,
      group: 3,
      rows: Object.entries(result.kinds).map(([kind, { questions, figures }]) =>
        named(`${kind} (${questions})`, figures),
      ),
    },
  ];
}

function speedTable({ tokensPerSecond, bertBaseTokensPerSecond, ratio, scoresAlone }: Throughput): Table {
  return {
    title: 'Encoder, windows of 512 tokens, one at a time',
    head: ['', 'tokens/s', 'ratio'],
    rows: [
      ['shipped, all outputs', String(tokensPerSecond), `${ratio} ×`],
      ['shipped, word scores alone', String(scoresAlone.tokensPerSecond), `${scoresAlone.ratio} ×`],
      ["LLMLingua-2's BERT base", String(bertBaseTokensPerSecond), '1 ×'],
    ],
  };
}

/** The tables of a run. */
export function tablesOf({ keep, evidence, throughput }: Measured): Table[] {
  const agreement = keep?.int8Agreement;
  return [
    ...(keep === undefined ? [] : keepTables(keep)),
    ...(evidence === undefined ? [] : evidenceTables(evidence)),
    ...(throughput === undefined ? [] : [speedTable(throughput)]),
    ...(agreement === undefined
      ? []
      : [
          {
            title: 'Shipped file against float32',
            head: ['', 'same'],
            rows: [['word decisions', agreement.toFixed(4)]],
          },
        ]),
  ];
}

/** A table as lines of text. */
export function textOf({ title, head, rows, group = 1, note }: Table): string {
  const width = (column: number): number =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length));
  const gap = (column: number): number => ((column - 1) % group === 0 ? 2 : 1);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(width(0)) : cell.padStart(width(i) + gap(i))))
      .join('')
      .trimEnd();
  return [title, line(head), ...rows.map(line), ...(note === undefined ? [] : [note])].join('\n');
}

/** A table in Markdown. */
export function markdownOf({ title, head, rows, note }: Table): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.trim()).join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [
    `## ${title}`,
    '',
    line(head),
    line(rule),
    ...rows.map(line),
    ...(note === undefined ? [] : ['', note]),
  ].join('\n');
}
