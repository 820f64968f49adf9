import { ByteLevelPreTokenizer, Tokenizer as Pipeline } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { byteSymbols, displayBytes, isUtf8Byte } from './bytes';
import { createPairMerger, type MergeTable } from './bpe';
import { ModelError } from './errors';
import { isBlank, sliceEnd } from './pieces';

/** The tokens of a piece of text. */
export interface EncodedPiece {
  readonly ids: readonly number[];
  /** How many of the first tokens are white space alone. */
  readonly blank: number;
}

/** A model's tokenizer. Everything in a text is plain text to it, a literal `[CLS]` too. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /**
   * Encodes a piece: a word with the white space before it, or white space alone. Never throws; lone surrogates
   * become U+FFFD. Pieces of over 1,000 UTF-16 units are encoded in slices.
   */
  encodePiece(piece: string): EncodedPiece;
  /** A token's text for display: white space as it is, bytes of a part of a character as `\xE2`. */
  tokenText(id: number): string;
}

const utf8 = new TextEncoder();
const MAX_REMEMBERED_LENGTH = 64;
const REMEMBERED_PIECES = 1 << 15;

const file = v.looseObject({
  normalizer: v.unknown(),
  pre_tokenizer: v.looseObject({
    type: v.literal('ByteLevel'),
    add_prefix_space: v.optional(v.literal(false)),
    use_regex: v.optional(v.literal(true)),
  }),
  added_tokens: v.optional(v.array(v.looseObject({ id: v.number(), content: v.string() })), []),
  model: v.looseObject({
    type: v.literal('BPE'),
    // Not a record: valibot leaves keys like `prototype` out, which are tokens here.
    vocab: v.custom<Readonly<Record<string, unknown>>>(
      (value) => typeof value === 'object' && value !== null,
    ),
    merges: v.array(v.unknown()),
    ignore_merges: v.optional(v.nullable(v.literal(false))),
    continuing_subword_prefix: v.optional(v.nullable(v.literal(''))),
    end_of_word_suffix: v.optional(v.nullable(v.literal(''))),
  }),
});

/**
 * Makes a tokenizer of the parsed content of a `tokenizer.json`: byte-level BPE, as ModernBERT uses it.
 * Normalizer and pre-tokenizer are those of the file, run by @huggingface/tokenizers; added tokens are not looked
 * for in the text.
 * @throws ModelError with reason `model-invalid` if it is of another kind.
 */
export function createTokenizer(json: unknown): Tokenizer {
  const parsed = v.safeParse(file, json);
  if (!parsed.success) throw invalid(parsed.issues[0].message);
  const { model, added_tokens: added } = parsed.output;
  const texts = readVocabulary(model.vocab);
  const table = readMerges(model.merges, texts);
  const split = createSplitter(parsed.output);
  const merge = createPairMerger(table);
  const idOfByte = byteSymbols.map((symbol, byte) => {
    const id = texts.ids.get(symbol);
    if (id === undefined && isUtf8Byte(byte)) throw invalid(`the vocabulary lacks the byte ${symbol}`);
    return id ?? 0;
  });
  const symbols: number[] = [];
  let bytes = new Uint8Array(4096);
  const byteLength = new Map<number, number>();
  for (const [symbols, id] of texts.ids) byteLength.set(id, symbols.length);
  const special = new Map(added.map((token) => [token.id, token.content]));

  const encodeSlice = (slice: string): EncodedPiece => {
    const { normal, parts } = split(slice);
    const ids: number[] = [];
    for (const part of parts) {
      if (part.length * 3 > bytes.length) bytes = new Uint8Array(part.length * 6);
      const { written } = utf8.encodeInto(part, bytes);
      for (let i = 0; i < written; i++) symbols[i] = idOfByte[bytes[i] ?? 0] ?? 0;
      merge(symbols, written, ids);
    }
    let end = 0;
    while (end < normal.length && isBlank(normal.charCodeAt(end))) end++;
    const blankBytes = Buffer.byteLength(normal.slice(0, end));
    let blank = 0;
    let seen = 0;
    for (const id of ids) {
      seen += byteLength.get(id) ?? 0;
      if (seen > blankBytes) break;
      blank++;
    }
    return { ids, blank };
  };

  const encodeLong = (piece: string): EncodedPiece => {
    const ids: number[] = [];
    let blank = 0;
    for (let from = 0; from < piece.length;) {
      const to = sliceEnd(piece, from, piece.length);
      const slice = encodeSlice(piece.slice(from, to));
      if (blank === ids.length) blank += slice.blank;
      for (const id of slice.ids) ids.push(id);
      from = to;
    }
    return { ids, blank };
  };

  // Two generations: when the young one is full it becomes the old one, and what was used in neither is let go.
  let young = new Map<string, EncodedPiece>();
  let old = new Map<string, EncodedPiece>();
  const shown = new Map<number, string>();

  return {
    vocabularySize: table.size,
    encodePiece(piece) {
      if (piece.length > MAX_REMEMBERED_LENGTH) return encodeLong(piece);
      let encoded = young.get(piece);
      if (encoded !== undefined) return encoded;
      encoded = old.get(piece) ?? encodeSlice(piece);
      if (young.size >= REMEMBERED_PIECES) {
        old = young;
        young = new Map();
      }
      young.set(ownCopy(piece), encoded);
      return encoded;
    },
    tokenText(id) {
      let text = shown.get(id);
      if (text === undefined) {
        const symbols = texts.symbols[id];
        text = special.get(id) ?? (symbols === undefined ? '' : displayBytes(symbols));
        shown.set(id, text);
      }
      return text;
    },
  };
}

interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly symbols: readonly (string | undefined)[];
}

function readVocabulary(vocab: Readonly<Record<string, unknown>>): Vocabulary {
  const ids = new Map<string, number>();
  const symbols: (string | undefined)[] = [];
  for (const [text, id] of Object.entries(vocab)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= 1 << 22)
      throw invalid(`the id of ${text} is not a small number`);
    ids.set(text, id);
    symbols[id] = text;
  }
  return { ids, symbols };
}

function readMerges(merges: readonly unknown[], { ids, symbols }: Vocabulary): MergeTable {
  const size = symbols.length;
  const table = new Map<number, number>();
  for (const [rank, merge] of merges.entries()) {
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    const [left, right] = Array.isArray(pair) ? (pair as unknown[]) : [];
    if (typeof left !== 'string' || typeof right !== 'string')
      throw invalid(`merge ${rank} is not a pair of texts`);
    const a = ids.get(left);
    const b = ids.get(right);
    const merged = ids.get(left + right);
    if (a === undefined || b === undefined || merged === undefined)
      throw invalid(`merge ${rank} is not in the vocabulary`);
    table.set(a * size + b, rank * size + merged);
  }
  return { merges: table, size };
}

/** Runs the file's normalizer and the pattern of its pre-tokenizer. */
function createSplitter(json: v.InferOutput<typeof file>) {
  let pipeline: Pipeline;
  try {
    // Without vocabulary and added tokens, since merges and plain-text encoding are done here.
    const model = { type: 'BPE', vocab: {}, merges: [] };
    pipeline = new Pipeline({ decoder: null, post_processor: null, ...json, added_tokens: [], model }, {});
  } catch (error) {
    throw invalid(String(error));
  }
  const { normalizer, pre_tokenizer: preTokenizer } = pipeline;
  if (!(preTokenizer instanceof ByteLevelPreTokenizer)) throw invalid('its pre-tokenizer is not ByteLevel');
  const { pattern } = preTokenizer;
  return (text: string) => {
    const normal = normalizer === null ? text : normalizer.normalize(text);
    return { normal, parts: normal.match(pattern) ?? [] };
  };
}

/** A copy that does not keep the text alive out of which a piece was sliced. */
function ownCopy(piece: string): string {
  return piece.length < 13 ? piece : Buffer.from(piece, 'utf16le').toString('utf16le');
}

function invalid(detail: string): ModelError {
  return new ModelError(
    'model-invalid',
    'The tokenizer of the model cannot be used; reinstall the extension or choose another model folder.',
    detail,
  );
}
