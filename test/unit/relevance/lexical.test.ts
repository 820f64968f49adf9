import assert from 'node:assert/strict';
import { createFeatureTable, type FeatureName } from '../../../src/policy/relevance/features';
import { putLexicalFeatures } from '../../../src/policy/relevance/lexical';
import { readQuestion } from '../../../src/policy/relevance/question';
import { readText } from '../../../src/policy/relevance/reading';
import { indexText } from '../../../src/text/words';

/** The column of a feature over the lines that are not blank. */
function feature(name: FeatureName, text: string, question: string): number[] {
  const reading = readText(indexText(text));
  const table = createFeatureTable([name], reading.rows);
  putLexicalFeatures(reading, readQuestion(question), table);
  return [...table.values];
}

const near = (actual: readonly number[], expected: readonly number[]): void => {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of actual.entries())
    assert.ok(
      Math.abs(value - (expected[i] ?? NaN)) < 1e-5,
      `${i}: ${value} instead of ${expected[i] ?? ''}`,
    );
};

describe('lexical features', () => {
  const text = 'retry limit\nretry retry queue\nother words\n';

  it('scores lines by BM25', () => {
    // Four lines, the last one empty; terms: retry, limit | retry, retry, queue | other→oth, words→word | none.
    const idf = (lines: number): number => Math.log(1 + (4 - lines + 0.5) / (lines + 0.5));
    const mean = 7 / 4;
    const norm = (length: number): number => 1.2 * (0.25 + (0.75 * length) / mean);
    const first = (idf(2) * 2.2) / (1 + norm(2)) + (idf(1) * 2.2) / (1 + norm(2));
    const second = (idf(2) * 2 * 2.2) / (2 + norm(3));
    near(feature('bm25/10', text, 'What is the retry limit?'), [first / 10, second / 10, 0]);
  });

  it('covers the question by the weight of its terms', () => {
    const idf = (lines: number): number => Math.log(1 + (4 - lines + 0.5) / (lines + 0.5));
    const total = idf(2) + idf(1);
    near(feature('coverage', text, 'retry limit unknown'), [1, idf(2) / total, 0]);
    near(feature('joint coverage within 2', text, 'retry limit'), [1, 1, 1]);
    near(feature('coverage of the line above', text, 'retry limit'), [0, 1, idf(2) / total]);
  });

  it('tells turns, fences and tool output of both kinds of transcript', () => {
    const session = [
      '_**User (2026-01-01)**_',
      'Please mend it',
      '_**Agent (model)**_',
      '```text',
      'inside',
      '```',
      '## 14 · You · 14:02',
      'And now?',
      '## 15 · Claude · 14:03',
      '▸ Bash  npm test',
      '  └ ok · 2 lines',
      '  12 passing',
      'All pass.',
    ].join('\n');
    near(feature('user turn', session, 'x'), [1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
    near(feature('in fence', session, 'x'), [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0]);
    near(feature('turn head', session, 'x'), [1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
    near(feature('tag or tool use', session, 'x'), [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0]);
  });

  it('counts names and literals of the question in a line once each', () => {
    const lines = 'call readConfig and readConfig\nsee src/app.ts\nnothing\n';
    near(feature('identifiers of the question/3', lines, 'Where is readConfig?'), [1 / 3, 0, 0]);
    near(feature('literals of the question', lines, 'What is in `src/app.ts`?'), [0, 1, 0]);
  });

  it('knows a line that stands above already, whatever its indentation', () => {
    near(feature('line seen before', 'a b\n  a b\na  b\nab\n', 'x'), [0, 1, 0, 0]);
  });

  it('reads the kind of a question', () => {
    assert.equal(readQuestion('How many retries are made?').asks.number, 1);
    assert.equal(readQuestion('Make the label shorter').asks.goal, 1);
    assert.equal(readQuestion('Why does it fail?').asks.reason, 1);
    assert.deepEqual(readQuestion('Which file holds "the limit"?').words, ['file', 'holds', 'limit']);
  });
});
