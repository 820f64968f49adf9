import type { TokenCounter } from '../../src/compress/counter';
import { createLineCounter } from '../../src/compress/line-counter';
import { createFeatureTable } from '../../src/policy/relevance/features';
import { putLexicalFeatures } from '../../src/policy/relevance/lexical';
import { readQuestion } from '../../src/policy/relevance/question';
import type { Reading } from '../../src/policy/relevance/reading';
import { at } from '../../src/text/spans';
import type { IndexedText } from '../../src/text/words';

const SINK_LINES = 2;
const RECENT_LINES = 8;
const MAX_ROUNDS = 12;
/** An output of this share of the budget is full. */
const FULL = 0.995;

/** Whole lines of a text as an output: what they cost together, counted on the text that they give. */
export interface LineOutput {
  readonly count: number;
  /** Tokens of the whole text. */
  readonly total: number;
  /** Tokens of each line with its break, at least 1: close to what it adds to an output. */
  readonly costs: Float64Array;
  /** Tokens of the lines that are 1 in `kept`, joined. */
  tokensOf(kept: Uint8Array): number;
}

export function createLineOutput({ text, lines }: IndexedText, counter: TokenCounter): LineOutput {
  const counted = createLineCounter(counter);
  const content = Array.from({ length: lines.count }, (_, line) =>
    text.slice(at(lines.start, line), at(lines.end, line)),
  );
  return {
    count: lines.count,
    total: counted.count(content.join('\n')),
    costs: Float64Array.from(content, (line) => Math.max(1, counted.count(`${line}\n`))),
    tokensOf: (kept) => counted.count(content.filter((_, line) => at(kept, line) === 1).join('\n')),
  };
}

/** The first 2 and the last 8 lines, which the published system keeps whatever the policy says. */
function alwaysKept(count: number): Uint8Array {
  const kept = new Uint8Array(count);
  kept.fill(1, 0, SINK_LINES);
  kept.fill(1, Math.max(0, count - RECENT_LINES));
  return kept;
}

/**
 * Lines in the order of score − ½ ln(tokens), each that still fits, so that the output counts at most `ratio` of the
 * text's tokens; more only where the first 2 and the last 8 lines alone cost more.
 */
export function fillLines(output: LineOutput, score: (line: number) => number, ratio: number): Uint8Array {
  const { costs } = output;
  const budget = ratio * output.total;
  const value = costs.map((cost, line) => score(line) - 0.5 * Math.log(cost));
  const order = [...value.keys()].sort((a, b) => at(value, b) - at(value, a) || a - b);
  const fill = (goal: number): Uint8Array => {
    const kept = alwaysKept(output.count);
    let used = kept.reduce((sum, flag, line) => sum + flag * at(costs, line), 0);
    for (const line of order) {
      if (kept[line] === 1 || used + at(costs, line) > goal) continue;
      kept[line] = 1;
      used += at(costs, line);
    }
    return kept;
  };
  let best = alwaysKept(output.count);
  let bestTokens = output.tokensOf(best);
  // What a line adds depends on its neighbours: the goal moves until the counted output is as full as it can be.
  for (let round = 0, goal = budget; round < MAX_ROUNDS && bestTokens < FULL * budget; round++) {
    const kept = fill(goal);
    const tokens = output.tokensOf(kept);
    if (tokens <= budget && tokens > bestTokens) {
      best = kept;
      bestTokens = tokens;
    }
    goal += tokens > budget ? budget - tokens - 1 : (budget - tokens) / 2;
  }
  return best;
}

/** The longest run of lines from the head of an order whose output counts at most `ratio` of the text's tokens. */
export function takeLines(output: LineOutput, order: readonly number[], ratio: number): Uint8Array {
  const budget = ratio * output.total;
  const take = (count: number): Uint8Array => {
    const kept = alwaysKept(output.count);
    for (const line of order.slice(0, count)) kept[line] = 1;
    return kept;
  };
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (output.tokensOf(take(middle)) <= budget) low = middle;
    else high = middle - 1;
  }
  return take(low);
}

/** BM25 smoothed over 2 and 6 neighbours on each side, each by its largest value. */
export function bm25Of(reading: Reading, question: string): (line: number) => number {
  const table = createFeatureTable(['bm25 smoothed 2/max', 'bm25 smoothed 6/max'], reading.rows);
  putLexicalFeatures(reading, readQuestion(question), table);
  return (line) => {
    const row = at(reading.rowOfLine, line);
    return row < 0 ? 0 : 3 * (at(table.values, 2 * row) + at(table.values, 2 * row + 1));
  };
}

/** A number in [0, 1) from a place and a seed. */
export function noise(place: number, seed: number): number {
  const mixed = Math.imul((place + 1) ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
