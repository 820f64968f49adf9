/**
 * Features of a line, by name. z: standardized over the lines that are not blank; smoothed k: triangular smoothing
 * over k lines on each side; block: a run of lines that are not blank, at most 64; head: the nearest line at or above
 * that is a heading or the head of a turn or tool call. The model's file names the ones that each network takes.
 */
export const LEXICAL_FEATURES = [
  'bm25/max',
  'coverage/max',
  'rarest idf/6',
  'identifiers of the question/3',
  '4-gram overlap/max',
  'bm25 smoothed 2/max',
  'bm25 smoothed 6/max',
  'bm25 smoothed 20/max',
  'max coverage within 3',
  'max coverage within 10',
  'log tokens/5',
  'position',
  'line seen before',
  '4-gram smoothed 4/max',
  'user turn',
  'agent turn',
  'in fence',
  'turn head',
  'blank',
  'list, heading, quote or table mark',
  'tag or tool use',
  'prose',
  'block bm25/max',
  'block coverage',
  'block bm25, neighbours at 0.6',
  'block bm25 rank',
  'log1p block size/4',
  'first line of block',
  'coverage',
  'coverage of the line above',
  'coverage of the line below',
  'joint coverage within 2',
  'bm25/10',
  '4-gram overlap',
  'literals of the question',
  'head coverage',
  'head bm25/max',
  'turn bm25/max',
  'heading',
  'digits',
  'path',
  'quoted',
  'comment',
  'key and value',
  'log1p lines since head/5',
  'place in block',
  'bm25 rank',
  'log question terms/4',
  'question: goal',
  'question: number',
  'question: place',
  'question: reason',
  'question: manner',
  'question: choice',
  'question: list',
] as const;

export const LATE_FEATURES = [
  'late z/3',
  'sqrt of softmax of late',
  'late rank',
  'late z smoothed 2/3',
  'late z smoothed 6/3',
  'late z smoothed 20/3',
  'max late z within 3/3',
  'late raw/10',
  'block late z/3',
  'block late rank',
  'block late z smoothed 6/3',
  'contrast z/3',
  'contrast z of the line above/3',
  'contrast z of the line below/3',
  'joint late z within 2/3',
  'late against the best/5',
  'head late z/3',
  'turn late z/3',
  'best token/0.5',
  'share of the question above 0.6',
] as const;

/** The last one is the logit of the network for lexical features, which has more questions to learn from. */
export const FEATURES = [...LEXICAL_FEATURES, ...LATE_FEATURES, 'logit by words/5'] as const;
export type FeatureName = (typeof FEATURES)[number];

/** Takes features as columns of one number a line and lays out the wanted ones row by row. */
export interface FeatureTable {
  put(name: FeatureName, column: ArrayLike<number>, scale?: number): void;
  /** Puts one value for every line. */
  all(name: FeatureName, value: number): void;
  /** [rows × wanted]; zeros where nothing was put. */
  readonly values: Float32Array;
}

/** Puts everything into two tables. */
export function bothTables(first: FeatureTable, second: FeatureTable): Pick<FeatureTable, 'put' | 'all'> {
  return {
    put(name, column, scale) {
      first.put(name, column, scale);
      second.put(name, column, scale);
    },
    all(name, value) {
      first.all(name, value);
      second.all(name, value);
    },
  };
}

/** @param rows numbers of the lines that get a row. */
export function createFeatureTable(wanted: readonly FeatureName[], rows: Int32Array): FeatureTable {
  const columnOf = new Map<string, number>(wanted.map((name, column) => [name, column]));
  const width = wanted.length;
  const values = new Float32Array(rows.length * width);
  return {
    values,
    put(name, column, scale = 1) {
      const place = columnOf.get(name);
      if (place === undefined) return;
      for (let row = 0, to = place; row < rows.length; row++, to += width)
        values[to] = (column[rows[row] ?? 0] ?? 0) * scale;
    },
    all(name, value) {
      const place = columnOf.get(name);
      if (place === undefined) return;
      for (let to = place; to < values.length; to += width) values[to] = value;
    },
  };
}
