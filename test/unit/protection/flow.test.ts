import assert from 'node:assert/strict';
import { protectDependent, RULES } from '../../../src/compress/protection/protect';
import { analyseStructure } from '../../../src/structure/analyse';
import { indexText } from '../../../src/text/words';

/** Words that the rule adds to a text of which only the words that start with a plus sign stay. */
function added(marked: string, name = 'question'): string[] {
  const keep = Uint8Array.from(marked.split(/\s+/), (word) => (word.startsWith('+') ? 1 : 0));
  const text = marked.replaceAll('+', '');
  const index = indexText(text);
  const number = RULES.findIndex((rule) => rule.name === name) + 1;
  return protectDependent(index, analyseStructure(index, {}), keep)
    .filter((change) => change.rule === number)
    .map(({ word }) => text.split(/\s+/)[word] ?? '');
}

describe('rules that keep a sentence a sentence', () => {
  it('keeps the question mark and the asking word while anything of the question stays', () => {
    assert.deepEqual(added('It failed. So why does the +parser fail there? Thanks.'), ['there?', 'why']);
    assert.deepEqual(added('Do you have a specific +city in mind?"'), ['mind?"']);
  });
  it('lets a question go whole', () => {
    assert.deepEqual(added('The +parser fails. Could you have a look at it?'), []);
  });
  it('leaves statements alone', () => {
    assert.deepEqual(added('The +parser fails when it starts.'), []);
  });
  it('keeps the last word of a sentence where it alone would go', () => {
    assert.deepEqual(added('The +parser fails again. It is +old to be honest.', 'sentence-end'), []);
    assert.deepEqual(added('The +parser fails again. +It +is old.', 'sentence-end'), ['old.']);
  });
  it('keeps a bare joining word between words that stay', () => {
    assert.deepEqual(added('+read and +write the +file, and +close it', 'joiner'), ['and']);
  });
  it('keeps the word that says which', () => {
    assert.deepEqual(added('+users +of these +versions like this +parser', 'pointer'), ['these']);
  });
});
