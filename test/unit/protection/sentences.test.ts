import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sentencesOf } from '../../../src/compress/sentences';
import { analyseStructure } from '../../../src/structure/analyse';
import { at } from '../../../src/text/spans';
import { indexText } from '../../../src/text/words';

/** The sentences of a text as joined words. */
function sentences(text: string): string[] {
  const index = indexText(text);
  const numbers = sentencesOf(index, analyseStructure(index));
  const found: string[] = [];
  numbers.forEach((number, word) => {
    if (number < 0) return;
    const content = text.slice(at(index.words.start, word), at(index.words.end, word));
    found[number] = found[number] === undefined ? content : `${found[number]} ${content}`;
  });
  return found;
}

describe('sentences', () => {
  it('ends at full stops, question and exclamation marks', () => {
    assert.deepEqual(sentences('One is here. Is it? Yes! And so on'), [
      'One is here.',
      'Is it?',
      'Yes!',
      'And so on',
    ]);
  });

  it('goes on over wrapped lines and ends at blank lines, headings and items', () => {
    assert.deepEqual(sentences('# A title\nThis goes\non here.\n\nNext\n- item one\n  goes on\n- item two'), [
      '# A title',
      'This goes on here.',
      'Next',
      '- item one goes on',
      '- item two',
    ]);
  });

  it('reads through the marks of quoted lines', () => {
    for (const newline of ['\n', '\r\n'])
      assert.equal(new Set(sentences(`> They asked why?${newline}> and so on to the end.`)).size, 1);
  });

  it('does not split at abbreviations, names of files and numbers', () => {
    for (const text of [
      'See e.g. The Book for it.',
      'Dr. Smith and J. Doe agree.',
      'It is in app.Config at 3.5 seconds.',
      'Use `a. B` here.',
      'Ready (cf. Fig. 3) at last.',
    ])
      assert.deepEqual(sentences(text), [text]);
  });

  it('leaves out what is no prose', () => {
    const index = indexText('Look:\n```\nx. Y.\n```\nDone.');
    assert.deepEqual([...sentencesOf(index, analyseStructure(index))], [0, -1, -1, -1, -1, 1]);
  });

  it('numbers every word of prose without gaps, in order', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.lorem(),
            fc.string({ unit: 'grapheme' }),
            fc.constantFrom('. ', '\n', '\n\n', '\r\n', '> ', '# ', 'e.g. ', '?! '),
          ),
          { maxLength: 40 },
        ),
        (parts) => {
          const index = indexText(parts.join(''));
          const structure = analyseStructure(index);
          let last = -1;
          sentencesOf(index, structure).forEach((number, word) => {
            if (at(structure.lineKind, at(index.words.line, word)) !== 0) {
              assert.equal(number, -1);
              return;
            }
            assert.ok(number === last || number === last + 1);
            last = number;
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
