/** Counts a text's tokens for a language model; says which tokenizer it counts with. */
export interface TokenCounter {
  readonly tokenizer: string;
  count(text: string): number;
}

/** Longest run of letters, blanks or signs counted in one go: byte pair merging is quadratic in its length. */
const MAX_RUN = 128;
const LONG_RUN = /[\p{L}\p{M}]{129,}|\s{129,}|[^\s\p{L}\p{M}\p{N}]{129,}/gu;

/**
 * The o200k tokenizer of OpenAI's models. Loaded on first use: its vocabulary takes a tenth of a second.
 * Text that looks like a special token is counted as the plain text that it is. A run of more than 128 letters,
 * blanks or signs is counted in pieces of 128, which can add a token a piece.
 */
export async function loadTokenCounter(): Promise<TokenCounter> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const plain = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
  const countPlain = (text: string): number => (text === '' ? 0 : countTokens(text, plain));
  return {
    tokenizer: 'o200k_base',
    count(text) {
      let total = 0;
      let start = 0;
      for (const run of text.matchAll(LONG_RUN)) {
        total += countPlain(text.slice(start, run.index));
        for (let i = 0; i < run[0].length; i += MAX_RUN) total += countPlain(run[0].slice(i, i + MAX_RUN));
        start = run.index + run[0].length;
      }
      return total + countPlain(text.slice(start));
    },
  };
}
