/**
 * The printable characters that stand for the bytes 0–255 in a byte-level vocabulary (Radford et al. 2019): a byte
 * that is a visible Latin-1 character stands for itself, the others follow from U+0100 on.
 */
export const byteSymbols: readonly string[] = makeSymbols();

const byteOfSymbol = new Map(byteSymbols.map((symbol, byte) => [symbol, byte]));
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function makeSymbols(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const visible = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(visible ? byte : next++);
  });
}

/** Whether a byte can stand in UTF-8 at all; vocabularies may lack the thirteen that cannot. */
export function isUtf8Byte(byte: number): boolean {
  return byte < 0xc0 || (byte > 0xc1 && byte < 0xf5);
}

/** The text of a token's symbols; bytes that are no whole character are written as `\xE2`. */
export function displayBytes(symbols: string): string {
  const bytes = Uint8Array.from(symbols, (symbol) => byteOfSymbol.get(symbol) ?? 0x3f);
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes[i] ?? 0);
    const character = decode(bytes.subarray(i, i + length));
    text += character ?? `\\x${(bytes[i] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
    i += character === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
