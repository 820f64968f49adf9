import { at } from '../text/spans';
import type { TokenRecords } from './records';

/**
 * How far each unit stands out from the text: the mean of its tokens' vectors against the mean of all, negated and
 * standardised (mean 0, deviation 1). What a text says over and over, such as the lines of a log, scores low.
 * Units that have not been read yet are average.
 * @returns one a unit; undefined if the model gives no vectors. O(tokens · vectorSize).
 */
export function distinctness({
  vectors,
  vectorSize,
  firstToken,
  unitCount,
  count,
}: TokenRecords): Float32Array | undefined {
  if (vectors === undefined || count === 0) return undefined;
  const total = new Float64Array(vectorSize);
  for (let i = 0, v = 0; i < count; i++)
    for (let d = 0; d < vectorSize; d++) total[d] = (total[d] ?? 0) + (vectors[v++] ?? 0);
  const out = new Float32Array(unitCount);
  for (let unit = 0; unit < unitCount; unit++) {
    const first = at(firstToken, unit);
    const end = at(firstToken, unit + 1);
    let dot = 0;
    for (let i = first, v = first * vectorSize; i < end; i++)
      for (let d = 0; d < vectorSize; d++) dot += (vectors[v++] ?? 0) * (total[d] ?? 0);
    out[unit] = -dot / Math.max(1, end - first);
  }
  // The product with a mean that no unit stands at a right angle to by chance: zero is a unit without vectors.
  const read = out.filter((value) => value !== 0);
  const mean = read.reduce((sum, value) => sum + value, 0) / (read.length || 1);
  const variance = read.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (read.length || 1);
  const deviation = Math.sqrt(variance) || 1;
  return out.map((value) => (value === 0 ? 0 : (value - mean) / deviation));
}
