/** The little of WebAssembly that is used here; its types come with the DOM's only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Rows that are multiplied at once: value i of row r stands at 4 · i + r. */
export const LANES = 4;
/** The number of outputs is a multiple of this: so many sums are held at once. */
export const OUTPUT_BLOCK = 8;

const PAGE_FLOATS = 16_384;

/** Numbers in a memory of its own, and the product of a matrix with four rows of them. */
export interface MatrixMemory {
  readonly floats: Float32Array;
  /**
   * `to` = matrix · `from` + bias for four rows; all of them indices of `floats`. A plain loop takes 2.2 µs a row of
   * 64 × 64, which is more than all else that the learned policy does; this one a fifth of that.
   * @param matrix [outputs / 8][inputs][8]
   * @param from [inputs][4]
   * @param to [outputs][4]
   */
  readonly multiply: (
    matrix: number,
    bias: number,
    from: number,
    to: number,
    inputs: number,
    outputs: number,
  ) => void;
}

/** Makes a memory of at least `size` floats, all 0. */
export function createMatrixMemory(size: number): MatrixMemory {
  const module = new WebAssembly.Module(assemble(Math.ceil(size / PAGE_FLOATS)));
  const { memory, multiply } = new WebAssembly.Instance(module).exports;
  if (!isMemory(memory) || !isMultiply(multiply)) throw new TypeError('WebAssembly does not work');
  const floats = new Float32Array(memory.buffer);
  return {
    floats,
    multiply(matrix, bias, from, to, inputs, outputs) {
      if (inputs < 1 || outputs < OUTPUT_BLOCK || outputs % OUTPUT_BLOCK !== 0)
        throw new RangeError(`${outputs} × ${inputs}`);
      multiply(4 * matrix, 4 * bias, 4 * from, 4 * to, inputs, outputs);
    },
  };
}

const isMemory = (value: unknown): value is { readonly buffer: ArrayBuffer } =>
  typeof value === 'object' && value !== null && 'buffer' in value && value.buffer instanceof ArrayBuffer;
const isMultiply = (value: unknown): value is (...numbers: number[]) => void => typeof value === 'function';

const I32 = 0x7f;
const V128 = 0x7b;
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
const CONST = 0x41;
const LESS = 0x49;
const ADD = 0x6a;
const SUBTRACT = 0x6b;
const SHIFT_LEFT = 0x74;
const LOOP = [0x03, 0x40] as const;
const REPEAT_IF = [0x0d, 0] as const;
const END = 0x0b;
// Each with the logarithm of its alignment; the offset follows.
const LOAD = [0xfd, 0x00, 4] as const;
const LOAD_SPLAT = [0xfd, 0x09, 2] as const;
const STORE = [0xfd, 0x0b, 4] as const;
const ADD_FLOATS = [0xfd, 0xe4, 0x01] as const;
const MULTIPLY_FLOATS = [0xfd, 0xe6, 0x01] as const;

/** The module in WebAssembly's binary format (version 1 with 128-bit SIMD): one memory, one function. */
function assemble(pages: number): Uint8Array {
  const [matrix, bias, from, to, inputs, outputs, at, end, value] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const sum = (k: number): number => 9 + k;
  const blocks = (part: (k: number) => readonly number[]): number[] =>
    Array.from({ length: OUTPUT_BLOCK }, (_, k) => part(k)).flat();
  const advance = (local: number, bytes: number): number[] => [GET, local, CONST, ...signed(bytes), ADD];
  const body = [
    ...[2, 2, I32, 1 + OUTPUT_BLOCK, V128],
    ...LOOP,
    ...blocks((k) => [GET, bias, ...LOAD_SPLAT, 4 * k, SET, sum(k)]),
    ...[GET, from, SET, at, GET, from, GET, inputs, CONST, 4, SHIFT_LEFT, ADD, SET, end],
    ...LOOP,
    ...[GET, at, ...LOAD, 0, SET, value],
    ...blocks((k) => [
      ...[GET, sum(k), GET, value, GET, matrix, ...LOAD_SPLAT, 4 * k],
      ...[...MULTIPLY_FLOATS, ...ADD_FLOATS, SET, sum(k)],
    ]),
    ...[...advance(matrix, 4 * OUTPUT_BLOCK), SET, matrix],
    ...[...advance(at, 4 * LANES), TEE, at, GET, end, LESS, ...REPEAT_IF, END],
    ...blocks((k) => [GET, to, GET, sum(k), ...STORE, 4 * LANES * k]),
    ...[...advance(to, 4 * LANES * OUTPUT_BLOCK), SET, to],
    ...[...advance(bias, 4 * OUTPUT_BLOCK), SET, bias],
    ...[GET, outputs, CONST, OUTPUT_BLOCK, SUBTRACT, TEE, outputs, ...REPEAT_IF, END],
    END,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 6, I32, I32, I32, I32, I32, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('multiply'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsigned(content.length),
  ...content,
];
const name = (text: string): number[] => [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))];

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number that is not negative. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
}
