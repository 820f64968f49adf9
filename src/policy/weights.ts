/** Weights of a two-layer network, row-major: input → hidden, LayerNorm, GELU, hidden → hidden, GELU, hidden → 1. */
export interface NetworkWeights {
  readonly inputs: number;
  readonly hidden: number;
  readonly weights: {
    /** [hidden × inputs], [hidden] */
    readonly in: { readonly weight: Float64Array; readonly bias: Float64Array };
    /** [hidden], [hidden]; epsilon 1e-5. */
    readonly norm: { readonly weight: Float64Array; readonly bias: Float64Array };
    /** [hidden × hidden], [hidden] */
    readonly middle: { readonly weight: Float64Array; readonly bias: Float64Array };
    /** [hidden], [1] */
    readonly out: { readonly weight: Float64Array; readonly bias: Float64Array };
  };
}
