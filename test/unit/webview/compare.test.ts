import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Comparison, ComparisonFigures, PolicyComparison } from '../../../src/compress/result';
import { POLICIES, type PolicyName } from '../../../src/policy/policy';
import {
  curvesOf,
  frameOf,
  measuresOf,
  moveCursor,
  pointAt,
  ticksOf,
  xOf,
  yOf,
} from '../../../src/webview/curve';
import { MARKS } from '../../../src/webview/marks';
import { columnsOf, defaultOrder, firstOrder, sortRows } from '../../../src/webview/order';

const figures = (tokens: number, recall?: number): ComparisonFigures => ({
  tokens,
  ratio: tokens / 1000,
  evidenceRecall: undefined,
  entityRecall: recall,
  mustKeepRecall: 0.9,
  answerQuality: recall,
});

const row = (policy: PolicyName, tokens: number, recall?: number): PolicyComparison => ({
  policy,
  ms: tokens / 100,
  ...figures(tokens, recall),
  curve: [0.5, 0.2].map((asked) => ({ asked, ...figures(1000 * asked - 10, recall && recall * asked) })),
});

const comparison = (...rows: PolicyComparison[]): Comparison => ({
  question: undefined,
  tokens: { before: 1000, tokenizer: 'o200k_base' },
  asked: 350,
  entities: [],
  rows,
  warnings: [],
});

const ROWS = [row('fifo', 340, 0.25), row('learned', 350, 1), row('random', 300), row('lru', 345, 0.25)];
const names = (rows: readonly PolicyComparison[]): PolicyName[] => rows.map(({ policy }) => policy);
const nameOf = ({ policy }: PolicyComparison): string => policy;

describe('order of policies', () => {
  it('shows columns with figures and begins with the recall that says most', () => {
    const all = comparison(...ROWS);
    assert.deepEqual(columnsOf(all), ['policy', 'tokens', 'entities', 'mustKeep', 'quality', 'time']);
    assert.deepEqual(defaultOrder(all), { by: 'entities', descending: true });
    assert.deepEqual(defaultOrder(comparison(row('random', 300))), { by: 'mustKeep', descending: true });
  });

  it('sorts unknown figures last in both directions and leaves equals as they came', () => {
    const order = firstOrder('entities');
    assert.deepEqual(names(sortRows(ROWS, order, nameOf)), ['learned', 'fifo', 'lru', 'random']);
    assert.deepEqual(names(sortRows(ROWS, { ...order, descending: false }, nameOf)), [
      'fifo',
      'lru',
      'learned',
      'random',
    ]);
    assert.deepEqual(names(sortRows(ROWS, firstOrder('tokens'), nameOf)), [
      'random',
      'fifo',
      'lru',
      'learned',
    ]);
    assert.deepEqual(names(sortRows(ROWS, firstOrder('policy'), nameOf)), [
      'fifo',
      'learned',
      'lru',
      'random',
    ]);
  });
});

describe('recall curves', () => {
  const all = comparison(...ROWS);
  const curves = curvesOf(all, 'entities');

  it('hold what is known, by rising share', () => {
    assert.deepEqual(measuresOf(all), ['entities', 'mustKeep']);
    assert.deepEqual(
      curves.map(({ policy }) => policy),
      ['fifo', 'learned', 'lru'],
    );
    for (const { points } of curves)
      assert.deepEqual(
        points.map(({ asked }) => asked),
        [0.2, 0.5],
      );
  });

  it('are walked along the budget and from curve to curve', () => {
    const start = { curve: 0, point: 0 };
    assert.deepEqual(moveCursor(curves, start, 'left'), start);
    assert.deepEqual(moveCursor(curves, start, 'right'), { curve: 0, point: 1 });
    assert.deepEqual(moveCursor(curves, start, 'up'), { curve: 1, point: 0 });
    assert.deepEqual(moveCursor(curves, { curve: 1, point: 0 }, 'up'), { curve: 1, point: 0 });
    assert.deepEqual(moveCursor(curves, start, 'down'), { curve: 2, point: 0 });
    assert.deepEqual(moveCursor([], start, 'up'), start);
  });

  it('reach every curve by going up and down', () => {
    const recall = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(recall, { minLength: 1, maxLength: POLICIES.length }), (recalls) => {
        const many = curvesOf(
          comparison(...recalls.map((value, i) => row(POLICIES[i] ?? 'random', 300, value))),
          'entities',
        );
        let place = { curve: 0, point: 0 };
        for (let i = 0; i < many.length; i++) place = moveCursor(many, place, 'up');
        const seen = new Set([place.curve]);
        for (let i = 0; i < many.length; i++) {
          place = moveCursor(many, place, 'down');
          seen.add(place.curve);
        }
        assert.equal(seen.size, many.length);
      }),
    );
  });

  it('fit their frame at every width, and are found by the pointer', () => {
    for (const width of [180, 268, 600, 1400]) {
      const frame = frameOf(width, curves);
      curves.forEach(({ points }, curve) => {
        points.forEach(({ ratio, recall }, point) => {
          const x = xOf(frame, ratio);
          const y = yOf(frame, recall);
          assert.ok(x >= frame.left && x <= width - frame.right, `${x} of ${width}`);
          assert.ok(y >= frame.top && y <= frame.height - frame.bottom);
          const found = pointAt(curves, frame, x, y);
          const at = found && curves[found.curve]?.points[found.point];
          assert.deepEqual([at?.ratio, at?.recall], [ratio, recall], `${curve}/${point}`);
        });
      });
      assert.equal(pointAt(curves, frame, -100, -100), undefined);
      const ticks = ticksOf(frame);
      assert.equal(ticks[0], 0);
      assert.ok(xOf(frame, ticks[1] ?? NaN) - xOf(frame, 0) >= 20);
    }
  });
});

describe('marks of policies', () => {
  it('differ in dash and marker, whatever the colour', () => {
    const drawn = POLICIES.map((policy) => {
      const { dash, marker, filled } = MARKS[policy];
      return `${dash}|${marker}|${filled}`;
    });
    assert.equal(new Set(drawn).size, POLICIES.length);
    const markers = POLICIES.map((policy) => `${MARKS[policy].marker}|${MARKS[policy].filled}`);
    assert.equal(new Set(markers).size, POLICIES.length);
  });
});
