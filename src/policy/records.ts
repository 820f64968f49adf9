/** Semantic types of a token, in the order of features 4 to 7. */
export const TOKEN_TYPES = ['code', 'comment', 'chat', 'boilerplate'] as const;

/** Width of a token's feature vector, after the published SuperCompress. */
export const FEATURE_COUNT = 9;

/**
 * The token records of one text as columns. Tokens are in the order of the text and belong to words; blanks and line
 * breaks have no record. A unit is what stays or goes as one: a line, or in prose a sentence.
 *
 * Features of token i of `count`: 0 `attentionMass[i]`; 1 `layerAttentionMean[i]`; 2 recency,
 * 1 − (count − 1 − i) / count; 3 `relevance[unit[i]]`; 4–7 one-hot `type[i]`; 8 reserved, always 0.
 */
export interface TokenRecords {
  readonly count: number;
  readonly unitCount: number;
  /** Unit of each token; ascending. */
  readonly unit: Int32Array;
  /** First token of each unit, `unitCount + 1` entries: unit u has the tokens [firstToken[u], firstToken[u + 1]). */
  readonly firstToken: Int32Array;
  /** What each unit costs in the tokens that a budget counts; its own tokens where nothing else is known. */
  readonly cost: Float64Array;
  /** Attention received in the last global layer, in [0, 1]. */
  readonly attentionMass: Float32Array;
  /** The same as a mean over the global layers. */
  readonly layerAttentionMean: Float32Array;
  /** Attention received from the observation window (the question, else the last 32 tokens); ≥ 0. Computed when first asked for. */
  readonly observed: Float32Array;
  /** `encoder`: real attention; `stand-in`: the model gives none, see `standInAttention`. */
  readonly attention: 'encoder' | 'stand-in';
  /** Index into TOKEN_TYPES. */
  readonly type: Uint8Array;
  /** Relevance to the question in [0, 1], one a unit; zeros without a question. */
  readonly relevance: Float32Array;
  /** Turn of each unit, ascending from 0; one turn where the text has none. */
  readonly turn: Int32Array;
  /** Mean keep probability of each unit's words by the encoder, NaN where it has none. */
  readonly keep: Float32Array;
  /** Number of each token's text: the same for the same text, blanks aside. Computed when first asked for. */
  readonly identity: Int32Array;
  /** Token vectors as int8 · 127, row by row, zeros where a token is not read yet; undefined if there are none. */
  readonly vectors: Int8Array | undefined;
  readonly vectorSize: number;
  /** 1 for units known to answer the question; undefined where nothing is known. */
  readonly evidence: Uint8Array | undefined;
}
