import type { ModelDescription } from './model-folder';
import { ModelError } from './errors';
import type { InferenceSession } from './scorer';
import { paddedLength } from './windows';

/** Which outputs are asked for: those that score words, or also those that later stages rest on (slower). */
export type OutputChoice = 'scores' | 'encodings';

const SCORES = ['token_probs', 'span_scores', 'final_scores'];
const ATTENTION: readonly string[] = ['attention_mass', 'layer_attention_mean'];
const ENCODINGS = [...ATTENTION, 'token_vectors', 'token_weights'];

/** Input of a model file, a boolean scalar: whether the attention outputs are computed; without it they always are. */
export const WITH_ATTENTION = 'with_attention';

/** Whether one of the outputs is attention. */
export const asksForAttention = (outputs: readonly string[]): boolean =>
  outputs.some((name) => ATTENTION.includes(name));

/** The outputs that are not attention. */
export const withoutAttention = (outputs: readonly string[]): string[] =>
  outputs.filter((name) => !ATTENTION.includes(name));
/** Scores are probabilities or products of them; this much beyond [0, 1] is rounding. */
const ROUNDING = 1e-4;

/**
 * The outputs of a model that a choice asks for, in the order of its description.
 * @throws ModelError with reason `model-invalid` if the file lacks one of them.
 */
export function chosenOutputs(
  { outputs }: ModelDescription,
  session: InferenceSession,
  choice: OutputChoice,
): string[] {
  const wanted = choice === 'scores' ? SCORES : [...SCORES, ...ENCODINGS];
  const chosen = outputs.filter((name) => wanted.includes(name));
  for (const name of chosen)
    if (!session.outputNames.includes(name)) throw broken(name, 'the file has no such output');
  return chosen;
}

/** A model's outputs for one window, without the special tokens and the padding. Undefined: the model has none. */
export interface WindowOutputs {
  readonly keep: Float32Array;
  readonly span: Float32Array | undefined;
  readonly final: Float32Array;
  readonly attentionMass: Float32Array | undefined;
  readonly layerAttentionMean: Float32Array | undefined;
  /** Row by row, `vectorSize` values a token. */
  readonly vectors: Float32Array | undefined;
  readonly weights: Float32Array | undefined;
}

/**
 * Runs one window as `[CLS] tokens [SEP]`, padded. A model that gives `final_scores` alone (the official files)
 * has its final scores stand in for the keep probabilities; one without it gets final = keep · (0.5 + 0.5 · span),
 * or keep where there is no span score either.
 * @throws ModelError with reason `model-invalid` if an output is missing, of another size, or no number.
 */
export async function runWindow(
  session: InferenceSession,
  description: ModelDescription,
  outputs: readonly string[],
  ids: Int32Array,
): Promise<WindowOutputs> {
  const count = ids.length;
  const { pad, cls, sep } = description.specialTokens;
  const length = paddedLength(count, description.lengthMultiple);
  const input = new BigInt64Array(length).fill(BigInt(pad));
  const mask = new BigInt64Array(length).fill(1n, 0, count + 2);
  input[0] = BigInt(cls);
  for (const [i, id] of ids.entries()) input[i + 1] = BigInt(id);
  input[count + 1] = BigInt(sep);

  const result = await session.run(input, mask, 1, length, outputs);
  const take = (name: string, width = 1): Float32Array | undefined => {
    if (!outputs.includes(name)) return undefined;
    const values = result[name];
    if (values === undefined) throw broken(name, 'it is missing');
    if (values.length !== length * width)
      throw broken(name, `it has ${values.length} values instead of ${length * width}`);
    const real = values.subarray(width, (count + 1) * width);
    const i = real.findIndex((value) => !Number.isFinite(value));
    if (i >= 0) throw broken(name, `value ${i} is ${real[i] ?? ''}`);
    return real;
  };
  const takeScores = (name: string): Float32Array | undefined => {
    const real = take(name);
    const i = real?.findIndex((value) => value < -ROUNDING || value > 1 + ROUNDING) ?? -1;
    if (i >= 0) throw broken(name, `value ${i} is ${real?.[i] ?? ''}, outside of [0, 1]`);
    return real;
  };

  const keep = takeScores('token_probs');
  const span = takeScores('span_scores');
  const final = takeScores('final_scores') ?? keep?.map((p, i) => p * (0.5 + 0.5 * (span?.[i] ?? 1)));
  if (final === undefined) throw broken('final_scores', 'it is missing');
  return {
    keep: keep ?? final,
    span,
    final,
    attentionMass: take('attention_mass'),
    layerAttentionMean: take('layer_attention_mean'),
    vectors: take('token_vectors', description.question?.vectorSize ?? 1),
    weights: take('token_weights'),
  };
}

function broken(name: string, detail: string): ModelError {
  return new ModelError(
    'model-invalid',
    `The model gives no usable output ${name}; reinstall the extension or choose another model folder.`,
    `${name}: ${detail}`,
  );
}
