import { throwIfAborted, yieldToEventLoop } from './errors';
import type { ModelDescription } from './model-folder';
import { chosenOutputs, runWindow, withoutAttention, type OutputChoice } from './outputs';
import { encodeQuestion } from './question';
import { createScoreBoard } from './score-board';
import type { InferenceSession, Scorer } from './scorer';
import { tokenizeText } from './tokens';
import type { Tokenizer } from './tokenizer';
import { cutWindows, orderByDistance } from './windows';

export interface ModernBertScorerOptions {
  readonly description: ModelDescription;
  readonly tokenizer: Tokenizer;
  readonly session: InferenceSession;
  /** Default `scores`: word scores alone; the encodings of the result are then undefined. */
  readonly outputs?: OutputChoice;
}

/**
 * Scores texts of any length with a ModernBERT encoder behind a token and a span head, window by window; the event
 * loop gets its turn after each. Rejects with an AbortError, or with a ModelError if the model's outputs are broken.
 */
export function createModernBertScorer({
  description,
  tokenizer,
  session,
  outputs: choice = 'scores',
}: ModernBertScorerOptions): Scorer {
  const all = chosenOutputs(description, session, choice);
  const newline = description.words === 'layout' ? description.specialTokens.newline : undefined;
  const vectorSize = all.includes('token_vectors') ? (description.question?.vectorSize ?? 1) : 0;
  const shape = {
    capacity: description.window - 2,
    overlap: description.overlap,
    words: description.wordsPerWindow,
  };

  return {
    model: { name: description.name, version: description.version, rule: description.rule },
    async score(index, { signal, priority, attention = true, onWindow } = {}) {
      throwIfAborted(signal);
      const outputs = attention ? all : withoutAttention(all);
      const started = performance.now();
      const tokens = await tokenizeText(index, tokenizer, { words: description.words, newline, signal });
      const windows = cutWindows(tokens.word, shape);
      const board = createScoreBoard(index.words.count, tokens, tokenizer, outputs, vectorSize);
      const order = orderByDistance(windows, priority && board.tokensOf(priority));
      const tokenizeMs = performance.now() - started;
      throwIfAborted(signal);

      let inferenceMs = 0;
      let encodedTokens = 0;
      for (const [done, number] of order.entries()) {
        const window = windows[number];
        if (window === undefined) continue;
        await yieldToEventLoop();
        throwIfAborted(signal);
        const before = performance.now();
        const ids = tokens.ids.subarray(window.start, window.end);
        const result = await runWindow(session, description, outputs, ids);
        inferenceMs += performance.now() - before;
        encodedTokens += ids.length;
        throwIfAborted(signal);
        const range = board.add(window, result);
        await onWindow?.({
          windowsDone: done + 1,
          windows: windows.length,
          ...range,
          words: board.words,
          tokens: board.tokens,
          encodings: board.encodings,
        });
        throwIfAborted(signal);
      }
      return {
        words: board.words,
        tokens: board.tokens,
        encodings: board.encodings,
        encodedTokens,
        windows: windows.length,
        tokenizeMs,
        inferenceMs,
      };
    },
    encodeQuestion: (question, { signal } = {}) =>
      encodeQuestion(question, { description, tokenizer, session, signal }),
  };
}
