import { evict } from '../policy/evict';
import { descending } from '../policy/order';
import type { Selection } from '../policy/policy';
import type { Units } from '../policy/units';
import { isWhole } from '../structure/segments';
import { at, sliceSpans } from '../text/spans';
import { bareFrames, keepFrames } from './frames';
import { layout } from './layout';
import type { Costs, PreparedText } from './prepared';
import { REASONS, type BudgetReport, type Decisions } from './result';
import { settle } from './settle';

/** Corrections against the counted output before the closest result is taken. */
const MAX_ROUNDS = 12;
/** An output of at least this share of the budget needs no further correction. */
const CLOSE = 0.995;

/** The published first lines (attention sinks) and last lines (recent context) that always stay. */
const SINK_LINES = 2;
const RECENT_LINES = 8;
/** In a text of fewer lines they are fewer in proportion: else a short text would be nothing but these. */
const FULL_LINES = 30;

const code = (reason: (typeof REASONS)[number]): number => REASONS.indexOf(reason);
const SINK = code('sink');
const RECENT = code('recent');
const PINNED = code('pinned');
const RELEASED = code('released');
const POLICY = code('policy');
const BUDGET = code('budget');
const STRUCTURE = code('structure');
/** What stays whatever stands around it. */
const FIXED = new Set([SINK, RECENT, PINNED, RELEASED, POLICY]);

export interface FitInput {
  readonly prepared: PreparedText;
  /** What the model, the protecting rules and the wishes decide, before any budget. */
  readonly decided: Decisions;
  /** Final scores a word, NaN where there are none. */
  readonly final: Float32Array;
  /** What stays or goes as one. */
  readonly units: Units;
  readonly selection: Selection;
  readonly costs: Costs;
  /** 1 for units whose words all stay if the unit does: they answer the question. */
  readonly whole: Uint8Array;
  /** Whether a question ranks the units: a line that only introduces others then has to answer it itself. */
  readonly asked: boolean;
  /** Tokens of the output asked for. */
  readonly budget: number;
}

export interface Fitted {
  readonly decisions: Decisions;
  readonly kept: Int32Array;
  /** Tokens of the output, counted as it is copied. */
  readonly tokens: number;
  readonly held: BudgetReport['held'];
}

/**
 * Fits a text into a budget of output tokens. Units (lines; in prose sentences) stay in the order of the policy;
 * first and last lines and pins stay whatever it says, and the lines that frame what stays with it. Prose is never
 * thinned below the model's own rate: a tighter budget drops whole sentences, a looser one gives words back, best
 * score first. The output is counted and the goal corrected until it fits.
 *
 * @returns an output of at most `budget` tokens, unless what always stays costs more.
 */
export function fit(input: FitInput): Fitted {
  const { budget } = input;
  const form = formOf(input);
  const held = heldTokens(input.units, form);
  let best: Fitted | undefined;
  let goal = budget;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const { tokens, loosest, ...output } = outputOf(input, form, goal);
    if (best === undefined || isBetter(tokens, best.tokens, budget)) best = { ...output, tokens, held };
    if (tokens <= budget && (loosest || tokens >= CLOSE * budget)) break;
    // Costs of units are estimates: what they miss is taken off, more of it the longer the output stays too long.
    const next =
      tokens > budget ? goal - (tokens - budget) * (1 + round / 4) - 1 : goal + (budget - tokens) / 2;
    if (next <= 0 && goal <= 0) break;
    if (tokens <= budget && round >= MAX_ROUNDS / 2) break;
    goal = Math.max(0, next);
  }
  // However far off the estimates are: what is left over without any further unit is all that may pass the budget.
  if (best !== undefined && best.tokens > budget) {
    const { decisions, kept, tokens } = outputOf(input, form, 0);
    if (tokens < best.tokens) best = { decisions, kept, tokens, held };
  }
  return best ?? { decisions: input.decided, kept: new Int32Array(0), tokens: 0, held };
}

/** What is output where the units may cost `goal` tokens by estimate; `loosest`: nothing more could stay. */
function outputOf(
  input: FitInput,
  form: Form,
  goal: number,
): Omit<Fitted, 'held'> & { readonly loosest: boolean } {
  const { prepared, selection, costs } = input;
  const unitKept = evict({ selection, cost: form.cost, fixed: form.fixed, target: goal });
  const words = wordsOf(input, form, unitKept, goal);
  const decisions = settle(prepared.geometry, words);
  const kept = layout(prepared.geometry, decisions.keep);
  const tokens = costs.counter.count(sliceSpans(prepared.index.text, kept));
  const loosest = unitKept.every((value) => value === 1) && !words.keep.includes(0);
  return { decisions, kept, tokens, loosest };
}

/** Under the budget more is better, above it less; nothing at all is worse than anything that fits. */
function isBetter(tokens: number, best: number, budget: number): boolean {
  if (tokens > budget) return tokens < best;
  return best > budget || tokens > best;
}

/** The form in which each unit would stay: its words, their reasons, and what that costs. */
interface Form {
  readonly keep: Uint8Array;
  readonly reason: Uint8Array;
  readonly cost: Float64Array;
  readonly fixed: Uint8Array;
}

function formOf({ prepared, decided, costs, whole, units }: FitInput): Form {
  const { index, structure } = prepared;
  const keep = decided.keep.slice();
  const reason = decided.reason.slice();
  const fixed = new Uint8Array(units.count);
  const cost = new Float64Array(units.count);
  const edge = edgeLines(prepared, costs);
  for (let unit = 0; unit < units.count; unit++) {
    const first = at(units.firstWord, unit);
    const end = at(units.firstWord, unit + 1);
    const line = at(units.line, unit);
    const isLine = isWhole(structure, line);
    let edgeReason = 0;
    for (let row = line; row < at(units.endLine, unit); row++) edgeReason ||= at(edge, row);
    let pinned = false;
    let stays = false;
    let sum = 0;
    for (let word = first; word < end; word++) {
      const now = at(reason, word);
      if (now === RELEASED) continue;
      if (now === PINNED) pinned = true;
      else if (edgeReason !== 0) {
        keep[word] = 1;
        reason[word] = edgeReason;
      } else if (isLine) reason[word] = POLICY;
      else if (at(whole, unit) === 1 && at(keep, word) === 0) {
        keep[word] = 1;
        reason[word] = POLICY;
      }
      if (at(keep, word) === 1) {
        stays = true;
        sum += at(costs.word, word);
      }
    }
    if ((pinned || edgeReason !== 0) && stays) fixed[unit] = 1;
    cost[unit] =
      isLine && stays ? at(costs.line, line) : sum + (end === at(index.lines.firstWord, line + 1) ? 1 : 0);
  }
  return { keep, reason, cost, fixed };
}

/** The reason of each line that stays for standing first or last, 0 for all others. */
function edgeLines({ index, geometry }: PreparedText, costs: Costs): Uint8Array {
  const { lines } = index;
  // The empty line after a last break is none.
  const count = at(lines.start, lines.count - 1) === geometry.text.length ? lines.count - 1 : lines.count;
  const share = Math.min(1, count / FULL_LINES);
  const sinks = Math.floor(SINK_LINES * share);
  const recent = Math.floor(RECENT_LINES * share);
  const edge = new Uint8Array(lines.count);
  edge.fill(SINK, 0, sinks);
  edge.fill(RECENT, count - recent, count);
  // One line as long as a tenth of the text is no mere line of context: it competes like all others.
  for (let line = 0; line < count; line++)
    if (at(edge, line) !== 0 && at(costs.line, line) > costs.total / 10) edge[line] = 0;
  return edge;
}

function heldTokens(units: Units, { fixed, cost, reason }: Form): BudgetReport['held'] {
  const held: Partial<Record<'sink' | 'recent' | 'pinned', number>> = {};
  for (let unit = 0; unit < units.count; unit++) {
    if (at(fixed, unit) === 0) continue;
    const reasons = reason.subarray(at(units.firstWord, unit), at(units.firstWord, unit + 1));
    const name = reasons.includes(PINNED) ? 'pinned' : reasons.includes(SINK) ? 'sink' : 'recent';
    held[name] = (held[name] ?? 0) + Math.round(at(cost, unit));
  }
  return held;
}

/** The words that stay with the units that do, and with the lines that frame them. */
function wordsOf(input: FitInput, form: Form, unitKept: Uint8Array, goal: number): Decisions {
  const { prepared, decided, costs, final, units } = input;
  const { index } = prepared;
  const keep = new Uint8Array(form.keep.length);
  const reason = new Uint8Array(form.keep.length).fill(BUDGET);
  const lineKept = new Uint8Array(index.lines.count);
  let spent = 0;
  for (let unit = 0; unit < units.count; unit++) {
    const first = at(units.firstWord, unit);
    const end = at(units.firstWord, unit + 1);
    if (at(unitKept, unit) === 0) {
      for (let word = first; word < end; word++)
        if (at(form.reason, word) === RELEASED) reason[word] = RELEASED;
      continue;
    }
    for (let word = first; word < end; word++) {
      const line = at(index.words.line, word);
      keep[word] = at(form.keep, word);
      reason[word] = at(form.reason, word);
      if (at(keep, word) === 1) lineKept[line] = 1;
    }
    spent += at(form.cost, unit);
  }
  const all = unitKept.every((value) => value === 1);
  if (all) giveBack(keep, reason, { costs, final, decided }, goal - spent, 0, keep.length);
  const dropped = all || spent >= goal / 4 ? undefined : firstDropped(input, unitKept);
  if (dropped !== undefined) {
    // A sentence so long that without it less than a quarter of the budget is used is cut instead.
    const first = at(units.firstWord, dropped);
    const end = at(units.firstWord, dropped + 1);
    giveBack(keep, reason, { costs, final, decided }, goal - spent, first, end);
    for (let word = first; word < end; word++)
      if (at(keep, word) === 1) lineKept[at(index.words.line, word)] = 1;
  }
  const lineWords = (line: number): readonly [number, number] => [
    at(index.lines.firstWord, line),
    at(index.lines.firstWord, line + 1),
  ];
  for (const line of input.asked ? [] : bareFrames(prepared.frames(), lineKept)) {
    const [first, end] = lineWords(line);
    if (reason.subarray(first, end).some((value) => FIXED.has(value))) continue;
    keep.fill(0, first, end);
    reason.fill(STRUCTURE, first, end);
    lineKept[line] = 0;
  }
  for (const line of keepFrames(prepared.frames(), lineKept, !input.asked))
    for (let word = at(index.lines.firstWord, line); word < at(index.lines.firstWord, line + 1); word++) {
      if (at(form.reason, word) === RELEASED || at(form.keep, word) === 0) continue;
      keep[word] = 1;
      reason[word] = STRUCTURE;
    }
  return { keep, reason, rule: decided.rule };
}

/** The sentence that the policy would keep first of those that do not stay. */
function firstDropped({ prepared, selection, units }: FitInput, unitKept: Uint8Array): number | undefined {
  return selection.unitOrder.find(
    (unit) => at(unitKept, unit) === 0 && !isWhole(prepared.structure, at(units.line, unit)),
  );
}

/** Keeps discarded words of `[first, end)` while they fit: protected ones first, then by score. */
function giveBack(
  keep: Uint8Array,
  reason: Uint8Array,
  { costs, final, decided }: Pick<FitInput, 'costs' | 'final' | 'decided'>,
  room: number,
  first: number,
  end: number,
): void {
  const ranks = new Float32Array(end - first).fill(NaN);
  for (let word = first; word < end; word++)
    if (at(keep, word) === 0 && at(reason, word) !== RELEASED)
      ranks[word - first] = (at(decided.rule, word) > 0 ? 2 : 0) + (at(final, word) || 0);
  let left = room;
  for (const place of descending(ranks)) {
    // Words that stay already, or must not, come last.
    if (Number.isNaN(at(ranks, place))) break;
    const word = first + place;
    if (at(costs.word, word) > left) continue;
    keep[word] = 1;
    reason[word] = BUDGET;
    left -= at(costs.word, word);
  }
}
