import { at } from '../../src/text/spans';

/** Counts over words: what a method kept against what a reader kept. */
export interface KeepCounts {
  words: number;
  agree: number;
  truePositive: number;
  falsePositive: number;
  falseNegative: number;
  mustKeep: number;
  mustKeepKept: number;
}

export interface KeepFigures {
  /** F1 of the kept words against the reader's, over all words together. */
  readonly f1: number;
  /** Share of the words with the reader's decision. */
  readonly agreement: number;
  /** F1 of the discarded words. */
  readonly discardF1: number;
  /** Share of the words of the published must-keep families that stay. */
  readonly mustKeepRecall: number;
  /** Share of the words that stay. */
  readonly keepRate: number;
}

export function noCounts(): KeepCounts {
  return {
    words: 0,
    agree: 0,
    truePositive: 0,
    falsePositive: 0,
    falseNegative: 0,
    mustKeep: 0,
    mustKeepKept: 0,
  };
}

/** Adds one text: arrays of one entry a word, 1 kept or member, 0 not. */
export function addCounts(
  counts: KeepCounts,
  kept: Uint8Array,
  label: Uint8Array,
  mustKeep: Uint8Array,
): void {
  for (let word = 0; word < label.length; word++) {
    const predicted = at(kept, word);
    const wanted = at(label, word);
    counts.words++;
    if (predicted === wanted) counts.agree++;
    if (predicted === 1 && wanted === 1) counts.truePositive++;
    if (predicted === 1 && wanted === 0) counts.falsePositive++;
    if (predicted === 0 && wanted === 1) counts.falseNegative++;
    counts.mustKeep += at(mustKeep, word);
    counts.mustKeepKept += at(mustKeep, word) & predicted;
  }
}

export function figures(counts: KeepCounts): KeepFigures {
  const { words, agree, truePositive, falsePositive, falseNegative, mustKeep, mustKeepKept } = counts;
  const trueNegative = words - truePositive - falsePositive - falseNegative;
  const round = (value: number): number => Math.round(value * 10_000) / 10_000;
  return {
    f1: round((2 * truePositive) / (2 * truePositive + falsePositive + falseNegative)),
    agreement: round(agree / words),
    discardF1: round((2 * trueNegative) / (2 * trueNegative + falsePositive + falseNegative)),
    mustKeepRecall: mustKeep === 0 ? 1 : round(mustKeepKept / mustKeep),
    keepRate: round((truePositive + falsePositive) / words),
  };
}
