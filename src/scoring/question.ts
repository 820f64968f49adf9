import { indexText } from '../text/words';
import { at } from '../text/spans';
import { throwIfAborted } from './errors';
import type { ModelDescription } from './model-folder';
import { runWindow } from './outputs';
import type { InferenceSession, QuestionEncoding } from './scorer';
import { tokenizeText } from './tokens';
import type { Tokenizer } from './tokenizer';

/** UTF-16 units of a question that are looked at: far more than any model's maximum of tokens. */
const LOOKED_AT = 4000;

export interface QuestionEncoderOptions {
  readonly description: ModelDescription;
  readonly tokenizer: Tokenizer;
  readonly session: InferenceSession;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Encodes a question as `[CLS] [Q] question [SEP]`, the question cut at the model's maximum of tokens and read as
 * one line. Its vectors are then held against those of a text's tokens: late interaction, after ColBERT (Khattab
 * and Zaharia 2020) with learned token weights.
 * @returns undefined if the model gives no vectors or knows no question, or the question has no tokens.
 * @throws AbortError, or ModelError with reason `model-invalid` if the model's outputs are broken.
 */
export async function encodeQuestion(
  question: string,
  { description, tokenizer, session, signal }: QuestionEncoderOptions,
): Promise<QuestionEncoding | undefined> {
  throwIfAborted(signal);
  const mark = description.specialTokens.question;
  const outputs = questionOutputs(description, session);
  if (description.question === undefined || mark === undefined || outputs === undefined) return undefined;
  const { maxTokens, vectorSize, scale } = description.question;

  const line = question.slice(0, LOOKED_AT).trim().replace(/\s+/g, ' ');
  const tokens = await tokenizeText(indexText(line), tokenizer, {
    words: description.words,
    newline: undefined,
    signal,
  });
  const count = Math.min(tokens.ids.length, maxTokens);
  if (count === 0) return undefined;

  const result = await runWindow(
    session,
    description,
    outputs,
    Int32Array.of(mark, ...tokens.ids.subarray(0, count)),
  );
  throwIfAborted(signal);
  if (result.vectors === undefined || result.weights === undefined) return undefined;
  return {
    vectors: Int8Array.from(result.vectors.subarray(vectorSize), (value) =>
      Math.round(Math.min(1, Math.max(-1, value)) * 127),
    ),
    weights: Float32Array.from(result.weights.subarray(1), (weight) => Math.max(0, weight)),
    word: wordOfToken(tokens.word.subarray(0, count)),
    vectorSize,
    scale,
  };
}

/** A score for the check of the outputs, vectors and weights; undefined if one of them is not to be had. */
function questionOutputs(description: ModelDescription, session: InferenceSession): string[] | undefined {
  const has = (name: string): boolean =>
    description.outputs.includes(name) && session.outputNames.includes(name);
  const score = ['token_probs', 'final_scores'].find(has);
  if (score === undefined || !has('token_vectors') || !has('token_weights')) return undefined;
  return [score, 'token_vectors', 'token_weights'];
}

/** White space that is a token of its own goes with the word after it. */
function wordOfToken(word: Int32Array): Int32Array {
  const result = word.slice();
  for (let i = result.length - 2; i >= 0; i--) if (at(result, i) < 0) result[i] = at(result, i + 1);
  return result.map((value) => Math.max(0, value));
}
