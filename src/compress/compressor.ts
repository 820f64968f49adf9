import { randomUUID } from 'node:crypto';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import type { QuestionEncoding, Scorer, TextScores, WordScores } from '../scoring/scorer';
import { choose, MIN_WORDS, type Asked, type ChooseInput, type PolicyKit, type Reading } from './choose';
import { assertCompareRequest, comparedBudget, compareChoices } from './compare';
import type { TokenCounter } from './counter';
import { decide } from './decide';
import { createPreparedTexts, type PreparedText } from './prepared';
import { assertRequest } from './requests';
import type {
  Choice,
  CompareRequest,
  Comparison,
  CompressRequest,
  CompressResult,
  PartialResult,
  TextBase,
} from './result';
import { spread, unscored, wholeScores, wholeTokens, type Subset } from './subset';

/** Texts whose structure, costs and rankings are remembered, and their length in all. */
const REMEMBERED = { maxTexts: 4, maxLength: 12_000_000 } as const;
/** Milliseconds between two looks at what the windows read so far say of a question. */
const SHARPEN_MS = 500;

export interface CompressorParts {
  /** Loaded when the first text needs it; may report progress and must let go when the signal is aborted. */
  readonly scorer: (options: CompressOptions) => Promise<Scorer>;
  readonly counter: (options: CompressOptions) => Promise<TokenCounter>;
  /** Loaded when the first budget or question needs it. */
  readonly policies: (options: CompressOptions) => Promise<PolicyKit>;
}

export interface CompressOptions {
  readonly signal?: AbortSignal;
  readonly onPartial?: (partial: PartialResult) => void;
  /** Stream the decisions of a text of one window too: the counter has yet to be loaded, and they need not wait for it. */
  readonly eager?: boolean;
  readonly onProgress?: (done: number, total: number, stage: string) => void;
}

/** A result in its two halves: what the text is, and what was chosen. */
export interface Compressed {
  readonly base: TextBase;
  readonly choice: Choice;
}

export interface Compressor {
  compress(request: CompressRequest, options?: CompressOptions): Promise<CompressResult>;
  /** The same in two halves, of which the first is the same object for the same text and reading. */
  compressParts(request: CompressRequest, options?: CompressOptions): Promise<Compressed>;
  compare(request: CompareRequest, options?: CompressOptions): Promise<Comparison>;
}

/**
 * The pipeline: lines and words, structure, scores, decisions, protection, policy and budget, layout, report.
 * Without a budget and a question the model reads the prose alone; with one of them, the whole text. Both reject with a
 * RequestError for a request that cannot be met, and with whatever the parts reject with.
 */
export function createCompressor(parts: CompressorParts): Compressor {
  const prepared = createPreparedTexts(REMEMBERED);
  // By the text too: two texts that differ in their code alone have the same prose and share its scores.
  const bases = new WeakMap<PreparedText, WeakMap<WordScores, TextBase>>();

  const compressParts = async (
    request: CompressRequest,
    options: CompressOptions = {},
  ): Promise<Compressed> => {
    const { text, input } = await read(parts, prepared, request, options);
    const { reading } = input;
    options.signal?.throwIfAborted();
    const choice = choose(input);
    // The scores of words are the same object as long as they are remembered.
    const words = reading.scored?.words;
    const known = bases.get(text) ?? new WeakMap<WordScores, TextBase>();
    const base = (words === undefined ? undefined : known.get(words)) ?? baseOf(text, input);
    if (words !== undefined) bases.set(text, known.set(words, base));
    // A first question is answered sooner where its text has been read for words already.
    if (input.kit !== undefined && input.question === undefined) readAhead(text, input.kit);
    return { base, choice };
  };

  return {
    compressParts,
    async compress(request, options) {
      const { base, choice } = await compressParts(request, options);
      return { ...base, ...choice };
    },
    async compare(request, options = {}) {
      assertCompareRequest(request);
      const asked = { ...request, budget: comparedBudget(request.budget) };
      const { input } = await read(parts, prepared, asked, options);
      return compareChoices(input, asked, options);
    },
  };
}

/** Everything that a choice rests on: the prepared text, its scores, the question's encoding. */
async function read(
  parts: CompressorParts,
  prepare: (key: CompressRequest) => PreparedText,
  request: CompressRequest,
  options: CompressOptions,
): Promise<{ text: PreparedText; input: ChooseInput }> {
  const { signal } = options;
  assertRequest(request);
  const clock = stopwatch();
  const text = prepare(request);
  const { words } = text.index;
  clock.lap('prepare');
  signal?.throwIfAborted();

  const short = words.count < MIN_WORDS;
  const question = request.question?.trim() ?? '';
  const ranked = !short && (request.budget.kind !== 'model' || question !== '');
  const kit = ranked ? await parts.policies(options) : undefined;
  const wanted = !short && (ranked || text.proseWords > 0);
  const model = wanted ? await parts.scorer(options) : undefined;
  clock.lap('load');

  const encoding =
    question === '' || !ranked
      ? undefined
      : await model?.encodeQuestion(question, signal === undefined ? {} : { signal });
  clock.lap('question');
  const subset: Subset = ranked ? { index: text.index, wordOf: undefined } : text.prose();
  const rule = model?.model.rule ?? { threshold: 0.5, borderline: undefined, on: 'keep' as const };
  const name = model === undefined ? 'none' : `${model.model.name} ${model.model.version}`;
  const asked: Asked | undefined = ranked && question !== '' ? { text: question, encoding } : undefined;

  const inputFor = async (reading: Reading): Promise<ChooseInput> => ({
    prepared: text,
    reading,
    request,
    question: asked,
    kit,
    costs: text.costs(await parts.counter(options)),
    model: name,
    warnings: cutQuestion(question, encoding),
    timings: clock.laps,
  });

  let scored: TextScores | undefined;
  if (model !== undefined) {
    scored = ranked
      ? await scoreWhole(model, text, request, options, (partial) =>
          inputFor({ subset, scored: partial, rule, complete: false }),
        )
      : await scoreProse(model, text, subset, request, options);
  }
  clock.lap('score');
  await parts.counter(options);
  clock.lap('load counter');
  const input = await inputFor({ subset, scored, rule, complete: true });
  clock.lap('costs');
  if (scored !== undefined) {
    clock.laps['tokenize'] = scored.tokenizeMs;
    clock.laps['inference'] = scored.inferenceMs;
  }
  return { text, input };
}

/** Says how much of a question the model reads, where that is not all of it. */
function cutQuestion(question: string, encoding: QuestionEncoding | undefined): string[] {
  if (encoding === undefined) return [];
  const read = at(encoding.word, encoding.word.length - 1) + 1;
  const words = question.match(/\S+/g)?.length ?? 0;
  if (read >= words) return [];
  const all = words.toLocaleString('en');
  return [
    `The question has ${all} words; the model reads the first ${read} of them. Ask in fewer words to have all of it counted.`,
  ];
}

/** Reads the whole text. Meanwhile shows what the windows read so far say of the budget and the question. */
async function scoreWhole(
  model: Scorer,
  { index }: PreparedText,
  request: CompressRequest,
  { signal, onPartial, onProgress }: CompressOptions,
  inputFor: (partial: TextScores) => Promise<ChooseInput>,
): Promise<TextScores> {
  const priority = visibleWords(index, { index, wordOf: undefined }, request.visible);
  let last = -Infinity;
  let pause = SHARPEN_MS;
  return model.score(index, {
    ...(signal === undefined ? {} : { signal }),
    ...(priority === undefined ? {} : { priority }),
    async onWindow({ windowsDone, windows, words, tokens, encodings }) {
      onProgress?.(windowsDone, windows, 'score');
      const now = performance.now();
      if (onPartial === undefined || windowsDone === windows || now - last < pause) return;
      const partial = { words, tokens, encodings, windows, encodedTokens: 0, tokenizeMs: 0, inferenceMs: 0 };
      const input = await inputFor(partial);
      signal?.throwIfAborted();
      const { keep, reason } = choose(input).decisions;
      const { start, end } = index.words;
      onPartial({ first: 0, start, end, keep, reason, windowsDone, windows });
      last = performance.now();
      // What is shown meanwhile must not hold up the reading itself.
      pause = Math.max(SHARPEN_MS, 8 * (last - now));
    },
  });
}

/** Reads the prose; each window's decisions are final but for what settles around them. */
async function scoreProse(
  model: Scorer,
  { index, geometry, protection }: PreparedText,
  subset: Subset,
  request: CompressRequest,
  { signal, onPartial, onProgress, eager = false }: CompressOptions,
): Promise<TextScores> {
  const wholeWord = (word: number): number => (subset.wordOf === undefined ? word : at(subset.wordOf, word));
  const priority = visibleWords(index, subset, request.visible);
  let known: WordScores | undefined;
  return model.score(subset.index, {
    ...(signal === undefined ? {} : { signal }),
    ...(priority === undefined ? {} : { priority }),
    // A policy ranks whole texts only; of one that is all prose, a budget may ask next.
    attention: subset.wordOf === undefined,
    onWindow({ windowsDone, windows, first, end, words }) {
      onProgress?.(windowsDone, windows, 'score');
      if (onPartial === undefined || end <= first || (windows === 1 && !eager)) return;
      const from = wholeWord(first);
      const to = wholeWord(end - 1) + 1;
      if (known === undefined) known = subset.wordOf === undefined ? words : unscored(index.words.count);
      if (known !== words) spread(words, known, first, end, wholeWord);
      const { keep, reason } = decide(geometry, known, model.model.rule, protection, from, to);
      onPartial({
        first: from,
        start: index.words.start.slice(from, to),
        end: index.words.end.slice(from, to),
        keep,
        reason,
        windowsDone,
        windows,
      });
    },
  });
}

/** Reads a text for words once the answer is on its way. */
function readAhead(text: PreparedText, { relevance }: PolicyKit): void {
  setImmediate(() => text.read(relevance));
}

/** Numbers of processes come again; a key that an earlier engine gave must never name another text. */
const ORIGIN = randomUUID();
let made = 0;

function baseOf({ index, structure }: PreparedText, { reading }: ChooseInput): TextBase {
  const { scored, subset, rule } = reading;
  return {
    key: `${ORIGIN}.${++made}`,
    words: { start: index.words.start, end: index.words.end, line: index.words.line },
    lines: { start: index.lines.start, end: index.lines.end, firstWord: index.lines.firstWord },
    structure,
    scores:
      scored === undefined
        ? unscored(index.words.count)
        : wholeScores(scored.words, subset, index.words.count),
    tokens: scored === undefined ? noTokens() : wholeTokens(scored, subset),
    rule,
  };
}

/** Words of the part that lie in the visible range of the text. */
function visibleWords(
  index: IndexedText,
  subset: Subset,
  visible: CompressRequest['visible'],
): readonly [number, number] | undefined {
  if (visible === undefined) return undefined;
  const { words } = index;
  const from = lowerBound(words.end, visible[0] + 1);
  const to = lowerBound(words.start, visible[1]);
  if (subset.wordOf === undefined) return [from, Math.max(from, to)];
  return [lowerBound(subset.wordOf, from), lowerBound(subset.wordOf, to)];
}

/** First position of a sorted array whose value is not below `value`. */
function lowerBound(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(sorted, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function noTokens(): CompressResult['tokens'] {
  return {
    word: new Int32Array(0),
    keep: new Float32Array(0),
    final: new Float32Array(0),
    textIndex: new Uint32Array(0),
    table: [],
  };
}

function stopwatch(): { laps: Record<string, number>; lap: (stage: string) => void } {
  const laps: Record<string, number> = {};
  let last = performance.now();
  return {
    laps,
    lap(stage) {
      const now = performance.now();
      laps[stage] = Math.round((now - last) * 100) / 100;
      last = now;
    },
  };
}
