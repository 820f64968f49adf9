import { sentences } from './words';
import { REASONS, type CompressResult } from '../compress/result';
import { sliceSpans, toSpans } from '../text/spans';

/** What was compressed, and how long it took to get it. */
export interface CompressedInput {
  /** The text that was sent; for a transcript the rendered document. */
  readonly text: string;
  readonly transcript: boolean;
  readonly warnings: readonly string[];
  /** Milliseconds by stage, before the compression itself. */
  readonly timings: Readonly<Record<string, number>>;
}

/** The one object that `--json` prints. `kept` are half-open UTF-16 offsets into `source`, or the input's text. */
export interface JsonOutput {
  readonly text: string;
  readonly source?: string;
  readonly kept: readonly (readonly [start: number, end: number])[];
  readonly tokens: { readonly before: number; readonly after: number; readonly tokenizer: string };
  readonly ratio: { readonly asked: number | null; readonly reached: number };
  readonly reasons: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly timings: Readonly<Record<string, number>>;
}

export function toJsonOutput(input: CompressedInput, result: CompressResult): JsonOutput {
  const { report } = result;
  return {
    text: sliceSpans(input.text, result.kept),
    ...(input.transcript ? { source: input.text } : {}),
    kept: toSpans(result.kept).map((span) => [span.start, span.end] as const),
    tokens: report.tokens,
    ratio: { asked: report.ratio.asked ?? null, reached: report.ratio.reached },
    reasons: report.reasons,
    warnings: [...input.warnings, ...report.warnings],
    timings: { ...input.timings, ...report.timings },
  };
}

const count = new Intl.NumberFormat('en');
const percent = (share: number): string => `${count.format(Math.round(share * 1000) / 10)} %`;

/** The report as a few lines for a person, ending in a line break. */
export function formatReport(input: CompressedInput, result: CompressResult, elapsedMs: number): string {
  const { tokens, ratio, words, reasons, warnings, timings, model } = result.report;
  const words_ = sentences.report;
  const lines = [
    `Kompress · ${model}`,
    `  ${words_.tokens(count.format(tokens.before), count.format(tokens.after), tokens.tokenizer)}`,
    `  ${
      ratio.asked === undefined
        ? words_.ratioByModel(percent(ratio.reached))
        : words_.ratioAsked(percent(ratio.reached), percent(ratio.asked))
    }`,
    `  ${words_.words(count.format(words.kept), count.format(words.total))}`,
  ];
  const rows = REASONS.flatMap((reason) => {
    const number = reasons[reason];
    return number === undefined || number === 0 ? [] : [[reason, count.format(number)] as const];
  });
  if (rows.length > 0) {
    const [left, right] = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
    lines.push(`  ${words_.reasons}`);
    for (const [reason, number] of rows)
      lines.push(`    ${reason.padEnd(left ?? 0)}  ${number.padStart(right ?? 0)}`);
  }
  const said = [...input.warnings, ...warnings];
  if (said.length > 0) lines.push(`  ${words_.warnings}`, ...said.map((warning) => `    ${warning}`));
  const stages = Object.entries({ ...input.timings, ...timings })
    .map(([stage, ms]) => `${stage} ${count.format(Math.round(ms))}`)
    .join(', ');
  lines.push(`  ${words_.time(count.format(Math.round(elapsedMs)))}${stages === '' ? '' : ` (${stages})`}`);
  return lines.join('\n') + '\n';
}
