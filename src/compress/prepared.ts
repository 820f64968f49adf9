import { analyseStructure } from '../structure/analyse';
import { isWhole, type BlockHint, type Structure } from '../structure/segments';
import type { ReadText, RelevanceModel } from '../policy/relevance/relevance';
import type { Units } from '../policy/units';
import { at } from '../text/spans';
import { indexText, type IndexedText } from '../text/words';
import type { TokenCounter } from './counter';
import type { Geometry } from './edits';
import { framesOf, type Frames } from './frames';
import { createLineCounter } from './line-counter';
import { protect } from './protection/protect';
import type { CompressRequest } from './result';
import { sentencesOf } from './sentences';
import { proseSubset, type Subset } from './subset';
import { unitsOf } from './units';

/** What a text costs, in tokens of the counter. */
export interface Costs {
  /** Counts whole texts; remembers their lines. */
  readonly counter: TokenCounter;
  readonly total: number;
  /** Of each word with the blanks before it. */
  readonly word: Float32Array;
  /** Of each line with its break. */
  readonly line: Float64Array;
}

/** Everything about a text that neither scores nor wishes change. What is not needed is not worked out. */
export interface PreparedText {
  readonly index: IndexedText;
  readonly structure: Structure;
  readonly geometry: Geometry;
  /** Number of the protecting rule a word, by the text alone. */
  readonly protection: Uint8Array;
  /** Words of prose that are cut by words. */
  readonly proseWords: number;
  prose(): Subset;
  sentence(): Int32Array;
  /** @param joined see `unitsOf`. */
  units(joined: boolean): Units;
  frames(): Frames;
  costs(counter: TokenCounter): Costs;
  read(model: RelevanceModel): ReadText;
}

export type TextKey = Pick<CompressRequest, 'text' | 'languageId' | 'hints'>;

export function prepareText({ text, languageId, hints }: TextKey): PreparedText {
  const index = indexText(text);
  const structure = analyseStructure(index, {
    ...(languageId === undefined ? {} : { languageId }),
    ...(hints === undefined ? {} : { hints }),
  });
  const sentence = once(() => sentencesOf(index, structure));
  const sentences = once(() => unitsOf(index, structure, sentence(), false));
  const lines = once(() => unitsOf(index, structure, sentence(), true));
  let costs: Costs | undefined;
  let read: { readonly model: RelevanceModel; readonly text: ReadText } | undefined;
  let proseWords = 0;
  for (let word = 0; word < index.words.count; word++)
    if (!isWhole(structure, at(index.words.line, word))) proseWords++;
  return {
    index,
    structure,
    geometry: { text, words: index.words, lines: index.lines, structure },
    protection: protect(index, structure).rule,
    proseWords,
    prose: once(() => proseSubset(index, structure)),
    sentence,
    units: (joined) => (joined ? lines() : sentences()),
    frames: once(() => framesOf(index, structure)),
    costs: (counter) => (costs ??= costsOf(index, counter)),
    read(model) {
      if (read?.model !== model) read = { model, text: model.read(index) };
      return read.text;
    },
  };
}

/** Remembers the texts prepared last: another budget, question or pin asks for the same text again. */
export function createPreparedTexts({
  maxTexts,
  maxLength,
}: {
  readonly maxTexts: number;
  /** UTF-16 code units in all. */
  readonly maxLength: number;
}): (key: TextKey) => PreparedText {
  let known: { readonly key: TextKey; readonly prepared: PreparedText }[] = [];
  return (key) => {
    const hit = known.find((entry) => sameText(entry.key, key));
    if (hit !== undefined) {
      known = [hit, ...known.filter((entry) => entry !== hit)];
      return hit.prepared;
    }
    const prepared = prepareText(key);
    let length = 0;
    known = [{ key, prepared }, ...known]
      .slice(0, maxTexts)
      .filter((entry) => (length += entry.key.text.length) <= maxLength);
    return prepared;
  };
}

const sameText = (a: TextKey, b: TextKey): boolean =>
  a.text === b.text && a.languageId === b.languageId && sameHints(a.hints ?? [], b.hints ?? []);

const sameHints = (a: readonly BlockHint[], b: readonly BlockHint[]): boolean =>
  a.length === b.length &&
  a.every((hint, i) => {
    const other = b[i];
    return hint.firstLine === other?.firstLine && hint.endLine === other.endLine && hint.as === other.as;
  });

function costsOf({ text, words, lines }: IndexedText, plain: TokenCounter): Costs {
  const counter = createLineCounter(plain);
  const word = new Float32Array(words.count);
  const line = new Float64Array(lines.count);
  const known = new Map<string, number>();
  for (let row = 0; row < lines.count; row++) {
    const start = at(lines.start, row);
    const first = at(lines.firstWord, row);
    const last = at(lines.firstWord, row + 1);
    line[row] = first === last ? 1 : counter.count(text.slice(start, at(lines.end, row)) + '\n');
    let from = start;
    for (let i = first; i < last; i++) {
      const end = at(words.end, i);
      const piece = text.slice(from, end);
      let tokens = known.get(piece);
      if (tokens === undefined) known.set(piece, (tokens = plain.count(piece)));
      word[i] = tokens;
      from = end;
    }
  }
  return { counter, total: counter.count(text), word, line };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
