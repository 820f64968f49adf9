import type { IndexedText } from '../text/words';

/** Scores of every word of a text. Arrays of length `words.count`; NaN where a word has no score (yet). */
export interface WordScores {
  /** Probability of the token head that the word is kept: the maximum over its tokens. In [0, 1]. */
  readonly keep: Float32Array;
  /** Span head's score, maximum over the tokens. In [0, 1]. */
  readonly span: Float32Array;
  /** keep · (0.5 + 0.5 · span), maximum over the tokens; what a threshold is held against. In [0, 1]. */
  readonly final: Float32Array;
}

/** Model tokens of a text in order, without special tokens. Arrays of one length, the number of tokens. */
export interface TokenScores {
  /** Word of each token, -1 for white space and line breaks. */
  readonly word: Int32Array;
  readonly keep: Float32Array;
  readonly final: Float32Array;
  /** Index of each token's text in `table`. */
  readonly textIndex: Uint32Array;
  /** The distinct token texts, decoded for display: a leading blank is kept as it is. */
  readonly table: readonly string[];
}

/** What only later stages inside the engine need: not sent over the process border. */
export interface TokenEncodings {
  /** Line of each token. */
  readonly line: Int32Array;
  /** Attention received in the last global layer, in [0, 1] within its window; undefined if the model gives none. */
  readonly attentionMass: Float32Array | undefined;
  /** The same as a mean over the global layers. */
  readonly layerAttentionMean: Float32Array | undefined;
  /** Unit vectors of `vectorSize` components as int8 (value · 127), row by row; undefined if the model gives none. */
  readonly vectors: Int8Array | undefined;
  readonly weights: Float32Array | undefined;
  readonly vectorSize: number;
}

/** A question as the encoder sees it, without special tokens; arrays of one length, the number of tokens. */
export interface QuestionEncoding {
  /** Unit vectors as int8 (value · 127), row by row. */
  readonly vectors: Int8Array;
  /** ≥ 0. */
  readonly weights: Float32Array;
  /** White-space separated word of the question that each token belongs to. */
  readonly word: Int32Array;
  readonly vectorSize: number;
  /** What a mean similarity is multiplied by. */
  readonly scale: number;
}

export interface TextScores {
  readonly words: WordScores;
  readonly tokens: TokenScores;
  readonly encodings: TokenEncodings;
  /** Real tokens that went through the encoder (overlaps counted again) and number of windows. */
  readonly encodedTokens: number;
  readonly windows: number;
  /** Milliseconds spent cutting into tokens, and inside the runtime. */
  readonly tokenizeMs: number;
  readonly inferenceMs: number;
}

/** The keep rule of a model, from its kompress.json. */
export interface KeepRule {
  /** A word stays if its token head's probability is above this … */
  readonly threshold: number;
  /** … or if it is above `above` and the span head is above `span`. Undefined: no borderline rule. */
  readonly borderline: { readonly above: number; readonly span: number } | undefined;
  /** Which score the threshold is held against: `keep` (token head) or `final` (files that give only that). */
  readonly on: 'keep' | 'final';
}

export interface ModelInfo {
  readonly name: string;
  readonly version: string;
  readonly rule: KeepRule;
}

export interface ScoreOptions {
  readonly signal?: AbortSignal;
  /** Words to score first, `[first, end)`; the rest follows in order of distance. */
  readonly priority?: readonly [first: number, end: number];
  /** Whether a policy is to look at the attention; default true. Without it the encodings may lack it. */
  readonly attention?: boolean;
  /**
   * Called after each window with the words that became final in it, `[first, end)` (words inside that range may
   * still be NaN if another window holds a part of them). The arrays are the growing result itself.
   */
  readonly onWindow?: (progress: {
    readonly windowsDone: number;
    readonly windows: number;
    readonly first: number;
    readonly end: number;
    readonly words: WordScores;
    readonly tokens: TokenScores;
    readonly encodings: TokenEncodings;
  }) => void | Promise<void>;
}

/** Gives every word of a text a score. Rejects with an AbortError when the signal is aborted. */
export interface Scorer {
  readonly model: ModelInfo;
  score(index: IndexedText, options?: ScoreOptions): Promise<TextScores>;
  /**
   * Encodes a question alone, cut at the model's maximum; undefined if the model gives no vectors or the question
   * has no tokens. Rejects with an AbortError when the signal is aborted.
   */
  encodeQuestion(
    question: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<QuestionEncoding | undefined>;
}

/** The inference runtime as the scorer sees it: one call on one batch. Only the engine's server has a real one. */
export interface InferenceSession {
  readonly outputNames: readonly string[];
  /**
   * Runs `[batch, length]` token ids with their mask (1 real, 0 padding).
   * @returns for every asked-for output its values, row-major, `[batch, length]` or `[batch, length, vectorSize]`.
   */
  run(
    ids: BigInt64Array,
    mask: BigInt64Array,
    batch: number,
    length: number,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, Float32Array>>>;
  dispose(): Promise<void>;
}
