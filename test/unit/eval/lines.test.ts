import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadTokenCounter, type TokenCounter } from '../../../src/compress/counter';
import { indexText } from '../../../src/text/words';
import { createLineOutput, fillLines, takeLines } from '../../eval/lines';
import { createTally } from '../../eval/tally';

const LINE = fc.constantFrom(
  '',
  '',
  '}',
  '    return undefined;',
  '/// a comment with a slash',
  'The importer reads the header first and hands the rest to the decoder.',
  '12:04:31 INFO worker 3 took 18 ms for 240 records',
  'x'.repeat(300),
);

describe('lines within a true budget', () => {
  let counter: TokenCounter;
  before(async () => {
    counter = await loadTokenCounter();
  });

  it('never give out more tokens than asked, counted on the text that they make', () => {
    fc.assert(
      fc.property(
        fc.array(LINE, { minLength: 11, maxLength: 120 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.boolean(),
        (lines, ratio, fill) => {
          const output = createLineOutput(indexText(lines.join('\n')), counter);
          const total = counter.count(lines.join('\n'));
          const score = (line: number): number => (line * 7919) % 13;
          const order = [...lines.keys()].sort((a, b) => score(b) - score(a));
          const kept = fill ? fillLines(output, score, ratio) : takeLines(output, order, ratio);
          const text = lines.filter((_, line) => kept[line] === 1).join('\n');
          const always = [...lines.slice(0, 2), ...lines.slice(-8)].join('\n');
          assert.equal(output.total, total);
          assert.equal(output.tokensOf(kept), counter.count(text));
          assert.ok(counter.count(text) <= Math.max(ratio * total, counter.count(always)));
          assert.deepEqual([...kept.slice(0, 2), ...kept.slice(-8)], new Array<number>(10).fill(1));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('fill the budget', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `Line ${i} says that record ${i * 7} was read.`);
    const output = createLineOutput(indexText(lines.join('\n')), counter);
    for (const ratio of [0.2, 0.35, 0.5]) {
      const kept = fillLines(output, (line) => line % 17, ratio);
      const reached = output.tokensOf(kept) / output.total;
      assert.ok(reached <= ratio && reached > ratio - 0.01, `${reached} of ${ratio}`);
    }
  });

  it('take the head of an order and nothing behind what does not fit', () => {
    const lines = Array.from({ length: 40 }, (_, i) => (i === 20 ? 'word '.repeat(400) : `short line ${i}`));
    const output = createLineOutput(indexText(lines.join('\n')), counter);
    const kept = takeLines(output, [10, 11, 20, 12, 13], 0.5);
    assert.deepEqual([kept[10], kept[11], kept[20], kept[12]], [1, 1, 0, 0]);
  });
});

describe('tally of evidence', () => {
  it('counts whole lines, questions with all of them, and near ones', () => {
    const tally = createTally([0.35]);
    tally.add('a', 0.35, 0.3, [1, 0.7]);
    tally.add('a', 0.35, 0.4, [1]);
    assert.deepEqual(tally.of('a'), [
      { ratio: 0.35, reached: 0.35, most: 0.4, recall: 0.75, all: 0.5, near: 1 },
    ]);
    assert.deepEqual(tally.of('b'), []);
  });
});
