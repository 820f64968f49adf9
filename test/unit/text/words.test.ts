import assert from 'node:assert/strict';
import fc from 'fast-check';
import { at, sliceSpans, toSpans } from '../../../src/text/spans';
import { indexText, wordAt } from '../../../src/text/words';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        'a',
        'b1',
        ' ',
        '  ',
        '\n',
        '\r\n',
        '\r',
        '\t',
        '\u0301',
        '\u200d',
        '\ud800',
        '\udc00',
        '👩‍👩‍👧',
        '\u0600',
        '\u00a0',
        '\ufeff',
      ),
    )
    .map((parts) => parts.join('')),
);

const wordsOf = (text: string): string[] => {
  const { words } = indexText(text);
  return Array.from({ length: words.count }, (_, i) => text.slice(at(words.start, i), at(words.end, i)));
};

describe('words and lines', () => {
  it('cuts at white space and at every kind of line break', () => {
    assert.deepEqual(wordsOf('one  two\r\nthree\rfour\n'), ['one', 'two', 'three', 'four']);
    const { lines } = indexText('one\r\ntwo\n');
    assert.deepEqual([...lines.start], [0, 5, 9]);
    assert.deepEqual([...lines.end], [3, 8, 9]);
    assert.deepEqual([...lines.firstWord], [0, 1, 2, 2]);
  });

  it('keeps a blank with the combining mark that it carries', () => {
    assert.deepEqual(wordsOf('a \u0301b c'), ['a', ' \u0301b', 'c']);
  });

  it('covers every character that is no white space exactly once, in order, on any input', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { words, lines } = indexText(text);
        let position = 0;
        for (let word = 0; word < words.count; word++) {
          assert.ok(at(words.start, word) >= position && at(words.end, word) > at(words.start, word));
          assert.match(text.slice(position, at(words.start, word)), /^\s*$/);
          position = at(words.end, word);
          const line = at(words.line, word);
          assert.ok(at(lines.start, line) <= at(words.start, word) && position <= at(lines.end, line));
        }
        assert.match(text.slice(position), /^\s*$/);
      }),
      { numRuns: 500 },
    );
  });

  it('never cuts inside a grapheme', () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(anyText, (text) => {
        const { words, lines } = indexText(text);
        for (let word = 0; word < words.count; word++) {
          const start = at(lines.start, at(words.line, word));
          const line = graphemes.segment(text.slice(start, at(lines.end, at(words.line, word))));
          const from = at(words.start, word) - start;
          assert.equal(line.containing(from)?.index, from);
          const to = at(words.end, word) - start;
          assert.equal(line.containing(to)?.index ?? to, to);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds the word at an offset', () => {
    const { words } = indexText('ab  cd');
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6].map((position) => wordAt(words, position)),
      [0, 0, -1, -1, 1, 1, -1],
    );
  });

  it('cuts five megabytes on one line in less than two seconds', () => {
    const started = performance.now();
    assert.equal(indexText('wörd '.repeat(1_000_000)).words.count, 1_000_000);
    assert.equal(indexText('漢'.repeat(5_000_000)).words.count, 1);
    assert.ok(performance.now() - started < 4_000);
  });
});

describe('spans', () => {
  it('slices what the spans cover and gives them as objects', () => {
    const flat = Int32Array.of(0, 2, 4, 5);
    assert.equal(sliceSpans('abcdef', flat), 'abe');
    assert.deepEqual(toSpans(flat), [
      { start: 0, end: 2 },
      { start: 4, end: 5 },
    ]);
  });
  it('says which index is out of range', () => {
    assert.throws(() => at([1], 3), /index 3 outside of 1/);
  });
});
