import type { TokenCounter } from './counter';

/** Remembered pieces; what comes after that is counted each time anew. */
const MAX_PIECES = 400_000;

/**
 * Counts a text in pieces that end at line breaks and remembers each piece, so that a text that differs in a few
 * lines from one counted before costs a few lines. Gives what the counter gives for the whole text: its tokens
 * never go over a break unless a blank line or a slash follows.
 */
export function createLineCounter(counter: TokenCounter): TokenCounter {
  const known = new Map<string, number>();
  const countPiece = (piece: string): number => {
    let tokens = known.get(piece);
    if (tokens === undefined) {
      tokens = counter.count(piece);
      if (known.size < MAX_PIECES) known.set(detached(piece), tokens);
    }
    return tokens;
  };
  return {
    tokenizer: counter.tokenizer,
    count(text) {
      let total = 0;
      let start = 0;
      for (let line = text.indexOf('\n'); line >= 0; line = text.indexOf('\n', line + 1)) {
        if (line + 1 === text.length || joins(text, line + 1)) continue;
        total += countPiece(text.slice(start, line + 1));
        start = line + 1;
      }
      return start === text.length ? total : total + countPiece(text.slice(start));
    },
  };
}

/** The same string on its own: a part of a text that is remembered would keep the whole text in memory. */
const detached = (piece: string): string => Buffer.from(piece, 'utf16le').toString('utf16le');

/** A longer run of blanks is counted together with the break before it, as the counter cuts such runs itself. */
const MAX_INDENT = 100;

/** Whether a token may go over a break that ends before `start`: a blank line follows, or a slash. */
function joins(text: string, start: number): boolean {
  if (text.charCodeAt(start) === 0x2f) return true;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a || code === 0x0d || i - start > MAX_INDENT) return true;
    if (!isBlank(code)) return false;
  }
  return false;
}

const isBlank = (code: number): boolean =>
  code === 0x20 ||
  (code >= 9 && code <= 13) ||
  code === 0xa0 ||
  (code >= 0x1680 && /\s/.test(String.fromCharCode(code)));
