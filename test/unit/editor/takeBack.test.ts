import assert from 'node:assert/strict';
import { countedBy } from '../../../src/editor/numbers';
import { compressedText, OVERRIDE, overrideWords, takeBackWords } from '../../../src/editor/region';
import { regionOf } from './regions';

const TEXT = 'The parser fails and the buffer was cut.\nIt never grows.\n';

describe('taking back', () => {
  it('gives words back to their decision, and leaves others', () => {
    const plain = regionOf(TEXT, (word) => word.length <= 3);
    const changed = overrideWords(overrideWords(plain, 0, 5, true), 6, 9, false);
    assert.notEqual(compressedText(changed), compressedText(plain));
    const back = takeBackWords(changed, 0, 5);
    assert.deepEqual([...back.override], [...overrideWords(plain, 6, 9, false).override]);
    const all = takeBackWords(back, 0, back.override.length);
    assert.ok(all.override.every((value) => value === OVERRIDE.none));
    assert.equal(compressedText(all), compressedText(plain));
  });
});

describe('counts', () => {
  it('say whose tokens they are', () => {
    assert.equal(countedBy('o200k_base'), '≈ o200k');
    assert.equal(countedBy('≈ o200k × 1.15, your factor'), '≈ o200k × 1.15, your factor');
  });
});
