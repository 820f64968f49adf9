/** UTF-16 units of a piece that are encoded at once; longer ones are cut, so that no piece costs more than this. */
export const MAX_SLICE = 1000;

/** Whether a UTF-16 unit is white space: exactly what JavaScript's `\s` matches, as in src/text/words.ts. */
export function isBlank(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 9 && code <= 13);
  if (code < 0xa0) return false;
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

const MARK = /^\p{M}/u;

/**
 * Where the slice of a piece that begins at `from` ends. Pieces up to MAX_SLICE are one slice. Longer ones are cut
 * where an ASCII letter, digit or sign meets one of another kind, which leaves their tokens as they are; without
 * such a place, at some character that is no combining mark, and a few tokens around the cut may differ.
 */
export function sliceEnd(text: string, from: number, to: number): number {
  if (to - from <= MAX_SLICE) return to;
  const last = from + MAX_SLICE;
  for (let i = last; i > from + MAX_SLICE / 2; i--) if (isExactBorder(text, i)) return i;
  for (let i = last; i > last - 32; i--) {
    const lowSurrogate = (text.charCodeAt(i) & 0xfc00) === 0xdc00;
    if (!lowSurrogate && !MARK.test(text.slice(i, i + 2))) return i;
  }
  return (text.charCodeAt(last) & 0xfc00) === 0xdc00 ? last - 1 : last;
}

/** Whether a token of the GPT-2 pattern begins at `i` whatever surrounds it. Apostrophes may open `'s`, `'ll`, …. */
function isExactBorder(text: string, i: number): boolean {
  const before = asciiKind(text.charCodeAt(i - 1));
  const after = asciiKind(text.charCodeAt(i));
  if (before === 0 || after === 0 || before === after) return false;
  return text[i - 1] !== "'" && text[i] !== "'";
}

/** 1 letter, 2 digit, 3 sign, 0 anything else. */
function asciiKind(code: number): number {
  if (code <= 0x20 || code > 0x7e) return 0;
  if (code >= 0x30 && code <= 0x39) return 2;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x7a ? 1 : 3;
}
