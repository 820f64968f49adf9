import { countReasons, describeLines, type JsonLine } from './lines';
import { count, figure, percent, table } from './numbers';
import { sentences } from './words';
import type { CompressResult } from '../compress/result';
import { estimateSavings } from '../compress/savings';
import type { PolicyName } from '../policy/policy';
import { at, sliceSpans, type FlatSpans } from '../text/spans';

/** What was compressed, and how long it took to get it. */
export interface CompressedInput {
  /** The text that was sent; for a transcript the rendered document. */
  readonly text: string;
  readonly transcript: boolean;
  readonly question: string | undefined;
  /** Of a million tokens. */
  readonly price: number | undefined;
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
  readonly question: string | null;
  /** Null where the model decides. */
  readonly policy: PolicyName | null;
  /** Tokens; null where the model decides. */
  readonly budget: {
    readonly asked: number;
    readonly reached: number;
    readonly over: number;
    readonly held: Readonly<Record<string, number>>;
  } | null;
  readonly reasons: Readonly<Record<string, number>>;
  readonly lines: readonly JsonLine[];
  /** `money` is null where no price was named; `wattHours` is the published estimate. */
  readonly savings: { readonly tokens: number; readonly money: number | null; readonly wattHours: number };
  readonly warnings: readonly string[];
  readonly timings: Readonly<Record<string, number>>;
}

/** The lists of the output as they are written, one entry at a time. */
type Streamed<T> = { readonly [K in keyof T]: K extends 'kept' | 'lines' ? Iterable<Listed<T[K]>> : T[K] };
type Listed<T> = T extends readonly (infer Each)[] ? Each : never;

/** What `--json` prints; its lists can be walked through once. */
export function toJsonOutput(input: CompressedInput, result: CompressResult): Streamed<JsonOutput> {
  const { tokens, ratio, budget, reasons, warnings, timings } = result.report;
  const savings = savingsOf(input, result);
  return {
    text: sliceSpans(input.text, result.kept),
    ...(input.transcript ? { source: input.text } : {}),
    kept: pairs(result.kept),
    tokens,
    ratio: { asked: ratio.asked ?? null, reached: ratio.reached },
    question: input.question ?? null,
    policy: budget?.policy ?? null,
    budget:
      budget === undefined
        ? null
        : { asked: budget.asked, reached: tokens.after, over: budget.over, held: budget.held },
    reasons,
    lines: describeLines(result),
    savings: { ...savings, money: savings.money ?? null },
    warnings: [...input.warnings, ...warnings],
    timings: { ...input.timings, ...timings },
  };
}

function* pairs(spans: FlatSpans): Generator<readonly [number, number]> {
  for (let i = 0; i + 1 < spans.length; i += 2) yield [at(spans, i), at(spans, i + 1)];
}

const savingsOf = ({ price }: CompressedInput, { report: { tokens } }: CompressResult) =>
  estimateSavings(tokens.before - tokens.after, price === undefined ? {} : { pricePerMillion: price });

/** The report as a few lines for a person, ending in a line break. */
export function formatReport(input: CompressedInput, result: CompressResult, elapsedMs: number): string {
  const { tokens, ratio, budget, words, warnings, timings, model } = result.report;
  const words_ = sentences.report;
  const lines = [
    `Kompress · ${model}`,
    `  ${words_.tokens(count(tokens.before), count(tokens.after), tokens.tokenizer)}`,
    `  ${
      ratio.asked !== undefined
        ? words_.ratioAsked(percent(ratio.reached), percent(ratio.asked))
        : budget !== undefined
          ? words_.tokensAsked(percent(ratio.reached), count(budget.asked))
          : words_.ratioByModel(percent(ratio.reached))
    }`,
  ];
  if (budget !== undefined) {
    lines.push(`  ${words_.policy(budget.policy)}`);
    if (budget.over > 0) {
      const held = Object.entries(budget.held).map(([reason, number]) => `${reason} ${count(number)}`);
      lines.push(`  ${words_.over(count(budget.over), held.join(', '))}`);
    }
  }
  if (input.question !== undefined) lines.push(`  ${words_.question(input.question)}`);
  lines.push(`  ${words_.words(count(words.kept), count(words.total))}`);
  lines.push(...formatSavings(savingsOf(input, result), input.price));
  const rows = countReasons(result).map(({ reason, kept, discarded }) => [
    `  ${reason}`,
    count(kept),
    count(discarded),
  ]);
  if (rows.length > 0)
    lines.push(...table([[words_.reasons, words_.kept, words_.discarded], ...rows]).map(indented));
  const said = [...input.warnings, ...warnings];
  if (said.length > 0) lines.push(`  ${words_.warnings}`, ...said.map((warning) => `    ${warning}`));
  const stages = Object.entries({ ...input.timings, ...timings })
    .map(([stage, ms]) => `${stage} ${count(ms)}`)
    .join(', ');
  lines.push(`  ${words_.time(count(elapsedMs))}${stages === '' ? '' : ` (${stages})`}`);
  return lines.join('\n') + '\n';
}

const indented = (line: string): string => `  ${line}`;

/** What was saved; nothing where nothing was. */
export function formatSavings(
  savings: ReturnType<typeof estimateSavings>,
  price: number | undefined,
): string[] {
  if (savings.tokens <= 0) return [];
  const words = sentences.report;
  return [
    words.saved(count(savings.tokens)),
    ...(savings.money === undefined || price === undefined
      ? []
      : [words.money(figure(savings.money), figure(price))]),
    words.energy(figure(savings.wattHours)),
  ].map(indented);
}
