import { createHash } from 'node:crypto';
import { throwIfAborted } from './errors';
import type { QuestionEncoding, Scorer, TextScores } from './scorer';

/** Questions whose encodings are remembered: a few kilobytes each. */
const REMEMBERED_QUESTIONS = 32;
interface Entry {
  readonly scores: TextScores;
  readonly bytes: number;
  /** Whether they were asked for with attention. */
  readonly attention: boolean;
}

/** Longer questions are cut by every model; they are not worth a key. */
const REMEMBERED_LENGTH = 4000;

/**
 * A scorer that remembers whole texts by the SHA-256 of their content, so that a second run over the same text
 * never reaches the encoder (but for one with attention after one without): it then reports no encoded tokens and no
 * time, and one call of `onWindow`. The least recently used texts go first once their scores take more than `maxBytes`.
 * Results are shared: do not change them.
 */
export function createCachingScorer(scorer: Scorer, { maxBytes }: { readonly maxBytes: number }): Scorer {
  const remembered = new Map<string, Entry>();
  let total = 0;

  const questions = new Map<string, QuestionEncoding | undefined>();

  const remember = (key: string, scores: TextScores, attention: boolean): void => {
    const bytes = sizeOf(scores);
    const known = remembered.get(key);
    if (bytes > maxBytes || (known !== undefined && (known.attention || !attention))) return;
    remembered.delete(key);
    remembered.set(key, { scores, bytes, attention });
    total += bytes - (known?.bytes ?? 0);
    for (const [oldest, entry] of remembered) {
      if (total <= maxBytes) break;
      remembered.delete(oldest);
      total -= entry.bytes;
    }
  };

  return {
    model: scorer.model,
    async score(index, options = {}) {
      throwIfAborted(options.signal);
      // UTF-16, since in UTF-8 all lone surrogates would be one.
      const key = createHash('sha256').update(index.text, 'utf16le').digest('base64');
      const { attention = true } = options;
      const hit = remembered.get(key);
      if (hit === undefined || (attention && !hit.attention)) {
        const scores = await scorer.score(index, options);
        remember(key, scores, attention);
        return scores;
      }
      remembered.delete(key);
      remembered.set(key, hit);
      const { scores } = hit;
      const { windows, words, tokens, encodings } = scores;
      const end = index.words.count;
      await options.onWindow?.({ windowsDone: windows, windows, first: 0, end, words, tokens, encodings });
      throwIfAborted(options.signal);
      return { ...scores, encodedTokens: 0, tokenizeMs: 0, inferenceMs: 0 };
    },
    async encodeQuestion(question, options = {}) {
      throwIfAborted(options.signal);
      const known = questions.has(question);
      const encoding = known ? questions.get(question) : await scorer.encodeQuestion(question, options);
      if (question.length > REMEMBERED_LENGTH) return encoding;
      questions.delete(question);
      questions.set(question, encoding);
      for (const oldest of questions.keys()) {
        if (questions.size <= REMEMBERED_QUESTIONS) break;
        questions.delete(oldest);
      }
      return encoding;
    },
  };
}

function sizeOf({ words, tokens, encodings }: TextScores): number {
  let bytes = 1024;
  for (const part of [words, tokens, encodings].flatMap((each): unknown[] => Object.values(each)))
    if (ArrayBuffer.isView(part)) bytes += part.byteLength;
  // A short text and its slot.
  return bytes + tokens.table.length * 48;
}
