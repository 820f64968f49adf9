import { byteSymbols } from '../../../src/scoring/bytes';
import { writeTableModel } from './onnx-writer';

const [CLS, SEP, PAD, MASK] = [50281, 50282, 50283, 50284];
const FIRST_BYTE = 3;
const THE = FIRST_BYTE + 257;

/** Two files with the contract of the official ones, and the scores that their model gives. */
export interface OfficialShaped {
  readonly model: Buffer;
  readonly tokenizer: Buffer;
  /** Scores of words made of ASCII letters. */
  readonly scoresOf: (words: readonly string[]) => number[];
}

/** A table model with as many tokens as ModernBERT-base has, and a tokenizer with its special tokens. */
export function officialShaped(): OfficialShaped {
  const vocab = Object.fromEntries(
    [...byteSymbols, 'th', 'the'].map((symbol, i) => [symbol, FIRST_BYTE + i] as const),
  );
  const scores = Array.from({ length: 50_368 }, (_, id) => (id % 8) / 8);
  for (const special of [CLS, SEP, PAD, MASK]) scores[special] = 1;
  const score = (id: number): number => scores[id] ?? NaN;
  const special = (content: string, id: number) => ({ id, content, special: true, normalized: false });
  const tokenizer = {
    added_tokens: [
      special('[CLS]', CLS),
      special('[SEP]', SEP),
      special('[PAD]', PAD),
      special('[MASK]', MASK),
    ],
    normalizer: { type: 'NFC' },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab, merges: ['t h', 'th e'] },
  };
  return {
    model: writeTableModel(scores),
    tokenizer: Buffer.from(JSON.stringify(tokenizer)),
    scoresOf: (words) =>
      words.map((word) =>
        word === 'the'
          ? score(THE)
          : Math.max(...Array.from(word, (letter) => score(FIRST_BYTE + letter.charCodeAt(0)))),
      ),
  };
}
