/** Elements of an array in one piece of text. */
const ELEMENTS = 2000;

/**
 * An object as JSON in pieces, so that a list of a million entries is never one string, nor one array: a value that
 * is a generator is written as the array of what it yields. Values that are undefined are left out.
 */
export function* jsonPieces(object: object): Generator<string> {
  let separator = '{';
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    separator = ',';
    if (isIterable(value)) yield* arrayPieces(value);
    else yield JSON.stringify(value);
  }
  yield separator === '{' ? '{}' : '}';
}

function* arrayPieces(values: Iterable<unknown>): Generator<string> {
  let piece = '[';
  let held = 0;
  let separator = '';
  for (const value of values) {
    piece += separator + JSON.stringify(value);
    separator = ',';
    if (++held === ELEMENTS) {
      yield piece;
      piece = '';
      held = 0;
    }
  }
  yield `${piece}]`;
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;
