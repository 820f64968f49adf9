import { readFileSync } from 'node:fs';
import { createOnnxSession } from '../src/engine/runtime';
import { readModelFolder } from '../src/scoring/model-folder';
import { createModernBertScorer } from '../src/scoring/modernbert';
import type { Scorer } from '../src/scoring/scorer';
import { createTokenizer } from '../src/scoring/tokenizer';

/** The scorer of a model folder on the real runtime, in this process. */
export async function openScorer(folder: string): Promise<Scorer> {
  const description = await readModelFolder(folder);
  const tokenizer = createTokenizer(JSON.parse(readFileSync(description.tokenizerPath, 'utf8')));
  const session = await createOnnxSession(description.modelPath, { threads: 0 });
  return createModernBertScorer({ description, tokenizer, session, outputs: 'encodings' });
}
