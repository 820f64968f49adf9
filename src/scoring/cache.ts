import { createHash } from 'node:crypto';
import { throwIfAborted } from './errors';
import type { Scorer, TextScores } from './scorer';

/**
 * A scorer that remembers whole texts by the SHA-256 of their content, so that a second run over the same text
 * never reaches the encoder: it then reports no encoded tokens and no time, and one call of `onWindow`. The least
 * recently used texts go first once their scores take more than `maxBytes`. Results are shared: do not change them.
 */
export function createCachingScorer(scorer: Scorer, { maxBytes }: { readonly maxBytes: number }): Scorer {
  const remembered = new Map<string, { readonly scores: TextScores; readonly bytes: number }>();
  let total = 0;

  const remember = (key: string, scores: TextScores): void => {
    const bytes = sizeOf(scores);
    if (bytes > maxBytes || remembered.has(key)) return;
    remembered.set(key, { scores, bytes });
    total += bytes;
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
      const hit = remembered.get(key);
      if (hit === undefined) {
        const scores = await scorer.score(index, options);
        remember(key, scores);
        return scores;
      }
      remembered.delete(key);
      remembered.set(key, hit);
      const { scores } = hit;
      const { windows, words } = scores;
      await options.onWindow?.({ windowsDone: windows, windows, first: 0, end: index.words.count, words });
      throwIfAborted(options.signal);
      return { ...scores, encodedTokens: 0, tokenizeMs: 0, inferenceMs: 0 };
    },
  };
}

function sizeOf({ words, tokens, encodings }: TextScores): number {
  const parts = { ...words, ...tokens, ...encodings };
  let bytes = 1024;
  for (const part of Object.values(parts)) if (ArrayBuffer.isView(part)) bytes += part.byteLength;
  // A short text and its slot.
  return bytes + tokens.table.length * 48;
}
