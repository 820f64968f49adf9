import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { loadTokenCounter } from '../../../src/compress/counter';
import { createLineCounter } from '../../../src/compress/line-counter';
describe('line counter', () => {
  it('keeps no text that it has counted in memory', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const lines = createLineCounter({ tokenizer: 'characters', count: (text) => text.length });
    const rest = 'a line that comes again and again\n'.repeat(30_000);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 60; i++) lines.count(`the first line of text number ${i}\n${rest}`);
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(grown < 20e6, `${grown} bytes`);
  }).timeout(60000);

  it('counts what the counter counts', async () => {
    const counter = await loadTokenCounter();
    const lines = createLineCounter(counter);
    const piece = fc.oneof(
      fc.constantFrom(
        '\n',
        '\n',
        '\r\n',
        '\r',
        ' ',
        '    ',
        '\t',
        '/',
        '//',
        '*/',
        '}',
        'foo',
        'Bar',
        '12',
        '-',
        'ü',
        '漢',
        '\u2028',
        '́',
        '́x',
        "'s",
        '\u00a0',
        'é',
      ),
      fc.string({ maxLength: 4, unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (p) => {
        const t = p.join('');
        assert.equal(lines.count(t), counter.count(t), JSON.stringify(t));
      }),
      { numRuns: 20000 },
    );
  }).timeout(120000);
});
