import type { FlatSpans } from '../text/spans';
import type { TokenScores, WordScores, KeepRule } from '../scoring/scorer';
import type { BlockHint, Structure } from '../structure/segments';
import type { PolicyName } from '../policy/policy';

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

/**
 * How much may stay. `model`: the model's own threshold; `ratio`: share of the tokens, in (0, 1]; `tokens`: that many,
 * counted on the output as it is copied.
 */
export type Budget =
  | { readonly kind: 'model' }
  | { readonly kind: 'ratio'; readonly ratio: number }
  | { readonly kind: 'tokens'; readonly tokens: number };

/** Who speaks in the lines `[firstLine, endLine)` of a transcript. */
export interface TurnHint {
  readonly firstLine: number;
  readonly endLine: number;
  readonly role: 'user' | 'assistant' | 'system' | 'tool';
}

/** What of a transcript is pinned without being asked; each can be switched off. */
export const AUTO_PINS = [
  'system-prompt',
  'last-request',
  'open-questions',
  'instructions',
  'task-list',
] as const;
export type AutoPin = (typeof AUTO_PINS)[number];

/** "Always keep text like this": every occurrence stays. A regex is JavaScript's, with the flags `giu` that it names. */
export interface KeepPattern {
  readonly kind: 'literal' | 'word' | 'regex';
  readonly pattern: string;
}

/** What the person said about parts of the text: UTF-16 offsets, sorted and disjoint. */
export interface Overrides {
  readonly pinned: FlatSpans;
  readonly released: FlatSpans;
}

export interface CompressRequest {
  readonly text: string;
  readonly budget: Budget;
  /** VS Code language id or file kind: source code languages are left whole. */
  readonly languageId?: string;
  /** What the document already knows about its lines. Lines without a hint are analysed as Markdown. */
  readonly hints?: readonly BlockHint[];
  /** UTF-16 offsets `[start, end)` of what the person is looking at: scored first. */
  readonly visible?: readonly [start: number, end: number];
  /** What the compressed text has to answer. Used by budgets; an empty one is none. */
  readonly question?: string;
  /** Which policy fills a budget; default `learned`. */
  readonly policy?: PolicyName;
  /** Who speaks where, for automatic pins and for policies that go by turns. */
  readonly turns?: readonly TurnHint[];
  /** Default: none. */
  readonly autoPins?: readonly AutoPin[];
  readonly keepPatterns?: readonly KeepPattern[];
  readonly overrides?: Overrides;
  /** Numbers (from 0) of the lines that are known to answer the question: what the oracle policy keeps. */
  readonly evidence?: readonly number[];
  /** Key of a result of the same text that the asker still has: its `TextBase` is then not sent again. */
  readonly holds?: string;
}

/** What is compared: every policy at the request's budget, and along a row of ratios. */
export interface CompareRequest extends Omit<CompressRequest, 'policy' | 'holds' | 'visible'> {
  /** Default: all, the oracle only where evidence is given. */
  readonly policies?: readonly PolicyName[];
  /** Ratios of the curve; default 0.1, 0.2, 0.35, 0.5, 0.7. */
  readonly ratios?: readonly number[];
}

/** Shares in [0, 1]; undefined where there is nothing to measure them on. */
export interface ComparisonFigures {
  /** Tokens of the output, as it is copied. */
  readonly tokens: number;
  readonly ratio: number;
  /** Evidence lines that stay. */
  readonly evidenceRecall: number | undefined;
  /** Entities of the question that are in the text and stay in the output. */
  readonly entityRecall: number | undefined;
  /** Words protected by a must-keep or negation rule that stay. */
  readonly mustKeepRecall: number | undefined;
  /** As the published system estimates it. */
  readonly answerQuality: number | undefined;
}

export interface PolicyComparison extends ComparisonFigures {
  readonly policy: PolicyName;
  /** Milliseconds of the policy and of the fitting to the budget. */
  readonly ms: number;
  readonly curve: readonly (ComparisonFigures & { readonly asked: number })[];
}

export interface Comparison {
  readonly question: string | undefined;
  readonly tokens: { readonly before: number; readonly tokenizer: string };
  /** Tokens asked for. */
  readonly asked: number;
  readonly entities: readonly string[];
  readonly rows: readonly PolicyComparison[];
  readonly warnings: readonly string[];
}

export interface Report {
  readonly tokens: { readonly before: number; readonly after: number; readonly tokenizer: string };
  /** Undefined where the model decided. */
  readonly budget: BudgetReport | undefined;
  /** Share of the tokens; asked is undefined unless a ratio was. */
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

/** How a budget was met. */
export interface BudgetReport {
  /** Tokens asked for. */
  readonly asked: number;
  readonly policy: PolicyName;
  /** Tokens of the output above what was asked, 0 where it was met. */
  readonly over: number;
  /** What stays whatever the budget and the policy: tokens by reason. */
  readonly held: Readonly<Partial<Record<'sink' | 'recent' | 'pinned', number>>>;
}

/** What a person is told of a protecting rule; `rule` of the decisions counts these from 1. */
export interface RuleInfo {
  readonly name: string;
  readonly family: 'must-keep' | 'negation' | 'pinned';
  /** A few words in sentence case. */
  readonly title: string;
  /** One sentence that says why the word stays. */
  readonly explain: string;
}

/** How much each line has to do with the question. */
export interface Relevance {
  readonly question: string;
  /** Words of the question, at most 32, in order. */
  readonly words: readonly string[];
  /** In [0, 1], one a line. */
  readonly line: Float32Array;
  /** Bit i of a line's value: the line answers `words[i]`. */
  readonly answers: Uint32Array;
  /** `words`: only by words so far; `meaning`: the encoder's vectors of the whole text are in it. */
  readonly by: 'words' | 'meaning';
}

/** What a text is, whatever is chosen from it. */
export interface TextBase {
  /** The same for the same text, model and manner of scoring. */
  readonly key: string;
  readonly words: { readonly start: Int32Array; readonly end: Int32Array; readonly line: Int32Array };
  readonly lines: { readonly start: Int32Array; readonly end: Int32Array; readonly firstWord: Int32Array };
  readonly structure: Structure;
  readonly scores: WordScores;
  readonly tokens: TokenScores;
  readonly rule: KeepRule;
}

/** What stays of a text. */
export interface Choice {
  readonly decisions: Decisions;
  readonly rules: readonly RuleInfo[];
  /** Undefined without a question. */
  readonly relevance: Relevance | undefined;
  /** What of the text is output: its concatenation is the compressed text. */
  readonly kept: FlatSpans;
  readonly report: Report;
}

/** Everything the editor needs to show, explain, change and copy a result without asking again. */
export interface CompressResult extends TextBase, Choice {}

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
