import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createTermHasher, eachPart, stem } from '../../../src/policy/relevance/terms';
import { hostileText } from '../hostile';

function partsOf(text: string): string[] {
  const parts: string[] = [];
  eachPart(text, 0, text.length, (from, to) => parts.push(text.slice(from, to)));
  return parts;
}

describe('terms', () => {
  it('cuts identifiers into their parts', () => {
    assert.deepEqual(partsOf('parseHTTPHeader_2(src/readFile.ts)'), [
      ...['parse', 'HTTP', 'Header', '2', 'src', 'read', 'File', 'ts'],
    ]);
    assert.deepEqual(partsOf('XMLHttpRequest MAX_SIZE v1.2'), [
      ...['XML', 'Http', 'Request', 'MAX', 'SIZE', 'v', '1', '2'],
    ]);
  });

  it('keeps words of other scripts whole and pairs characters of scripts without blanks', () => {
    assert.deepEqual(partsOf('naïve Ошибка'), ['naïve', 'Ошибка']);
    assert.deepEqual(partsOf('再起動後'), ['再起', '起動', '動後']);
    assert.deepEqual(partsOf('字'), ['字']);
  });

  it('cuts runs at 64 characters', () => {
    assert.deepEqual(partsOf('f'.repeat(10_000)), ['f'.repeat(64)]);
  });

  it('finds parts inside of the range, in order, for any text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        let last = -1;
        eachPart(text, 0, text.length, (from, to) => {
          assert.ok(from > last && to > from && to <= text.length);
          last = from;
        });
      }),
    );
  });

  it('gives forms of a word one term and stop words none', () => {
    const hasher = createTermHasher();
    const termOf = (part: string): number => hasher.termOf(part);
    assert.equal(termOf('Retries'), termOf('retried'));
    assert.equal(termOf('uploads'), termOf('uploading'));
    assert.notEqual(termOf('upload'), termOf('download'));
    assert.equal(termOf('which'), 0);
    assert.equal(termOf('x'), 0);
    assert.equal(stem('is'), 'is');
    assert.equal(stem('bring'), 'bring');
  });
});
