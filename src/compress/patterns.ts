import { createContext, Script } from 'node:vm';
import { isWhole, type Structure } from '../structure/segments';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import type { KeepPattern, RuleInfo } from './result';

/** Patterns beyond these are not used: decisions number their rules in a byte. */
export const MAX_PATTERNS = 100;
/** UTF-16 code units of a pattern. */
export const MAX_PATTERN_LENGTH = 1000;
/** Matches of one pattern that are used. */
export const MAX_MATCHES = 50_000;
/** No regex is stopped earlier, however many there are: a busy machine takes its time. */
const LEAST_MS = 50;
/** Once twice the time is spent, the others get no more than this. */
const LATE_MS = 10;
/** Texts and words are found in linear time: what stops them is a machine that stands still. */
const PLAIN_MS = 2000;
/** Code units of a pattern that a sentence shows. */
const SHOWN = 40;

export interface KeepMatches {
  /** Number of the first pattern that matches the word (index into `rules`, plus 1), 0 for none; one a word. */
  readonly rule: Uint8Array;
  /** One a pattern, in order. */
  readonly rules: readonly RuleInfo[];
  /** One sentence for each pattern that is not used, or not wholly. */
  readonly warnings: readonly string[];
}

export interface MatchLimit {
  /** Milliseconds for all regular expressions together, about. */
  readonly timeLimitMs: number;
}

/**
 * Finds what "always keep text like this" keeps. A word stays that a match touches; in a line that stays or goes as a
 * whole, so does the line. Empty matches count for nothing. A pattern that is no valid regex, that takes too long or
 * is too long itself is left out with one sentence, and the others go on. O(matches + words) beside the matching.
 */
export function matchKeepPatterns(
  index: IndexedText,
  structure: Structure,
  patterns: readonly KeepPattern[],
  { timeLimitMs }: MatchLimit,
): KeepMatches {
  const rule = new Uint8Array(index.words.count);
  const warnings: string[] = [];
  const used = patterns.slice(0, MAX_PATTERNS);
  if (used.length < patterns.length)
    warnings.push(
      `Only the first ${MAX_PATTERNS} of ${patterns.length.toLocaleString('en')} keep rules are used. Remove some in the settings.`,
    );
  let left = timeLimitMs;
  let waiting = used.filter(({ kind }) => kind === 'regex').length;
  used.forEach((pattern, number) => {
    const begun = performance.now();
    const regex = pattern.kind === 'regex';
    const share = Math.max(left > -timeLimitMs ? LEAST_MS : LATE_MS, left / Math.max(1, waiting));
    const found = findMatches(index.text, pattern, { timeLimitMs: regex ? share : PLAIN_MS });
    if (regex) {
      waiting--;
      left -= performance.now() - begun;
    }
    if (found.problem !== undefined) warnings.push(found.problem);
    mark(index, structure, found.spans, rule, number + 1);
  });
  return { rule, rules: used.map(ruleInfo), warnings };
}

export interface PatternMatches {
  /** Flat `[start, end)` pairs in UTF-16 code units, ascending and disjoint. */
  readonly spans: readonly number[];
  /** One sentence where the pattern could not be used, or not wholly. */
  readonly problem: string | undefined;
}

/** One sentence where a pattern can not be used on any text; undefined where it can. */
export function patternProblem(pattern: KeepPattern): string | undefined {
  const expression = compile(pattern);
  return typeof expression === 'string' ? expression : undefined;
}

/** Finds the matches of one pattern in a text, empty ones left out. Never throws. */
export function findMatches(text: string, pattern: KeepPattern, { timeLimitMs }: MatchLimit): PatternMatches {
  const none = (problem: string): PatternMatches => ({ spans: [], problem });
  const expression = compile(pattern);
  if (typeof expression === 'string') return none(expression);
  const spans = run(text, expression, timeLimitMs);
  if (spans === undefined)
    return none(
      `The keep rule “${shown(pattern.pattern)}” took longer than ${Math.round(timeLimitMs)} ms and was left out. Make it simpler.`,
    );
  return {
    spans,
    problem:
      spans.length / 2 < MAX_MATCHES
        ? undefined
        : `The keep rule “${shown(pattern.pattern)}” matches at more than ${MAX_MATCHES.toLocaleString('en')} places, and only those are kept. Make it narrower.`,
  };
}

interface Expression {
  readonly source: string;
  readonly flags: string;
}

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;
const WORD_CHARACTER = String.raw`[\p{L}\p{M}\p{N}_]`;
const FIRST_OF_WORD = new RegExp(`^${WORD_CHARACTER}`, 'u');
const LAST_OF_WORD = new RegExp(`${WORD_CHARACTER}$`, 'u');
const NOTED = /^\/(.+)\/([a-z]*)$/s;

/**
 * The regex of a pattern, or one sentence where it is none. Blanks of a literal or a word match any run of white
 * space. A regex may be written as `/source/flags`; flags i, m, s, u, v are taken as they are. Without flags it sees
 * lines and code points.
 */
function compile({ kind, pattern }: KeepPattern): Expression | string {
  const name = shown(pattern);
  if (pattern.trim() === '') return 'A keep rule without a text was left out. Give it one.';
  if (pattern.length > MAX_PATTERN_LENGTH)
    return `The keep rule “${name}” is longer than ${MAX_PATTERN_LENGTH.toLocaleString('en')} characters and was left out. Shorten it.`;
  if (kind === 'regex') {
    const noted = NOTED.exec(pattern);
    const asGiven = { source: pattern, flags: 'gm' };
    const choices: Expression[] =
      noted === null
        ? [{ source: pattern, flags: 'gmu' }, asGiven]
        : [{ source: noted[1] ?? '', flags: `g${(noted[2] ?? '').replace(/[dgy]/g, '')}` }];
    return (
      choices.find(isValid) ??
      `The keep rule “${name}” is not a valid regular expression and was left out. Correct it.`
    );
  }
  const literal = pattern
    .trim()
    .split(/\s+/)
    .map((part) => part.replace(SPECIAL, '\\$&'))
    .join('\\s+');
  if (kind === 'literal') return { source: literal, flags: 'gu' };
  const before = FIRST_OF_WORD.test(pattern.trim()) ? `(?<!${WORD_CHARACTER})` : '';
  const after = LAST_OF_WORD.test(pattern.trim()) ? `(?!${WORD_CHARACTER})` : '';
  return { source: before + literal + after, flags: 'giu' };
}

function isValid({ source, flags }: Expression): boolean {
  try {
    new RegExp(source, flags);
    return true;
  } catch {
    return false;
  }
}

/**
 * The engine of regular expressions looks for a request to stop while it tries and tries again, but nobody in the
 * same thread can make one; the time limit of a `vm` script does.
 */
const MATCHER = `(() => {
  const spans = [];
  const expression = new RegExp(source, flags);
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    const length = match[0].length;
    if (length === 0) {
      const code = text.codePointAt(match.index);
      expression.lastIndex = match.index + (code > 0xffff ? 2 : 1);
    } else spans.push(match.index, match.index + length);
    if (spans.length >= 2 * most) break;
  }
  return spans.join();
})()`;
// Made on first use.
let matcher: { readonly script: Script; readonly context: Inputs } | undefined;

interface Inputs {
  text: string;
  source: string;
  flags: string;
  most: number;
}

function createMatcher(): NonNullable<typeof matcher> {
  const context: Inputs = { text: '', source: '', flags: 'g', most: MAX_MATCHES };
  createContext(context, { codeGeneration: { strings: false, wasm: false } });
  return { script: new Script(MATCHER), context };
}

/** Flat spans of the matches; undefined where the time is up. */
function run(text: string, { source, flags }: Expression, timeLimitMs: number): number[] | undefined {
  matcher ??= createMatcher();
  const { script, context } = matcher;
  Object.assign(context, { text, source, flags });
  try {
    const spans: unknown = script.runInContext(context, { timeout: Math.max(1, Math.round(timeLimitMs)) });
    return typeof spans !== 'string' || spans === '' ? [] : spans.split(',').map(Number);
  } catch {
    return undefined;
  } finally {
    context.text = '';
  }
}

/** Gives a rule to the words without one that the spans touch, and to those of whole lines that they touch. */
function mark(
  { words, lines }: IndexedText,
  structure: Structure,
  spans: readonly number[],
  rule: Uint8Array,
  number: number,
): void {
  let word = 0;
  let marked = 0;
  for (let i = 0; i + 1 < spans.length; i += 2) {
    const start = spans[i] ?? 0;
    const end = spans[i + 1] ?? 0;
    word = firstEndingAfter(words.end, start, word);
    for (let w = word; w < words.count && at(words.start, w) < end; w++) {
      const line = at(words.line, w);
      const whole = isWhole(structure, line);
      const first = whole ? at(lines.firstWord, line) : w;
      const last = whole ? at(lines.firstWord, line + 1) : w + 1;
      for (let each = Math.max(first, marked); each < last; each++)
        if (at(rule, each) === 0) rule[each] = number;
      marked = Math.max(marked, last);
      w = Math.max(w, last - 1);
    }
  }
}

/** The first index from `from` on whose value is greater than a position. */
function firstEndingAfter(sorted: Int32Array, position: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(sorted, middle) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

const ruleInfo = ({ pattern }: KeepPattern): RuleInfo => ({
  name: 'keep-rule',
  family: 'pinned',
  title: `your rule “${shown(pattern)}”`,
  explain: 'You asked for text like this to stay always.',
});

/** A pattern as a sentence can show it: one line, not too long. */
export function shown(pattern: string): string {
  const line = pattern
    .slice(0, 4 * SHOWN)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
