import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyseStructure } from '../../../src/structure/analyse';
import { at } from '../../../src/text/spans';
import { indexText } from '../../../src/text/words';
import { timed } from './lines';

const MB = 1024 * 1024;
const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join('\n');

describe('structure: hostile input', function () {
  this.timeout(60_000);
  const cases: Readonly<Record<string, () => string>> = {
    'one line of letters': () => 'a'.repeat(5 * MB),
    'one line of words': () => 'word '.repeat(MB),
    'open brackets': () => '['.repeat(5 * MB),
    'empty links': () => '[](('.repeat(MB),
    'links in links': () => '[a](b '.repeat(MB / 2),
    backticks: () => rows(2000, (i) => '`'.repeat(i % 300)),
    'pairs of backticks': () => '` `` '.repeat(MB),
    stars: () => 'a**b'.repeat(MB),
    'open tags': () => '<a '.repeat(MB),
    'open comments': () => '<!--'.repeat(MB),
    'quote marks': () => '>'.repeat(MB) + '\n' + rows(5000, () => '>'.repeat(100) + 'a'),
    bullets: () => '- '.repeat(MB),
    'nested lists': () => rows(2000, (i) => ' '.repeat(2 * (i % 200)) + '- a'),
    'indented nested lists': () =>
      rows(20_000, (i) => (i % 3 === 0 ? '\n' : '') + ' '.repeat(i % 30) + '- a'),
    'fences of falling length': () => rows(1500, (i) => '`'.repeat(1600 - i) + '\nThis is what it is about.'),
    'pipes in a row': () => '|a'.repeat(MB) + '\n' + '|-'.repeat(MB),
    'table rows': () => '|a|b|\n|-|-|\n' + '|a|b|\n'.repeat(MB / 4),
    definitions: () => rows(50_000, (i) => `[a${i}]: b`) + '[a1]'.repeat(50_000),
    'short lines': () => 'a\n'.repeat(MB),
    'JSON openers': () => '{\n'.repeat(MB / 2),
    'open strings': () => rows(50_000, () => '"a": "b'),
    hunks: () => '@@ -1,9999999 +1,9999999 @@\n'.repeat(50_000),
    'code of few signs': () => 'x = f(\n'.repeat(200_000),
    'double colons': () => rows(200, (i) => '::a'.repeat(100) + String(i)),
    URLs: () => 'https://'.repeat(MB / 4),
  };
  for (const [name, text] of Object.entries(cases))
    it(`stays fast: ${name}`, () => {
      const { ms } = timed(text());
      assert.ok(ms < 10_000, `${ms.toFixed(0)} ms`);
    });

  it('is not slowed down by wide indentation', () => {
    for (const tail of ['}= y', 'x', '} else', '@', '\u2028z', '= y:'])
      for (const start of ['', 'x = f(', 'return a(', 'if a']) {
        const { ms } = timed(rows(1500, (i) => start + ' '.repeat(590 - (i % 5)) + tail));
        assert.ok(ms < 1000, `${start}…${tail}: ${ms.toFixed(0)} ms`);
      }
  });

  it('takes well under a second for 100,000 words', () => {
    const paragraph =
      'The parser reads `input.txt` and then, if it is not empty, writes what [the guide](a.md) says.\n';
    const { ms } = timed((paragraph.repeat(5) + '\n- an item of a list that goes on\n\n').repeat(1100));
    assert.ok(ms < 1500, `${ms.toFixed(0)} ms`);
  });

  it('gives every line a kind, marks inside of lines and sorted atoms inside of prose lines', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '`',
        '```',
        '~~~',
        '[a](b)',
        '[',
        ']',
        '<b>',
        '<!--',
        '> ',
        '- ',
        '# ',
        '    ',
        '\t',
        '|',
        '\n',
        '\r\n',
        '\r',
        '\n\n',
        '{',
        '"a": 1',
        '---',
        'https://x.y',
        '$ ls',
        '\uFEFF',
        '\0',
        '\u2028',
        '\uD800',
        '𝒳',
        'é',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.lorem({ maxCount: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const index = indexText(pieces.join(''));
        const s = analyseStructure(index);
        assert.equal(s.lineKind.length, index.lines.count);
        for (let line = 0; line < index.lines.count; line++) {
          assert.ok(at(s.markEnd, line) >= at(index.lines.start, line));
          assert.ok(at(s.markEnd, line) <= at(index.lines.end, line));
        }
        assert.equal(s.atoms.length, 2 * s.atomKind.length);
        let before = 0;
        let line = 0;
        for (let i = 0; i < s.atoms.length; i += 2) {
          const start = at(s.atoms, i);
          const end = at(s.atoms, i + 1);
          assert.ok(start >= before && end > start);
          while (at(index.lines.end, line) <= start) line++;
          assert.ok(end <= at(index.lines.end, line));
          assert.equal(at(s.lineKind, line), 0);
          before = end;
        }
      }),
      { numRuns: 500 },
    );
  });
});
