import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { byteSymbols } from '../../../src/scoring/bytes';
import { writeTableModel } from './onnx-writer';

const [PAD, CLS, SEP, FIRST_BYTE] = [0, 1, 2, 3];
const MERGES = ['t h', 'th e'];
const THE = FIRST_BYTE + 257;

export interface TableModelOptions {
  /** Score of a character's token; others get 0.125. `the` is one token. Multiples of 1/8 stay exact. */
  readonly scores: Readonly<Record<string, number>>;
  /** Put over the fields of kompress.json. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Name of the output that the file really has. */
  readonly output?: string;
}

/** Makes a model folder of the official contract in a new directory and returns its path. */
export async function writeTableModelFolder({
  scores,
  overrides,
  output,
}: TableModelOptions): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kompress-table-'));
  await mkdir(folder, { recursive: true });
  const vocab = Object.fromEntries(
    [...byteSymbols, 'th', 'the'].map((symbol, i) => [symbol, FIRST_BYTE + i] as const),
  );
  const table = Array<number>(THE + 1).fill(0.125);
  table[PAD] = table[CLS] = table[SEP] = 1;
  for (const [text, score] of Object.entries(scores))
    table[text === 'the' ? THE : FIRST_BYTE + text.charCodeAt(0)] = score;

  const special = (content: string, id: number) => ({ id, content, special: true, normalized: false });
  const contents = {
    'model.onnx': writeTableModel(table, output),
    'tokenizer.json': Buffer.from(
      JSON.stringify({
        added_tokens: [special('[PAD]', PAD), special('[CLS]', CLS), special('[SEP]', SEP)],
        normalizer: { type: 'NFC' },
        pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
        post_processor: null,
        decoder: { type: 'ByteLevel' },
        model: { type: 'BPE', vocab, merges: MERGES },
      }),
    ),
  };
  const files: Record<string, { sha256: string; bytes: number }> = {};
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(path.join(folder, name), content);
    files[name] = { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
  }
  const description = {
    name: 'table',
    version: '1',
    files,
    model: 'model.onnx',
    tokenizer: 'tokenizer.json',
    words: 'bare',
    outputs: ['final_scores'],
    specialTokens: { pad: PAD, cls: CLS, sep: SEP },
    window: 512,
    wordsPerWindow: 350,
    threshold: 0.5,
    ...overrides,
  };
  await writeFile(path.join(folder, 'kompress.json'), JSON.stringify(description));
  return folder;
}
