import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitBudget } from '../../../src/policy/budget';

const words = fc.array(
  fc.record({
    keep: fc.constantFrom(0, 1),
    fixed: fc.constantFrom(0, 0, 0, 1),
    cost: fc.integer({ min: 1, max: 5 }),
    final: fc.double({ min: 0, max: 1, noNaN: true }),
    sentence: fc.integer({ min: -1, max: 6 }),
  }),
  { maxLength: 60 },
);

describe('budget', () => {
  it('drops whole sentences, the least needed first, and thins none', () => {
    const keep = fitBudget({
      keep: Uint8Array.of(1, 1, 0, 1, 1, 1, 1),
      fixed: new Uint8Array(7),
      protection: new Uint8Array(7),
      cost: new Float32Array(7).fill(1),
      final: Float32Array.of(0.9, 0.9, 0.1, 0.6, 0.6, 0.8, 0.8),
      sentence: Int32Array.of(0, 0, 0, 1, 1, 2, 2),
      target: 4,
    });
    assert.deepEqual([...keep], [1, 1, 0, 0, 0, 1, 1]);
  });
  it('cuts a sentence that is most of the text instead of dropping it, protected words last', () => {
    const keep = fitBudget({
      keep: new Uint8Array(6).fill(1),
      fixed: new Uint8Array(6),
      protection: Uint8Array.of(0, 0, 7, 0, 0, 0),
      cost: new Float32Array(6).fill(1),
      final: Float32Array.of(0.9, 0.6, 0.2, 0.7, 0.5, 0.8),
      sentence: new Int32Array(6),
      target: 3,
    });
    assert.deepEqual([...keep], [1, 0, 1, 0, 0, 1]);
  });
  it('gives the best discarded words back under a looser budget', () => {
    const keep = fitBudget({
      keep: Uint8Array.of(1, 0, 0, 0),
      fixed: new Uint8Array(4),
      protection: new Uint8Array(4),
      cost: new Float32Array(4).fill(1),
      final: Float32Array.of(0.9, 0.1, 0.4, 0.3),
      sentence: new Int32Array(4),
      target: 3,
    });
    assert.deepEqual([...keep], [1, 0, 1, 1]);
  });
  it('never exceeds the target unless what is fixed does, and never drops what is fixed', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 120 }), (list, target) => {
        const keep = Uint8Array.from(list, (word) => word.keep | word.fixed);
        const result = fitBudget({
          keep,
          fixed: Uint8Array.from(list, (word) => (word.sentence < 0 ? 1 : word.fixed)),
          protection: new Uint8Array(list.length),
          cost: Float32Array.from(list, (word) => word.cost),
          final: Float32Array.from(list, (word) => word.final),
          sentence: Int32Array.from(list, (word) => word.sentence),
          target,
        });
        const fixedSentences = new Set(list.filter((word) => word.fixed === 1).map((word) => word.sentence));
        const cost = (flags: (word: number) => boolean): number =>
          list.reduce((sum, word, i) => sum + (flags(i) ? word.cost : 0), 0);
        const forced = cost(
          (i) => keep[i] === 1 && (list[i]?.sentence === -1 || fixedSentences.has(list[i]?.sentence ?? -1)),
        );
        assert.ok(cost((i) => result[i] === 1) <= Math.max(target, forced));
        list.forEach((word, i) => {
          if (word.fixed === 1) assert.equal(result[i], 1);
        });
      }),
      { numRuns: 500 },
    );
  });
});
