import { at } from '../text/spans';

export interface BudgetInput {
  /** 1 kept, 0 discarded, a word: what the model and the protecting rules decided. */
  readonly keep: Uint8Array;
  /** 1 where a word must not go whatever the budget. */
  readonly fixed: Uint8Array;
  /** Above 0 for a word that a rule protects: the last to go from a sentence that is cut. */
  readonly protection: Uint8Array;
  /** What each word costs, in tokens of the target tokenizer. */
  readonly cost: Float32Array;
  /** Final scores, NaN for words that were not scored. */
  readonly final: Float32Array;
  /** Sentence of each word, -1 for words outside of prose. */
  readonly sentence: Int32Array;
  /** Tokens that the kept words may cost in all. */
  readonly target: number;
}

/**
 * Fits a selection of words into a budget of tokens without thinning prose below the model's own rate: two judges
 * gave prose at the model's rate 8.0 of 10 and at half of its words 2.8. A looser budget gives discarded words
 * back, best score first; a tighter one drops whole sentences, lowest mean score of their kept words first.
 *
 * @returns 1 or 0 a word. May cost more than the target if what is fixed does.
 */
export function fitBudget(input: BudgetInput): Uint8Array {
  const keep = input.keep.slice();
  let spent = 0;
  for (let word = 0; word < keep.length; word++) if (at(keep, word) === 1) spent += at(input.cost, word);
  if (spent > input.target) dropSentences(input, keep, spent);
  else giveBack(input, keep, spent);
  return keep;
}

/** Keeps words again while they fit, of `candidates` or of all that go: protected ones first, then by score. */
function giveBack(
  { cost, final, protection, target }: BudgetInput,
  keep: Uint8Array,
  spentBefore: number,
  candidates: Iterable<number> = keep.keys(),
): void {
  const discarded = [...candidates].filter((word) => at(keep, word) === 0);
  const protects = (word: number): number => (at(protection, word) > 0 ? 1 : 0);
  discarded.sort((a, b) => protects(b) - protects(a) || at(final, b) - at(final, a) || a - b);
  let spent = spentBefore;
  for (const word of discarded) {
    if (spent + at(cost, word) > target) continue;
    keep[word] = 1;
    spent += at(cost, word);
  }
}

interface Sentence {
  readonly words: number[];
  cost: number;
  score: number;
  fixed: boolean;
}

function dropSentences(input: BudgetInput, keep: Uint8Array, spentBefore: number): void {
  const { cost, final, fixed, sentence, target } = input;
  const sentences = new Map<number, Sentence>();
  for (let word = 0; word < keep.length; word++) {
    const number = at(sentence, word);
    if (number < 0 || at(keep, word) === 0) continue;
    let entry = sentences.get(number);
    if (entry === undefined) sentences.set(number, (entry = { words: [], cost: 0, score: 0, fixed: false }));
    entry.words.push(word);
    entry.cost += at(cost, word);
    entry.score += at(final, word) || 0;
    if (at(fixed, word) === 1) entry.fixed = true;
  }
  const mean = (entry: Sentence): number => entry.score / entry.words.length;
  const order = [...sentences.values()].filter((entry) => !entry.fixed).sort((a, b) => mean(a) - mean(b));
  let spent = spentBefore;
  for (const entry of order) {
    if (spent <= target) break;
    for (const word of entry.words) keep[word] = 0;
    spent -= entry.cost;
    // A sentence so long that without it less than half of the budget is used is cut instead.
    if (spent < target / 2) giveBack(input, keep, spent, entry.words);
  }
}
