import { offset, type Span } from './offsets';

/**
 * Many spans, flat: `[start0, end0, start1, end1, …]`, sorted, without overlap. This form crosses the process
 * border without one object a span.
 */
export type FlatSpans = Int32Array;

/** The spans of a flat list as objects. */
export function toSpans(flat: FlatSpans): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2)
    spans.push({ start: offset(at(flat, i)), end: offset(at(flat, i + 1)) });
  return spans;
}

/** Concatenates what the spans cover. */
export function sliceSpans(text: string, flat: FlatSpans): string {
  const parts: string[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) parts.push(text.slice(at(flat, i), at(flat, i + 1)));
  return parts.join('');
}

/** Element of a typed array whose index is known to be in range. Throws a RangeError where it is not. */
export function at(
  array: { readonly length: number; readonly [index: number]: number },
  index: number,
): number {
  const value = array[index];
  if (value === undefined) throw new RangeError(`index ${index} outside of ${array.length} elements`);
  return value;
}
