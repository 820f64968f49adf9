import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadTokenCounter } from '../../../src/compress/counter';
import { createLineCounter } from '../../../src/compress/line-counter';
describe('line counter', () => {
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
