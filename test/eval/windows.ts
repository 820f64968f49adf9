import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import * as v from 'valibot';
import { createOnnxSession } from '../../src/engine/runtime';
import { readModelFolder } from '../../src/scoring/model-folder';
import { createModernBertScorer } from '../../src/scoring/modernbert';
import type { QuestionEncoding, Scorer, TokenEncodings } from '../../src/scoring/scorer';
import { createTokenizer } from '../../src/scoring/tokenizer';
import { indexText } from '../../src/text/words';

const passageSchema = v.object({
  id: v.string(),
  kind: v.string(),
  text: v.string(),
  /** One character a word: 1 keep, 0 discard. */
  keep: v.pipe(v.string(), v.regex(/^[01]*$/)),
});
export type Passage = v.InferOutput<typeof passageSchema>;

const windowSchema = v.object({ id: v.string(), lines: v.array(v.string()) });
const questionSchema = v.object({
  id: v.string(),
  question: v.string(),
  /** Evidence, counted from 1. */
  lines: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.minLength(1)),
  kind: v.optional(v.string()),
});
export type AskedQuestion = v.InferOutput<typeof questionSchema>;

const records = <T extends v.GenericSchema>(file: string, schema: T): v.InferOutput<T>[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => v.parse(schema, JSON.parse(line)));

/** The labelled passages of a folder's `labels/dev.jsonl`. */
export const readPassages = (dataFolder: string): Passage[] =>
  records(path.join(dataFolder, 'labels/dev.jsonl'), passageSchema);

/** The lines of each window of a folder's `qa/windows.jsonl`, by id. */
export function readWindows(dataFolder: string): ReadonlyMap<string, readonly string[]> {
  const windows = records(path.join(dataFolder, 'qa/windows.jsonl'), windowSchema);
  return new Map(windows.map(({ id, lines }) => [id, lines]));
}

/** Questions of `qa/<name>.jsonl` whose evidence lies inside of their window. */
export function readQuestions(
  dataFolder: string,
  name: string,
  windows: ReadonlyMap<string, readonly string[]>,
): AskedQuestion[] {
  return records(path.join(dataFolder, `qa/${name}.jsonl`), questionSchema).filter(
    ({ id, lines }) => Math.max(...lines) <= (windows.get(id)?.length ?? 0),
  );
}

/** The scorer of a model folder with vectors and attention, on the real runtime. */
export async function openEncoder(folder: string): Promise<Scorer> {
  const description = await readModelFolder(folder);
  const tokenizer = createTokenizer(JSON.parse(readFileSync(description.tokenizerPath, 'utf8')));
  const session = await createOnnxSession(description.modelPath, { threads: 1 });
  return createModernBertScorer({ description, tokenizer, session, outputs: 'encodings' });
}

export interface Encoder {
  text(text: string): Promise<TokenEncodings>;
  question(question: string): Promise<QuestionEncoding>;
}

/** An encoder that remembers what it gave in a folder, so that features can be made again in seconds. */
export function createRememberingEncoder(scorer: Scorer, cacheFolder: string | undefined): Encoder {
  const remembered = async <T>(kind: string, content: string, make: () => Promise<T>): Promise<T> => {
    if (cacheFolder === undefined) return make();
    mkdirSync(cacheFolder, { recursive: true });
    const key = createHash('sha256').update(scorer.model.version).update(kind).update(content).digest('hex');
    const file = path.join(cacheFolder, key);
    if (existsSync(file)) return deserialize(readFileSync(file)) as T;
    const value = await make();
    writeFileSync(file, serialize(value));
    return value;
  };
  return {
    text: (text) => remembered('text', text, async () => (await scorer.score(indexText(text))).encodings),
    question: (question) =>
      remembered('question', question, async () => {
        const encoding = await scorer.encodeQuestion(question);
        if (encoding === undefined) throw new Error(`The model gives no vectors for: ${question}`);
        return encoding;
      }),
  };
}

/** The encodings of texts that follow each other with a line break between them, each encoded alone. */
export function joinEncodings(
  parts: readonly { readonly encodings: TokenEncodings; readonly lines: number }[],
): TokenEncodings {
  let firstLine = 0;
  const line: number[] = [];
  const vectors: number[] = [];
  const vectorSize = parts[0]?.encodings.vectorSize ?? 0;
  for (const { encodings, lines } of parts) {
    for (const own of encodings.line) line.push(own + firstLine);
    for (const value of encodings.vectors ?? []) vectors.push(value);
    firstLine += lines;
  }
  return {
    line: Int32Array.from(line),
    vectors: Int8Array.from(vectors),
    vectorSize,
    attentionMass: undefined,
    layerAttentionMean: undefined,
    weights: undefined,
  };
}
