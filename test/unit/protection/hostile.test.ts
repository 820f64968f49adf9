import assert from 'node:assert/strict';
import fc from 'fast-check';
import { protect, protectDependent } from '../../../src/compress/protection/protect';
import { sentencesOf } from '../../../src/compress/sentences';
import { analyseStructure } from '../../../src/structure/analyse';
import { at } from '../../../src/text/spans';
import { indexText } from '../../../src/text/words';

const MB = 1024 * 1024;

function timed(text: string): number {
  const index = indexText(text);
  const structure = analyseStructure(index);
  const started = performance.now();
  protect(index, structure);
  protectDependent(index, structure, new Uint8Array(index.words.count).fill(1));
  sentencesOf(index, structure);
  return performance.now() - started;
}

describe('protection: hostile input', function () {
  this.timeout(60_000);
  const cases: Readonly<Record<string, string>> = {
    'one word of letters': 'a'.repeat(5 * MB),
    'one word of dots': 'a.'.repeat(2 * MB),
    'one word of slashes': 'a/'.repeat(2 * MB),
    'one word of dashes': '-'.repeat(5 * MB),
    'one word of digits': '1,'.repeat(2 * MB),
    'opening quotes': '“a '.repeat(MB / 2),
    'straight quotes': '" "'.repeat(MB),
    'quotes in a row': '"'.repeat(5 * MB),
    'only negations': 'not '.repeat(MB),
    'only comparisons': 'than '.repeat(MB),
    'only conditions': 'if '.repeat(MB),
    'only full stops': '. '.repeat(MB),
    abbreviations: 'e.g. '.repeat(MB),
  };
  for (const [name, text] of Object.entries(cases))
    it(`stays fast: ${name}`, () => {
      const ms = timed(text);
      assert.ok(ms < 10_000, `${ms.toFixed(0)} ms`);
    });

  it('takes a blink for 100,000 words', () => {
    const text =
      'The agent did not delete `a.txt` after 5 minutes, if NASA is faster than others; see /usr/bin/env. '.repeat(
        5600,
      );
    timed(text);
    const ms = timed(text);
    assert.ok(ms < 1500, `${ms.toFixed(0)} ms`);
  });
});

/** The published families, written once more and independently: simple tests of one word. */
const FAMILIES: readonly ((word: string) => boolean)[] = [
  (word) => /0x[0-9a-f]/i.test(word),
  (word) => /^[("'[]*\d+[)"'\],.:;]*$/.test(word),
  (word) => /[A-Z_]{2}/.test(word),
  (word) => /[a-z]\.[a-z]/.test(word),
  (word) => /^\/[a-z]+(?:\/[a-z]+)*$/.test(word),
  (word) => /^[a-z]+\.(?:ts|py|json|md)$/.test(word),
  (word) => /^--?[a-z]+(?:-[a-z]+)*$/.test(word),
  (word) => /[a-z][A-Z]/.test(word) || /[A-Z][a-z]+[A-Z]/.test(word),
];

describe('protection: must-keep recall', () => {
  it('is 100 % for the published families on random input', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '0x',
        'ab',
        'AB',
        '_',
        '.',
        '/',
        '-',
        '--',
        '12',
        'ts',
        'json',
        '(',
        ')',
        '"',
        ',',
        'aB',
        'Ab',
        '\u0301',
        '😀',
        'é',
        ':',
        '*',
      ),
      fc.string({ unit: 'grapheme-ascii', maxLength: 3 }),
    );
    const word = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(' ', '  ', '\n', ' \n'),
        (words, gap) => {
          const index = indexText('so it is ' + words.join(gap));
          const structure = analyseStructure(index);
          const { rule } = protect(index, structure);
          for (let i = 0; i < index.words.count; i++) {
            if (at(structure.lineKind, at(index.words.line, i)) !== 0) continue;
            const text = index.text.slice(at(index.words.start, i), at(index.words.end, i));
            if (FAMILIES.some((family) => family(text))) assert.ok(at(rule, i) > 0, text);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
