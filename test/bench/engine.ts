import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createEngineClient } from '../../src/engine/client';
import { createOnnxSession } from '../../src/engine/runtime';
import { readModelFolder } from '../../src/scoring/model-folder';
import type { InferenceSession } from '../../src/scoring/scorer';
import { createTokenizer } from '../../src/scoring/tokenizer';
import { tokenizeText } from '../../src/scoring/tokens';
import { cutWindows, paddedLength } from '../../src/scoring/windows';
import { indexText } from '../../src/text/words';
import { prose } from './prose';

const MODEL = path.resolve('models/kompress-small');
const POLICY = path.resolve('models/eviction-policy');
const SELECTION_WORDS = 300;
const LONG_WORDS = 100_000;
const ROUNDS = 15;

interface Batch {
  readonly ids: BigInt64Array;
  readonly mask: BigInt64Array;
}

/** The windows of a text as the pipeline cuts them, ready for the runtime. */
async function windowsOf(text: string): Promise<Batch[]> {
  const model = await readModelFolder(MODEL);
  const tokenizer = createTokenizer(JSON.parse(readFileSync(model.tokenizerPath, 'utf8')));
  const { newline } = model.specialTokens;
  const tokens = await tokenizeText(indexText(text), tokenizer, {
    words: model.words,
    newline,
    signal: undefined,
  });
  return cutWindows(tokens.word, { capacity: model.window - 2, overlap: model.overlap }).map(
    ({ start, end }) => {
      const length = paddedLength(end - start, model.lengthMultiple);
      const ids = new BigInt64Array(length).fill(BigInt(model.specialTokens.pad));
      ids[0] = BigInt(model.specialTokens.cls);
      tokens.ids.subarray(start, end).forEach((id, i) => (ids[i + 1] = BigInt(id)));
      ids[end - start + 1] = BigInt(model.specialTokens.sep);
      return { ids, mask: new BigInt64Array(length).fill(1n, 0, end - start + 2) };
    },
  );
}

async function bareLoop(session: InferenceSession, windows: readonly Batch[]): Promise<number> {
  const started = performance.now();
  for (const { ids, mask } of windows)
    await session.run(ids, mask, 1, ids.length, ['token_probs', 'span_scores', 'final_scores']);
  return performance.now() - started;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const round = (value: number): number => Math.round(value * 100) / 100;

export interface EngineFigures {
  /** Milliseconds from a request to its result with no process running, median of 3. */
  readonly coldMs: number;
  /** The same with a loaded engine, median of 15 different texts. */
  readonly warmMs: number;
  /** Inference alone over the same windows, in turn with the above. */
  readonly bareMs: number;
  readonly warmToBare: number;
  readonly longWords: number;
  readonly wordsPerSecond: number;
  readonly bareWordsPerSecond: number;
  /** Throughput of the whole pipeline over that of the bare loop before and after it. */
  readonly throughputRatio: number;
}

/** Times the engine process against a bare loop over the runtime with the same windows, in one run. */
export async function measureEngine(longWords = LONG_WORDS): Promise<EngineFigures> {
  const open = () =>
    createEngineClient({
      serverFile: path.resolve('dist/engine.js'),
      options: () => ({ modelFolder: MODEL, policyFolder: POLICY, threads: 0 }),
      log: { info: () => undefined, error: console.error },
    });
  const budget = { kind: 'model' } as const;

  const cold: number[] = [];
  for (let i = 0; i < 3; i++) {
    const client = open();
    const started = performance.now();
    await client.compress({ text: prose(SELECTION_WORDS, i), budget });
    cold.push(performance.now() - started);
    client.dispose();
  }

  const client = open();
  const { modelPath } = await readModelFolder(MODEL);
  const session = await createOnnxSession(modelPath, { threads: 0 });
  const warm: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < ROUNDS + 3; i++) {
    const text = prose(SELECTION_WORDS, 100 + i);
    const windows = await windowsOf(text);
    const started = performance.now();
    await client.compress({ text, budget });
    const taken = performance.now() - started;
    const alone = await bareLoop(session, windows);
    // The first rounds warm both up.
    if (i >= 3) {
      warm.push(taken);
      bare.push(alone);
    }
  }

  const text = prose(longWords, 7);
  const windows = await windowsOf(text);
  const half = windows.length >> 1;
  const before = await bareLoop(session, windows.slice(0, half));
  const started = performance.now();
  await client.compress({ text, budget });
  const pipeline = performance.now() - started;
  const after = await bareLoop(session, windows.slice(half));
  client.dispose();
  await session.dispose();
  return {
    coldMs: round(median(cold)),
    warmMs: round(median(warm)),
    bareMs: round(median(bare)),
    warmToBare: round(median(warm.map((value, i) => value / (bare[i] ?? NaN)))),
    longWords,
    wordsPerSecond: Math.round((longWords / pipeline) * 1000),
    bareWordsPerSecond: Math.round((longWords / (before + after)) * 1000),
    throughputRatio: round((before + after) / pipeline),
  };
}
