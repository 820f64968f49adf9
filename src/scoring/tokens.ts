import type { IndexedText } from '../text/words';
import { throwIfAborted, yieldToEventLoop } from './errors';
import { isBlank, sliceEnd } from './pieces';
import type { Tokenizer } from './tokenizer';

/** A text as a model reads it. Arrays of one length, the number of tokens; no special tokens. */
export interface TokenizedText {
  readonly ids: Int32Array;
  /** Word of each token, -1 for white space and line breaks. */
  readonly word: Int32Array;
  readonly line: Int32Array;
}

export interface TokenizeOptions {
  /** `bare` leaves all white space out. */
  readonly words: 'layout' | 'bare';
  /** Id of the token that follows each line; none follows without it. */
  readonly newline: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** UTF-16 units between two looks at the event loop: some milliseconds of work. */
const CHUNK = 1 << 15;

/**
 * Cuts a text into tokens: every line into pieces (a word with the white space before it; white space at the end),
 * every piece encoded by itself, and a newline token after each line. For a byte-level BPE with the GPT-2 pattern
 * these are the tokens of the whole line. An empty last line is no line. O(length).
 * @throws AbortError
 */
export async function tokenizeText(
  { text, lines, words }: IndexedText,
  tokenizer: Tokenizer,
  { words: mode, newline, signal }: TokenizeOptions,
): Promise<TokenizedText> {
  const ids = new IntList();
  const word = new IntList();
  const line = new IntList();
  let current = 0;
  let looked = 0;

  for (let row = 0; row < lines.count; row++) {
    const end = lines.end[row] ?? 0;
    let position = lines.start[row] ?? 0;
    if (position === end && row + 1 === lines.count) break;
    while (position < end) {
      let first = position;
      while (first < end && isBlank(text.charCodeAt(first))) first++;
      let after = first;
      while (after < end && !isBlank(text.charCodeAt(after))) after++;
      while (current < words.count && (words.end[current] ?? 0) <= first) current++;
      for (let from = mode === 'bare' ? first : position; from < after;) {
        const to = sliceEnd(text, from, after);
        const { ids: encoded, blank } = tokenizer.encodePiece(text.slice(from, to));
        for (let i = 0; i < encoded.length; i++) {
          ids.push(encoded[i] ?? 0);
          word.push(i < blank ? -1 : current);
          line.push(row);
        }
        from = to;
        if (from - looked > CHUNK) {
          looked = from;
          await yieldToEventLoop();
          throwIfAborted(signal);
        }
      }
      position = after;
    }
    if (newline !== undefined) {
      ids.push(newline);
      word.push(-1);
      line.push(row);
    }
  }
  return { ids: ids.toArray(), word: word.toArray(), line: line.toArray() };
}

/** A growing Int32Array: a plain array of 5,000,000 numbers takes twice the memory and more to copy. */
class IntList {
  #values = new Int32Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  toArray(): Int32Array {
    return this.#values.slice(0, this.#length);
  }
}
