import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatComparison, linesNamed, toCompareOutput } from '../../../src/agent/compare';
import { jsonPieces } from '../../../src/agent/json';
import { count, figure, percent, table } from '../../../src/agent/numbers';
import type { Comparison } from '../../../src/compress/result';

describe('numbers for a person', () => {
  it('are short and have their unit', () => {
    assert.equal(count(12_345.6), '12,346');
    assert.equal(percent(0.35), '35 %');
    assert.equal(percent(0.33333), '33.3 %');
    assert.equal(figure(0.0012345), '0.00123');
    assert.equal(figure(12.345), '12.3');
  });

  it('stand in columns', () => {
    assert.deepEqual(
      table([
        ['a', 'long'],
        ['bcd', '1'],
      ]),
      ['a    long', 'bcd     1'],
    );
  });
});

describe('JSON in pieces', () => {
  it('is the JSON of the whole, with generators as arrays', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        assert.deepEqual(JSON.parse([...jsonPieces(object)].join('')), JSON.parse(JSON.stringify(object)));
      }),
    );
    const numbers = function* (): Generator<number> {
      for (let i = 0; i < 5000; i++) yield i;
    };
    const pieces = [...jsonPieces({ a: undefined, list: numbers(), none: [][Symbol.iterator]() })];
    assert.ok(Math.max(...pieces.map((piece) => piece.length)) < 12_000, 'no piece holds all');
    assert.deepEqual(JSON.parse(pieces.join('')), { list: [...numbers()], none: [] });
  });
});

describe('lines named as evidence', () => {
  it('are numbered from 0, each once, ascending', () => {
    assert.deepEqual(
      linesNamed(
        [
          { first: 3, last: 5 },
          { first: 1, last: 1 },
          { first: 4, last: 6 },
        ],
        6,
      ),
      { lines: [0, 2, 3, 4, 5] },
    );
  });

  it('are refused where the text ends before, however far they go', () => {
    assert.deepEqual(linesNamed([{ first: 7, last: 7 }], 6), { beyond: 7 });
    assert.deepEqual(linesNamed([{ first: 2, last: 999_999_999 }], 6), { beyond: 7 });
  });
});

describe('comparison', () => {
  const figures = {
    tokens: 1234,
    ratio: 0.351234,
    evidenceRecall: undefined,
    entityRecall: 2 / 3,
    mustKeepRecall: 1,
    answerQuality: undefined,
  };
  const comparison: Comparison = {
    question: 'Why does ParseError occur?',
    tokens: { before: 3514, tokenizer: 'o200k_base' },
    asked: 1230,
    entities: ['ParseError'],
    rows: [{ policy: 'sliding-window', ms: 1.26, ...figures, curve: [{ asked: 0.1, ...figures }] }],
    warnings: [],
  };

  it('is a table of the figures that there are, and the curve of the first recall that can be measured', () => {
    const text = formatComparison(comparison);
    assert.match(text, /^≈ 3,514 tokens \(counted with o200k_base\), budget 1,230\n/);
    assert.match(text, /^policy +tokens +share +entities +must-keep +quality +ms$/m);
    assert.match(text, /^sliding-window +1,234 +35\.1 % +0\.667 +1\.000 +– +1\.3$/m);
    assert.match(text, /recall of the entities by share asked for\npolicy +10 %\nsliding-window +0\.667\n/);
    assert.doesNotMatch(text, / $/m);
  });

  it('has null in JSON where nothing can be measured', () => {
    const { policies, warnings } = toCompareOutput(comparison, ['One sentence.']);
    assert.deepEqual(warnings, ['One sentence.']);
    assert.deepEqual(policies[0], {
      policy: 'sliding-window',
      tokens: 1234,
      ratio: 0.3512,
      evidenceRecall: null,
      entityRecall: 0.6667,
      mustKeepRecall: 1,
      answerQuality: null,
      ms: 1.26,
      curve: [
        {
          asked: 0.1,
          tokens: 1234,
          ratio: 0.3512,
          evidenceRecall: null,
          entityRecall: 0.6667,
          mustKeepRecall: 1,
          answerQuality: null,
        },
      ],
    });
  });
});
