import assert from 'node:assert/strict';
import { estimateSavings } from '../../../src/compress/savings';

describe('savings estimate', () => {
  it('follows the published figures', () => {
    // 1,000,000 / 2,500 = 400 GPU-seconds, 55 % of them 220, at 150 W 33,000 J.
    const { tokens, wattHours } = estimateSavings(1_000_000);
    assert.equal(tokens, 1_000_000);
    assert.ok(Math.abs(wattHours - 33_000 / 3600) < 1e-9);
  });

  it('counts money only with a price', () => {
    assert.equal(estimateSavings(500_000).money, undefined);
    assert.equal(estimateSavings(500_000, { pricePerMillion: 3 }).money, 1.5);
    assert.equal(estimateSavings(500_000, { pricePerMillion: 0 }).money, 0);
    for (const pricePerMillion of [NaN, -1, Infinity])
      assert.equal(estimateSavings(500_000, { pricePerMillion }).money, undefined);
  });

  it('saves nothing where nothing was saved', () => {
    for (const saved of [0, -5, NaN, Infinity])
      assert.deepEqual(estimateSavings(saved, { pricePerMillion: 2 }), { tokens: 0, money: 0, wattHours: 0 });
  });
});
