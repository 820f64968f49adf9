import type { Structure } from '../../structure/segments';
import { at } from '../../text/spans';
import type { IndexedText } from '../../text/words';
import type { RuleInfo } from '../result';
import * as atoms from './atoms';
import * as dependent from './dependent';
import * as flow from './flow';
import * as patterns from './patterns';
import * as phrases from './phrases';
import { wordTable } from './wordtable';

/** A reason to keep a word whatever its score. */
export interface Rule extends RuleInfo {
  /** Protects by the text alone. */
  readonly find?: patterns.Find;
  /** Protects by what stays around the word. */
  readonly findDependent?: dependent.FindDependent;
}

const negation = (name: string, title: string, explain: string, find: patterns.Find): Rule => ({
  name,
  family: 'negation',
  title,
  explain,
  find,
});
const mustKeep = (name: string, title: string, explain: string, find: patterns.Find): Rule => ({
  name,
  family: 'must-keep',
  title,
  explain,
  find,
});
const around = (
  name: string,
  title: string,
  explain: string,
  findDependent: dependent.FindDependent,
): Rule => ({ name, family: 'must-keep', title, explain, findDependent });

/**
 * The rules in order: where several match a word, the first one names the reason. The families hex literal, number,
 * capitals, dotted name, file path, file extension, flag and camel case are those of the published Kompress system;
 * the others guard what its users and blind judges named as its worst losses.
 */
export const RULES: readonly Rule[] = [
  negation('negation', 'Negation', 'Without it the sentence says the opposite.', phrases.negation),
  negation(
    'negative-operator',
    'Negation operator',
    'It turns a condition into its opposite.',
    patterns.negativeOperator,
  ),
  negation('negated', 'Negated word', 'It is what the negation before it denies or limits.', phrases.negated),
  negation('not-only', 'Second half of “not only”', 'It completes “not only … but”.', phrases.butAlso),
  mustKeep('inline-code', 'Inline code', 'Code stays as it is written.', atoms.inlineCode),
  mustKeep('url', 'URL', 'A web address is useless in part.', patterns.url),
  mustKeep('email', 'E-mail address', 'An address is useless in part.', patterns.email),
  mustKeep('link', 'Link', 'A link stays with its target.', atoms.link),
  mustKeep('quotation', 'Quoted string', 'Quoted words stay word for word.', atoms.quoted),
  mustKeep('windows-path', 'File path', 'A path names one file exactly.', patterns.windowsPath),
  mustKeep('version', 'Version', 'A version number is exact.', patterns.version),
  mustKeep('date', 'Date or time', 'It says when.', patterns.date),
  mustKeep('error-code', 'Error code', 'It names one error exactly.', patterns.errorCode),
  mustKeep('measure', 'Number with unit', 'An amount is exact.', patterns.measure),
  mustKeep('hex-literal', 'Hexadecimal number', 'A number is exact.', patterns.hexLiteral),
  mustKeep('number', 'Number', 'A number is exact.', patterns.number),
  mustKeep('file-path', 'File path', 'A path names one file exactly.', patterns.unixPath),
  mustKeep('flag', 'Command-line flag', 'A flag changes what a command does.', patterns.flag),
  mustKeep('dotted-name', 'Dotted name', 'A name with dots is an identifier.', patterns.dottedName),
  mustKeep('file-extension', 'File name', 'It names a file or a kind of file.', patterns.fileExtension),
  mustKeep('camel-case', 'Identifier', 'A name in camel case is an identifier.', patterns.camelCase),
  mustKeep(
    'capitals',
    'Capitals',
    'Capitals mark an abbreviation, a constant or a keyword.',
    patterns.capitals,
  ),
  mustKeep('snake-case', 'Identifier', 'A name with underscores is an identifier.', patterns.snakeCase),
  mustKeep('code-token', 'Code', 'It is part of a program.', patterns.call),
  mustKeep('mention', 'Mention', 'It names a person, a package or a scope.', patterns.mention),
  mustKeep(
    'letters-digits',
    'Identifier',
    'Letters and digits together name one thing exactly.',
    patterns.mixed,
  ),
  mustKeep('unit', 'Unit', 'The number before it needs its unit.', phrases.unit),
  mustKeep('number-word', 'Number', 'A number is exact.', phrases.numberWord),
  mustKeep('calendar', 'Date or time', 'It says when.', phrases.calendar),
  mustKeep('numbered', 'Name of a number', 'It says what the number after it counts.', phrases.codeOf),
  mustKeep('comparison', 'Comparison', 'A comparison needs both its sides.', phrases.comparison),
  mustKeep('bound', 'Limit', 'It says in which direction the number limits.', phrases.bound),
  mustKeep('comparative', 'Comparison', 'It gives the direction of a comparison.', phrases.comparative),
  mustKeep('order', 'Order in time', 'It says what comes first.', phrases.order),
  mustKeep('obligation', 'Obligation', 'It makes the statement binding.', phrases.modal),
  around('condition', 'Condition', 'What stays holds only under this condition.', dependent.condition),
  around('agent', 'Who did it', 'It is the subject of a verb that stays.', dependent.agent),
  around('by-agent', 'Who did it', 'It names who did what stays.', dependent.byAgent),
  around('question', 'Question', 'Without it nobody sees that something is asked.', flow.question),
  around(
    'sentence-end',
    'End of a sentence',
    'Without it this sentence would run into the next.',
    flow.sentenceEnd,
  ),
  around('joiner', 'Joining word', 'It joins two parts that stay.', flow.joiner),
  around('pointer', 'Pointing word', 'It says which ones are meant.', flow.pointer),
];

/** Number of the protecting rule a word, plus 1; 0 where none protects it. Length `words.count`. */
export interface Protected {
  readonly rule: Uint8Array;
}

/**
 * Protects words by the text alone. Only words of prose lines are looked at: other lines stay or go whole. O(length).
 */
export function protect(index: IndexedText, structure: Structure): Protected {
  const table = wordTable(index, structure);
  const rule = new Uint8Array(table.count);
  RULES.forEach(({ find }, number) => {
    find?.(table, (word) => {
      if (at(rule, word) === 0 && at(table.prose, word) === 1) rule[word] = number + 1;
    });
  });
  return { rule };
}

/** A word that stays after all. `rule`: its number plus 1. */
export interface DependentChange {
  readonly word: number;
  readonly rule: number;
}

/**
 * Protects words because of what stays around them: the opening of a condition, the subject of a verb.
 * @param keep 1 where a word stays by the model and the rules of `protect`; not changed.
 * @returns the words to keep in addition.
 */
export function protectDependent(
  index: IndexedText,
  structure: Structure,
  keep: Uint8Array,
): readonly DependentChange[] {
  const table = wordTable(index, structure);
  const now = keep.slice();
  const changes: DependentChange[] = [];
  RULES.forEach(({ findDependent }, number) => {
    findDependent?.(table, now, (word) => {
      if (at(now, word) === 1 || at(table.prose, word) === 0) return;
      now[word] = 1;
      changes.push({ word, rule: number + 1 });
    });
  });
  return changes;
}
