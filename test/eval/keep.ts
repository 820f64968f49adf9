import { createCompressor, type CompressorParts } from '../../src/compress/compressor';
import { modelVerdict } from '../../src/compress/decide';
import { RULES } from '../../src/compress/protection/protect';
import { wordTable } from '../../src/compress/protection/wordtable';
import type { Scorer, WordScores } from '../../src/scoring/scorer';
import { analyseStructure } from '../../src/structure/analyse';
import { at } from '../../src/text/spans';
import { indexText, type IndexedText } from '../../src/text/words';
import { noise } from './lines';
import { addCounts, figures, noCounts, type KeepCounts, type KeepFigures } from './measure';
import { STOP_WORDS } from './stop-words';
import type { Passage } from './windows';

/** Families of words that the published Kompress never drops. */
const PUBLISHED = new Set(
  'hex-literal number file-path flag dotted-name file-extension camel-case capitals'.split(' '),
);

/** The shipped pipeline, its model without the rules, and baselines that decide word by word. */
export const METHODS = ['shipped', 'modelAlone', 'keepAll', 'stopWords', 'random'] as const;
export type Method = (typeof METHODS)[number];
export type FiguresByMethod = Readonly<Record<Method, KeepFigures>>;

export interface KeepResult {
  readonly passages: number;
  /** Passages whose label has another number of words than the text: none of their figures are in. */
  readonly skipped: number;
  readonly words: number;
  /** o200k tokens of the pipeline's output over those of the texts. */
  readonly tokenRatio: number;
  readonly all: FiguresByMethod;
  readonly kinds: Readonly<Record<string, { readonly words: number } & FiguresByMethod>>;
  /** Words on which the model and its float32 form decide alike; undefined without the latter. */
  readonly int8Agreement: number | undefined;
}

/** 1 for every word of a family that the published Kompress protects. */
function publishedMustKeep(index: IndexedText): Uint8Array {
  const mask = new Uint8Array(index.words.count);
  const table = wordTable(index, analyseStructure(index, {}));
  for (const rule of RULES) if (PUBLISHED.has(rule.name)) rule.find?.(table, (word) => (mask[word] = 1));
  return mask;
}

/** What the model says without any rule: 1 a word that stays. */
function decisionsOf({ model }: Scorer, scores: WordScores, words: number): Uint8Array {
  const keep = new Uint8Array(words);
  for (let word = 0; word < words; word++)
    keep[word] = modelVerdict(model.rule, scores, word) === 'discard' ? 0 : 1;
  return keep;
}

/** As many words as asked for, at random, the same ones for the same seed. */
function randomWords(words: number, count: number, seed: number): Uint8Array {
  const kept = new Uint8Array(words);
  const order = [...kept.keys()].sort((a, b) => noise(a, seed) - noise(b, seed));
  for (const word of order.slice(0, count)) kept[word] = 1;
  return kept;
}

type CountsByMethod = Readonly<Record<Method, KeepCounts>>;

const countsByMethod = (): CountsByMethod => ({
  shipped: noCounts(),
  modelAlone: noCounts(),
  keepAll: noCounts(),
  stopWords: noCounts(),
  random: noCounts(),
});

const figuresByMethod = (counts: CountsByMethod): FiguresByMethod => ({
  shipped: figures(counts.shipped),
  modelAlone: figures(counts.modelAlone),
  keepAll: figures(counts.keepAll),
  stopWords: figures(counts.stopWords),
  random: figures(counts.random),
});

/**
 * Keep decisions against labelled passages: of the shipped pipeline at the model's own threshold, of the model alone,
 * and of baselines; random keeps as many words of each passage as the pipeline does.
 * @param float32 the same model before it was quantized, for the agreement of their decisions.
 */
export async function evaluateKeep(
  passages: readonly Passage[],
  parts: CompressorParts,
  float32: Scorer | undefined,
): Promise<KeepResult> {
  const scorer = await parts.scorer({});
  const compressor = createCompressor(parts);
  const totals = countsByMethod();
  const kinds = new Map<string, CountsByMethod>();
  let skipped = 0;
  let tokensBefore = 0;
  let tokensAfter = 0;
  let alike = 0;
  for (const [number, { kind, text, keep: flags }] of passages.entries()) {
    const index = indexText(text);
    const label = Uint8Array.from(flags, Number);
    const { count, start, end } = index.words;
    if (label.length !== count) {
      skipped++;
      continue;
    }
    const { decisions, report } = await compressor.compress({ text, budget: { kind: 'model' } });
    tokensBefore += report.tokens.before;
    tokensAfter += report.tokens.after;
    const modelAlone = decisionsOf(scorer, (await scorer.score(index)).words, count);
    if (float32 !== undefined) {
      const reference = decisionsOf(scorer, (await float32.score(index)).words, count);
      alike += reference.filter((decision, word) => decision === modelAlone[word]).length;
    }
    const predictions: Readonly<Record<Method, Uint8Array>> = {
      shipped: decisions.keep,
      modelAlone,
      keepAll: new Uint8Array(count).fill(1),
      stopWords: label.map((_, word) => {
        const bare = text.slice(at(start, word), at(end, word)).toLowerCase().replace(/\W/g, '');
        return STOP_WORDS.has(bare) ? 0 : 1;
      }),
      random: randomWords(count, report.words.kept, number),
    };
    const ofKind = kinds.get(kind) ?? countsByMethod();
    kinds.set(kind, ofKind);
    const mustKeep = publishedMustKeep(index);
    for (const method of METHODS)
      for (const counts of [totals, ofKind]) addCounts(counts[method], predictions[method], label, mustKeep);
  }
  const { words } = totals.shipped;
  const round = (value: number): number => Math.round(value * 10_000) / 10_000;
  return {
    passages: passages.length - skipped,
    skipped,
    words,
    tokenRatio: round(tokensAfter / tokensBefore),
    all: figuresByMethod(totals),
    kinds: Object.fromEntries(
      [...kinds]
        .sort()
        .map(([kind, counts]) => [kind, { words: counts.shipped.words, ...figuresByMethod(counts) }]),
    ),
    int8Agreement: float32 === undefined ? undefined : round(alike / words),
  };
}
