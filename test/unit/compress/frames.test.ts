import assert from 'node:assert/strict';
import { bareFrames, framesOf, keepFrames } from '../../../src/compress/frames';
import { analyseStructure } from '../../../src/structure/analyse';
import type { BlockHint } from '../../../src/structure/segments';
import { indexText } from '../../../src/text/words';

/** Numbers of the lines that are output where `kept` stay, frames included. */
function framed(
  lines: readonly string[],
  kept: readonly number[],
  hints: readonly BlockHint[] = [],
): number[] {
  const index = indexText(lines.join('\n'));
  const structure = analyseStructure(index, { hints });
  const flags = new Uint8Array(index.lines.count);
  for (const line of kept) flags[line] = 1;
  keepFrames(framesOf(index, structure), flags, true);
  return [...flags.keys()].filter((line) => flags[line] === 1);
}

describe('frames', () => {
  it('keeps every heading above a line that stays, and no other', () => {
    const text = ['# A', 'one', '## B', 'two', '## C', 'three', '# D', 'four'];
    assert.deepEqual(framed(text, [5]), [0, 4, 5]);
    assert.deepEqual(framed(text, [1]), [0, 1]);
    assert.deepEqual(framed(text, [7]), [6, 7]);
    assert.deepEqual(framed(text, []), []);
  });

  it('keeps both fences of code of which a line stays', () => {
    const text = ['Some words before the code.', '```js', 'a();', 'b();', '```', 'Some words after it.'];
    assert.deepEqual(framed(text, [3]), [1, 3, 4]);
    assert.deepEqual(framed(text, [0, 5]), [0, 5]);
  });

  it('keeps the head of a table, and of a hunk with its file', () => {
    const table = ['| a | b |', '|---|---|', '| 1 | 2 |', '| 3 | 4 |'];
    assert.deepEqual(framed(table, [3]), [0, 1, 3]);
    const diff = [
      'diff --git a/x b/x',
      '--- a/x',
      '+++ b/x',
      '@@ -1,2 +1,2 @@',
      '-old',
      '+new',
      '@@ -9,2 +9,2 @@',
      '-older',
      '+newer',
      'diff --git a/y b/y',
      '--- a/y',
      '+++ b/y',
      '@@ -1 +1 @@',
      '-z',
    ];
    assert.deepEqual(framed(['```diff', ...diff, '```'], [9]), [0, 1, 2, 3, 7, 9, 15]);
  });

  it('keeps the line with a colon above a list or code of which something stays, and knows when it is bare', () => {
    const text = [
      'Do these things:',
      '- one',
      '- two',
      '',
      'Then run:',
      '',
      '```',
      'make',
      '```',
      'And note:',
      'words.',
    ];
    assert.deepEqual(framed(text, [2]), [0, 2]);
    assert.deepEqual(framed(text, [7]), [4, 6, 7, 8]);
    const index = indexText(text.join('\n'));
    const frames = framesOf(index, analyseStructure(index, {}));
    const bare = (kept: readonly number[]): number[] => [
      ...bareFrames(
        frames,
        Uint8Array.from(text, (_, line) => (kept.includes(line) ? 1 : 0)),
      ),
    ];
    assert.deepEqual(bare([0, 4, 7, 9]), [0]);
    assert.deepEqual(bare([0, 1]), []);
  });

  it('takes time in proportion to a list of items that end in colons', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `- item ${i}:`);
    const index = indexText(lines.join('\n'));
    const structure = analyseStructure(index, {});
    const begun = process.cpuUsage().user;
    const frames = framesOf(index, structure);
    assert.equal([...bareFrames(frames, new Uint8Array(lines.length).fill(1))].length, 0);
    assert.equal(frames.line.length, lines.length - 1);
    assert.ok(process.cpuUsage().user - begun < 3e6);
  });

  it('keeps the head of the turn and of the tool call that a line of output belongs to', () => {
    const text = ['## 1 · You', 'do it', '## 2 · Claude', '▸ Bash  ls', '  a.ts', '▸ Read  a.ts', '  1 x'];
    const hints: BlockHint[] = [
      { firstLine: 0, endLine: 1, as: 'frame' },
      { firstLine: 1, endLine: 2, as: 'markdown' },
      { firstLine: 2, endLine: 4, as: 'frame' },
      { firstLine: 4, endLine: 5, as: 'output' },
      { firstLine: 5, endLine: 6, as: 'frame' },
      { firstLine: 6, endLine: 7, as: 'output' },
    ];
    assert.deepEqual(framed(text, [6], hints), [2, 5, 6]);
    assert.deepEqual(framed(text, [4], hints), [2, 3, 4]);
    assert.deepEqual(framed(text, [1], hints), [0, 1]);
  });
});
