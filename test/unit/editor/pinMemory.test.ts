import assert from 'node:assert/strict';
import { anchorOf } from '../../../src/editor/pinAnchors';
import {
  MAX_DOCUMENTS,
  MAX_PINS,
  PinMemory,
  type Memory,
  type StoredPin,
} from '../../../src/editor/pinMemory';

/** Keeps values as the editor's own memory does: as JSON. */
function memory(initial?: unknown): Memory & { readonly json: () => string | undefined } {
  let json = initial === undefined ? undefined : JSON.stringify(initial);
  return {
    get: () => (json === undefined ? undefined : (JSON.parse(json) as unknown)),
    update: (_, value) => {
      json = value === undefined ? undefined : JSON.stringify(value);
      return Promise.resolve();
    },
    json: () => json,
  };
}

const text = 'A text that is long enough to be told by how it starts. '.repeat(30);
const pin = (start: number, keep = true): StoredPin => ({ keep, ...anchorOf(text, start, start + 4) });

describe('pin memory', () => {
  it('brings pins back in another session', async () => {
    const kept = memory();
    await new PinMemory(kept).set('file:///a', text, [pin(2), pin(9, false)]);
    assert.deepEqual(new PinMemory(kept).pinsOf('file:///a', text), [pin(2), pin(9, false)]);
  });

  it('knows the same text at another address, and a short one only by its address', async () => {
    const pins = new PinMemory(memory());
    await pins.set('file:///a', text, [pin(2)]);
    assert.deepEqual(pins.pinsOf('file:///b', `${text} and more`), [pin(2)]);
    assert.deepEqual(pins.pinsOf('file:///b', 'Another text'), []);
    await pins.set('file:///c', 'short', [pin(2)]);
    assert.deepEqual(pins.pinsOf('file:///d', 'short'), []);
    assert.deepEqual(pins.pinsOf('file:///c', 'changed'), [pin(2)]);
  });

  it('does not bring back what was removed', async () => {
    const pins = new PinMemory(memory());
    await pins.set('file:///a', text, [pin(2)]);
    await pins.set('file:///b', text, []);
    assert.deepEqual(pins.pinsOf('file:///b', text), []);
    assert.deepEqual(pins.pinsOf('file:///a', text), [pin(2)]);
  });

  it('is bounded, and lets the oldest go', async () => {
    const kept = memory();
    const pins = new PinMemory(kept);
    for (let i = 0; i < MAX_DOCUMENTS + 3; i++)
      await pins.set(
        `file:///${i}`,
        'short',
        Array.from({ length: i === 10 ? MAX_PINS + 9 : 1 }, (_, j) => pin(j)),
      );
    assert.deepEqual(pins.pinsOf('file:///2', 'short'), []);
    assert.equal(pins.pinsOf('file:///3', 'short').length, 1);
    assert.equal(pins.pinsOf('file:///10', 'short').length, MAX_PINS);
    assert.equal(new PinMemory(kept).pinsOf('file:///10', 'short').length, MAX_PINS);
  });

  it('leaves no trace once all is forgotten', async () => {
    const kept = memory();
    const pins = new PinMemory(kept);
    await pins.set('file:///a', text, [pin(2)]);
    await pins.set('file:///a', text, []);
    assert.equal(kept.json(), undefined);
    await pins.set('file:///a', text, [pin(2)]);
    await pins.clear();
    assert.equal(kept.json(), undefined);
    assert.deepEqual(pins.pinsOf('file:///a', text), []);
  });

  it('reads what is valid of what was kept', () => {
    const good = { address: 'file:///a', opening: '', pins: [{ ...pin(2), head: 3 }, pin(5), null, 'pin'] };
    for (const broken of [null, 3, 'x', {}, { length: 4 }])
      assert.deepEqual(new PinMemory(memory(broken)).pinsOf('file:///a', text), []);
    const read = new PinMemory(memory([null, { address: 4 }, { address: 'b', opening: '', pins: {} }, good]));
    assert.deepEqual(read.pinsOf('file:///a', text), [pin(5)]);
  });
});
