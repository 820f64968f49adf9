import { at } from '../../text/spans';
import { WORD } from './lexicon';
import { isContent, isKey, isLexical, type WordTable } from './wordtable';

/** Gives the words that a rule protects because of what stays around them. `keep`: 1 where a word stays. */
export type FindDependent = (table: WordTable, keep: Uint8Array, mark: (word: number) => void) => void;

/** Words of a clause that are looked at after its first one. */
const CLAUSE = 25;

/** The word that opens a condition, while anything of the clause stays: "if", "when", "unless". */
export const condition: FindDependent = (table, keep, mark) => {
  for (const word of table.telling) {
    if (!isLexical(table, word, WORD.condition) || at(table.prose, word) === 0) continue;
    for (let i = word; i < Math.min(table.count, word + CLAUSE); i++) {
      if (i > word && at(keep, i) === 1 && isContent(table, i)) {
        mark(word);
        break;
      }
      if (at(table.breakAfter, i) > 0) break;
    }
  }
};

const VERB = /^(?:\p{L}{2,}ed|\p{L}{3,}[^s\P{L}]s)$/u;
const PARTICIPLE = /^\p{L}{2,}(?:ed|en|own|ught|ade|uilt|ilt|ent|one)$/u;

function isPastVerb(table: WordTable, word: number): boolean {
  return isLexical(table, word, WORD.pastVerb) || /^\p{L}{2,}ed$/u.test(table.core(word));
}

/** The one who does it, before a verb that stays: "Ana fixed it", "the agent deleted the file", "they rejected it". */
export const agent: FindDependent = (table, keep, mark) => {
  for (let verb = 1; verb < table.count; verb++) {
    if (at(keep, verb) === 0 || at(table.prose, verb) === 0 || isLexical(table, verb, WORD.function))
      continue;
    const subject = subjectBefore(table, verb);
    if (subject < 0) continue;
    const past = isPastVerb(table, verb);
    const name = /^\p{Lu}\p{Ll}/u.test(table.core(subject));
    if (isLexical(table, subject, WORD.pronoun)) {
      // Who of several people did it; "it" and a passive's subject say nothing new.
      if (past && subject === verb - 1 && /^(?:i|he|she|we|they|you)$/i.test(table.core(subject)))
        mark(subject);
    } else if (isContent(table, subject) && (past || (name && VERB.test(table.core(verb))))) {
      if (name || isLexical(table, subject - 1, WORD.determiner)) mark(subject);
    }
  }
};

/** The word before a verb, over its auxiliaries and adverbs; -1 where the clause begins with the verb. */
function subjectBefore(table: WordTable, verb: number): number {
  for (let i = verb - 1; i >= Math.max(0, verb - 4); i--) {
    if (at(table.breakAfter, i) > 0 || at(table.prose, i) === 0) return -1;
    const skip = isLexical(table, i, WORD.auxiliary | WORD.degree | WORD.negation | WORD.adverb);
    if (!skip) return i;
  }
  return -1;
}

/** "rewritten by the agent": "by" and the head of what it names, after a participle that stays. */
export const byAgent: FindDependent = (table, keep, mark) => {
  for (const word of table.telling) {
    if (!isKey(table, word, 'by') || at(table.prose, word) === 0) continue;
    const verb = word - 1;
    if (at(table.breakAfter, verb) > 0 || at(keep, verb) === 0) continue;
    if (!PARTICIPLE.test(table.core(verb)) && !isLexical(table, verb, WORD.pastVerb)) continue;
    let noun = -1;
    for (let i = word + 1; i < Math.min(table.count, word + 4); i++) {
      if (at(table.prose, i) === 0) break;
      if (isContent(table, i) && !isLexical(table, i, WORD.month | WORD.adverb)) noun = i;
      else if (noun >= 0 || !isLexical(table, i, WORD.determiner)) break;
      if (at(table.breakAfter, i) > 0) break;
    }
    if (noun < 0 || /ing$/.test(table.core(noun))) continue;
    mark(word);
    mark(noun);
  }
};
