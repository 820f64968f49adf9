import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evict } from '../../../src/policy/evict';
import { policyOf } from '../../../src/policy/policies';
import { POLICIES } from '../../../src/policy/policy';
import { processorTime, recordsOf, relevanceNetwork } from './samples';

const network = relevanceNetwork();
const none = (units: number): Uint8Array => new Uint8Array(units);

describe('eviction', () => {
  it('keeps a unit whole that has a kept token, as many as fit', () => {
    const records = recordsOf([3, 3, 3, 3]);
    const selection = policyOf('truncation', { network }).prepare(records);
    const cost = Float64Array.of(3, 3, 3, 3);
    const kept = (target: number): number[] => [...evict({ selection, cost, fixed: none(4), target })];
    assert.deepEqual(kept(6), [1, 0, 0, 1]);
    assert.deepEqual(kept(5), [1, 0, 0, 0]);
    assert.deepEqual(kept(9), [1, 1, 0, 1]);
    assert.deepEqual(kept(12), [1, 1, 1, 1]);
    assert.deepEqual(kept(2), [0, 0, 0, 0]);
  });

  it('fills what is left with units that a larger budget reaches', () => {
    // FIFO: the last unit costs 2, the one before does not fit any more, the one before that does.
    const records = recordsOf([1, 1, 5, 2]);
    const selection = policyOf('fifo', { network }).prepare(records);
    const kept = evict({ selection, cost: Float64Array.of(1, 1, 5, 2), fixed: none(4), target: 4 });
    assert.deepEqual([...kept], [1, 1, 0, 1]);
  });

  it('counts fixed units first and keeps them whatever they cost', () => {
    const records = recordsOf([2, 2, 2, 2]);
    const selection = policyOf('fifo', { network }).prepare(records);
    const cost = Float64Array.of(2, 2, 2, 2);
    const fixed = Uint8Array.of(1, 0, 0, 0);
    assert.deepEqual([...evict({ selection, cost, fixed, target: 4 })], [1, 0, 0, 1]);
    assert.deepEqual([...evict({ selection, cost, fixed, target: 1 })], [1, 0, 0, 0]);
    assert.deepEqual([...evict({ selection, cost, fixed, target: NaN })], [1, 0, 0, 0]);
  });

  it('follows the order of a policy that ranks units, leaving out what does not fit', () => {
    const records = recordsOf([2, 6, 2], { relevance: Float32Array.of(0.1, 0.99, 0.5) });
    const selection = policyOf('learned', { network }).prepare(records);
    const cost = Float64Array.of(2, 6, 2);
    assert.deepEqual([...evict({ selection, cost, fixed: none(3), target: 4 })], [1, 0, 1]);
  });

  for (const name of POLICIES)
    it(`${name}: never above the target unless what is fixed is; nothing that fits is left out by the largest selection`, () => {
      fc.assert(
        fc.property(
          fc.array(
            fc.record({
              size: fc.integer({ min: 1, max: 6 }),
              cost: fc.double({ min: 0, max: 9, noNaN: true }),
              fixed: fc.constantFrom(0, 0, 0, 1),
              relevance: fc.float({ min: 0, max: 1, noNaN: true }),
            }),
            { maxLength: 20 },
          ),
          fc.double({ min: 0, max: 90, noNaN: true }),
          (parts, target) => {
            const records = recordsOf(
              parts.map(({ size }) => size),
              { relevance: Float32Array.from(parts, ({ relevance }) => relevance) },
            );
            const cost = Float64Array.from(parts, (part) => part.cost);
            const fixed = Uint8Array.from(parts, (part) => part.fixed);
            const selection = policyOf(name, { network }).prepare(records);
            const kept = evict({ selection, cost, fixed, target });
            const sum = (units: ArrayLike<number>): number =>
              parts.reduce((total, part, u) => total + (units[u] === 1 ? part.cost : 0), 0);
            assert.ok(sum(kept) <= target + 1e-9 || sum(kept) <= sum(fixed) + 1e-9);
            for (const [u, part] of parts.entries()) assert.ok(part.fixed === 0 || kept[u] === 1);
            if (sum(fixed) > target) {
              assert.deepEqual([...kept], [...fixed]);
              return;
            }
            // Every unit that is left out is too dear for what is left.
            for (const [u, part] of parts.entries())
              assert.ok(kept[u] === 1 || sum(kept) + part.cost > target - 1e-9);
            // And everything that the largest selection that fits reaches is there.
            let best = fixed.slice();
            for (let budget = 0; budget <= records.count; budget++) {
              const reached = fixed.slice();
              for (const token of selection.select(budget)) reached[records.unit[token] ?? 0] = 1;
              if (sum(reached) > target - 1e-9) break;
              best = reached;
            }
            if (name !== 'learned' && name !== 'summarization')
              for (const u of parts.keys()) assert.ok(best[u] === 0 || kept[u] === 1);
          },
        ),
        { numRuns: 80 },
      );
    });

  it('fits 300,000 tokens in less than two seconds', () => {
    const records = recordsOf(new Array<number>(3000).fill(100));
    const cost = new Float64Array(3000).fill(100);
    const started = processorTime();
    const selection = policyOf('random', { network }).prepare(records);
    const kept = evict({ selection, cost, fixed: none(3000), target: 100_000 });
    assert.ok(processorTime() - started < 2000);
    assert.equal(
      kept.reduce((sum, value) => sum + value, 0),
      1000,
    );
  }).timeout(20_000);
});
