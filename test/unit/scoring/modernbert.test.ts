import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createCachingScorer } from '../../../src/scoring/cache';
import { createModernBertScorer } from '../../../src/scoring/modernbert';
import type { InferenceSession, Scorer, TextScores } from '../../../src/scoring/scorer';
import { indexText } from '../../../src/text/words';
import { loadBundled, prose, type Loaded } from './bundled';

/** The real session with a count of its runs. */
function counting(session: InferenceSession) {
  const counter = { runs: 0, outputs: [] as readonly string[] };
  const counted: InferenceSession = {
    ...session,
    run: (ids, mask, batch, length, outputs) => {
      counter.runs++;
      counter.outputs = outputs;
      return session.run(ids, mask, batch, length, outputs);
    },
  };
  return { counter, session: counted };
}

function assertComplete({ words, tokens }: TextScores, count: number): void {
  assert.equal(words.keep.length, count);
  for (const scores of [words.keep, words.span, words.final, tokens.keep, tokens.final])
    assert.ok(scores.every((value) => value >= 0 && value <= 1));
}

describe('ModernBERT scorer with the bundled model', function () {
  this.timeout(30_000);
  let model: Loaded;
  let scorer: Scorer;
  before(async () => {
    model = await loadBundled();
    scorer = createModernBertScorer(model);
  });

  it('scores a short selection in one window', async () => {
    const index = indexText('Do not delete the index: it took 42 minutes to build.\n\n- one\n- two\n');
    const scores = await scorer.score(index);
    assertComplete(scores, index.words.count);
    assert.equal(scores.windows, 1);
    assert.equal(scores.encodedTokens, scores.tokens.word.length);
    const not = scores.words.keep[1] ?? NaN;
    const the = scores.words.keep[3] ?? NaN;
    assert.ok(not > 0.9 && the < 0.5);
    for (const [i, word] of scores.tokens.word.entries())
      if (word >= 0) assert.ok((scores.words.keep[word] ?? NaN) >= (scores.tokens.keep[i] ?? NaN));
  });

  it('gives every word of 8,192 tokens a score', async () => {
    const text = prose(6_300);
    const scores = await scorer.score(indexText(text));
    assert.ok(scores.tokens.word.length >= 8_192);
    assertComplete(scores, indexText(text).words.count);
  }).timeout(60_000);

  it('gives every word of 200,000 tokens a score', async () => {
    const index = indexText(prose(152_800, 2));
    let called = 0;
    const scores = await scorer.score(index, {
      onWindow: () => {
        called++;
      },
    });
    assert.ok(scores.tokens.word.length >= 200_000);
    assertComplete(scores, index.words.count);
    assert.equal(called, scores.windows);
  }).timeout(600_000);

  it('decides in windows of 512 nearly as in one window of 4,096', async () => {
    const index = indexText(await readFile('LICENSE', 'utf8'));
    const longWindow = { ...model, description: { ...model.description, window: 4096 } };
    const cut = await scorer.score(index);
    const whole = await createModernBertScorer(longWindow).score(index);
    assert.ok(cut.windows > 4 && whole.windows === 1);
    let agreed = 0;
    for (const [i, keep] of cut.words.keep.entries())
      if (keep > 0.5 === (whole.words.keep[i] ?? NaN) > 0.5) agreed++;
    assert.ok(agreed / index.words.count >= 0.95, `${agreed} of ${index.words.count}`);
  }).timeout(60_000);

  it('gives nothing for nothing, and one word its score', async () => {
    const { counter, session } = counting(model.session);
    const counted = createModernBertScorer({ ...model, session });
    for (const text of ['', '\n\n', ' \t ']) {
      const scores = await counted.score(indexText(text));
      assert.equal(scores.words.keep.length, 0);
    }
    assert.equal((await counted.score(indexText(''))).windows, 0);
    const runs = counter.runs;
    assertComplete(await counted.score(indexText('word')), 1);
    assert.equal(counter.runs, runs + 1);
  });

  it('scores right-to-left text, emoji, combining marks and lone surrogates', async () => {
    const index = indexText('لا تحذف 👩‍👩‍👧 e\u0301te\u0301 \ud800 a\udc00b  \u0308c ؀ d\r\n\u2028x');
    assertComplete(await scorer.score(index), index.words.count);
  });

  it('takes the maximum over all tokens of a word that is longer than a window', async () => {
    const long = Array.from({ length: 3000 }, (_, i) => String.fromCharCode(33 + ((i * i) % 94))).join('');
    const index = indexText(`before ${long} after`);
    const seen: boolean[] = [];
    const scores = await scorer.score(index, {
      priority: [2, 3],
      onWindow: ({ words }) => void seen.push(Number.isNaN(words.keep[1] ?? 0)),
    });
    assert.ok(scores.windows > 2);
    assertComplete(scores, 3);
    let best = 0;
    for (const [i, word] of scores.tokens.word.entries())
      if (word === 1) best = Math.max(best, scores.tokens.keep[i] ?? NaN);
    assert.equal(scores.words.keep[1], best);
    assert.deepEqual(
      seen,
      seen.map((_, i) => i + 1 < seen.length),
    );
  });

  it('begins with the words that matter, and fills the rest of one result', async () => {
    const index = indexText(prose(2_000, 3));
    const ranges: (readonly [number, number])[] = [];
    const growing = new Set<Float32Array>();
    const scores = await scorer.score(index, {
      priority: [1200, 1210],
      onWindow: ({ first, end, words, windowsDone, windows }) => {
        ranges.push([first, end]);
        growing.add(words.keep);
        assert.equal(windowsDone, ranges.length);
        assert.ok(windows >= windowsDone);
        assert.ok(words.keep.subarray(first, end).every((value) => !Number.isNaN(value)));
      },
    });
    const [first = [-1, -1]] = ranges;
    assert.ok(first[0] <= 1200 && 1200 < first[1]);
    assert.deepEqual([...growing], [scores.words.keep]);
    const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
    assert.deepEqual(
      sorted.map(([start]) => start),
      [0, ...sorted.slice(0, -1).map(([, end]) => end)],
    );
    assert.equal(sorted.at(-1)?.[1], index.words.count);
    assert.deepEqual((await scorer.score(index)).words, scores.words);
  });

  it('stops at the next window when it is cancelled', async () => {
    const { counter, session } = counting(model.session);
    const counted = createModernBertScorer({ ...model, session });
    const controller = new AbortController();
    let asked = 0;
    const run = counted.score(indexText(prose(20_000, 4)), {
      signal: controller.signal,
      onWindow: ({ windowsDone }) => {
        // From the event loop, as a message would come.
        if (windowsDone === 2)
          setImmediate(() => {
            asked = performance.now();
            controller.abort(new Error('some other reason'));
          });
      },
    });
    await assert.rejects(run, { name: 'AbortError' });
    assert.ok(performance.now() - asked < 2_000);
    assert.ok(counter.runs <= 3);
    await assert.rejects(counted.score(indexText('word'), { signal: controller.signal }), {
      name: 'AbortError',
    });
    assert.ok(counter.runs <= 3);
  });

  it('can be cancelled in the middle of 5 MB on one line', async () => {
    const index = indexText(
      Array.from({ length: 5_000_000 / 4 }, (_, i) => (((i * 7919) % 46656) | 65536).toString(36)).join(''),
    );
    assert.equal(index.words.count, 1);
    const controller = new AbortController();
    const run = scorer.score(index, { signal: controller.signal, onWindow: () => controller.abort() });
    await assert.rejects(run, { name: 'AbortError' });
  }).timeout(60_000);

  it('gives what later stages need only when asked for it', async () => {
    const { counter, session } = counting(model.session);
    const index = indexText(prose(700, 5));
    const { encodings: none } = await createModernBertScorer({ ...model, session }).score(index);
    assert.deepEqual(counter.outputs, ['token_probs', 'span_scores', 'final_scores']);
    assert.equal(none.vectors ?? none.weights ?? none.attentionMass ?? none.layerAttentionMean, undefined);
    assert.equal(none.vectorSize, 0);

    const full = createModernBertScorer({ ...model, session, outputs: 'encodings' });
    const { encodings, tokens, words } = await full.score(index);
    assert.deepEqual((await scorer.score(index)).words, words);
    const { vectors = new Int8Array(), vectorSize, attentionMass, layerAttentionMean, weights } = encodings;
    assert.equal(vectorSize, 48);
    assert.equal(vectors.length, tokens.word.length * vectorSize);
    for (let i = 0; i < tokens.word.length; i++) {
      const row = vectors.subarray(i * vectorSize, (i + 1) * vectorSize);
      assert.ok(Math.abs(Math.hypot(...row) / 127 - 1) < 0.05);
    }
    for (const mass of [attentionMass, layerAttentionMean])
      assert.ok(mass?.every((value) => value >= 0 && value <= 1) === true);
    assert.ok(weights?.every((value) => value >= 0) === true);
  });

  it('remembers scores without attention apart from scores with it', async () => {
    const { counter, session } = counting(model.session);
    const caching = createCachingScorer(createModernBertScorer({ ...model, session, outputs: 'encodings' }), {
      maxBytes: 1e6,
    });
    const text = indexText(prose(50, 11));
    const without = await caching.score(text, { attention: false });
    assert.equal(without.encodings.attentionMass, undefined);
    assert.equal(without.encodings.layerAttentionMean, undefined);
    assert.ok(without.encodings.vectors !== undefined);
    await caching.score(text, { attention: false });
    assert.equal(counter.runs, 1);

    const complete = await caching.score(text);
    assert.equal(counter.runs, 2);
    assert.ok(complete.encodings.attentionMass?.some((value) => value > 0));
    assert.deepEqual(complete.words, without.words);
    for (const attention of [true, false])
      assert.equal((await caching.score(text, { attention })).encodings, complete.encodings);
    assert.equal(counter.runs, 2);
  });

  it('never encodes the same text twice while it is remembered', async () => {
    const { counter, session } = counting(model.session);
    const caching = createCachingScorer(createModernBertScorer({ ...model, session }), { maxBytes: 28_000 });
    const texts = [prose(200, 6), prose(200, 7), prose(200, 8)].map(indexText);
    const [a, b, c] = texts;
    assert.ok(a && b && c);
    const first = await caching.score(a);
    const runs = counter.runs;
    let called = 0;
    const again = await caching.score(indexText(a.text), {
      onWindow: () => {
        called++;
      },
    });
    assert.equal(counter.runs, runs);
    assert.equal(called, 1);
    assert.equal(again.words, first.words);
    assert.deepEqual([again.encodedTokens, again.inferenceMs], [0, 0]);

    await caching.score(b);
    await caching.score(a);
    await caching.score(c);
    const before = counter.runs;
    await caching.score(a);
    assert.equal(counter.runs, before);
    await caching.score(b);
    assert.ok(counter.runs > before);

    const controller = new AbortController();
    controller.abort();
    await assert.rejects(caching.score(a, { signal: controller.signal }), { name: 'AbortError' });
  });
});
