import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import { AUTO_PIN_RULES, findAutoPins } from './auto-pins';
import { matchKeepPatterns } from './patterns';
import type { PreparedText } from './prepared';
import { RULES } from './protection/protect';
import { REASONS, type CompressRequest, type Decisions, type RuleInfo } from './result';

const PINNED = REASONS.indexOf('pinned');
const RELEASED = REASONS.indexOf('released');
/** Milliseconds that all regular expressions of the person may take on one text. */
const PATTERN_TIME_MS = 250;
/** Rule numbers are bytes. */
const MAX_RULES = 255;

/** What stays or goes because the person said so, by hand, by a rule, or by a setting. */
export interface Wishes {
  /** 0 none, 1 pinned, 2 released, a word. */
  readonly wish: Uint8Array;
  /** Number of the rule that pins a word, index into `rules` plus 1; 0 where the person did. */
  readonly rule: Uint8Array;
  /** All rules that decisions may name: the protecting ones first. */
  readonly rules: readonly RuleInfo[];
  readonly warnings: readonly string[];
  /** Whether there is any. */
  readonly any: boolean;
}

export const RULE_INFO: readonly RuleInfo[] = RULES.map(({ name, family, title, explain }) => ({
  name,
  family,
  title,
  explain,
}));

/** What rules and settings pin, by text, turns and rules; the same for every question, budget and pin. */
type Pinned = Pick<Wishes, 'rules' | 'warnings'> & { readonly rule: Uint8Array };
const pinnedBefore = new WeakMap<IndexedText, { readonly key: string; readonly pinned: Pinned }>();

function pinnedByRules(prepared: PreparedText, request: CompressRequest): Pinned {
  const { index, structure } = prepared;
  const { turns = [], autoPins = [], keepPatterns = [] } = request;
  const key = JSON.stringify([turns, autoPins, keepPatterns]);
  const known = pinnedBefore.get(index);
  if (known?.key === key) return known.pinned;
  const rule = new Uint8Array(index.words.count);
  const rules = [...RULE_INFO];
  const warnings: string[] = [];
  const add = (numbers: Uint8Array, infos: readonly RuleInfo[]): void => {
    const first = rules.length;
    rules.push(...infos.slice(0, MAX_RULES - first));
    for (let word = 0; word < numbers.length; word++) {
      const number = at(numbers, word);
      if (number > 0 && at(rule, word) === 0) rule[word] = Math.min(rules.length, first + number);
    }
  };
  if (keepPatterns.length > 0) {
    const found = matchKeepPatterns(index, structure, keepPatterns, { timeLimitMs: PATTERN_TIME_MS });
    add(found.rule, found.rules);
    warnings.push(...found.warnings);
  }
  if (autoPins.length > 0 && turns.length > 0)
    add(
      findAutoPins({ index, structure, turns, on: autoPins, sentence: prepared.sentence() }).rule,
      AUTO_PIN_RULES,
    );
  const pinned = { rule, rules, warnings };
  pinnedBefore.set(index, { key, pinned });
  return pinned;
}

/** Gathers the wishes of a request. What the person released by hand outweighs rules; what they pinned, everything. */
export function wishesOf(prepared: PreparedText, request: CompressRequest): Wishes {
  const { index } = prepared;
  const { overrides } = request;
  const pinned = pinnedByRules(prepared, request);
  const wish = pinned.rule.map((rule) => (rule > 0 ? 1 : 0));
  const rule = pinned.rule.slice();
  for (const [value, spans] of [
    [2, overrides?.released],
    [1, overrides?.pinned],
  ] as const)
    for (const word of wordsIn(index, spans ?? new Int32Array(0))) {
      wish[word] = value;
      rule[word] = 0;
    }
  const any = wish.some((value) => value !== 0);
  return { wish, rule, rules: pinned.rules, warnings: pinned.warnings, any };
}

/** Words that lie in any of the spans, at least in part. */
function* wordsIn({ words }: IndexedText, spans: Int32Array): Generator<number> {
  let word = 0;
  for (let i = 0; i + 1 < spans.length; i += 2) {
    while (word < words.count && at(words.end, word) <= at(spans, i)) word++;
    for (let each = word; each < words.count && at(words.start, each) < at(spans, i + 1); each++) yield each;
  }
}

/** Decisions with the wishes in them. */
export function applyWishes(decisions: Decisions, { wish, rule: pinning, any }: Wishes): Decisions {
  if (!any) return decisions;
  const keep = decisions.keep.slice();
  const reason = decisions.reason.slice();
  const rule = decisions.rule.slice();
  for (let word = 0; word < wish.length; word++) {
    const value = at(wish, word);
    if (value === 0) continue;
    keep[word] = value === 1 ? 1 : 0;
    reason[word] = value === 1 ? PINNED : RELEASED;
    if (value === 1 && at(pinning, word) !== 0) rule[word] = at(pinning, word);
  }
  return { keep, reason, rule };
}
