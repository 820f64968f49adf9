import { offset, type Offset, type Span } from './offsets';

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

/** The flat form of spans. They must be sorted and must not overlap. */
export function toFlat(spans: readonly Span[]): FlatSpans {
  const flat = new Int32Array(spans.length * 2);
  spans.forEach((span, i) => {
    flat[2 * i] = span.start;
    flat[2 * i + 1] = span.end;
  });
  return flat;
}

/** Sorts spans, joins those that overlap or touch, and leaves out empty ones. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = spans
    .filter((span) => span.end > span.start)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const merged: { start: Offset; end: Offset }[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) {
      if (span.end > last.end) last.end = span.end;
    } else merged.push({ start: span.start, end: span.end });
  }
  return merged;
}

/** What of `[0, length)` lies in none of the (sorted, disjoint) spans. */
export function invertSpans(flat: FlatSpans, length: number): FlatSpans {
  const out: number[] = [];
  let position = 0;
  for (let i = 0; i + 1 < flat.length; i += 2) {
    if (at(flat, i) > position) out.push(position, at(flat, i));
    position = at(flat, i + 1);
  }
  if (position < length) out.push(position, length);
  return Int32Array.from(out);
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
