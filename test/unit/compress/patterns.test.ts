import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findMatches, matchKeepPatterns, MAX_MATCHES, MAX_PATTERNS } from '../../../src/compress/patterns';
import type { KeepPattern } from '../../../src/compress/result';
import { analyseStructure } from '../../../src/structure/analyse';
import { indexText } from '../../../src/text/words';
import { hostileText } from '../hostile';

const LIMIT = { timeLimitMs: 500 };
const pattern = (kind: KeepPattern['kind'], text: string): KeepPattern => ({ kind, pattern: text });
const literal = (text: string): KeepPattern => pattern('literal', text);
const word = (text: string): KeepPattern => pattern('word', text);
const regex = (text: string): KeepPattern => pattern('regex', text);

function match(
  text: string,
  ...patterns: KeepPattern[]
): { kept: string[]; warnings: readonly string[]; rule: Uint8Array } {
  const index = indexText(text);
  const { rule, warnings } = matchKeepPatterns(index, analyseStructure(index), patterns, LIMIT);
  const kept: string[] = [];
  rule.forEach((value, i) => {
    if (value > 0) kept.push(text.slice(index.words.start[i], index.words.end[i]));
  });
  return { kept, warnings, rule };
}

describe('keep patterns', () => {
  it('find a literal as it is written, its blanks as any white space', () => {
    const text = 'The lock file stays.\nA Lock File goes, a lock\n  file stays.';
    assert.deepEqual(match(text, literal('lock file')).kept, ['lock', 'file', 'lock', 'file']);
    assert.deepEqual(match('a.b a+b axb', literal('a.b')).kept, ['a.b']);
    assert.deepEqual(match('cost (net) here', literal('(net)')).kept, ['(net)']);
  });

  it('find a whole word in any case, and not inside of others', () => {
    const text = 'Parser parser parsers reparser (parser), élan élancé.';
    assert.deepEqual(match(text, word('parser')).kept, ['Parser', 'parser', '(parser),']);
    assert.deepEqual(match(text, word('élan')).kept, ['élan']);
    assert.deepEqual(match('use --force or --force-with-lease', word('--force')).kept, [
      '--force',
      '--force-with-lease',
    ]);
  });

  it('find a regex, line by line, with the flags that it names', () => {
    assert.deepEqual(match('first one\nsecond two', regex('^\\w+')).kept, ['first', 'second']);
    assert.deepEqual(match('Error and error', regex('/error/i')).kept, ['Error', 'error']);
    assert.deepEqual(match('Error and error', regex('error')).kept, ['error']);
    // Not valid with the flag u, which nobody asked for.
    assert.deepEqual(match('one-two three', regex('one\\-two')).kept, ['one-two']);
    assert.deepEqual(match('ticket ABC-17 done', regex('[A-Z]+-\\d+')).kept, ['ABC-17']);
  });

  it('keep the whole of a line that stays whole', () => {
    const text = 'Look at this:\n\n```ts\nconst limit = 5;\nconst other = 6;\n```\n\nThe limit is five.';
    const { kept } = match(text, word('limit'));
    assert.deepEqual(kept, ['const', 'limit', '=', '5;', 'limit']);
  });

  it('name the first pattern that matches', () => {
    const { rule } = match('alpha beta gamma', word('beta'), regex('\\w+'), word('gamma'));
    assert.deepEqual([...rule], [2, 1, 2]);
  });

  it('ignore empty matches, also between surrogates', () => {
    assert.deepEqual(match('aab 😀😀 b', regex('a*')).kept, ['aab']);
    assert.deepEqual(match('😀 x', regex('/(?:)/')).kept, []);
  });

  it('leave out what is broken with one sentence, and go on', () => {
    const { kept, warnings } = match(
      'alpha beta',
      regex('(alpha'),
      literal('  '),
      literal('x'.repeat(2000)),
      regex('/alpha/q'),
      word('beta'),
    );
    assert.deepEqual(kept, ['beta']);
    assert.equal(warnings.length, 4);
    for (const warning of warnings) assert.match(warning, /^[A-Z].*was left out\. [A-Z].*\.$/);
    assert.match(warnings[0] ?? '', /“\(alpha” is not a valid regular expression/);
  });

  it('stop a regex that never ends, and go on', () => {
    const text = `${'a'.repeat(60)}! and the limit`;
    const begun = performance.now();
    const { kept, warnings } = match(text, regex('(a+)+$'), regex('(?:a|aa)+c'), word('limit'));
    assert.ok(performance.now() - begun < 3000);
    assert.deepEqual(kept, ['limit']);
    assert.equal(warnings.length, 2);
    for (const warning of warnings) assert.match(warning, /took longer than \d+ ms and was left out/);
  });

  it('take no more patterns and matches than they can', () => {
    const many = Array.from({ length: MAX_PATTERNS + 5 }, (_, i) => word(`name${i}`));
    const { warnings } = match('name3 name104', ...many);
    assert.equal(warnings.length, 1);
    const found = findMatches('x'.repeat(MAX_MATCHES + 10), regex('x'), LIMIT);
    assert.equal(found.spans.length, 2 * MAX_MATCHES);
    assert.match(found.problem ?? '', /more than 50,000 places/);
  });

  it('take long texts', () => {
    const oneLine = 'word '.repeat(1_000_000);
    const manyLines = 'a line of words\n'.repeat(300_000);
    for (const text of [oneLine, manyLines]) {
      const begun = performance.now();
      findMatches(text, word('nothing'), LIMIT);
      findMatches(text, literal('of words a'), LIMIT);
      findMatches(text, regex('w.*d'), LIMIT);
      assert.ok(performance.now() - begun < 4000);
    }
  });

  it('keep exactly the words that a match touches', () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.constantFrom('word', 'not', '42', '1.', '日本語', 'it.'),
        (text, needle) => {
          const index = indexText(text);
          const structure = analyseStructure(index);
          const { rule } = matchKeepPatterns(index, structure, [literal(needle)], LIMIT);
          const touched = new Set<number>();
          for (let from = text.indexOf(needle); from >= 0; from = text.indexOf(needle, from + needle.length))
            index.words.start.forEach((start, i) => {
              if (start < from + needle.length && (index.words.end[i] ?? 0) > from) touched.add(i);
            });
          for (const each of touched) {
            const line = index.words.line[each] ?? 0;
            assert.equal(rule[each], 1);
            if (structure.lineKind[line] !== 0)
              index.words.line.forEach((other, i) => {
                if (other === line) assert.equal(rule[i], 1);
              });
          }
          rule.forEach((value, i) => {
            const whole = structure.lineKind[index.words.line[i] ?? 0] !== 0;
            if (!whole) assert.equal(value, touched.has(i) ? 1 : 0);
          });
        },
      ),
    );
  });
});
