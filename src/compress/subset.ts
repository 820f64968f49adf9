import { at } from '../text/spans';
import { indexText, type IndexedText } from '../text/words';
import type { Structure } from '../structure/segments';
import type { TextScores, TokenScores, WordScores } from '../scoring/scorer';

/** Runs of lines that stay whole are read by the model only up to this length, as context of the prose around them. */
const MAX_CONTEXT_LINES = 5;

/** The part of a text that the model reads, as a text of its own, with the way back. */
export interface Subset {
  readonly index: IndexedText;
  /** Number in the whole text of each word of the part; undefined where the part is the whole. */
  readonly wordOf: Int32Array | undefined;
}

/**
 * Leaves out long runs of lines that are not cut by words (code, logs, tool output): the model was made for prose,
 * and time spent on what stays whole anyway would bring nothing.
 */
export function proseSubset(index: IndexedText, structure: Structure): Subset {
  const { lines, words, text } = index;
  const wanted = new Uint8Array(lines.count).fill(1);
  for (let line = 0; line < lines.count;) {
    let end = line;
    while (end < lines.count && at(structure.lineKind, end) !== 0) end++;
    if (end - line > MAX_CONTEXT_LINES) wanted.fill(0, line, end);
    line = Math.max(end, line + 1);
  }
  if (!wanted.includes(0)) return { index, wordOf: undefined };
  const parts: string[] = [];
  const wordOf: number[] = [];
  for (let line = 0; line < lines.count; line++) {
    if (at(wanted, line) === 0) continue;
    parts.push(text.slice(at(lines.start, line), at(lines.end, line)));
    for (let word = at(lines.firstWord, line); word < at(lines.firstWord, line + 1); word++)
      wordOf.push(word);
  }
  const part = indexText(parts.join('\n'));
  // Lines are cut alone in both texts, so the words are the same ones.
  if (part.words.count !== wordOf.length)
    throw new Error(`a part of ${words.count} words does not fit its text`);
  return { index: part, wordOf: Int32Array.from(wordOf) };
}

/** Copies the scores of the part's words `[first, end)` to their places in the whole. */
export function spread(
  part: WordScores,
  whole: WordScores,
  first: number,
  end: number,
  wholeWord: (word: number) => number,
): void {
  for (let word = first; word < end; word++) {
    const place = wholeWord(word);
    whole.keep[place] = at(part.keep, word);
    whole.span[place] = at(part.span, word);
    whole.final[place] = at(part.final, word);
  }
}

/** Scores of a part as scores of the whole text: NaN for words that the model did not read. */
export function wholeScores(scores: WordScores, subset: Subset, count: number): WordScores {
  const { wordOf } = subset;
  if (wordOf === undefined) return scores;
  const scatter = (values: Float32Array): Float32Array => {
    const out = new Float32Array(count).fill(NaN);
    wordOf.forEach((word, i) => (out[word] = at(values, i)));
    return out;
  };
  return { keep: scatter(scores.keep), span: scatter(scores.span), final: scatter(scores.final) };
}

/** The scores of words that no model has read. */
export function unscored(count: number): WordScores {
  const none = (): Float32Array => new Float32Array(count).fill(NaN);
  return { keep: none(), span: none(), final: none() };
}

/** Tokens of a part with the word numbers of the whole text. */
export function wholeTokens({ tokens }: TextScores, { wordOf }: Subset): TokenScores {
  if (wordOf === undefined) return tokens;
  return { ...tokens, word: tokens.word.map((word) => (word < 0 ? -1 : at(wordOf, word))) };
}
