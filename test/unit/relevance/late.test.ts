import assert from 'node:assert/strict';
import fc from 'fast-check';
import { similarities } from '../../../src/policy/relevance/late';
import { readText } from '../../../src/policy/relevance/reading';
import type { QuestionEncoding, TokenEncodings } from '../../../src/scoring/scorer';
import { indexText } from '../../../src/text/words';

const unit = (values: readonly number[]): number[] => {
  const length = Math.hypot(...values) || 1;
  return values.map((value) => Math.round((value / length) * 127));
};
const vector = (size: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: -100, max: 100 }), { minLength: size, maxLength: size }).map(unit);

const textOf = (
  line: readonly number[],
  vectors: readonly number[][],
  vectorSize: number,
): TokenEncodings => ({
  line: Int32Array.from(line),
  vectors: Int8Array.from(vectors.flat()),
  vectorSize,
  weights: undefined,
  attentionMass: undefined,
  layerAttentionMean: undefined,
});

const questionOf = (
  vectors: readonly number[][],
  weights: readonly number[],
  vectorSize: number,
): QuestionEncoding => ({
  vectors: Int8Array.from(vectors.flat()),
  weights: Float32Array.from(weights),
  word: Int32Array.from(weights.keys()),
  vectorSize,
  scale: 20,
});

describe('late interaction', () => {
  it('takes for every token of the question the best token of each line', () => {
    const cases = fc.integer({ min: 1, max: 9 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        tokens: fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), vector(size)), { maxLength: 20 }),
        asked: fc.array(vector(size), { minLength: 1, maxLength: 14 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ size, tokens, asked }) => {
        const reading = readText(indexText('one\n\ntwo\nthree\nfour'));
        const sorted = tokens.toSorted(([a], [b]) => a - b);
        const text = textOf(
          sorted.map(([line]) => line),
          sorted.map(([, values]) => values),
          size,
        );
        const found = similarities(
          reading,
          questionOf(
            asked,
            asked.map(() => 1),
            size,
          ),
          text,
        );
        assert.ok(found !== undefined);
        assert.equal(found.tokens.length, asked.length);
        for (const [row, line] of reading.rows.entries())
          for (const [q, wanted] of asked.entries()) {
            const products = sorted
              .filter(([own]) => own === line)
              .map(([, values]) => values.reduce((sum, value, d) => sum + value * (wanted[d] ?? 0), 0));
            assert.equal(found.values[row * asked.length + q], Math.max(-127 * 127, ...products));
          }
      }),
    );
  });

  it('leaves out tokens of the question that together weigh next to nothing', () => {
    const reading = readText(indexText('one'));
    const vectors = [unit([1, 0]), unit([0, 1]), unit([1, 1])];
    const found = similarities(
      reading,
      questionOf(vectors, [1, 0.001, 1], 2),
      textOf([0], [unit([1, 0])], 2),
    );
    assert.deepEqual(found && [...found.tokens], [0, 2]);
    assert.deepEqual(found && [...found.share], [0.5, 0.5]);
  });

  it('looks at the first 48 tokens of a line', () => {
    const reading = readText(indexText('one'));
    const tokens = Array.from({ length: 49 }, (_, i) => unit(i === 48 ? [1, 0] : [0, 1]));
    const found = similarities(
      reading,
      questionOf([unit([1, 0])], [1], 2),
      textOf(new Array<number>(49).fill(0), tokens, 2),
    );
    assert.deepEqual(found && [...found.values], [0]);
  });

  it('says so where a text has no vectors, or those of another size', () => {
    const reading = readText(indexText('one'));
    const question = questionOf([unit([1, 0])], [1], 2);
    assert.equal(similarities(reading, question, { ...textOf([0], [], 2), vectors: undefined }), undefined);
    assert.equal(similarities(reading, question, textOf([0], [unit([1, 0, 0])], 3)), undefined);
  });
});
