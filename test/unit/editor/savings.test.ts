import assert from 'node:assert/strict';
import type { Translate } from '../../../src/editor/numbers';
import { pricesIn, savingsLines, SavingsTotal, type SavingsMemory } from '../../../src/editor/savingsTotal';

const t: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)]));

/** What VS Code keeps, as JSON. */
class Memory implements SavingsMemory {
  json = '{}';
  get(key: string): unknown {
    return (JSON.parse(this.json) as Record<string, unknown>)[key];
  }
  update(key: string, value: unknown): Promise<void> {
    this.json = JSON.stringify({ ...(JSON.parse(this.json) as object), [key]: value });
    return Promise.resolve();
  }
}

const at = (day: number, month = 3): Date => new Date(2025, month - 1, day, 23, 30);

describe('running total of savings', () => {
  it('adds up, by day, in local time', async () => {
    const memory = new Memory();
    let now = at(1);
    const total = new SavingsTotal(memory, () => now);
    await total.add(1000, 400);
    await total.add(500, 300);
    now = at(2);
    await total.add(100, 100);
    assert.deepEqual(total.value, {
      before: 1600,
      after: 800,
      count: 3,
      since: '2025-03-01',
      days: [
        { day: '2025-03-01', before: 1500, after: 700, count: 2 },
        { day: '2025-03-02', before: 100, after: 100, count: 1 },
      ],
    });
    assert.deepEqual(new SavingsTotal(memory).value, total.value);
  });

  it('keeps 30 days one by one, and the whole for good', async () => {
    const memory = new Memory();
    for (let day = 1; day <= 40; day++) await new SavingsTotal(memory, () => at(day)).add(10, 4);
    const { value } = new SavingsTotal(memory);
    assert.equal(value.days.length, 30);
    assert.equal(value.before - value.after, 240);
    assert.equal(value.since, '2025-03-01');
  });

  it('is nothing after a reset, and with a memory that makes no sense', async () => {
    const memory = new Memory();
    const total = new SavingsTotal(memory, () => at(1));
    await total.add(NaN, 3);
    await total.add(-1, 3);
    assert.equal(total.value.count, 0);
    await total.add(10, 4);
    await total.reset();
    assert.equal(total.value.since, undefined);
    for (const broken of [3, 'x', { before: 'many' }, { before: -1, after: 0, count: 1 }]) {
      await memory.update('kompress.savings', broken);
      assert.equal(total.value.count, 0);
    }
  });
});

describe('lines of savings', () => {
  const savings = {
    before: 2_000_000,
    after: 1_000_000,
    count: 12,
    since: '2025-01-01',
    days: [
      { day: '2025-01-30', before: 500, after: 100, count: 1 },
      { day: '2025-03-01', before: 90, after: 40, count: 1 },
    ],
  };
  const labels = (prices: [string, number][]): string[] =>
    savingsLines(savings, prices, at(1), t).map(({ label }) => label);

  it('say tokens, days, money by the prices of the settings, and the energy as an estimate', () => {
    assert.deepEqual(
      labels([
        ['big', 3],
        ['small', 0.15],
      ]),
      [
        '1,000,000 tokens saved',
        '50 tokens today, 50 in 30 days',
        '≈ 3 with big',
        '≈ 0.15 with small',
        '≈ 9.2 Wh of energy',
        'Reset the total…',
      ],
    );
    const [energy] = savingsLines(savings, [], at(1), t).filter(({ icon }) => icon === 'zap');
    assert.match(energy?.detail ?? '', /estimate, not measured: 150 W, 2,500 tokens.*55 %/);
  });

  it('say how to set a price where there is none', () => {
    assert.ok(labels([]).includes('Money: no price is set'));
  });

  it('begin with nothing', () => {
    const { value } = new SavingsTotal(new Memory());
    assert.deepEqual(
      savingsLines(value, [], at(1), t).map(({ label }) => label),
      ['Nothing is counted yet'],
    );
  });
});

describe('prices', () => {
  it('are the numbers of the setting', () => {
    assert.deepEqual(pricesIn({ a: 3, b: 'x', c: -1, d: null, e: 0 }), [
      ['a', 3],
      ['e', 0],
    ]);
    for (const setting of [undefined, null, 3, 'x']) assert.deepEqual(pricesIn(setting), []);
  });
});
