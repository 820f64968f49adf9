import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createCachingScorer } from '../../../src/scoring/cache';
import { createModernBertScorer } from '../../../src/scoring/modernbert';
import { encodeQuestion } from '../../../src/scoring/question';
import type { InferenceSession, Scorer } from '../../../src/scoring/scorer';
import { bundledFolder, loadBundled } from '../scoring/bundled';

describe('encodeQuestion', () => {
  const encode = async (question: string) => encodeQuestion(question, await loadBundled());

  it('sends the tokens that were recorded when the model was made', async () => {
    const { description, tokenizer, session } = await loadBundled();
    const recorded = JSON.parse(await readFile(path.join(bundledFolder, 'selfcheck.json'), 'utf8')) as {
      question?: string;
      ids: number[];
    }[];
    const sample = recorded.find(({ question }) => question !== undefined);
    assert.ok(sample?.question !== undefined);
    const seen: number[][] = [];
    const watched: InferenceSession = {
      ...session,
      run: (ids, mask, batch, length, outputs) => {
        seen.push([...ids].filter((_, i) => mask[i] === 1n).map(Number));
        return session.run(ids, mask, batch, length, outputs);
      },
    };
    const encoding = await encodeQuestion(sample.question, { description, tokenizer, session: watched });
    assert.deepEqual(seen, [sample.ids]);
    assert.equal(encoding?.weights.length, sample.ids.length - 3);
  });

  it('gives a unit vector, a weight and a word for every token', async () => {
    const encoding = await encode('  Where is the\n retryLimit set? ');
    assert.ok(encoding !== undefined);
    const { vectors, weights, word, vectorSize, scale } = encoding;
    assert.equal(vectorSize, 48);
    assert.ok(scale > 1, 'of kompress.json, not the default');
    assert.equal(vectors.length, weights.length * vectorSize);
    assert.equal(word.length, weights.length);
    assert.deepEqual([...new Set(word)], [0, 1, 2, 3, 4]);
    for (let token = 0; token < weights.length; token++) {
      const own = vectors.subarray(token * vectorSize, (token + 1) * vectorSize);
      assert.ok(Math.abs(Math.hypot(...own) / 127 - 1) < 0.03);
      assert.ok((weights[token] ?? -1) >= 0);
    }
  });

  it('cuts 10,000 words at the maximum of tokens', async () => {
    const encoding = await encode('Which of these limits holds for uploads? '.repeat(1500));
    assert.equal(encoding?.weights.length, 62);
  });

  it('cuts one word without an end too', async () => {
    assert.equal((await encode('x'.repeat(5_000_000)))?.weights.length, 62);
  });

  it('encodes a question in another script', async () => {
    const encoding = await encode('制限はどこで設定されますか？');
    assert.ok(encoding !== undefined && encoding.weights.length > 0);
  });

  it('gives nothing for a question without words', async () => {
    assert.equal(await encode(''), undefined);
    assert.equal(await encode(' \n\t'), undefined);
  });

  it('gives nothing where the model has no vectors', async () => {
    const { description, tokenizer, session } = await loadBundled();
    const outputs = ['token_probs', 'span_scores', 'final_scores'];
    const plain = { ...description, outputs };
    assert.equal(await encodeQuestion('Why?', { description: plain, tokenizer, session }), undefined);
  });

  it('stops when it is told to', async () => {
    const { description, tokenizer, session } = await loadBundled();
    const signal = AbortSignal.abort();
    await assert.rejects(encodeQuestion('Why?', { description, tokenizer, session, signal }), {
      name: 'AbortError',
    });
  });

  it('is remembered for the last 32 questions', async () => {
    const parts = await loadBundled();
    let runs = 0;
    const inner = createModernBertScorer(parts);
    const counting: Scorer = {
      ...inner,
      encodeQuestion: (question, options) => {
        runs++;
        return inner.encodeQuestion(question, options);
      },
    };
    const cached = createCachingScorer(counting, { maxBytes: 1 });
    const first = await cached.encodeQuestion('question 0');
    for (let i = 1; i < 32; i++) await cached.encodeQuestion(`question ${i}`);
    assert.equal(await cached.encodeQuestion('question 0'), first);
    assert.equal(runs, 32);
    await cached.encodeQuestion('question 32');
    await cached.encodeQuestion('question 0');
    assert.equal(runs, 33);
    await cached.encodeQuestion('question 1');
    assert.equal(runs, 34);
  });
});
