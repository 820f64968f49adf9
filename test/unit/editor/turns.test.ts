import assert from 'node:assert/strict';
import { turnHints } from '../../../src/editor/turns';
import { openTranscriptFile } from '../../../src/transcript/open';
import type { TranscriptDocument } from '../../../src/transcript/model';
import { fixture } from '../transcript/files';

/** The head line of each turn with the role that it is given. */
async function roles(name: string): Promise<{ document: TranscriptDocument; heads: [string, string][] }> {
  const document = await openTranscriptFile(fixture(name), 'auto', { timeZone: 'UTC' });
  const lines = document.text.split('\n');
  const heads = turnHints(document).map(({ firstLine, role }): [string, string] => [
    lines[firstLine] ?? '',
    role,
  ]);
  return { document, heads };
}

describe('who speaks', () => {
  it('is told by each turn’s head', async () => {
    const { document, heads } = await roles('sample.jsonl');
    assert.equal(heads.length, document.turns.length);
    for (const [head, role] of heads)
      assert.match(
        head,
        { user: /· You/, assistant: /· Claude/, system: /· System/, tool: /./ }[role] ?? /^$/,
      );
    assert.ok(heads.some(([, role]) => role === 'user'));
  });

  it('is nobody in sub-agents and abandoned branches', async () => {
    for (const [name, sign] of [
      ['side-chains.jsonl', /sub-agent/],
      ['branches.jsonl', /abandoned/],
    ] as const) {
      const { heads } = await roles(name);
      const off = heads.filter(([head]) => sign.test(head));
      assert.ok(off.length > 0, name);
      assert.ok(off.every(([, role]) => role === 'tool'));
      assert.ok(heads.some(([head, role]) => !sign.test(head) && role === 'user'));
      for (const [head, role] of heads)
        if (!sign.test(head) && head.includes('You')) assert.equal(role, 'user', head);
    }
  });
});
