import { bytes, float, integer } from './protobuf';

/** The parts of the ONNX format (protobuf) that a graph of operators needs, after onnx.proto3. */

export const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;
const EXTERNAL = 1;

export interface Operator {
  readonly type: string;
  /** Empty for the standard set. */
  readonly domain?: string;
  /** An empty name is an input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly Attribute[];
}

/** A number of an operator; which of the two types of the format it is has to be said. */
export interface Attribute {
  readonly name: string;
  readonly type: 'int' | 'float';
  readonly value: number;
}

/** A float32 tensor whose values lie in another file. */
export interface ExternalTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly file: string;
  /** Bytes. */
  readonly offset: number;
  readonly length: number;
}

export interface Value {
  readonly name: string;
  readonly type: number;
  /** A name is a dimension of any size. */
  readonly shape: readonly (string | number)[];
}

export interface Graph {
  readonly operators: readonly Operator[];
  readonly weights: readonly ExternalTensor[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** The bytes of an ONNX model with standard operators of version 17 and the runtime's own of version 1. */
export function writeModel({ operators, weights, inputs, outputs }: Graph): Buffer {
  const graph = [
    ...operators.map((operator) => bytes(1, operatorOf(operator))),
    bytes(2, 'graph'),
    ...weights.map((tensor) => bytes(5, tensorOf(tensor))),
    ...inputs.map((value) => bytes(11, valueOf(value))),
    ...outputs.map((value) => bytes(12, valueOf(value))),
  ];
  const operatorSet = (domain: string, version: number): Buffer =>
    bytes(8, Buffer.concat([bytes(1, domain), integer(2, version)]));
  return Buffer.concat([
    integer(1, 8),
    bytes(2, 'kompress-eval'),
    bytes(7, Buffer.concat(graph)),
    operatorSet('', 17),
    operatorSet('com.microsoft', 1),
  ]);
}

function operatorOf({ type, domain = '', inputs, outputs, attributes = [] }: Operator): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, type),
    ...attributes.map((attribute) => bytes(5, attributeOf(attribute))),
    bytes(7, domain),
  ]);
}

function attributeOf({ name, type, value }: Attribute): Buffer {
  const content = type === 'int' ? [integer(3, value), integer(20, 2)] : [float(2, value), integer(20, 1)];
  return Buffer.concat([bytes(1, name), ...content]);
}

function tensorOf({ name, shape, file, offset, length }: ExternalTensor): Buffer {
  const entry = (key: string, value: string | number): Buffer =>
    bytes(13, Buffer.concat([bytes(1, key), bytes(2, String(value))]));
  return Buffer.concat([
    ...shape.map((size) => integer(1, size)),
    integer(2, FLOAT),
    bytes(8, name),
    entry('location', file),
    entry('offset', offset),
    entry('length', length),
    integer(14, EXTERNAL),
  ]);
}

function valueOf({ name, type, shape }: Value): Buffer {
  const dimensions = shape.map((size) =>
    bytes(1, typeof size === 'string' ? bytes(2, size) : integer(1, size)),
  );
  const tensor = Buffer.concat([integer(1, type), bytes(2, Buffer.concat(dimensions))]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensor))]);
}
