import assert from 'node:assert/strict';
import { loadTokenCounter } from '../../../src/compress/counter';

describe('token counter', () => {
  it('counts with o200k', async () => {
    const counter = await loadTokenCounter();
    assert.equal(counter.tokenizer, 'o200k_base');
    assert.equal(counter.count(''), 0);
    assert.equal(counter.count('hello world'), 2);
    assert.equal(counter.count('antidisestablishmentarianism'), 6);
  });

  it('counts what looks like a special token as plain text', async () => {
    const counter = await loadTokenCounter();
    assert.ok(counter.count('<|endoftext|>') > 1);
  });

  it('stays near-linear on runs that byte pair merging is quadratic on', async () => {
    const counter = await loadTokenCounter();
    const started = performance.now();
    for (const sign of [' ', '\n', 'a', '=', '漢', '\u0301', '\ud800']) {
      assert.ok(counter.count(sign.repeat(200_000)) > 100, JSON.stringify(sign));
    }
    assert.ok(performance.now() - started < 5_000);
  });
});
