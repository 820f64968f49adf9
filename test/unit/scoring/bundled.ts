import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createOnnxSession } from '../../../src/engine/runtime';
import { readModelFolder, type ModelDescription } from '../../../src/scoring/model-folder';
import type { InferenceSession } from '../../../src/scoring/scorer';
import { createTokenizer, type Tokenizer } from '../../../src/scoring/tokenizer';

/** The model that ships with the extension; the tests run in the project's root. */
export const bundledFolder = path.resolve('models/kompress-small');

export interface Loaded {
  readonly description: ModelDescription;
  readonly tokenizer: Tokenizer;
  readonly session: InferenceSession;
}

export async function loadModel(folder: string): Promise<Loaded> {
  const description = await readModelFolder(folder);
  return {
    description,
    tokenizer: createTokenizer(await readTokenizerJson(folder)),
    session: await createOnnxSession(description.modelPath, { threads: 0 }),
  };
}

export async function readTokenizerJson(folder: string): Promise<object> {
  return JSON.parse(await readFile(path.join(folder, 'tokenizer.json'), 'utf8')) as object;
}

let loaded: Promise<Loaded> | undefined;

/** The bundled model, loaded once for all suites of a run. */
export function loadBundled(): Promise<Loaded> {
  loaded ??= loadModel(bundledFolder);
  return loaded;
}

/** Varied English prose with lists, numbers and code words, the same for the same seed. */
export function prose(words: number, seed = 1): string {
  let state = seed;
  const random = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const parts: string[] = [];
  for (let i = 0; i < words;) {
    const length = Math.min(words - i, 5 + random(14));
    const sentence = Array.from({ length }, () => VOCABULARY[random(VOCABULARY.length)] ?? 'the');
    parts.push((random(6) === 0 ? '- ' : '') + sentence.join(' ') + (random(3) === 0 ? '.\n' : '. '));
    i += length;
  }
  return parts.join('');
}

const VOCABULARY = (
  'the a of to in and is it not only when before after every request server returns because index was rebuilt ' +
  'without lock we should keep old file path src/cache.ts 42 minutes error code 503 retry three times unless ' +
  'timeout expires however as mentioned earlier basically that which team decided use smaller window instead ' +
  'please note release v1.2.3 fails on Windows --dry-run flag prints names but does write anything so they can ' +
  'compare results later perhaps really simple example queue worker memory limit under load average of readers'
).split(' ');
