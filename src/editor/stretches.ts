/** A run of text as offsets of its document, `[start, end)`. */
export type Stretch = readonly [start: number, end: number];

/** What of `[start, end)` no stretch covers. */
export function uncovered(start: number, end: number, stretches: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  let from = start;
  for (let i = firstStretchAfter(stretches, start); i < stretches.length; i++) {
    const [a, b] = stretches[i] ?? [end, end];
    if (a >= end) break;
    if (a > from) out.push([from, a]);
    from = Math.max(from, b);
  }
  if (from < end) out.push([from, end]);
  return out;
}

/** Index of the first of sorted, disjoint stretches that ends after a position. */
export function firstStretchAfter(stretches: readonly Stretch[], position: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle]?.[1] ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
