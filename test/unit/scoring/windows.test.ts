import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutWindows, orderByDistance, paddedLength } from '../../../src/scoring/windows';

/** Words of the given token counts, -1 tokens between some of them. */
const words = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.integer({ min: 1, max: 300 })),
      fc.boolean(),
    ),
    {
      maxLength: 400,
    },
  )
  .map((parts) =>
    Int32Array.from(parts.flatMap(([n, gap], i) => [...Array<number>(n).fill(i), ...(gap ? [-1] : [])])),
  );

const shape = fc
  .record({ capacity: fc.integer({ min: 14, max: 200 }), share: fc.integer({ min: 0, max: 50 }) })
  .map(({ capacity, share }) => ({ capacity, overlap: Math.floor((capacity * share) / 100) }));

describe('windows', () => {
  it('let every token count in exactly one window, with seams inside the overlaps', () => {
    fc.assert(
      fc.property(words, shape, (word, { capacity, overlap }) => {
        const windows = cutWindows(word, { capacity, overlap });
        let own = 0;
        let previousEnd = 0;
        for (const { start, end, ownStart, ownEnd } of windows) {
          assert.equal(ownStart, own);
          assert.ok(ownEnd > ownStart);
          assert.ok(start <= ownStart && ownEnd <= end && end - start <= capacity);
          assert.ok(ownStart <= previousEnd || previousEnd === 0);
          if (start > 0) assert.ok(previousEnd - start >= Math.min(overlap, 1));
          own = ownEnd;
          previousEnd = end;
        }
        assert.equal(own, word.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('keep a word that fits the middle of an overlap in one window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 100, maxLength: 600 }), (sizes) => {
        const word = Int32Array.from(sizes.flatMap((n, i) => Array<number>(n).fill(i)));
        for (const { ownEnd, start } of cutWindows(word, { capacity: 100, overlap: 24 })) {
          assert.notEqual(word[ownEnd - 1], word[ownEnd]);
          assert.ok(start === 0 || word[start] !== word[start - 1]);
        }
      }),
    );
  });

  it('meet at the word start nearest to the middle of the overlap', () => {
    const word = Int32Array.from({ length: 300 }, (_, i) => Math.floor(i / 3));
    assert.deepEqual(cutWindows(word, { capacity: 120, overlap: 30 }), [
      { start: 0, end: 120, ownStart: 0, ownEnd: 105 },
      { start: 90, end: 210, ownStart: 105, ownEnd: 195 },
      { start: 180, end: 300, ownStart: 195, ownEnd: 300 },
    ]);
  });

  it('hold at most the given number of words, and lose none', () => {
    const word = Int32Array.from({ length: 1000 }, (_, i) => Math.floor(i / 2));
    const windows = cutWindows(word, { capacity: 510, overlap: 0, words: 50 });
    assert.equal(windows.length, 10);
    assert.ok(windows.every(({ start, end }) => end - start === 100));
    const longWords = Int32Array.from({ length: 1000 }, (_, i) => Math.floor(i / 20));
    for (const { start, end } of cutWindows(longWords, { capacity: 510, overlap: 0, words: 50 }))
      assert.ok(end - start === 500 && start % 20 === 0);
  });

  it('come in order of their distance from the words to begin with', () => {
    const windows = [0, 10, 20, 30, 40].map((ownStart) => ({
      start: ownStart,
      end: ownStart + 10,
      ownStart,
      ownEnd: ownStart + 10,
    }));
    assert.deepEqual(orderByDistance(windows, [25, 31]), [2, 3, 1, 4, 0]);
    assert.deepEqual(orderByDistance(windows, [50, 50]), [4, 3, 2, 1, 0]);
    assert.deepEqual(orderByDistance(windows, undefined), [0, 1, 2, 3, 4]);
  });

  it('are padded with their special tokens to a multiple', () => {
    assert.equal(paddedLength(1, 64), 64);
    assert.equal(paddedLength(62, 64), 64);
    assert.equal(paddedLength(63, 64), 128);
    assert.equal(paddedLength(510, 1), 512);
  });
});
