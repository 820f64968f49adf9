import { RULES } from '../../../src/compress/protection/protect';
import { layout } from '../../../src/compress/layout';
import { REASONS, type CompressResult } from '../../../src/compress/result';
import { analyseStructure } from '../../../src/structure/analyse';
import { createRegion, type Region } from '../../../src/editor/region';
import { indexText } from '../../../src/text/words';

/** A result whose decisions are given word by word; its structure is the real one. Scores are 0.9 and 0.1. */
export function resultOf(text: string, discard: (word: string, index: number) => boolean): CompressResult {
  const index = indexText(text);
  const { words, lines } = index;
  const count = words.count;
  const structure = analyseStructure(index, {});
  const keep = new Uint8Array(count);
  for (let word = 0; word < count; word++)
    keep[word] = discard(text.slice(words.start[word], words.end[word]), word) ? 0 : 1;
  const scores = Float32Array.from(keep, (value) => (value === 1 ? 0.9 : 0.1));
  const table = Array.from(
    { length: count },
    (_, word) => ` ${text.slice(words.start[word], words.end[word])}`,
  );
  return {
    key: 'by hand',
    words,
    lines,
    structure,
    scores: { keep: scores, span: scores, final: scores },
    tokens: {
      word: Int32Array.from({ length: count }, (_, word) => word),
      keep: scores,
      final: scores,
      textIndex: Uint32Array.from({ length: count }, (_, word) => word),
      table,
    },
    decisions: {
      keep,
      reason: new Uint8Array(count).fill(REASONS.indexOf('model')),
      rule: new Uint8Array(count),
    },
    rule: { threshold: 0.5, borderline: undefined, on: 'keep' },
    rules: RULES,
    relevance: undefined,
    kept: layout({ text, words, lines }, keep),
    report: {
      tokens: { before: count, after: keep.reduce((sum, value) => sum + value, 0), tokenizer: 'o200k_base' },
      budget: undefined,
      ratio: { asked: undefined, reached: 1 },
      words: { total: count, kept: keep.reduce((sum, value) => sum + value, 0) },
      reasons: {},
      warnings: [],
      timings: {},
      model: 'by hand',
    },
  };
}

export const regionOf = (
  text: string,
  discard: (word: string, index: number) => boolean,
  start = 0,
  whole = false,
): Region => createRegion(start, whole, text, resultOf(text, discard));
