import assert from 'node:assert/strict';
import fc from 'fast-check';
import { policyOf } from '../../../src/policy/policies';
import { POLICIES, type PolicyName } from '../../../src/policy/policy';
import type { TokenRecords } from '../../../src/policy/records';
import { processorTime, recordsOf, relevanceNetwork } from './samples';

const network = relevanceNetwork();
const select = (name: PolicyName, records: TokenRecords, budget: number): number[] => [
  ...policyOf(name, { network }).prepare(records).select(budget),
];

/** 20 tokens in lines of 4; the heaviest are 7, 11, 5, 13, 9. */
const TWENTY = [4, 4, 4, 4, 4];
const weighed = Float32Array.from(
  [1, 1, 1, 1, 2, 7, 2, 9, 2, 5, 2, 8, 2, 6, 2, 1, 1, 1, 1, 1],
  (value) => value / 10,
);

describe('policies', () => {
  it('FIFO keeps the most recent', () => {
    assert.deepEqual(select('fifo', recordsOf(TWENTY), 6), [14, 15, 16, 17, 18, 19]);
  });

  it('LRU counts the next occurrence of the same text as a use', () => {
    // a b c d a e: a at 0 is used again at 4. Last uses: 0→4, 1→1, 2→2, 3→3, 4→4, 5→5.
    const records = recordsOf([6], { identity: Int32Array.of(0, 1, 2, 3, 0, 4) });
    assert.deepEqual(select('lru', records, 1), [5]);
    assert.deepEqual(select('lru', records, 2), [4, 5]);
    assert.deepEqual(select('lru', records, 3), [0, 4, 5]);
    assert.deepEqual(select('lru', records, 4), [0, 3, 4, 5]);
    // a a a: 0 is used last at 1, 1 and 2 at 2.
    assert.deepEqual(select('lru', recordsOf([3], { identity: new Int32Array(3) }), 2), [1, 2]);
  });

  it('LRU is FIFO where nothing comes again', () => {
    for (const budget of [1, 7, 20])
      assert.deepEqual(select('lru', recordsOf(TWENTY), budget), select('fifo', recordsOf(TWENTY), budget));
  });

  it('the sliding window keeps the first 5 % and the most recent', () => {
    assert.deepEqual(select('sliding-window', recordsOf(TWENTY), 4), [0, 17, 18, 19]);
    const forty = recordsOf([40]);
    assert.deepEqual(select('sliding-window', forty, 5), [0, 1, 37, 38, 39]);
    assert.deepEqual(select('sliding-window', forty, 1), [0]);
  });

  it('truncation keeps head and tail, the odd token at the head', () => {
    assert.deepEqual(select('truncation', recordsOf(TWENTY), 4), [0, 1, 18, 19]);
    assert.deepEqual(select('truncation', recordsOf(TWENTY), 5), [0, 1, 2, 18, 19]);
  });

  it('the attention heuristic keeps the heaviest by attention mass, of equals the earlier', () => {
    const records = recordsOf(TWENTY, { attentionMass: weighed });
    assert.deepEqual(select('attention', records, 3), [5, 7, 11]);
    assert.deepEqual(select('attention', records, 6), [4, 5, 7, 9, 11, 13]);
  });

  it('H2O keeps 4 sinks, 20 % recent and the heavy hitters between', () => {
    const records = recordsOf(TWENTY, { layerAttentionMean: weighed });
    // 10: sinks 0–3, floor(2) recent 18 19, 4 heavy hitters.
    assert.deepEqual(select('h2o', records, 10), [0, 1, 2, 3, 5, 7, 11, 13, 18, 19]);
    assert.deepEqual(select('h2o', records, 3), [0, 1, 2]);
    assert.deepEqual(select('h2o', records, 5), [0, 1, 2, 3, 19]);
  });

  it('H2O counts no heavy hitter twice that is also recent', () => {
    const end = Float32Array.from({ length: 20 }, (_, i) => (i >= 17 ? 1 : i === 8 ? 0.5 : 0));
    assert.deepEqual(
      select('h2o', recordsOf(TWENTY, { layerAttentionMean: end }), 10),
      [0, 1, 2, 3, 4, 5, 8, 17, 18, 19],
    );
  });

  it('SnapKV keeps 4 sinks and what the window attends to, averaged over 5 neighbours', () => {
    const observed = new Float32Array(20);
    observed[10] = 1;
    observed[15] = 0.5;
    const records = recordsOf(TWENTY, { observed });
    assert.deepEqual(select('snapkv', records, 6), [0, 1, 2, 3, 8, 9]);
    // Neighbours of 10 are 8 to 12 at 0.2; of 15 are 13 to 17 at 0.1.
    assert.deepEqual(select('snapkv', records, 11), [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14]);
    assert.deepEqual(select('snapkv', records, 2), [0, 1]);
  });

  it('the oracle keeps evidence first, then the most recent', () => {
    const records = recordsOf(TWENTY, { evidence: Uint8Array.of(0, 1, 0, 1, 0) });
    assert.deepEqual(select('oracle', records, 9), [4, 5, 6, 7, 12, 13, 14, 15, 19]);
    assert.deepEqual(select('oracle', records, 6), [4, 5, 6, 7, 12, 13]);
    assert.deepEqual(select('oracle', recordsOf(TWENTY), 2), [18, 19]);
  });

  it('the random choice is the same for a seed and another for another', () => {
    const long = recordsOf([1000]);
    const of = (seed: number): number[] => [
      ...policyOf('random', { network, seed }).prepare(long).select(100),
    ];
    assert.deepEqual(of(7), of(7));
    assert.notDeepEqual(of(7), of(8));
    // 100 of 1,000: about 50 in the first half (standard deviation 4.7).
    const early = of(7).filter((token) => token < 500).length;
    assert.ok(early > 25 && early < 75, String(early));
  });

  it('the learned policy takes units by logit less half the logarithm of their tokens', () => {
    const records = recordsOf([4, 4, 4, 4, 4], { relevance: Float32Array.of(0.1, 0.9, 0.2, 0.8, 0.3) });
    const selection = policyOf('learned', { network }).prepare(records);
    assert.deepEqual([...selection.unitOrder], [1, 3, 4, 2, 0]);
    assert.deepEqual([...selection.select(8)], [4, 5, 6, 7, 12, 13, 14, 15]);
    assert.deepEqual([...selection.select(7)], [4, 5, 6, 7]);
    // The same relevance: the shorter first. A longer one needs a logit that much higher.
    const sizes = recordsOf([16, 2, 4], { relevance: Float32Array.of(0.9, 0.9, 0.9) });
    assert.deepEqual([...policyOf('learned', { network }).prepare(sizes).unitOrder], [1, 2, 0]);
  });

  it('the summary takes what is nearest the centre of a turn by vectors', () => {
    // Turn of three units of one token: (127, 0), (127, 0), (0, 127); the centre is (254, 127).
    const records = recordsOf([1, 1, 1], {
      vectors: Int8Array.of(127, 0, 0, 127, 127, 0),
      vectorSize: 2,
    });
    assert.deepEqual([...policyOf('summarization', { network }).prepare(records).unitOrder], [0, 2, 1]);
  });

  it('the summary takes what is nearest the centre by words where there are no vectors', () => {
    // Units "c d", "a b", "a b". idf of a and b ln 2.5, of c and d ln 4; centre a, b 1.83, c, d 1.39.
    // Cosine with the centre: units 1 and 2 0.797, unit 0 0.603.
    const records = recordsOf([2, 2, 2], { identity: Int32Array.of(2, 3, 0, 1, 0, 1) });
    assert.deepEqual([...policyOf('summarization', { network }).prepare(records).unitOrder], [1, 2, 0]);
  });

  it('the summary shares a budget over the turns by their length', () => {
    // Two turns of 8 and 4 units of one token, all alike.
    const records = recordsOf(new Array<number>(12).fill(1), {
      turn: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1),
      identity: new Int32Array(12),
    });
    const kept = select('summarization', records, 6);
    assert.equal(kept.length, 6);
    assert.equal(kept.filter((token) => token >= 8).length, 2);
  });

  const texts = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 24 }).chain((sizes) => {
    const count = sizes.reduce((sum, size) => sum + size, 0);
    const column = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), {
      minLength: count,
      maxLength: count,
    });
    const perUnit = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(value, { minLength: sizes.length, maxLength: sizes.length });
    return fc
      .record({
        mass: column,
        observed: column,
        identity: fc.array(fc.nat({ max: 5 }), { minLength: count, maxLength: count }),
        relevance: perUnit(fc.float({ min: 0, max: 1, noNaN: true })),
        turn: perUnit(fc.nat({ max: 3 })),
        evidence: perUnit(fc.nat({ max: 1 })),
      })
      .map(({ mass, observed, identity, relevance, turn, evidence }) =>
        recordsOf(sizes, {
          attentionMass: Float32Array.from(mass),
          layerAttentionMean: Float32Array.from(mass),
          observed: Float32Array.from(observed),
          identity: Int32Array.from(identity),
          relevance: Float32Array.from(relevance),
          turn: Int32Array.from(turn).sort(),
          evidence: Uint8Array.from(evidence),
        }),
      );
  });

  for (const name of POLICIES) {
    it(`${name}: sorted, unique, in range, never above the budget, more with more`, () => {
      fc.assert(
        fc.property(texts, (records) => {
          const selection = policyOf(name, { network }).prepare(records);
          let before: readonly number[] = [];
          for (let budget = 0; budget <= records.count + 1; budget++) {
            const kept = [...selection.select(budget)];
            assert.ok(kept.length <= budget);
            assert.ok(kept.length >= before.length);
            for (const [i, token] of kept.entries()) {
              assert.ok(token >= 0 && token < records.count);
              assert.ok(i === 0 || token > (kept[i - 1] ?? 0));
            }
            if (name !== 'learned' && name !== 'summarization') {
              assert.equal(kept.length, Math.min(budget, records.count));
              const now = new Set(kept);
              assert.ok(before.every((token) => now.has(token)));
            }
            before = kept;
          }
          assert.equal(before.length, records.count);
          assert.deepEqual(
            [...selection.unitOrder].sort((a, b) => a - b),
            Array.from({ length: records.unitCount }, (_, i) => i),
          );
        }),
        { numRuns: 60 },
      );
    });

    it(`${name}: takes budgets that are no number of tokens`, () => {
      const selection = policyOf(name, { network }).prepare(recordsOf(TWENTY, { attentionMass: weighed }));
      for (const budget of [NaN, -5, -Infinity, 0, 0.9]) assert.equal(selection.select(budget).length, 0);
      assert.equal(selection.select(Infinity).length, 20);
      assert.ok(selection.select(4.7).length <= 4);
    });

    it(`${name}: 300,000 tokens in less than two seconds`, () => {
      const count = 300_000;
      const column = Float32Array.from({ length: count }, (_, i) => (i * 0.618) % 1);
      const records = recordsOf([count - 3, 3], {
        attentionMass: column,
        layerAttentionMean: column,
        observed: column,
        identity: new Int32Array(count),
      });
      const started = processorTime();
      const selection = policyOf(name, { network }).prepare(records);
      for (const share of [0.1, 0.5, 1]) selection.select(count * share);
      assert.ok(processorTime() - started < 2000);
    }).timeout(20_000);
  }
});
