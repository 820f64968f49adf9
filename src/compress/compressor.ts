import { at, sliceSpans } from '../text/spans';
import { indexText, type IndexedText } from '../text/words';
import { analyseStructure } from '../structure/analyse';
import { isWhole, type Structure } from '../structure/segments';
import { fitBudget } from '../policy/budget';
import type { Scorer, TextScores, WordScores } from '../scoring/scorer';
import type { TokenCounter } from './counter';
import { decide, dropLeftovers, protectAround } from './decide';
import type { Geometry } from './edits';
import { layout } from './layout';
import { protect, RULES } from './protection/protect';
import { buildReport } from './report';
import {
  REASONS,
  type CompressRequest,
  type CompressResult,
  type Decisions,
  type PartialResult,
  type RuleInfo,
} from './result';
import { sentencesOf } from './sentences';
import { settle } from './settle';
import { proseSubset, spread, wholeScores, wholeTokens, type Subset } from './subset';

/** Texts of fewer words pass through untouched, as in the published Kompress. */
export const MIN_WORDS = 10;
/** Corrections of a budget against the counted output before the closest result is taken. */
const BUDGET_ROUNDS = 10;

const RULE_INFO: readonly RuleInfo[] = RULES.map(({ name, family, title, explain }) => ({
  name,
  family,
  title,
  explain,
}));

export interface CompressorParts {
  /** Loaded when the first text needs it. */
  readonly scorer: () => Promise<Scorer>;
  readonly counter: () => Promise<TokenCounter>;
}

export interface CompressOptions {
  readonly signal?: AbortSignal;
  readonly onPartial?: (partial: PartialResult) => void;
  /** Stream the decisions of a text of one window too: the counter has yet to be loaded, and they need not wait for it. */
  readonly eager?: boolean;
  readonly onProgress?: (done: number, total: number, stage: string) => void;
}

export interface Compressor {
  compress(request: CompressRequest, options?: CompressOptions): Promise<CompressResult>;
}

/**
 * The pipeline: lines and words, structure, scores, decisions, protection, budget, layout, report.
 * `compress` rejects with a RangeError for a ratio outside of (0, 1], and with whatever the parts reject with.
 */
export function createCompressor({ scorer, counter }: CompressorParts): Compressor {
  return {
    async compress(request, options = {}) {
      if (request.budget.kind === 'ratio' && !(request.budget.ratio > 0 && request.budget.ratio <= 1)) {
        throw new RangeError('The ratio must be a number above 0 and not above 1, for example 0.5.');
      }
      const clock = stopwatch();
      const index = indexText(request.text);
      const structure = analyseStructure(index, {
        ...(request.languageId === undefined ? {} : { languageId: request.languageId }),
        ...(request.hints === undefined ? {} : { hints: request.hints }),
      });
      const geometry: Geometry = { text: index.text, words: index.words, lines: index.lines, structure };
      clock.lap('structure');
      options.signal?.throwIfAborted();

      const short = index.words.count < MIN_WORDS;
      const subset = proseSubset(index, structure);
      const hasProse = !short && proseWords(index, structure) > 0;
      const protection = protect(index, structure).rule;
      clock.lap('protect');

      const model = hasProse ? await scorer() : undefined;
      clock.lap('load');
      const rule = model?.model.rule ?? { threshold: 0.5, borderline: undefined, on: 'keep' as const };
      const scored =
        model === undefined
          ? undefined
          : await score(model, geometry, index, subset, protection, request, options);
      const scores =
        scored === undefined
          ? unscored(index.words.count)
          : wholeScores(scored.words, subset, index.words.count);
      clock.lap('score');

      const base = { ...decide(geometry, scores, rule, protection), rule: protection };
      if (short) base.reason.fill(REASONS.indexOf('structure'));
      let decisions = short
        ? base
        : settle(geometry, dropLeftovers(index, structure, protectAround(index, structure, base)));
      clock.lap('decide');

      const tokens = await counter();
      clock.lap('load counter');
      const before = tokens.count(index.text);
      let kept = layout(geometry, decisions.keep);
      if (request.budget.kind === 'ratio' && !short) {
        const fitted = fit(
          geometry,
          decisions,
          scores,
          sentencesOf(index, structure),
          tokens,
          before * request.budget.ratio,
        );
        decisions = fitted.decisions;
        kept = fitted.kept;
      }
      clock.lap('layout');
      const after = tokens.count(sliceSpans(index.text, kept));
      clock.lap('count');

      return {
        words: { start: index.words.start, end: index.words.end, line: index.words.line },
        lines: { start: index.lines.start, end: index.lines.end, firstWord: index.lines.firstWord },
        structure,
        scores,
        tokens: scored === undefined ? noTokens() : wholeTokens(scored, subset),
        decisions,
        rule,
        rules: RULE_INFO,
        kept,
        report: buildReport({
          geometry,
          decisions,
          tokens: { before, after, tokenizer: tokens.tokenizer },
          asked: request.budget.kind === 'ratio' ? request.budget.ratio : undefined,
          short,
          model: model === undefined ? 'none' : `${model.model.name} ${model.model.version}`,
          timings: {
            ...clock.laps,
            ...(scored === undefined ? {} : { tokenize: scored.tokenizeMs, inference: scored.inferenceMs }),
          },
        }),
      };
    },
  };
}

async function score(
  model: Scorer,
  geometry: Geometry,
  index: IndexedText,
  subset: Subset,
  protection: Uint8Array,
  request: CompressRequest,
  { signal, onPartial, onProgress, eager = false }: CompressOptions,
): Promise<TextScores> {
  const wholeWord = (word: number): number => (subset.wordOf === undefined ? word : at(subset.wordOf, word));
  const priority = visibleWords(index, subset, request.visible);
  let known: WordScores | undefined;
  return model.score(subset.index, {
    ...(signal === undefined ? {} : { signal }),
    ...(priority === undefined ? {} : { priority }),
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

/** Fits decisions to a number of tokens, counted on the output as it will be copied. */
function fit(
  geometry: Geometry,
  decisions: Decisions,
  scores: WordScores,
  sentence: Int32Array,
  counter: TokenCounter,
  budget: number,
): { decisions: Decisions; kept: Int32Array } {
  const { words, text, structure } = geometry;
  const count = words.start.length;
  const costs = new Map<string, number>();
  const cost = new Float32Array(count);
  for (let word = 0; word < count; word++) {
    const piece = ' ' + text.slice(at(words.start, word), at(words.end, word));
    let tokens = costs.get(piece);
    if (tokens === undefined) costs.set(piece, (tokens = counter.count(piece)));
    cost[word] = tokens;
  }
  const pinned = REASONS.indexOf('pinned');
  const fixed = decisions.reason.map((reason, word) =>
    reason === pinned || at(sentence, word) < 0 || isWhole(structure, at(words.line, word)) ? 1 : 0,
  );
  let best: { decisions: Decisions; kept: Int32Array; tokens: number } | undefined;
  let target = budget;
  for (let round = 1; round <= BUDGET_ROUNDS; round++) {
    const keep = fitBudget({
      keep: decisions.keep,
      fixed,
      protection: decisions.rule,
      cost,
      final: scores.final,
      sentence,
      target,
    });
    const reason = decisions.reason.slice();
    keep.forEach((value, word) => {
      if (value !== at(decisions.keep, word)) reason[word] = REASONS.indexOf('budget');
    });
    const settled = settle(geometry, { keep, reason, rule: decisions.rule });
    const kept = layout(geometry, settled.keep);
    const tokens = counter.count(sliceSpans(text, kept));
    const better =
      best === undefined ||
      (tokens <= budget ? best.tokens > budget || tokens > best.tokens : tokens < best.tokens);
    if (better && (tokens > 0 || best === undefined)) best = { decisions: settled, kept, tokens };
    if (tokens <= budget && tokens >= 0.98 * budget) break;
    // The words' costs are estimates: what they miss is taken off, more of it the longer the output stays too long.
    target -= tokens > budget ? (tokens - budget) * (1 + round / 4) + 1 : (tokens - budget) / 2;
    if (target <= 0) break;
  }
  return best ?? { decisions, kept: layout(geometry, decisions.keep) };
}

function proseWords({ words }: IndexedText, structure: Structure): number {
  let count = 0;
  for (let word = 0; word < words.count; word++) if (!isWhole(structure, at(words.line, word))) count++;
  return count;
}

function unscored(count: number): WordScores {
  const none = (): Float32Array => new Float32Array(count).fill(NaN);
  return { keep: none(), span: none(), final: none() };
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
