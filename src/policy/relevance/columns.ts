// Columns of one number a line, in typed arrays. Index reads carry `?? 0` for the compiler alone.

/** Each value divided by the largest; zeros stay where none is above 0. */
export function byLargest(column: Float32Array): Float32Array {
  let largest = 0;
  for (const value of column) if (value > largest) largest = value;
  return largest > 0 ? column.map((value) => value / largest) : column;
}

/** Triangular smoothing over `reach` lines on each side: Σ (1 − |d| / (reach + 1)) · x / (reach + 1). */
export function smooth(column: Float32Array, reach: number): Float32Array {
  const width = reach + 1;
  const result = new Float32Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i] ?? 0;
    if (value === 0) continue;
    const from = Math.max(0, i - reach);
    const to = Math.min(column.length - 1, i + reach);
    for (let j = from; j <= to; j++)
      result[j] = (result[j] ?? 0) + (value * (width - Math.abs(i - j))) / (width * width);
  }
  return result;
}

/** The largest value within `reach` lines on each side. */
export function largestWithin(column: Float32Array, reach: number): Float32Array {
  const result = new Float32Array(column.length);
  for (let i = 0; i < column.length; i++) {
    let largest = -Infinity;
    const to = Math.min(column.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= to; j++) {
      const value = column[j] ?? 0;
      if (value > largest) largest = value;
    }
    result[i] = largest;
  }
  return result;
}

/** The share of all values that are larger: 0 for the largest. Equal values share a rank. O(n log n). */
export function rankOf(column: Float32Array): Float32Array {
  const sorted = column.slice().sort();
  const count = column.length;
  return column.map((value) => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    return (count - low) / count;
  });
}

/** (x − mean) / (standard deviation + 1e-6). */
export function standardized(column: Float32Array): Float32Array {
  let mean = 0;
  for (const value of column) mean += value;
  mean /= column.length || 1;
  let variance = 0;
  for (const value of column) variance += (value - mean) * (value - mean);
  const deviation = Math.sqrt(variance / (column.length || 1)) + 1e-6;
  return column.map((value) => (value - mean) / deviation);
}

/** `column[index[i]]` for every i. */
export function gather(column: Float32Array, index: Int32Array): Float32Array {
  const result = new Float32Array(index.length);
  for (let i = 0; i < index.length; i++) result[i] = column[index[i] ?? 0] ?? 0;
  return result;
}

/** Values shifted by `lines`: positive takes them from lines above. Zeros come in at the border. */
export function shifted(column: Float32Array, lines: number): Float32Array {
  const result = new Float32Array(column.length);
  if (lines >= 0)
    result.set(column.subarray(0, Math.max(0, column.length - lines)), Math.min(lines, column.length));
  else result.set(column.subarray(-lines), 0);
  return result;
}
