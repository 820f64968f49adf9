import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  discardedLines,
  discardedBetween,
  overriddenBetween,
  overriddenLines,
  rulerRuns,
} from '../../../src/editor/marks';
import { PendingPiece } from '../../../src/editor/pending';
import {
  compressedText,
  discardedSpans,
  editRegion,
  inheritOverrides,
  isInLongLine,
  isTooMuch,
  OVERRIDE,
  overrideWords,
  reasonOf,
  unitAt,
  type Region,
} from '../../../src/editor/region';
import { regionOf, resultOf } from './regions';

const short = (word: string): boolean => word.length <= 3;
const TEXT = 'The parser fails and the buffer was cut.\nIt never grows.\n';
const closed = { openStart: false, openEnd: false };

const spans = (region: Region): string[] => {
  const flat = [...discardedSpans(region)];
  return flat.flatMap((start, i) => (i % 2 === 0 ? [region.geometry.text.slice(start, flat[i + 1])] : []));
};
const edited = (region: Region, start: number, end: number, text: string): Region => {
  const next = editRegion(region, { start, end, text });
  assert.ok(next);
  return next;
};

describe('region', () => {
  it('says what goes, blanks between included', () => {
    assert.deepEqual(spans(regionOf(TEXT, short)), ['The', 'and the', 'was', 'It']);
    assert.equal(compressedText(regionOf(TEXT, short)), 'parser fails buffer cut.\nnever grows.\n');
  });

  it('shifts with edits before it and ignores edits after it', () => {
    const region = regionOf(TEXT, short, 10);
    const moved = edited(region, 2, 4, 'longer');
    assert.equal(moved.start, 14);
    assert.equal(moved.geometry, region.geometry);
    assert.equal(edited(region, 10 + TEXT.length, 10 + TEXT.length, 'after'), region);
  });

  it('keeps what is typed inside it, plain', () => {
    const region = edited(regionOf(TEXT, short, 10), 10 + 4, 10 + 4, 'it ');
    assert.equal(region.geometry.text, 'The it parser fails and the buffer was cut.\nIt never grows.\n');
    assert.deepEqual(spans(region), ['The', 'and the', 'was', 'It']);
    assert.equal(reasonOf(region, 1), 'undecided');
    assert.ok(compressedText(region).startsWith('it parser'));
  });

  it('makes a touched word a kept one', () => {
    const region = edited(regionOf(TEXT, short), 1, 2, 'H');
    assert.deepEqual(spans(region), ['and the', 'was', 'It']);
  });

  it('goes with its text', () => {
    const region = regionOf(TEXT, short, 10);
    assert.equal(editRegion(region, { start: 10, end: 10 + TEXT.length, text: '' }), undefined);
    assert.equal(editRegion(region, { start: 0, end: 200, text: 'else' }), undefined);
    assert.equal(
      editRegion(regionOf(TEXT, short, 0, true), { start: 0, end: TEXT.length, text: 'Something else.' }),
      undefined,
    );
  });

  it('survives a formatter that replaces the whole document by nearly the same', () => {
    const region = regionOf(TEXT, short, 0, true);
    const next = edited(region, 0, TEXT.length, TEXT.replace('fails', 'failed'));
    assert.deepEqual(spans(next), ['The', 'and the', 'was', 'It']);
    assert.ok(next.geometry.text.includes('failed'));
  });

  it('is not followed in a line that is too long, nor through too many changes of a large text', () => {
    const long = regionOf(`Short line.\n${'word '.repeat(50_000)}`, short, 10);
    assert.equal(isInLongLine(long, { start: 12, end: 12, text: 'x' }), false);
    assert.equal(isInLongLine(long, { start: 10 + 100, end: 10 + 100, text: 'x' }), true);
    assert.equal(isInLongLine(long, { start: 2, end: 3, text: 'x' }), false);
    const edits = Array.from({ length: 21 }, (_, i) => ({ start: 20 + i, end: 21 + i, text: 'x' }));
    assert.equal(isTooMuch(long, edits), true);
    assert.equal(isTooMuch(long, edits.slice(1)), false);
    assert.equal(isTooMuch(regionOf(TEXT, short, 10), edits), false);
    assert.equal(isTooMuch({ ...long, start: 100 }, edits), false);
  });

  it('loses the part that an edit over its edge removes, and nothing else', () => {
    const region = edited(regionOf(TEXT, short, 10), 5, 14, 'XY');
    assert.equal(region.start, 7);
    assert.equal(region.geometry.text, TEXT.slice(4));
  });

  it('equals its document after any edits, and never loses what was typed', () => {
    const edit = fc.record({
      at: fc.nat(120),
      remove: fc.nat(12),
      text: fc.oneof(
        fc.constantFrom('', ' ', '\n', '\r\n', 'né ', '\ud83d', '\u0301'),
        fc.string({ unit: 'binary', maxLength: 8 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), fc.boolean(), (edits, whole) => {
        let document = whole ? TEXT : `before ${TEXT} after`;
        let region: Region | undefined = regionOf(TEXT, short, whole ? 0 : 7, whole);
        for (const { at, remove, text } of edits) {
          const start = Math.min(at, document.length);
          const end = Math.min(start + remove, document.length);
          document = document.slice(0, start) + text + document.slice(end);
          region = region && editRegion(region, { start, end, text });
        }
        if (region === undefined) return;
        assert.equal(
          document.slice(region.start, region.start + region.geometry.text.length),
          region.geometry.text,
        );
        region.origin.forEach((old, word) => {
          if (old < 0) assert.equal(region.keep[word], 1);
          else assert.equal(region.keep[word], region.result.decisions.keep[old]);
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe('overrides', () => {
  it('pin and release words, and take it back', () => {
    const region = regionOf(TEXT, short);
    const kept = overrideWords(region, 0, 1, true);
    assert.equal(reasonOf(kept, 0), 'pinned');
    assert.ok(compressedText(kept).startsWith('The parser'));
    const back = overrideWords(kept, 0, 1, false);
    assert.equal(back.override[0], OVERRIDE.none);
    assert.equal(compressedText(back), compressedText(region));
    const released = overrideWords(region, 1, 2, false);
    assert.equal(reasonOf(released, 1), 'released');
    assert.deepEqual(overriddenBetween(released, OVERRIDE.released, 0, TEXT.length), [[4, 10]]);
    const both = overrideWords(released, released.origin.length - 1, released.origin.length, false);
    assert.deepEqual(overriddenLines(both), [[0, 2]]);
  });

  it('bring the mark of their line along', () => {
    const region = regionOf(
      'Some words stay here.\n\n- gone entirely\n- stays as it is\n',
      (_, word) => word >= 4 && word <= 6,
    );
    const kept = overrideWords(region, 6, 7, true);
    assert.ok(compressedText(kept).includes('- entirely'));
  });

  it('survive edits elsewhere and a new run on the same text', () => {
    const kept = overrideWords(regionOf(TEXT, short), 0, 1, true);
    assert.equal(reasonOf(edited(kept, 20, 20, 'x'), 0), 'pinned');
    assert.equal(reasonOf(inheritOverrides(regionOf(TEXT, short), [kept]), 0), 'pinned');
    const other = regionOf(TEXT.toUpperCase(), short);
    assert.equal(inheritOverrides(other, [kept]), other);
  });

  it('take what stays or goes as one', () => {
    const region = regionOf('Call `a b c` now please.\n\n```\none two\nthree\n```\n', () => false);
    assert.deepEqual(unitAt(region, 8, 9), [1, 4]);
    const code = region.geometry.text.indexOf('two');
    const [first, end] = unitAt(region, code, code + 1);
    assert.deepEqual(
      region.geometry.text.slice(region.geometry.words.start[first], region.geometry.words.end[end - 1]),
      'one two',
    );
    assert.deepEqual(unitAt(region, 4, 5), [1, 1]);
  });
});

describe('marks', () => {
  const lines = 'Stay one.\ngo go\n\ngo go go\nStay two.\ngo\n';
  const region = regionOf(lines, (word) => word === 'go');

  it('join whole discarded lines over blank ones', () => {
    const runs = discardedLines(region, closed);
    assert.deepEqual(
      runs.map(({ firstLine, endLine, tokens }) => [firstLine, endLine, tokens]),
      [
        [1, 4, 5],
        [5, 6, 1],
      ],
    );
  });

  it('leave lines alone that are shared with text outside', () => {
    const part = regionOf('go go\nStay.\ngo', (word) => word === 'go');
    assert.deepEqual(discardedLines(part, { openStart: true, openEnd: true }), []);
    assert.equal(discardedLines(part, closed).length, 2);
  });

  it('are found for a window alone', () => {
    assert.deepEqual(discardedBetween(region, 0, 9), []);
    assert.deepEqual(
      discardedBetween(region, 12, 18),
      [
        [10, 15],
        [17, 25],
      ].filter(([start]) => (start ?? 0) < 18),
    );
  });

  it('show density in the overview ruler', () => {
    assert.deepEqual(rulerRuns(region), [
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });
});

describe('a piece on its way', () => {
  it('carries partial words and the result over to the text as it is', () => {
    const piece = new PendingPiece(5, TEXT, false);
    const result = resultOf(TEXT, short);
    const { start, end } = result.words;
    piece.add({
      first: 0,
      start,
      end,
      keep: result.decisions.keep,
      reason: result.decisions.reason,
      windowsDone: 1,
      windows: 1,
    });
    assert.deepEqual(piece.discardedBetween(0, 10), [[5, 8]]);
    piece.edit({ start: 0, end: 0, text: '12' });
    assert.deepEqual(piece.discardedBetween(0, 12), [[7, 10]]);
    piece.edit({ start: 8, end: 9, text: '' });
    assert.deepEqual(piece.discardedBetween(0, 12), []);
    const region = piece.finish(result);
    assert.ok(region);
    assert.equal(region.start, 7);
    assert.equal(region.geometry.text, `Te${TEXT.slice(3)}`);
    assert.deepEqual(spans(region), ['and the', 'was', 'It']);
    piece.edit({ start: 0, end: 500, text: '' });
    assert.equal(piece.finish(result), undefined);
  });
});
