import { protect, protectDependent, RULES } from '../../../src/compress/protection/protect';
import { wordTable } from '../../../src/compress/protection/wordtable';
import { analyseStructure } from '../../../src/structure/analyse';
import { at } from '../../../src/text/spans';
import { indexText } from '../../../src/text/words';

/** The protected words of a text by rule: `{ rule: [words] }`. */
export function protectedBy(text: string): Record<string, string[]> {
  const index = indexText(text);
  const { rule } = protect(index, analyseStructure(index));
  const found: Record<string, string[]> = {};
  rule.forEach((number, word) => {
    const name = RULES[number - 1]?.name;
    if (name !== undefined)
      (found[name] ??= []).push(text.slice(at(index.words.start, word), at(index.words.end, word)));
  });
  return found;
}

/** The words that one rule finds in a text, whether or not another rule comes first. */
export function foundBy(name: string, text: string): string[] {
  const index = indexText(text);
  const table = wordTable(index, analyseStructure(index));
  const words = new Set<string>();
  RULES.find((rule) => rule.name === name)?.find?.(table, (word) => words.add(table.raw(word)));
  return [...words];
}

/** The protected words of a text in order, by whatever rule. */
export const protectedWords = (text: string): string[] => {
  const index = indexText(text);
  const { rule } = protect(index, analyseStructure(index));
  return text.split(/\s+/).filter((_, word) => at(rule, word) > 0);
};

/** What `protectDependent` adds when the given words stay: `[word, rule]`. */
export function addedTo(text: string, kept: readonly string[]): [string, string][] {
  const index = indexText(text);
  const words = text.split(/\s+/);
  const keep = Uint8Array.from(words, (word) => (kept.includes(word) ? 1 : 0));
  return protectDependent(index, analyseStructure(index), keep)
    .map(({ word, rule }): [string, string] => [words[word] ?? '', RULES[rule - 1]?.name ?? ''])
    .sort();
}
