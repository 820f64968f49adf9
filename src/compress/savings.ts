/** What an estimate of savings rests on. */
export const ESTIMATE = {
  /** Mean power of one GPU while it reads a prompt, in watts. */
  watts: 150,
  /** Prompt tokens that one GPU reads in a second. */
  tokensPerGpuSecond: 2500,
  /** Share of that work that is due to the context rather than to fixed costs. */
  contextShare: 0.55,
} as const;

export interface SavingsEstimate {
  /** Tokens not sent. */
  readonly tokens: number;
  /** In the currency of the price; undefined without one. */
  readonly money: number | undefined;
  /** Watt-hours not spent on reading them, by ESTIMATE. */
  readonly wattHours: number;
}

/**
 * What it saves not to send some tokens. The energy is the published estimate of SuperCompress (its
 * docs/ENVIRONMENT.md: 150 W, 2,500 tokens per GPU-second of prefill, 55 % of it attributed to the context), not a
 * measurement: 9.17 Wh per million tokens.
 *
 * @param savedTokens tokens before minus after; anything but a positive number saves nothing.
 * @param options.pricePerMillion price of a million input tokens, finite and not negative; else money is undefined.
 */
export function estimateSavings(
  savedTokens: number,
  { pricePerMillion }: { readonly pricePerMillion?: number | undefined } = {},
): SavingsEstimate {
  const tokens = Number.isFinite(savedTokens) ? Math.max(0, savedTokens) : 0;
  const priced = pricePerMillion !== undefined && Number.isFinite(pricePerMillion) && pricePerMillion >= 0;
  const gpuSeconds = (tokens / ESTIMATE.tokensPerGpuSecond) * ESTIMATE.contextShare;
  return {
    tokens,
    money: priced ? (tokens * pricePerMillion) / 1_000_000 : undefined,
    wattHours: (gpuSeconds * ESTIMATE.watts) / 3600,
  };
}
