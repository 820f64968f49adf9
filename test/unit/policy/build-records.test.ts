import assert from 'node:assert/strict';
import fc from 'fast-check';
import { askAgain, buildRecords, type RecordInput } from '../../../src/policy/build-records';
import { writeFeatures, writeUnitMean } from '../../../src/policy/features';
import { FEATURE_COUNT, TOKEN_TYPES, type TokenRecords } from '../../../src/policy/records';
import { typeOfLine } from '../../../src/policy/token-types';
import type { QuestionEncoding, TokenEncodings, TokenScores } from '../../../src/scoring/scorer';
import { indexText } from '../../../src/text/words';
import { hostileText } from '../hostile';
import { lineUnits, plainStructure, processorTime } from './samples';

function records(text: string, more: Partial<RecordInput> = {}): TokenRecords {
  const index = indexText(text);
  return buildRecords({ index, units: lineUnits(index), structure: plainStructure(index), ...more });
}

function row(of: TokenRecords, token: number): number[] {
  const out = new Float64Array(FEATURE_COUNT);
  writeFeatures(of, token, out, 0);
  return [...out];
}

const near = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs((actual[i] ?? NaN) - value) < 1e-6, `${i}: ${actual[i]} instead of ${value}`);
};

/** A token a word, and a newline token after each line but the last. */
function modelTokens(text: string, vectorSize = 0): { tokens: TokenScores; encodings: TokenEncodings } {
  const index = indexText(text);
  const word: number[] = [];
  const line: number[] = [];
  for (let row = 0; row < index.lines.count; row++) {
    for (let w = index.lines.firstWord[row] ?? 0; w < (index.lines.firstWord[row + 1] ?? 0); w++) {
      word.push(w);
      line.push(row);
    }
    if (row + 1 < index.lines.count) {
      word.push(-1);
      line.push(row);
    }
  }
  const table: string[] = ['\n'];
  const textIndex = word.map((w) => {
    if (w < 0) return 0;
    table.push(' ' + text.slice(index.words.start[w], index.words.end[w]));
    return table.length - 1;
  });
  const count = word.length;
  return {
    tokens: {
      word: Int32Array.from(word),
      keep: new Float32Array(count).fill(0.5),
      final: new Float32Array(count).fill(0.5),
      textIndex: Uint32Array.from(textIndex),
      table,
    },
    encodings: {
      line: Int32Array.from(line),
      attentionMass: Float32Array.from({ length: count }, (_, i) => (i + 1) / 100),
      layerAttentionMean: Float32Array.from({ length: count }, (_, i) => (i + 1) / 200),
      vectors: vectorSize > 0 ? new Int8Array(count * vectorSize) : undefined,
      weights: undefined,
      vectorSize,
    },
  };
}

describe('token records', () => {
  it('cut by the published pattern where the model has no tokens', () => {
    // foo_1 ( x ) ; | 9 a . b — the digit is a token of its own, a letter after it begins another.
    const of = records('foo_1(x);\n\n9a.b 💡é\n');
    assert.equal(of.count, 5 + 4 + 2);
    assert.deepEqual([...of.unit], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    assert.deepEqual([...of.firstToken], [0, 5, 11]);
  });

  it('cut as that regular expression does on any text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const index = indexText(text);
        const expected = Array.from({ length: index.words.count }, (_, w) =>
          text.slice(index.words.start[w], index.words.end[w]),
        ).flatMap((word) => word.match(/[A-Za-z_][A-Za-z0-9_]*|[^\s]/gu) ?? []);
        const of = records(text);
        assert.equal(of.count, expected.length);
        for (const [i, token] of expected.entries())
          assert.equal(of.identity[i] === of.identity[0], token === expected[0]);
      }),
    );
  });

  it("use the model's tokens that belong to words", () => {
    const text = 'one two\n\nthree one';
    const of = records(text, modelTokens(text));
    assert.equal(of.count, 4);
    assert.equal(of.attention, 'encoder');
    // Tokens 0 1 and, after two newline tokens, 4 5.
    near(of.attentionMass, [0.01, 0.02, 0.05, 0.06]);
    near(of.layerAttentionMean, [0.005, 0.01, 0.025, 0.03]);
    assert.equal(of.identity[0], of.identity[3]);
    assert.equal(new Set(of.identity).size, 3);
  });

  it('write the 9 features by their definition', () => {
    const text = 'one two\n# three four';
    const of = records(text, { ...modelTokens(text), lineRelevance: Float32Array.of(0.25, 0.75) });
    // 4 tokens: recency 1 − 3/4 … 1.
    near(row(of, 0), [0.01, 0.005, 0.2, 0.25, 1, 0, 0, 0, 0]);
    near(row(of, 4), [0.06, 0.03, 1, 0.75, 0, 1, 0, 0, 0]);
    const mean = new Float32Array(FEATURE_COUNT + 1).fill(7);
    writeUnitMean(of, 1, mean, 1);
    near(mean, [7, 0.05, 0.025, 0.8, 0.75, 0, 1, 0, 0, 0]);
    assert.throws(() => writeFeatures(of, 5, mean, 0), RangeError);
    assert.throws(() => writeUnitMean(of, 0, mean, 2), RangeError);
  });

  it('take the mean row of a unit from the rows of its tokens', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const of = records(text);
        const mean = new Float64Array(FEATURE_COUNT);
        for (let unit = 0; unit < of.unitCount; unit++) {
          const first = of.firstToken[unit] ?? 0;
          const rows = Array.from({ length: (of.firstToken[unit + 1] ?? 0) - first }, (_, i) =>
            row(of, first + i),
          );
          writeUnitMean(of, unit, mean, 0);
          near(
            mean,
            Array.from(
              mean,
              (_, i) => rows.reduce((sum, r) => sum + (r[i] ?? NaN), 0) / Math.max(1, rows.length),
            ),
          );
        }
      }),
    );
  });

  it('stand in for attention by type and recency, and say so', () => {
    const of = records('code\n# comment\n> chat\nimport x');
    assert.equal(of.attention, 'stand-in');
    assert.equal(of.count, 7);
    const recency = (i: number): number => 0.15 * (1 - (6 - i) / 7);
    near(
      of.attentionMass,
      [0.55, 0.25, 0.25, 0.35, 0.35, 0.08, 0.08].map((base, i) => base + recency(i)),
    );
    assert.deepEqual([...of.observed], [...of.attentionMass]);
  });

  it('take tokens that are not read yet for average ones', () => {
    const text = 'one two three';
    const { tokens, encodings } = modelTokens(text);
    encodings.attentionMass?.fill(NaN, 2);
    const of = records(text, { tokens, encodings });
    assert.equal(of.attention, 'encoder');
    near(of.attentionMass, [0.01, 0.02, 0.015]);
    encodings.attentionMass?.fill(NaN);
    assert.equal(records(text, { tokens, encodings }).attention, 'stand-in');
  });

  it('tell lines apart by their beginning, as published', () => {
    const typeOf = (line: string): string => TOKEN_TYPES[typeOfLine(line)] ?? '';
    assert.deepEqual(
      ['# a', '  // b', 'x = 1 /* c */', 'User: hi', 'Assistant: yes', '> quoted'].map(typeOf),
      ['comment', 'comment', 'comment', 'chat', 'chat', 'chat'],
    );
    assert.deepEqual(
      ['import os', 'from a.b import c', 'LICENSE', 'Copyright 2020', '---', '```ts', '   '].map(typeOf),
      new Array<string>(7).fill('boilerplate'),
    );
    assert.deepEqual(
      ['const a = 1;', 'important', 'Username: x', 'from here on', 'a - b'].map(typeOf),
      new Array<string>(5).fill('code'),
    );
  });

  it('count the head line of a turn as chat', () => {
    const index = indexText('Someone, 14:02\ntext');
    const structure = { ...plainStructure(index), lineFrame: Uint8Array.of(1, 0) };
    const of = buildRecords({ index, units: lineUnits(index), structure });
    assert.equal(TOKEN_TYPES[of.type[0] ?? 9], 'chat');
    assert.equal(TOKEN_TYPES[of.type.at(-1) ?? 9], 'code');
  });

  it('give a unit the relevance of its most relevant line, and only its lines the evidence', () => {
    const index = indexText('a b\nc\n\nd');
    const units = {
      count: 2,
      firstWord: Int32Array.of(0, 3, 4),
      line: Int32Array.of(0, 3),
      endLine: Int32Array.of(2, 4),
    };
    const structure = plainStructure(index);
    const of = buildRecords({
      index,
      units,
      structure,
      lineRelevance: Float32Array.of(0.2, 0.6, 0.9, NaN),
      evidence: [1, 2, 99, -1],
    });
    near(of.relevance, [0.6, 0]);
    assert.deepEqual([...(of.evidence ?? [])], [1, 0]);
    const again = askAgain(of, units, { lineRelevance: Float32Array.of(0, 0, 0, 2) });
    near(again.relevance, [0, 1]);
    assert.equal(again.evidence, undefined);
    assert.equal(again.attentionMass, of.attentionMass);
    near(of.relevance, [0.6, 0]);
  });

  it('number turns from 0, with one for what comes before the first', () => {
    const turns = [
      { firstLine: 3, endLine: 4 },
      { firstLine: 1, endLine: 2 },
    ];
    assert.deepEqual([...records('a\nb\nc\nd\ne', { turns }).turn], [0, 1, 1, 2, 2]);
    assert.deepEqual([...records('a\nb').turn], [0, 0]);
  });

  it("average the encoder's keep probability over a unit's scored words", () => {
    const keep = Float32Array.of(0.2, 0.4, NaN, NaN, 0.5);
    const of = records('a b\nc\nd e', { wordScores: { keep, span: keep, final: keep } });
    near(
      of.keep.filter((value) => value >= 0),
      [0.3, 0.5],
    );
    assert.ok(Number.isNaN(of.keep[1]));
  });

  it('leave the vectors of blank tokens out', () => {
    const text = 'a b\nc';
    const { tokens, encodings } = modelTokens(text, 2);
    encodings.vectors?.set([1, 2, 3, 4, 9, 9, 5, 6]);
    assert.deepEqual([...(records(text, { tokens, encodings }).vectors ?? [])], [1, 2, 3, 4, 5, 6]);
  });

  it('observe from the question: a softmax over the tokens for each of its tokens, by weight', () => {
    const text = 'a b c';
    const { tokens, encodings } = modelTokens(text, 2);
    encodings.vectors?.set([127, 0, 0, 127, 0, -127]);
    const question: QuestionEncoding = {
      vectors: Int8Array.of(127, 0, 0, 127),
      weights: Float32Array.of(3, 1),
      word: Int32Array.of(0, 1),
      vectorSize: 2,
      scale: 2,
    };
    const { observed } = records(text, { tokens, encodings, question });
    // First query: cosines 1 0 0; second: 0 1 −1; scale 2; weights 3/4 and 1/4.
    const one = [Math.exp(2), 1, 1].map((e) => e / (Math.exp(2) + 2));
    const two = [1, Math.exp(2), Math.exp(-2)].map((e) => e / (1 + Math.exp(2) + Math.exp(-2)));
    near(
      observed,
      one.map((value, i) => 0.75 * value + 0.25 * (two[i] ?? NaN)),
    );
  });

  it('observe alike from 20 tokens of a question as one after the other, unread tokens left out', () => {
    const text = Array.from({ length: 11 }, (_, i) => `w${i}`).join(' ');
    const size = 3;
    const { tokens, encodings } = modelTokens(text, size);
    const numbers = (length: number, seed: number): number[] =>
      Array.from({ length }, (_, i) => Math.round(Math.sin(i * 7.1 + seed) * 70));
    const keys = numbers(11 * size, 1);
    const queries = numbers(20 * size, 2);
    const weights = Array.from({ length: 20 }, (_, i) => (i % 5) / 2);
    encodings.vectors?.set(keys);
    encodings.attentionMass?.fill(NaN, 4, 5);
    const question: QuestionEncoding = {
      vectors: Int8Array.from(queries),
      weights: Float32Array.from(weights),
      word: new Int32Array(20),
      vectorSize: size,
      scale: 5,
    };
    const expected = new Array<number>(11).fill(0);
    for (const [q, weight] of weights.entries()) {
      const e = expected.map((_, t) => {
        let dot = 0;
        for (let d = 0; d < size; d++) dot += (keys[t * size + d] ?? 0) * (queries[q * size + d] ?? 0);
        return t === 4 ? 0 : Math.exp((5 * dot) / 127 ** 2);
      });
      const sum = e.reduce((total, value) => total + value, 0);
      const all = weights.reduce((total, value) => total + value, 0);
      for (const [t, value] of e.entries()) expected[t] = (expected[t] ?? 0) + (weight / all / sum) * value;
    }
    near(records(text, { tokens, encodings, question }).observed, expected);
  });

  it('observe from the last 32 tokens without a question, which stay', () => {
    const words = Array.from({ length: 40 }, (_, i) => `w${i}`);
    const text = words.join(' ');
    const { tokens, encodings } = modelTokens(text, 2);
    for (let i = 0; i < 40; i++) encodings.vectors?.set(i === 3 || i >= 8 ? [127, 0] : [0, 127], 2 * i);
    const { observed } = records(text, { tokens, encodings });
    assert.deepEqual([...observed.subarray(8)], new Array<number>(32).fill(1));
    // Token 3 looks like the window: e^0 against 7 · e^−20.
    near(
      observed.subarray(0, 8),
      [0, 0, 0, 1, 0, 0, 0, 0].map((v) => (v === 1 ? 1 : 0)),
    );
  });

  it('survive hostile sizes: a line of 5 MB, 300,000 lines', () => {
    for (const text of ['('.repeat(2_500_000) + 'x'.repeat(2_500_000), '#\n'.repeat(300_000)]) {
      const started = processorTime();
      const of = records(text);
      assert.ok(processorTime() - started < 8000);
      assert.equal(of.count, text.startsWith('#') ? 300_000 : 2_500_001);
    }
  }).timeout(30_000);

  it('refuse units that do not cover the words', () => {
    const index = indexText('a b');
    const units = {
      count: 1,
      firstWord: Int32Array.of(0, 1),
      line: Int32Array.of(0),
      endLine: Int32Array.of(1),
    };
    assert.throws(() => buildRecords({ index, units, structure: plainStructure(index) }), RangeError);
  });

  it('take an empty text', () => {
    const of = records('\n\n');
    assert.equal(of.count, 0);
    assert.equal(of.unitCount, 0);
    assert.equal(of.observed.length, 0);
  });
});
