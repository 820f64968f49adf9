import { at } from '../text/spans';

/** A run of tokens that goes through the encoder at once. Token numbers, half-open. */
export interface Window {
  readonly start: number;
  readonly end: number;
  /** The part of it whose scores count; the rest is context. */
  readonly ownStart: number;
  readonly ownEnd: number;
}

export interface WindowShape {
  /** Tokens of a window without [CLS] and [SEP]. */
  readonly capacity: number;
  /** Tokens that neighbours share, at most half of the capacity. */
  readonly overlap: number;
  /** Words of a window at most; only with an overlap of 0. */
  readonly words?: number | undefined;
}

/**
 * Cuts a text's tokens into windows. The own parts follow each other without gap, so that every token counts in
 * exactly one window. They meet inside the overlap, at the word start nearest to its middle; a window begins and
 * ends at a word start too, unless a single word is longer than a quarter of a window.
 * @param word Word of each token, never falling, -1 for white space (src/scoring/tokens.ts).
 */
export function cutWindows(word: Int32Array, { capacity, overlap, words }: WindowShape): Window[] {
  const count = word.length;
  const reach = Math.floor(capacity / 4);
  const windows: Window[] = [];
  let start = 0;
  let ownStart = 0;
  while (ownStart < count) {
    const full = Math.min(start + capacity, count);
    const limit = words === undefined ? full : wordLimit(word, start, full, words);
    const end =
      limit === count ? count : wordStart(word, limit, Math.max(limit - reach, ownStart + 1), limit);
    if (end === count) {
      windows.push({ start, end, ownStart, ownEnd: count });
      break;
    }
    // At least one token beyond the seam before it is own, so that the loop ends.
    const share = Math.min(overlap, Math.floor((end - start) / 2));
    const next = wordStart(word, end - share, Math.max(end - share - reach, start + 1), end - share);
    const middle = next + Math.floor((end - next) / 2);
    const seam = nearestWordStart(word, middle, Math.max(next, ownStart + 1), end);
    windows.push({ start, end, ownStart, ownEnd: seam });
    start = next;
    ownStart = seam;
  }
  return windows;
}

/** Numbers of the windows, those nearest to the tokens `[first, end)` first, equals in order. */
export function orderByDistance(
  windows: readonly Window[],
  focus: readonly [first: number, end: number] | undefined,
): number[] {
  const order = windows.map((_, i) => i);
  if (focus === undefined) return order;
  const [first, end] = focus;
  const distance = ({ ownStart, ownEnd }: Window): number =>
    Math.max(0, ownStart - Math.max(first, end - 1), first - (ownEnd - 1));
  const distances = windows.map(distance);
  return order.sort((a, b) => at(distances, a) - at(distances, b) || a - b);
}

/** The padded length of a window of `tokens` tokens with its two special tokens. */
export function paddedLength(tokens: number, lengthMultiple: number): number {
  return Math.ceil((tokens + 2) / lengthMultiple) * lengthMultiple;
}

/** Whether a cut before token `i` leaves no word in two. */
function isWordStart(word: Int32Array, i: number): boolean {
  return i === 0 || i === word.length || at(word, i) === -1 || at(word, i) !== at(word, i - 1);
}

/** The last word start in `[low, from]`, or `otherwise`. */
function wordStart(word: Int32Array, from: number, low: number, otherwise: number): number {
  for (let i = from; i >= low; i--) if (isWordStart(word, i)) return i;
  return otherwise;
}

/** The word start in `[low, high]` nearest to `middle`, or `middle` held inside that range. */
function nearestWordStart(word: Int32Array, middle: number, low: number, high: number): number {
  for (let distance = 0; distance <= high - low; distance++) {
    const before = middle - distance;
    const after = middle + distance;
    if (before >= low && before <= high && isWordStart(word, before)) return before;
    if (after >= low && after <= high && isWordStart(word, after)) return after;
  }
  return Math.min(Math.max(middle, low), high);
}

/** The first token at or after `start` that belongs to the word `words` after the first one, at most `full`. */
function wordLimit(word: Int32Array, start: number, full: number, words: number): number {
  let seen = 0;
  let last = -1;
  for (let i = start; i < full; i++) {
    const current = at(word, i);
    if (current === -1 || current === last) continue;
    last = current;
    if (seen === words) return i;
    seen++;
  }
  return full;
}
