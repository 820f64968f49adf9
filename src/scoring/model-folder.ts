import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelError } from './errors';
import { findOfficialFiles, officialContract, type PlacedFiles } from './official';
import type { ModelInfo } from './scorer';

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1 << 24));
const positive = v.pipe(count, v.minValue(1));
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
/** A name inside the folder: nothing that could lead out of it. */
const fileName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/));

const contract = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  version: v.string(),
  files: v.record(
    fileName,
    v.object({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), bytes: count }),
  ),
  model: fileName,
  tokenizer: fileName,
  selfcheck: v.optional(fileName),
  words: v.picklist(['layout', 'bare']),
  outputs: v.array(v.string()),
  specialTokens: v.object({
    pad: count,
    cls: count,
    sep: count,
    mask: v.optional(count),
    question: v.optional(count),
    newline: v.optional(count),
  }),
  window: v.pipe(count, v.minValue(16)),
  overlap: v.optional(count, 0),
  wordsPerWindow: v.optional(positive),
  lengthMultiple: v.optional(positive, 1),
  threshold: v.optional(probability, 0.5),
  borderline: v.optional(v.object({ above: probability, span: probability })),
  question: v.optional(v.object({ maxTokens: positive, vectorSize: positive, scale: v.number() })),
});

/** How a model wants its input and what it gives: the content of kompress.json, checked. */
export interface ModelDescription extends ModelInfo {
  readonly folder: string;
  /** Absolute paths of the model's files. */
  readonly modelPath: string;
  readonly tokenizerPath: string;
  readonly selfcheckPath: string | undefined;
  /** `layout`: words with the white space before them and a newline token a line; `bare`: words alone. */
  readonly words: 'layout' | 'bare';
  /** Names of the outputs that the file gives. */
  readonly outputs: readonly string[];
  readonly specialTokens: {
    readonly pad: number;
    readonly cls: number;
    readonly sep: number;
    readonly question: number | undefined;
    readonly newline: number | undefined;
  };
  /** Tokens of a window, [CLS] and [SEP] included. */
  readonly window: number;
  /** Tokens that neighbouring windows share. */
  readonly overlap: number;
  /** Words that a window holds at most; only with an overlap of 0. */
  readonly wordsPerWindow: number | undefined;
  /** The padded length of a window is a multiple of this. */
  readonly lengthMultiple: number;
  readonly question:
    { readonly maxTokens: number; readonly vectorSize: number; readonly scale: number } | undefined;
}

/**
 * Reads `kompress.json` of a model folder and checks every file that it names: existence, size, SHA-256.
 * A file of the official Kompress models is described the same way, with `"words": "bare"` and
 * `"outputs": ["final_scores"]`; its threshold is then held against the final score. Where there is no `kompress.json`
 * but the official files under their own names, they are taken as what they are called: nothing says what their
 * SHA-256 should be.
 * @throws ModelError with reason `model-missing`, `model-mismatch` or `model-invalid`.
 */
export async function readModelFolder(folder: string): Promise<ModelDescription> {
  const found = await readContract(folder);
  if ('model' in found) {
    const placed = v.parse(contract, officialContract(found.model, {}));
    const { modelPath, tokenizerPath } = found;
    return { ...describeModel(folder, placed), modelPath, tokenizerPath };
  }
  const parsed = v.safeParse(contract, found.raw);
  if (!parsed.success) throw invalid(folder, describe(parsed.issues[0]));
  const data = parsed.output;

  const bare = data.words === 'bare';
  if (!data.outputs.includes('token_probs') && !data.outputs.includes('final_scores'))
    throw invalid(folder, 'outputs name neither token_probs nor final_scores');
  if (data.overlap * 2 > data.window - 2) throw invalid(folder, 'overlap is more than half of the window');
  if (data.wordsPerWindow !== undefined && data.overlap > 0)
    throw invalid(folder, 'wordsPerWindow needs an overlap of 0');
  if (!bare && data.specialTokens.newline === undefined)
    throw invalid(folder, 'specialTokens.newline is missing');
  if (data.borderline !== undefined && !data.outputs.includes('span_scores'))
    throw invalid(folder, 'borderline needs the output span_scores');

  const needed = [data.model, data.tokenizer, ...(data.selfcheck === undefined ? [] : [data.selfcheck])];
  for (const name of needed)
    if (data.files[name] === undefined) throw invalid(folder, `files has no entry for ${name}`);
  for (const [name, expected] of Object.entries(data.files)) await checkFile(folder, name, expected);
  return describeModel(folder, data);
}

function describeModel(folder: string, data: v.InferOutput<typeof contract>): ModelDescription {
  return {
    name: data.name,
    version: data.version,
    rule: {
      threshold: data.threshold,
      borderline: data.borderline,
      on: data.outputs.includes('token_probs') ? 'keep' : 'final',
    },
    folder,
    modelPath: path.join(folder, data.model),
    tokenizerPath: path.join(folder, data.tokenizer),
    selfcheckPath: data.selfcheck === undefined ? undefined : path.join(folder, data.selfcheck),
    words: data.words,
    outputs: data.outputs,
    specialTokens: {
      pad: data.specialTokens.pad,
      cls: data.specialTokens.cls,
      sep: data.specialTokens.sep,
      question: data.specialTokens.question,
      newline: data.specialTokens.newline,
    },
    window: data.window,
    overlap: data.overlap,
    wordsPerWindow: data.wordsPerWindow,
    lengthMultiple: data.lengthMultiple,
    question: data.question,
  };
}

/** The content of kompress.json or, where there is none, the official files. */
async function readContract(folder: string): Promise<{ readonly raw: unknown } | PlacedFiles> {
  let text: string;
  try {
    text = await readFile(path.join(folder, 'kompress.json'), 'utf8');
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const placed = isAbsent ? await placedIn(folder) : undefined;
    if (placed !== undefined) return placed;
    throw missing(folder, 'kompress.json', error);
  }
  try {
    return { raw: JSON.parse(text) };
  } catch (error) {
    throw invalid(folder, String(error));
  }
}

async function placedIn(folder: string): Promise<PlacedFiles | undefined> {
  try {
    return await findOfficialFiles(folder);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    return undefined;
  }
}

async function checkFile(folder: string, name: string, expected: { sha256: string; bytes: number }) {
  const file = path.join(folder, name);
  try {
    const { size } = await stat(file);
    if (size !== expected.bytes) throw mismatch(folder, name, `${size} bytes instead of ${expected.bytes}`);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    const sha256 = hash.digest('hex');
    if (sha256 !== expected.sha256)
      throw mismatch(folder, name, `sha256 ${sha256} instead of ${expected.sha256}`);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw missing(folder, name, error);
  }
}

function describe(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`;
}

const missing = (folder: string, name: string, error: unknown) =>
  new ModelError(
    'model-missing',
    `The model file ${name} cannot be read in ${folder}; reinstall the extension or choose another model folder.`,
    String(error),
  );

const mismatch = (folder: string, name: string, detail: string) =>
  new ModelError(
    'model-mismatch',
    `The model file ${name} in ${folder} is not the one that kompress.json describes; reinstall the extension or choose another model folder.`,
    detail,
  );

const invalid = (folder: string, detail: string) =>
  new ModelError(
    'model-invalid',
    `The file kompress.json in ${folder} does not describe a model (${detail}); correct it or choose another model folder.`,
    detail,
  );
