import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdit, carry, type Geometry } from '../../../src/compress/edits';
import { layout } from '../../../src/compress/layout';
import { at, sliceSpans } from '../../../src/text/spans';
import { indexText } from '../../../src/text/words';
import { hostileText } from '../hostile';

function geometryOf(text: string): Geometry {
  const { words, lines } = indexText(text);
  return {
    text,
    words,
    lines,
    structure: {
      lineKind: new Uint8Array(lines.count),
      lineFrame: new Uint8Array(lines.count),
      markEnd: lines.start.slice(),
      atoms: new Int32Array(0),
      atomKind: new Uint8Array(0),
    },
  };
}

const edit = fc.record({
  at: fc.nat(200),
  length: fc.nat(20),
  text: fc.oneof(hostileText, fc.constantFrom('', 'x', ' ', '\n')),
});

describe('edits', () => {
  it('gives the same words and lines as cutting the new text from scratch', () => {
    fc.assert(
      fc.property(hostileText, fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        let geometry = geometryOf(text);
        for (const change of edits) {
          const start = Math.min(change.at, geometry.text.length);
          const end = Math.min(start + change.length, geometry.text.length);
          const before = geometry;
          const { geometry: after, origin } = applyEdit(before, { start, end, text: change.text });
          const fresh = indexText(before.text.slice(0, start) + change.text + before.text.slice(end));
          assert.equal(after.text, fresh.text);
          for (const key of ['start', 'end', 'line'] as const)
            assert.deepEqual(after.words[key], fresh.words[key], key);
          for (const key of ['start', 'end', 'firstWord'] as const)
            assert.deepEqual(after.lines[key], fresh.lines[key], key);
          assert.equal(after.structure.lineKind.length, fresh.lines.count);
          assert.equal(after.structure.markEnd.length, fresh.lines.count);
          origin.forEach((old, word) => {
            if (old < 0) return;
            assert.equal(
              after.text.slice(at(after.words.start, word), at(after.words.end, word)),
              before.text.slice(at(before.words.start, old), at(before.words.end, old)),
            );
          });
          geometry = after;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('loses nothing that is typed, whatever was discarded around it', () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.nat(200),
        fc.stringMatching(/^[a-z\n ]{0,12}$/),
        (text, position, typed) => {
          const start = Math.min(position, text.length);
          const geometry = geometryOf(text);
          const { geometry: after, origin } = applyEdit(geometry, { start, end: start, text: typed });
          const keep = carry(new Uint8Array(geometry.words.start.length), origin, 1);
          const output = sliceSpans(after.text, layout(after, keep));
          for (const word of typed.split(/\s+/))
            assert.ok(output.includes(word), `${JSON.stringify(word)} is lost`);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps the past of words away from the edit', () => {
    const { origin } = applyEdit(geometryOf('one two three\nfour five'), { start: 4, end: 7, text: '2 and' });
    assert.deepEqual([...origin], [0, -1, -1, 2, 3, 4]);
    assert.deepEqual([...carry(Uint8Array.of(0, 1, 0, 1, 0), origin, 9)], [0, 9, 9, 0, 1, 0]);
  });

  it('leaves the kind, frame and mark of the lines around the edit alone', () => {
    const text = 'prose\n> quoted\ncode one\ncode two\nprose';
    const plain = geometryOf(text);
    const markEnd = plain.structure.markEnd.slice();
    markEnd[1] = 8;
    const structure = {
      ...plain.structure,
      lineKind: Uint8Array.of(0, 0, 1, 1, 0),
      lineFrame: Uint8Array.of(0, 1, 0, 0, 0),
      markEnd,
    };
    const after = (start: number, end: number, typed: string): Geometry['structure'] =>
      applyEdit({ ...plain, structure }, { start, end, text: typed }).geometry.structure;
    const code = text.indexOf('code one');
    const kinds = (start: number, end: number, typed: string): number[] => [
      ...after(start, end, typed).lineKind,
    ];
    assert.deepEqual(kinds(code - 1, code - 1, 's'), [0, 0, 1, 1, 0], 'at the end of the line above');
    assert.deepEqual(kinds(code, code, 'x'), [0, 0, 1, 1, 0], 'at the start of a line');
    assert.deepEqual(kinds(code, code, 'new\n'), [0, 0, 0, 1, 1, 0], 'a line of its own');
    assert.deepEqual(kinds(code + 4, code + 4, '\n'), [0, 0, 1, 1, 1, 0], 'a line broken in two');
    assert.deepEqual(kinds(code, code + 9, 'else\n'), [0, 0, 1, 1, 0], 'a line replaced');
    assert.deepEqual(kinds(code - 1, code, ''), [0, 0, 1, 0], 'two lines joined');
    assert.deepEqual([...after(5, 5, 's').lineFrame], [0, 1, 0, 0, 0]);
    assert.equal(after(5, 5, 's').markEnd[1], 9);
    assert.equal(after(code - 1, code - 1, 's').markEnd[1], 8);
  });

  it('takes a word that is typed onto for a new one', () => {
    const { origin } = applyEdit(geometryOf('one two'), { start: 3, end: 3, text: 's' });
    assert.deepEqual([...origin], [-1, 1]);
  });
});
