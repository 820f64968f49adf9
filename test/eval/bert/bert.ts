import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { FLOAT, INT32, INT64, writeModel, type Attribute, type ExternalTensor, type Operator } from './onnx';

export interface BertShape {
  readonly vocabulary: number;
  readonly positions: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly labels: number;
}

/**
 * BERT base with a token classification head of two labels: the smaller of the two models of LLMLingua-2 (Pan et al.
 * 2024, arXiv:2403.12968). Its multilingual vocabulary of 119,547 is cut to that of the English BERT: a look-up costs
 * the same in either.
 */
export const BERT_BASE: BertShape = {
  vocabulary: 30_522,
  positions: 512,
  layers: 12,
  hidden: 768,
  heads: 12,
  intermediate: 3072,
  labels: 2,
};

export interface BertFile {
  readonly path: string;
  readonly parameters: number;
}

const MODEL = 'bert.onnx';
const WEIGHTS = 'bert.bin';
/** Standard deviation of BERT's initialization. */
const DEVIATION = 0.02;
/** Floats made and written in one go. */
const CHUNK = 1 << 20;

/**
 * Writes a BERT token classifier with random weights, float32, and their file beside it: `input_ids` and
 * `attention_mask`, int64 [batch, seq], to `logits`, float32 [batch, seq, labels]. It has the operators that the
 * runtime's optimizer makes of a usual export (one for the attention, one for a residual with its normalization, one for
 * a bias with its GELU), so that the comparison is with BERT at its fastest. The token type, always the same one, is
 * taken to be part of the positions.
 */
export function writeBert(folder: string, shape: BertShape = BERT_BASE, seed = 1): BertFile {
  const { hidden, intermediate, labels } = shape;
  const weights: ExternalTensor[] = [];
  const operators: Operator[] = [];
  const random = randomFloats(seed);
  const file = openSync(path.join(folder, WEIGHTS), 'w');
  let offset = 0;

  const put = (values: Float32Array): void => {
    writeSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
  /** A tensor of random values, or of one value. */
  const weight = (name: string, size: readonly number[], value?: number): string => {
    const count = size.reduce((product, side) => product * side, 1);
    for (let done = 0; done < count; done += CHUNK) {
      const length = Math.min(CHUNK, count - done);
      put(value === undefined ? random(length) : new Float32Array(length).fill(value));
    }
    weights.push({ name, shape: size, file: WEIGHTS, offset, length: 4 * count });
    offset += 4 * count;
    return name;
  };
  const add = (
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    { own = false, attributes = [] }: { own?: boolean; attributes?: readonly Attribute[] } = {},
  ): void => {
    operators.push({ type, inputs, outputs, attributes, domain: own ? 'com.microsoft' : '' });
  };
  const cast = (from: string, to: string): void =>
    add('Cast', [from], [to], { attributes: [{ name: 'to', type: 'int', value: INT32 }] });
  const epsilon: Attribute = { name: 'epsilon', type: 'float', value: 1e-12 };
  const scaleOf = (name: string): string[] => [
    weight(`${name}.scale`, [hidden], 1),
    weight(`${name}.bias`, [hidden], 0),
  ];

  cast('input_ids', 'ids');
  cast('attention_mask', 'mask');
  const embeddings = [
    weight('words', [shape.vocabulary, hidden]),
    weight('positions', [shape.positions, hidden]),
  ];
  add('EmbedLayerNormalization', ['ids', '', ...embeddings, '', ...scaleOf('embed')], ['x0', 'unused'], {
    own: true,
    attributes: [epsilon],
  });
  for (let layer = 0; layer < shape.layers; layer++) {
    const name = (part: string): string => `${layer}.${part}`;
    const residual = (input: string, rows: number, from: string, norm: string, to: string): void => {
      add('MatMul', [input, weight(`${norm}.product`, [rows, hidden])], [`${norm}.out`]);
      const bias = weight(`${norm}.product.bias`, [hidden]);
      add('SkipLayerNormalization', [`${norm}.out`, from, ...scaleOf(norm), bias], [to], {
        own: true,
        attributes: [epsilon],
      });
    };
    const query = weight(name('qkv'), [hidden, 3 * hidden]);
    add('Attention', [`x${layer}`, query, weight(name('qkv.bias'), [3 * hidden]), 'mask'], [name('mixed')], {
      own: true,
      attributes: [{ name: 'num_heads', type: 'int', value: shape.heads }],
    });
    residual(name('mixed'), hidden, `x${layer}`, name('attended'), name('middle'));
    add('MatMul', [name('middle'), weight(name('up'), [hidden, intermediate])], [name('wide')]);
    add('BiasGelu', [name('wide'), weight(name('up.bias'), [intermediate])], [name('active')], { own: true });
    residual(name('active'), intermediate, name('middle'), name('fed'), `x${layer + 1}`);
  }
  add('MatMul', [`x${shape.layers}`, weight('head', [hidden, labels])], ['head.out']);
  add('Add', ['head.out', weight('head.bias', [labels])], ['logits']);
  closeSync(file);

  const model = path.join(folder, MODEL);
  writeFileSync(
    model,
    writeModel({
      operators,
      weights,
      inputs: ['input_ids', 'attention_mask'].map((name) => ({ name, type: INT64, shape: ['batch', 'seq'] })),
      outputs: [{ name: 'logits', type: FLOAT, shape: ['batch', 'seq', labels] }],
    }),
  );
  return { path: model, parameters: offset / 4 };
}

/** Evenly spread numbers with the deviation of BERT's initialization, the same for the same seed. */
function randomFloats(seed: number): (count: number) => Float32Array {
  let state = seed >>> 0;
  const reach = DEVIATION * Math.sqrt(3);
  return (count) => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      values[i] = (state / 2 ** 31 - 1) * reach;
    }
    return values;
  };
}
