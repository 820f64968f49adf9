import { bytes, integer } from '../../eval/bert/protobuf';

/** The few parts of the ONNX format that a graph of table look-ups needs. */

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;

/**
 * An ONNX file with the contract of the official Kompress files: `input_ids` and `attention_mask`, int64
 * [batch, seq], to `final_scores`, float32 [batch, seq]. A token's score is its entry in `scores`, 0 where masked.
 */
export function writeTableModel(scores: readonly number[], output = 'final_scores'): Buffer {
  const graph = Buffer.concat([
    bytes(1, node('Gather', ['scores', 'input_ids'], 'looked_up')),
    bytes(1, node('Cast', ['attention_mask'], 'mask', bytes(5, intAttribute('to', FLOAT)))),
    bytes(1, node('Mul', ['looked_up', 'mask'], output)),
    bytes(2, 'table'),
    bytes(5, floats('scores', scores)),
    bytes(11, valueInfo('input_ids', INT64)),
    bytes(11, valueInfo('attention_mask', INT64)),
    bytes(12, valueInfo(output, FLOAT)),
  ]);
  const opset = Buffer.concat([bytes(1, ''), integer(2, 13)]);
  return Buffer.concat([integer(1, 8), bytes(2, 'kompress-test'), bytes(7, graph), bytes(8, opset)]);
}

/** An ONNX file that gives 1 for every token where its input `with_attention` is true, else 0; for each output. */
export function writeSwitchModel(outputs: readonly string[]): Buffer {
  const toFloat = bytes(5, intAttribute('to', FLOAT));
  const graph = Buffer.concat([
    bytes(1, node('Cast', ['attention_mask'], 'mask', toFloat)),
    bytes(1, node('Cast', ['with_attention'], 'switch', toFloat)),
    ...outputs.map((name) => bytes(1, node('Mul', ['mask', 'switch'], name))),
    bytes(2, 'switch'),
    bytes(11, valueInfo('input_ids', INT64)),
    bytes(11, valueInfo('attention_mask', INT64)),
    bytes(11, valueInfo('with_attention', BOOL, [])),
    ...outputs.map((name) => bytes(12, valueInfo(name, FLOAT))),
  ]);
  const opset = Buffer.concat([bytes(1, ''), integer(2, 13)]);
  return Buffer.concat([integer(1, 8), bytes(2, 'kompress-test'), bytes(7, graph), bytes(8, opset)]);
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Buffer = Buffer.alloc(0),
): Buffer {
  const names = inputs.map((name) => bytes(1, name));
  return Buffer.concat([...names, bytes(2, output), bytes(4, operator), attributes]);
}

function intAttribute(name: string, value: number): Buffer {
  return Buffer.concat([bytes(1, name), integer(3, value), integer(20, 2)]);
}

function floats(name: string, values: readonly number[]): Buffer {
  const raw = Buffer.from(Float32Array.from(values).buffer);
  return Buffer.concat([integer(1, values.length), integer(2, FLOAT), bytes(8, name), bytes(9, raw)]);
}

function valueInfo(name: string, type: number, dimensions: readonly string[] = ['batch', 'seq']): Buffer {
  const shape = Buffer.concat(dimensions.map((dimension) => bytes(1, bytes(2, dimension))));
  const tensor = Buffer.concat([integer(1, type), bytes(2, shape)]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensor))]);
}
