import { eachGram } from './reading';
import { createTermHasher, eachPart } from './terms';

/** UTF-16 units of a question that are read; what follows is left out. */
const LOOKED_AT = 8000;
const MOST_TERMS = 64;
const MOST_NAMES = 24;
export const MOST_WORDS = 32;

/** A question as the lexical features see it. */
export interface ReadQuestion {
  /** Distinct terms, at most 64, in order. */
  readonly terms: Uint32Array;
  /** Words that carry a term, at most 32, in order and without punctuation at their ends. */
  readonly words: readonly string[];
  /** Bit i: the term belongs to `words[i]`. One a term. */
  readonly wordsOfTerm: Uint32Array;
  /** Place in `words` of each white-space separated word of the question, -1 for words that carry no term. */
  readonly wordOfBlank: Int32Array;
  /** Distinct identifiers of four characters and more that are not all lower case. */
  readonly names: readonly string[];
  /** Distinct words with a digit or a sign inside, and what is quoted: paths, flags, versions. */
  readonly literals: readonly string[];
  /** 1 for each 4-gram that occurs, 65,536 entries. */
  readonly grams: Uint8Array;
  /** What is asked for, each 0 or 1, and the length. */
  readonly asks: Readonly<Record<(typeof ASKS)[number], number>>;
}

/** English forms of questions; in another language all of them are 0. */
export const ASKS = ['goal', 'number', 'place', 'reason', 'manner', 'choice', 'list'] as const;

const NUMBER =
  /\bhow (?:many|much|long|often|large|big|far)\b|\b(?:version|port|percent|count|total|limit|number|size|date|timeout)\b/i;
const PLACE = /\bwhere\b|\b(?:file|path|folder|directory|package|module|line|branch|url|endpoint)\b/i;
const REASON = /\bwhy\b|\b(?:reason|because|cause[ds]?|explain|rationale|drawback|problem|root)\b/i;
const MANNER = /\bhow (?:do|does|did|is|are|can|was|were|should|would|to)\b/i;
const CHOICE = /^(?:is|are|was|were|do|does|did|can|could|should|will|has|have)\b/i;
const LIST = /\b(?:which|what|name|list) (?:two|three|four|five|six|\w+s\b)|\b(?:all|each|every|both)\b/i;

const NAME = /[A-Za-z_][A-Za-z0-9_]{3,63}/g;
const QUOTED = /`([^`]{2,80})`|"([^"]{2,80})"/g;
const INSIDE = /[\p{L}\p{N}][_./:=\\-]+[\p{L}\p{N}]|\d|^--?[a-z]/u;
const EDGES = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;

/** Reads a question; O(its first 8,000 characters). An empty one has no terms. */
export function readQuestion(question: string): ReadQuestion {
  const text = question.slice(0, LOOKED_AT).trim();
  const hasher = createTermHasher();
  const terms: number[] = [];
  const wordsOfTerm: number[] = [];
  const words: string[] = [];
  const wordOfBlank: number[] = [];
  const literals = new Set<string>();
  for (const { 0: raw, index } of text.matchAll(/\S+/g)) {
    let place = -1;
    eachPart(text, index, index + raw.length, (from, to) => {
      const term = hasher.termOf(text.slice(from, to));
      if (term === 0) return;
      if (place < 0 && words.length < MOST_WORDS)
        place = words.push(raw.slice(0, 200).replace(EDGES, '') || raw) - 1;
      let known = terms.indexOf(term);
      if (known < 0) {
        if (terms.length === MOST_TERMS) return;
        known = terms.push(term) - 1;
        wordsOfTerm.push(0);
      }
      if (place >= 0) wordsOfTerm[known] = ((wordsOfTerm[known] ?? 0) | (1 << place)) >>> 0;
    });
    wordOfBlank.push(place);
    const bare = raw.slice(0, 200).replace(EDGES, '');
    if (literals.size < MOST_NAMES && bare.length >= 3 && INSIDE.test(bare)) literals.add(bare);
  }
  for (const [, ticked, quoted] of text.matchAll(QUOTED))
    if (literals.size < MOST_NAMES) literals.add(ticked ?? quoted ?? '');
  const names = new Set<string>();
  for (const [name] of text.matchAll(NAME))
    if (names.size < MOST_NAMES && name !== name.toLowerCase()) names.add(name);
  const grams = new Uint8Array(1 << 16);
  eachGram(text, 0, text.length, (gram) => {
    grams[gram] = 1;
  });
  const flag = (pattern: RegExp): number => (pattern.test(text) ? 1 : 0);
  return {
    terms: Uint32Array.from(terms),
    words,
    wordsOfTerm: Uint32Array.from(wordsOfTerm),
    wordOfBlank: Int32Array.from(wordOfBlank),
    names: [...names],
    literals: [...literals].filter((literal) => literal.length >= 2),
    grams,
    asks: {
      goal: /[?？؟]/.test(text) ? 0 : 1,
      number: flag(NUMBER),
      place: flag(PLACE),
      reason: flag(REASON),
      manner: flag(MANNER),
      choice: flag(CHOICE),
      list: flag(LIST),
    },
  };
}
