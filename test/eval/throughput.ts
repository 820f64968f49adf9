import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createOnnxSession } from '../../src/engine/runtime';
import { readModelFolder, type ModelDescription } from '../../src/scoring/model-folder';
import { chosenOutputs } from '../../src/scoring/outputs';
import type { InferenceSession } from '../../src/scoring/scorer';
import { writeBert } from './bert/bert';

const LENGTH = 512;
const PAIRS = 9;
const WARM_UP = 2;
/** Windows of the small encoder to one of BERT: about the same time, so that both see the same machine. */
const WINDOWS = 8;
const FIRST_WORD = 1000;

export interface Throughput {
  /** Of the shipped encoder with all outputs that the engine asks for, windows of 512, one at a time. */
  readonly tokensPerSecond: number;
  /** Of a BERT base with a token classification head, random weights, the same windows and runtime. */
  readonly bertBaseTokensPerSecond: number;
  /** Median of the ratios of neighbouring measurements. */
  readonly ratio: number;
  /** The encoder with the word scores alone, which is what the other model gives too. */
  readonly scoresAlone: { readonly tokensPerSecond: number; readonly ratio: number };
  readonly bertBaseParameters: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Seconds a token that a session takes for full windows, one at a time. */
async function timeOf(
  session: InferenceSession,
  ids: BigInt64Array,
  outputs: readonly string[],
  windows: number,
): Promise<number> {
  const mask = new BigInt64Array(ids.length).fill(1n);
  const started = performance.now();
  for (let i = 0; i < windows; i++) await session.run(ids, mask, 1, ids.length, outputs);
  return (performance.now() - started) / 1000 / (windows * ids.length);
}

/** A window of different tokens between the model's own [CLS] and [SEP]. */
function windowOf(vocabulary: number, special?: ModelDescription['specialTokens']): BigInt64Array {
  const ids = BigInt64Array.from({ length: LENGTH }, (_, i) =>
    BigInt(FIRST_WORD + ((i * 7919) % (vocabulary - FIRST_WORD))),
  );
  ids[0] = BigInt(special?.cls ?? 101);
  ids[LENGTH - 1] = BigInt(special?.sep ?? 102);
  return ids;
}

/**
 * Tokens a second of a model folder's encoder and of the BERT base that LLMLingua-2 uses, in turn in one run, with the
 * engine's session options and its threads. BERT's 434 MB are written to a temporary folder and removed.
 */
export async function measureThroughput(modelFolder: string): Promise<Throughput> {
  const description = await readModelFolder(modelFolder);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kompress-eval-'));
  try {
    const bertFile = writeBert(folder);
    const bert = await createOnnxSession(bertFile.path, { threads: 0 });
    const encoder = await createOnnxSession(description.modelPath, { threads: 0 });
    const all = chosenOutputs(description, encoder, 'encodings');
    const scores = chosenOutputs(description, encoder, 'scores');
    // Ids that any vocabulary has.
    const ids = windowOf(8000, description.specialTokens);
    const bertIds = windowOf(8000);
    const times: { own: number; alone: number; bert: number }[] = [];
    for (let pair = 0; pair < WARM_UP + PAIRS; pair++) {
      const time = {
        own: await timeOf(encoder, ids, all, WINDOWS),
        bert: await timeOf(bert, bertIds, ['logits'], 1),
        alone: await timeOf(encoder, ids, scores, WINDOWS),
      };
      if (pair >= WARM_UP) times.push(time);
    }
    await bert.dispose();
    await encoder.dispose();
    const ratio = (seconds: (time: (typeof times)[number]) => number): number =>
      Math.round(median(times.map((time) => time.bert / seconds(time))) * 10) / 10;
    const rate = (seconds: (time: (typeof times)[number]) => number): number =>
      Math.round(1 / median(times.map(seconds)));
    return {
      tokensPerSecond: rate((time) => time.own),
      bertBaseTokensPerSecond: rate((time) => time.bert),
      ratio: ratio((time) => time.own),
      scoresAlone: { tokensPerSecond: rate((time) => time.alone), ratio: ratio((time) => time.alone) },
      bertBaseParameters: bertFile.parameters,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
