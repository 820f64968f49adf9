import assert from 'node:assert/strict';
import fc from 'fast-check';
import { discardedRuns, layout } from '../../../src/compress/layout';
import { sliceSpans } from '../../../src/text/spans';
import { indexText } from '../../../src/text/words';
import { hostileText } from '../hostile';

/** Lays out a text whose words in `~tildes~` go. */
function thin(marked: string): string {
  const text = marked.replaceAll('~', '');
  const keep = indexText(marked).words;
  const flags = Uint8Array.from({ length: keep.count }, (_, i) =>
    marked[keep.start[i] ?? 0] === '~' ? 0 : 1,
  );
  return sliceSpans(text, layout(indexText(text), flags));
}

describe('layout', () => {
  it('leaves one blank where words go', () => {
    assert.equal(thin('The ~old~ parser ~which~ ~was~ fails'), 'The parser fails');
  });
  it('keeps wide gaps where nothing goes and narrows them where something does', () => {
    assert.equal(thin('a  b   ~c~   d\te'), 'a  b d\te');
  });
  it('keeps the indentation when the first word goes', () => {
    assert.equal(thin('  ~the~ parser\n\t~a~ b'), '  parser\n\tb');
  });
  it('keeps words apart where a dropped grapheme holds the blank', () => {
    assert.equal(thin('one ~\u0600 two'), 'one two');
    assert.equal(thin('one ~two \u0301'), 'one \u0301');
  });
  it('lets a line vanish with its break', () => {
    assert.equal(thin('one\n~two~ ~three~\nfour\n'), 'one\nfour\n');
    assert.equal(thin('one\r\n~two~\r\nthree'), 'one\r\nthree');
  });
  it('leaves no break behind a last line that vanishes', () => {
    assert.equal(thin('one\n~two~'), 'one');
    assert.equal(thin('one\n~two~\n'), 'one\n');
  });
  it('does not pile up blank lines around vanished ones', () => {
    assert.equal(thin('one\n\n~two~\n\nthree'), 'one\n\nthree');
    assert.equal(thin('~one~\n\ntwo'), 'two');
    assert.equal(thin('one\n~two~\n\nthree'), 'one\n\nthree');
    assert.equal(thin('one\n\n~two~\n\n'), 'one\n');
    assert.equal(thin('one\n\n\ntwo'), 'one\n\n\ntwo');
  });
  it('gives an empty text when everything goes', () => {
    assert.equal(thin('~one~ ~two~\n~three~'), '');
  });
  it('reports runs of discarded words of a line', () => {
    const index = indexText('a b c\nd');
    assert.deepEqual([...discardedRuns(index, Uint8Array.of(0, 0, 1, 0))], [0, 3, 6, 7]);
  });

  it('outputs the words that are kept, in order, and nothing else, on any input', () => {
    fc.assert(
      fc.property(hostileText, fc.infiniteStream(fc.boolean()), (text, stream) => {
        const index = indexText(text);
        const keep = Uint8Array.from({ length: index.words.count }, () =>
          stream.next().value === true ? 1 : 0,
        );
        const spans = layout(index, keep);
        const output = sliceSpans(text, spans);
        const expected = [...keep.keys()]
          .filter((i) => keep[i] === 1)
          .map((i) => text.slice(index.words.start[i], index.words.end[i]));
        const actual = indexText(output).words;
        const words = [...actual.start.keys()].map((i) => output.slice(actual.start[i], actual.end[i]));
        const parts = (list: readonly string[]): string[] =>
          list.flatMap((word) => word.split(/\s+/)).filter(Boolean);
        assert.deepEqual(parts(words), parts(expected));
        for (let i = 1; i < spans.length; i++)
          assert.ok((spans[i] ?? 0) > (spans[i - 1] ?? 0), 'sorted, disjoint, not touching');
      }),
      { numRuns: 1_000 },
    );
  });
  it('never widens a gap or adds a line break', () => {
    fc.assert(
      fc.property(hostileText, fc.infiniteStream(fc.boolean()), (text, stream) => {
        const index = indexText(text);
        const keep = Uint8Array.from({ length: index.words.count }, () =>
          stream.next().value === true ? 1 : 0,
        );
        const output = sliceSpans(text, layout(index, keep));
        assert.ok(output.length <= text.length);
        const longestGap = (value: string): number =>
          Math.max(0, ...(value.match(/[^\S\r\n]+/g) ?? []).map((gap) => gap.length));
        assert.ok(longestGap(output) <= longestGap(text));
        assert.ok(indexText(output).lines.count <= index.lines.count);
      }),
      { numRuns: 1_000 },
    );
  });
  it('is the text itself when everything stays', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const index = indexText(text);
        assert.equal(sliceSpans(text, layout(index, new Uint8Array(index.words.count).fill(1))), text);
      }),
    );
  });
});
