import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelError } from './errors';

/** Model files of `chopratejas/kompress-v2-base`, by the name they are published under; the first found counts. */
export const OFFICIAL_MODELS = ['kompress-int8-wo.onnx', 'kompress-fp32.onnx'] as const;
/** From `answerdotai/ModernBERT-base`. */
export const OFFICIAL_TOKENIZER = 'tokenizer.json';

/** Ids of the special tokens in the tokenizer of ModernBERT-base. */
const SPECIAL_TOKENS = { pad: 50283, cls: 50281, sep: 50282, mask: 50284 } as const;
const LITERALS = { pad: '[PAD]', cls: '[CLS]', sep: '[SEP]', mask: '[MASK]' } as const;

export interface FileIdentity {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * The content of kompress.json for an official model file, which comes without one. Windows of 350 bare words,
 * encoded one by one and cut at 512 tokens, and a threshold of 0.5 on the final score are those of the published
 * inference code (Headroom's Kompress compressor).
 * @param model name of the ONNX file, one of OFFICIAL_MODELS.
 * @param files name, size and SHA-256 of each file; checked whenever the model is loaded.
 */
export function officialContract(model: string, files: Readonly<Record<string, FileIdentity>>) {
  return {
    name: 'kompress-v2-base',
    version: model.replace(/^kompress-|\.onnx$/g, ''),
    files,
    model,
    tokenizer: OFFICIAL_TOKENIZER,
    words: 'bare',
    outputs: ['final_scores'],
    specialTokens: SPECIAL_TOKENS,
    window: 512,
    overlap: 0,
    wordsPerWindow: 350,
    threshold: 0.5,
  } as const;
}

/** Official files that somebody put into a folder by hand, without kompress.json. Absolute paths. */
export interface PlacedFiles {
  readonly model: (typeof OFFICIAL_MODELS)[number];
  readonly modelPath: string;
  readonly tokenizerPath: string;
}

/**
 * Looks for official files in a folder, the model also in its subfolder `onnx`, where the published repository has it.
 * @returns undefined if there is none of them.
 * @throws ModelError with reason `model-missing` if only one of the two files is there, `model-mismatch` if the
 * tokenizer is not that of ModernBERT-base.
 */
export async function findOfficialFiles(folder: string): Promise<PlacedFiles | undefined> {
  const names = new Set(await readdir(folder));
  const below = new Set(await readdir(path.join(folder, 'onnx')).catch(() => []));
  const model = OFFICIAL_MODELS.find((name) => names.has(name) || below.has(name));
  const tokenizerPath = path.join(folder, OFFICIAL_TOKENIZER);
  if (model === undefined) {
    if (!names.has(OFFICIAL_TOKENIZER)) return undefined;
    throw new ModelError(
      'model-missing',
      `The folder ${folder} holds a tokenizer but neither kompress.json nor ${OFFICIAL_MODELS.join(' or ')}; add one of them.`,
    );
  }
  if (!names.has(OFFICIAL_TOKENIZER))
    throw new ModelError(
      'model-missing',
      `The folder ${folder} holds ${model} but no ${OFFICIAL_TOKENIZER}; add the one of answerdotai/ModernBERT-base.`,
    );
  if (!isModernBert(await readFile(tokenizerPath, 'utf8')))
    throw new ModelError(
      'model-mismatch',
      `The file ${OFFICIAL_TOKENIZER} in ${folder} does not belong to ${model}; put the one of answerdotai/ModernBERT-base there.`,
    );
  return { model, modelPath: path.join(folder, ...(names.has(model) ? [] : ['onnx']), model), tokenizerPath };
}

/** Whether a tokenizer.json has the special tokens of ModernBERT-base; it exists in more than one spelling. */
function isModernBert(json: string): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return false;
  }
  if (typeof parsed !== 'object' || parsed === null || !('added_tokens' in parsed)) return false;
  const added = parsed.added_tokens;
  if (!Array.isArray(added)) return false;
  const ids = new Map<unknown, unknown>();
  for (const token of added as readonly unknown[])
    if (typeof token === 'object' && token !== null && 'content' in token && 'id' in token)
      ids.set(token.content, token.id);
  return (['pad', 'cls', 'sep', 'mask'] as const).every(
    (name) => ids.get(LITERALS[name]) === SPECIAL_TOKENS[name],
  );
}
