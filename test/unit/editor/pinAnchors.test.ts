import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anchorOf, locate, type PinAnchor } from '../../../src/editor/pinAnchors';
import { hostileText } from '../hostile';

const anchor = (text: string, part: string, nth = 0): PinAnchor => {
  let start = text.indexOf(part);
  for (let i = 0; i < nth; i++) start = text.indexOf(part, start + 1);
  assert.ok(start >= 0);
  return anchorOf(text, start, start + part.length);
};

describe('pin anchors', () => {
  const text = [
    'The parser does not read the file when it is not there.',
    'It does not write it either, and it does not ask.',
    'Nothing else is known about the file.',
  ].join('\n');

  it('find a part where it was', () => {
    assert.deepEqual(locate(text, [anchor(text, 'not', 2)]), [text.indexOf('not write')]);
  });

  it('find it after edits elsewhere, the right one of several', () => {
    const pin = anchor(text, 'not', 2);
    const edited = `A new first line, which does not matter.\n\n${text.replace('Nothing else', 'Much')}`;
    assert.deepEqual(locate(edited, [pin]), [edited.indexOf('not write')]);
  });

  it('find it in a text that has grown', () => {
    const long = `${text}\n`.repeat(3);
    const pins = [anchor(long, 'file', 1), anchor(long, 'Nothing else is known', 2)];
    const grown = long + text.repeat(50);
    assert.deepEqual(
      locate(grown, pins),
      pins.map(({ start }) => start),
    );
  });

  it('find long parts, and notice when their middle has changed', () => {
    const long = Array.from({ length: 400 }, (_, i) => `line ${i} of the turn`).join('\n');
    const whole = `head\n${long}\ntail`;
    const pin = anchor(whole, long);
    assert.ok(JSON.stringify(pin).length < 400);
    assert.deepEqual(locate(`more before\n${whole}`, [pin]), ['more before\nhead\n'.length]);
    assert.deepEqual(locate(whole.replace('line 200 of', 'line 200 in'), [pin]), [undefined]);
  });

  it('do not take a short word with other surroundings for the same', () => {
    const pin = anchor(text, 'not', 0);
    assert.deepEqual(locate('Whether or not this is another text is not said.', [pin]), [undefined]);
    assert.deepEqual(locate('', [pin]), [undefined]);
  });

  it('carry one part’s shift over to the next', () => {
    const many = Array.from({ length: 300 }, (_, i) => `entry ${i}: the value is not set`).join('\n');
    const pins = Array.from({ length: 300 }, (_, i) => anchor(many, `entry ${i}: the value`));
    const grown = `${'a new line\n'.repeat(5000)}${many}`;
    const begun = performance.now();
    assert.deepEqual(
      locate(grown, pins),
      pins.map(({ start }) => start + 'a new line\n'.length * 5000),
    );
    assert.ok(performance.now() - begun < 500);
  });

  it('take a long text of the same word again and again', () => {
    const same = 'not '.repeat(1_250_000);
    const pins = Array.from({ length: 300 }, (_, i) => ({ ...anchor(text, 'not', 0), start: i * 7 }));
    const begun = performance.now();
    locate(same, pins);
    locate('x'.repeat(5_000_000), pins);
    assert.ok(performance.now() - begun < 3000, `${performance.now() - begun} ms`);
  });

  it('find every part of an unchanged text, and of one with a text before it', () => {
    fc.assert(
      fc.property(hostileText, fc.nat(), fc.nat(), fc.string({ maxLength: 20 }), (base, a, b, before) => {
        fc.pre(base.length > 0);
        const start = a % base.length;
        const end = start + 1 + (b % (base.length - start));
        const pin = anchorOf(base, start, end);
        assert.deepEqual(locate(base, [pin]), [start]);
        const [moved] = locate(before + base, [pin]);
        if (moved !== undefined)
          assert.equal((before + base).slice(moved, moved + pin.length), base.slice(start, end));
      }),
    );
  });
});
