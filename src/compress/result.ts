import type { FlatSpans } from '../text/spans';
import type { TokenScores, WordScores, KeepRule } from '../scoring/scorer';
import type { BlockHint, Structure } from '../structure/segments';

/** Every word carries exactly one reason for its decision. Stored as an index into this list. */
export const REASONS = [
  'model',
  'span',
  'policy',
  'budget',
  'sink',
  'recent',
  'must-keep',
  'negation',
  'pinned',
  'released',
  'structure',
  'repeat',
  'superseded',
  'secret',
  'undecided',
] as const;
export type Reason = (typeof REASONS)[number];

/** One decision and one reason a word; arrays of length `words.count`. */
export interface Decisions {
  /** 1 kept, 0 discarded. */
  readonly keep: Uint8Array;
  /** Index into REASONS. */
  readonly reason: Uint8Array;
  /** Number of the protecting rule (index into RULES of protection, plus 1), 0 for none. */
  readonly rule: Uint8Array;
}

/** How much may stay. `model`: the model's own threshold; `ratio`: share of the tokens, in (0, 1]. */
export type Budget = { readonly kind: 'model' } | { readonly kind: 'ratio'; readonly ratio: number };

export interface CompressRequest {
  readonly text: string;
  readonly budget: Budget;
  /** VS Code language id or file kind: source code languages are left whole. */
  readonly languageId?: string;
  /** What the document already knows about its lines. Lines without a hint are analysed as Markdown. */
  readonly hints?: readonly BlockHint[];
  /** UTF-16 offsets `[start, end)` of what the person is looking at: scored first. */
  readonly visible?: readonly [start: number, end: number];
}

export interface Report {
  readonly tokens: { readonly before: number; readonly after: number; readonly tokenizer: string };
  /** Share of the tokens; asked is undefined where the model decided. */
  readonly ratio: { readonly asked: number | undefined; readonly reached: number };
  readonly words: { readonly total: number; readonly kept: number };
  /** Words (kept and discarded alike) by reason; only reasons that occur. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** Sentences for the person: what was left whole, what could not be done. */
  readonly warnings: readonly string[];
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  readonly model: string;
}

/** What a person is told of a protecting rule; `rule` of the decisions counts these from 1. */
export interface RuleInfo {
  readonly name: string;
  readonly family: 'must-keep' | 'negation';
  /** A few words in sentence case. */
  readonly title: string;
  /** One sentence that says why the word stays. */
  readonly explain: string;
}

/** Everything the editor needs to show, explain, change and copy a result without asking again. */
export interface CompressResult {
  readonly words: { readonly start: Int32Array; readonly end: Int32Array; readonly line: Int32Array };
  readonly lines: { readonly start: Int32Array; readonly end: Int32Array; readonly firstWord: Int32Array };
  readonly structure: Structure;
  readonly scores: WordScores;
  readonly tokens: TokenScores;
  readonly decisions: Decisions;
  readonly rule: KeepRule;
  readonly rules: readonly RuleInfo[];
  /** What of the text is output: its concatenation is the compressed text. */
  readonly kept: FlatSpans;
  readonly report: Report;
}

/** Decisions of the words `[first, first + keep.length)` that are known before the whole text is. */
export interface PartialResult {
  readonly first: number;
  /** Offsets of those words. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** 1 kept, 0 discarded; reason `undecided` where the score is still missing. */
  readonly keep: Uint8Array;
  readonly reason: Uint8Array;
  readonly windowsDone: number;
  readonly windows: number;
}
