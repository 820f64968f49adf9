import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { createNetwork, parseNetwork } from '../../../src/policy/network';
import { FEATURE_COUNT } from '../../../src/policy/records';
import { FEATURES, LEXICAL_FEATURES } from '../../../src/policy/relevance/features';

const sample = v.object({ rows: v.array(v.array(v.number())), logits: v.array(v.number()) });
const fixture = v.object({ words: sample, meaning: sample, policy: sample });

const read = (...parts: string[]): unknown =>
  JSON.parse(readFileSync(path.join(process.cwd(), ...parts), 'utf8'));

/** The largest difference between the logits of the shipped network here and those that PyTorch gave. */
function difference(weights: unknown, { rows, logits }: v.InferOutput<typeof sample>): number {
  const network = createNetwork(parseNetwork(weights, rows[0]?.length ?? 0));
  const out = new Float32Array(rows.length);
  network.run(Float32Array.from(rows.flat()), rows.length, out);
  return Math.max(...logits.map((logit, i) => Math.abs(logit - (out[i] ?? NaN))));
}

const expected = (): v.InferOutput<typeof fixture> =>
  v.parse(fixture, read('test', 'fixtures', 'parity.json'));
const relevance = (): { words: unknown; meaning: unknown } =>
  v.parse(
    v.object({ words: v.unknown(), meaning: v.unknown() }),
    read('models', 'eviction-policy', 'relevance.json'),
  );

describe('parity of the shipped networks with PyTorch', () => {
  it('holds for the relevance of a line by words and by meaning', () => {
    const { words, meaning } = expected();
    assert.equal(words.rows[0]?.length, LEXICAL_FEATURES.length);
    assert.equal(meaning.rows[0]?.length, FEATURES.length);
    assert.ok(difference(relevance().words, words) < 2e-3);
    assert.ok(difference(relevance().meaning, meaning) < 2e-3);
  });
  it('holds for the learned policy', () => {
    const { policy } = expected();
    assert.equal(policy.rows[0]?.length, FEATURE_COUNT);
    assert.ok(difference(read('models', 'eviction-policy', 'policy.json'), policy) < 2e-3);
  });
  it('would be noticed if it broke: the logits differ from row to row', () => {
    for (const { logits } of Object.values(expected()))
      assert.ok(Math.max(...logits) - Math.min(...logits) > 0.5);
  });
});
