import { at } from '../text/spans';
import type { WindowOutputs } from './outputs';
import type { TokenEncodings, TokenScores, WordScores } from './scorer';
import type { TokenizedText } from './tokens';
import type { Tokenizer } from './tokenizer';
import type { Window } from './windows';

/** The growing scores of a text. */
export interface ScoreBoard {
  readonly words: WordScores;
  readonly tokens: TokenScores;
  readonly encodings: TokenEncodings;
  /** Takes a window's own part in and returns the range of words that it touches. */
  add(window: Window, outputs: WindowOutputs): { readonly first: number; readonly end: number };
  /** The tokens of a range of words; half-open. */
  tokensOf(words: readonly [first: number, end: number]): readonly [first: number, end: number];
}

/** A word gets its scores, the maxima over its tokens, once all its tokens have theirs; until then they are NaN. */
export function createScoreBoard(
  wordCount: number,
  { ids, word, line }: TokenizedText,
  tokenizer: Tokenizer,
  outputs: readonly string[],
  vectorSize: number,
): ScoreBoard {
  const count = ids.length;
  const perToken = (name: string) => (outputs.includes(name) ? emptyScores(count) : undefined);
  const words = { keep: emptyScores(wordCount), span: emptyScores(wordCount), final: emptyScores(wordCount) };
  const tokens = {
    word,
    keep: emptyScores(count),
    final: emptyScores(count),
    ...displayTexts(ids, tokenizer),
  };
  const encodings = {
    line,
    attentionMass: perToken('attention_mass'),
    layerAttentionMean: perToken('layer_attention_mean'),
    vectors: outputs.includes('token_vectors') ? new Int8Array(count * vectorSize) : undefined,
    weights: perToken('token_weights'),
    vectorSize,
  };

  const firstToken = new Int32Array(wordCount + 1).fill(count);
  const missing = new Int32Array(wordCount);
  for (let i = count - 1; i >= 0; i--) {
    const w = at(word, i);
    if (w < 0) continue;
    firstToken[w] = i;
    missing[w] = at(missing, w) + 1;
  }
  const best = {
    keep: new Float32Array(wordCount),
    span: new Float32Array(wordCount),
    final: new Float32Array(wordCount),
  };

  return {
    words,
    tokens,
    encodings,
    add({ start, ownStart, ownEnd }, result) {
      const own = (values: Float32Array) => values.subarray(ownStart - start, ownEnd - start);
      tokens.keep.set(own(result.keep), ownStart);
      tokens.final.set(own(result.final), ownStart);
      if (result.attentionMass !== undefined)
        encodings.attentionMass?.set(own(result.attentionMass), ownStart);
      if (result.layerAttentionMean !== undefined)
        encodings.layerAttentionMean?.set(own(result.layerAttentionMean), ownStart);
      if (result.weights !== undefined) encodings.weights?.set(own(result.weights), ownStart);
      const { vectors } = result;
      if (vectors !== undefined && encodings.vectors !== undefined) {
        const from = (ownStart - start) * vectorSize;
        const to = ownStart * vectorSize;
        const length = (ownEnd - ownStart) * vectorSize;
        for (let i = 0; i < length; i++)
          encodings.vectors[to + i] = Math.round(Math.min(1, Math.max(-1, at(vectors, from + i))) * 127);
      }

      let first = -1;
      let end = -1;
      for (let i = ownStart; i < ownEnd; i++) {
        const w = at(word, i);
        if (w < 0) continue;
        if (first < 0) first = w;
        end = w + 1;
        const j = i - start;
        best.keep[w] = Math.max(at(best.keep, w), at(result.keep, j));
        best.final[w] = Math.max(at(best.final, w), at(result.final, j));
        best.span[w] = result.span === undefined ? NaN : Math.max(at(best.span, w), at(result.span, j));
        missing[w] = at(missing, w) - 1;
        if (at(missing, w) > 0) continue;
        words.keep[w] = at(best.keep, w);
        words.final[w] = at(best.final, w);
        words.span[w] = at(best.span, w);
      }
      return first < 0 ? { first: 0, end: 0 } : { first, end };
    },
    tokensOf([first, end]) {
      const from = at(firstToken, Math.min(Math.max(first, 0), wordCount));
      const to = at(firstToken, Math.min(Math.max(end, 0), wordCount));
      return [from, Math.max(from, to)];
    },
  };
}

function emptyScores(length: number): Float32Array {
  return new Float32Array(length).fill(NaN);
}

function displayTexts(ids: Int32Array, tokenizer: Tokenizer) {
  const table: string[] = [];
  const indexOfId = new Map<number, number>();
  const textIndex = new Uint32Array(ids.length);
  for (const [i, id] of ids.entries()) {
    let known = indexOfId.get(id);
    if (known === undefined) {
      known = table.length;
      table.push(tokenizer.tokenText(id));
      indexOfId.set(id, known);
    }
    textIndex[i] = known;
  }
  return { textIndex, table };
}
