import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layout } from '../../../src/compress/layout';
import { REASONS, type Decisions } from '../../../src/compress/result';
import { settle } from '../../../src/compress/settle';
import { analyseStructure } from '../../../src/structure/analyse';
import { sliceSpans } from '../../../src/text/spans';
import { indexText } from '../../../src/text/words';
import { hostileText } from '../hostile';

function settled(
  text: string,
  keep: Uint8Array,
  reason = new Uint8Array(keep.length),
): { output: string; decisions: Decisions } {
  const index = indexText(text);
  const geometry = { text, words: index.words, lines: index.lines, structure: analyseStructure(index, {}) };
  const decisions = settle(geometry, { keep, reason, rule: new Uint8Array(keep.length) });
  return { output: sliceSpans(text, layout(geometry, decisions.keep)), decisions };
}

/** Settles a text whose words that start with a tilde go. */
function thin(marked: string): string {
  const { words } = indexText(marked);
  const keep = Uint8Array.from({ length: words.count }, (_, i) =>
    marked[words.start[i] ?? 0] === '~' ? 0 : 1,
  );
  return settled(marked.replaceAll('~', ''), keep).output;
}

describe('settle', () => {
  it('keeps the mark of a line while anything of it stays', () => {
    assert.equal(thin('~-~ ~the~ parser fails'), '- parser fails');
    assert.equal(thin('~##~ ~The~ plan'), '## plan');
    assert.equal(thin('> ~quoted~ words'), '> words');
    assert.equal(thin('~1.~ ~first~ step'), '1. step');
  });
  it('lets the mark go with its line', () => {
    assert.equal(thin('- ~of~ ~course~\n- parser fails'), '- parser fails');
  });
  it('lets a label stay or go with what it labels', () => {
    assert.equal(thin('Agent: ~well~ ~then~\nUser: ~please~ stop'), 'User: stop');
    assert.equal(thin('Guest ~B:~ ~well~\n~Guest~ A: stop'), 'Guest A: stop');
    assert.equal(thin('Steps:\n- run it'), 'Steps:\n- run it');
  });
  it('keeps a mark with a label that stands alone', () => {
    assert.equal(thin('~-~ Windows:\n  - run it'), '- Windows:\n  - run it');
    assert.equal(thin('# ~Summary:~\n- run it'), '- run it');
  });
  it('lets a heading go with its whole section', () => {
    assert.equal(thin('# One\ntext stays\n## Two\n~well~ ~then~\n'), '# One\ntext stays\n');
    assert.equal(thin('# One\n## Two\ntext stays'), '# One\n## Two\ntext stays');
    assert.equal(thin('# One\n~well~\n# Two\nmore'), '# Two\nmore');
  });
  it('changes nothing where nothing goes', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const keep = new Uint8Array(indexText(text).words.count).fill(1);
        assert.equal(settled(text, keep).output, text);
      }),
      { numRuns: 500 },
    );
  });
  it('leaves no dash of a dropped clause', () => {
    assert.equal(thin('parser — ~which~ ~is~ ~old~ — fails'), 'parser fails');
    assert.equal(thin('parser — old — fails'), 'parser — old — fails');
  });
  it('keeps both ends of a bracket or of emphasis', () => {
    assert.equal(thin('parser (~the~ old ~one)~ fails'), 'parser (the old one) fails');
    assert.equal(thin('~**Very~ important~**~'), '**Very important**');
    assert.equal(thin('parser ~(the~ ~old~ ~one)~ fails'), 'parser fails');
  });
  it('never changes what the person pinned or released', () => {
    const { decisions } = settled(
      '- a (b c) d',
      Uint8Array.of(0, 1, 0, 1, 1),
      new Uint8Array(5).fill(REASONS.indexOf('released')),
    );
    assert.deepEqual([...decisions.keep], [0, 1, 0, 1, 1]);
  });
  it('gives a reason for each change and settles in one go on any input', () => {
    fc.assert(
      fc.property(hostileText, fc.infiniteStream(fc.boolean()), (text, stream) => {
        const count = indexText(text).words.count;
        const keep = Uint8Array.from({ length: count }, () => (stream.next().value === true ? 1 : 0));
        const { decisions } = settled(text, keep);
        decisions.keep.forEach((value, word) => {
          if (value !== keep[word]) assert.equal(REASONS[decisions.reason[word] ?? 0], 'structure');
        });
      }),
    );
  });
});
