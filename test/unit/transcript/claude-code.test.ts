import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseClaudeCode } from '../../../src/transcript/claude-code';
import { readJsonl, type JsonlItem } from '../../../src/transcript/jsonl';
import type { Transcript, Turn } from '../../../src/transcript/model';
import { answered, fixture, said, withFile } from './files';

const parse = (path: string): Promise<Transcript> => parseClaudeCode(readJsonl(path));
const texts = (turn: Turn): string[] => turn.blocks.flatMap((block) => ('text' in block ? [block.text] : []));
const kinds = (turn: Turn | undefined): string[] => (turn?.blocks ?? []).map((block) => block.kind);
const outline = ({ turns }: Transcript): string[] =>
  turns.map(
    (turn) =>
      `${turn.role}${turn.abandoned ? ' abandoned' : ''}${turn.sideChain ? ' side' : ''}: ${texts(turn).join(' | ')}`,
  );

describe('parseClaudeCode', () => {
  it('joins the blocks of a message and puts each result under its call', async () => {
    const { turns, title, project, stats } = await parse(fixture('sample.jsonl'));
    assert.equal(title, 'Fix the date parser on the nightly build');
    assert.equal(project, '/home/dev/calendar-kit');
    assert.deepEqual([stats.records, stats.skipped], [41, 0]);
    assert.deepEqual(kinds(turns[1]), [
      'thinking',
      'text',
      'tool-call',
      'tool-result',
      'tool-call',
      'tool-result',
    ]);
    assert.deepEqual(
      [turns[1]?.model, turns[1]?.time],
      ['claude-opus-4-6', Date.parse('2026-03-12T09:04:11.120Z')],
    );
    for (const turn of turns)
      turn.blocks.forEach((block, i) => {
        const next = turn.blocks[i + 1];
        if (block.kind === 'tool-call') assert.equal(next?.kind === 'tool-result' && next.callId, block.id);
      });
  });

  it('skips broken lines, counts them and keeps what comes after them', async () => {
    const transcript = await parse(fixture('broken-lines.jsonl'));
    assert.deepEqual(outline(transcript), [
      'user: Please look at the price list.',
      'assistant: The price list has four rows.',
    ]);
    assert.equal(transcript.stats.skipped, 5);
    assert.deepEqual(
      transcript.problems.map(({ line }) => line),
      [2, 3, 4, 6, 8],
    );
    for (const { reason } of transcript.problems) assert.match(reason, /^the .+/);
  });

  it('marks a branch that was left and keeps parallel calls on the live one', async () => {
    const transcript = await parse(fixture('branches.jsonl'));
    assert.deepEqual(outline(transcript), [
      'user: Which shelf is empty?',
      'assistant: Shelf three is empty.',
      'user abandoned: Fill it with blue cups.',
      'assistant abandoned: Blue cups are on shelf three now.',
      'user: Fill it with red cups.',
      'assistant: added 12 | red 12',
      'assistant: Red cups are on shelf three now.',
    ]);
  });

  it('places a branch where it left the live one, also when the older branch goes on', () =>
    withFile(
      [
        said('u1', 'one'),
        answered('a1', 'u1', 'm1', { type: 'text', text: 'two' }),
        said('u2', 'three', 'a1'),
        answered('a2', 'u2', 'm2', { type: 'text', text: 'four' }),
        said('x1', 'other', 'a1'),
        answered('x2', 'x1', 'm3', { type: 'text', text: 'way' }),
        said('u3', 'five', 'a2'),
      ].join('\n'),
      async (path) =>
        assert.deepEqual(outline(await parse(path)), [
          'user: one',
          'assistant: two',
          'user abandoned: other',
          'assistant abandoned: way',
          'user: three',
          'assistant: four',
          'user: five',
        ]),
    ));

  it('does not take an answer for abandoned that only a failed request forked off', async () => {
    const transcript = await parse(fixture('retry-fork.jsonl'));
    assert.deepEqual(outline(transcript), [
      'user: Count the cups.',
      'assistant: There are twelve cups.',
      'system: The request to the model failed (529): Overloaded',
      'user: Thank you, now count the plates.',
      'assistant: There are nine plates.',
    ]);
  });

  it('marks an answer that was asked for again', () =>
    withFile(
      [
        said('u1', 'ask'),
        answered('a1', 'u1', 'm1', { type: 'text', text: 'first' }),
        answered('a2', 'u1', 'm2', { type: 'text', text: 'second' }),
      ].join('\n'),
      async (path) =>
        assert.deepEqual(outline(await parse(path)), [
          'user: ask',
          'assistant abandoned: first',
          'assistant: second',
        ]),
    ));

  it('puts a sub-agent after the call that started it and marks it', async () => {
    const { turns } = await parse(fixture('side-chains.jsonl'));
    assert.deepEqual(
      turns.map(({ role, sideChain }) => `${role}${sideChain ? ' side' : ''}`),
      ['user', 'assistant', 'user side', 'assistant side', 'assistant side', 'assistant'],
    );
    assert.deepEqual(kinds(turns[1]), ['tool-call', 'tool-result']);
  });

  it('reads a file that holds nothing but a sub-agent', () =>
    withFile(
      said('u1', 'find').replace('"type":"user"', '"type":"user","isSidechain":true,"agentId":"a"'),
      async (path) => assert.deepEqual(outline(await parse(path)), ['user side: find']),
    ));

  it('reads CRLF and a byte order mark', async () => {
    const transcript = await parse(fixture('crlf-bom.jsonl'));
    assert.deepEqual(outline(transcript), ['user: First line\r\nsecond line', 'assistant: Understood.']);
  });

  it('shows a repeated result once, and one that stands only beside the message', async () => {
    const transcript = await parse(fixture('repeated-result.jsonl'));
    assert.deepEqual(outline(transcript), [
      'user: List the stock.',
      'assistant: red 12\nblue 7\ngreen 0',
      'assistant: all shelves checked',
      'assistant: Three colours are in stock.',
    ]);
  });

  it('shows commands, remarks, queued words and attachments readably', async () => {
    const transcript = await parse(fixture('meta-commands.jsonl'));
    assert.equal(transcript.title, 'Sort and label the shelves');
    assert.deepEqual(outline(transcript), [
      'system: Note: The messages below come from local commands.',
      'user: /cost today | Total: \u001b[1m0.42\u001b[22m USD',
      'user: Sort the shelves. | System reminder: Two files changed on disk.',
      'assistant: Launching skill: sorting',
      'system: # Sorting\n\nSort by colour first.\n\nThen sort by size.',
      'assistant:  | The shelves are sorted by colour and size.',
      'user: And label them. | Attached: /home/dev/shop/labels.txt | red\nblue | Conversation compacted',
      'system: The person asked to sort and label the shelves.\nBoth are under way. | [Request interrupted by user]',
      'assistant: The labels are printed.',
    ]);
  });

  it('passes unknown records and blocks, and never keeps the data of an image', async () => {
    const transcript = await parse(fixture('images-unknown.jsonl'));
    assert.equal(transcript.stats.skipped, 0);
    assert.deepEqual(kinds(transcript.turns[0]), ['image', 'text']);
    assert.deepEqual(kinds(transcript.turns[1]), ['notice', 'tool-call', 'tool-result']);
    assert.equal(
      texts(transcript.turns[1] ?? assert.fail())[1],
      '[image/jpeg]\na cup\n[tool_reference mcp__shop__list]',
    );
    assert.ok(!JSON.stringify(transcript).includes('iVBOR'));
  });

  it('never throws on a record, whatever it holds', async () => {
    const keys = [
      'type',
      'uuid',
      'parentUuid',
      'message',
      'content',
      'role',
      'id',
      'text',
      'input',
      'isSidechain',
      'isMeta',
      'tool_use_id',
      'attachment',
      'subtype',
      'timestamp',
      'toolUseResult',
      'agentId',
    ];
    const words = fc.constantFrom(
      'user',
      'assistant',
      'system',
      'attachment',
      'text',
      'tool_use',
      'tool_result',
      'thinking',
      'image',
      'a',
      'b',
      '<command-name>',
      '</command-name>',
      'api_error',
      'queued_command',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        words,
        fc.constantFrom(null, true, false, 0, 1.5),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 7 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.array(tree, { maxLength: 12 }), async (values) => {
        const transcript = await parseClaudeCode(asItems(values));
        assert.equal(transcript.stats.records, values.length);
      }),
      { numRuns: 500 },
    );
  }).timeout(20_000);

  it('takes parents that form a ring, nest deeply or repeat', () =>
    withFile(
      [
        said('u1', 'one', 'u2'),
        said('u2', 'two', 'u1'),
        said('u2', 'two again', 'u2'),
        answered('a1', 'u2', 'm1', { type: 'tool_use', id: 't', name: 'x', input: 'deep' }).replace(
          '"deep"',
          '['.repeat(5000) + ']'.repeat(5000),
        ),
      ].join('\n'),
      async (path) => assert.deepEqual(outline(await parse(path)).slice(0, 2), ['user: one', 'user: two']),
    ));

  it('lets the longest results lose their middle when all of them are too much, and says where', () =>
    withFile(
      Array.from({ length: 8 }, (_, i) =>
        said(`u${i}`, i === 0 ? 'short' : `start ${i}\n${'line of a long text\n'.repeat(500_000)}end ${i}`),
      ).join('\n'),
      async (path) => {
        const { turns } = await parse(path);
        const all = turns.flatMap(texts);
        assert.equal(all[0], 'short');
        assert.ok(all.join('').length < 41_000_000);
        for (const [i, text] of all.slice(1).entries()) {
          assert.ok(text.startsWith(`start ${i + 1}\n`) && text.endsWith(`end ${i + 1}`));
          assert.match(
            text,
            new RegExp(
              `\n… [\\d,]+ lines \\([\\d,]+ characters\\) not shown here; record ${i + 2} of the file has them …\n`,
            ),
          );
        }
      },
    )).timeout(20_000);
});

async function* asItems(values: readonly unknown[]): AsyncGenerator<JsonlItem> {
  for (const [i, value] of values.entries()) {
    await Promise.resolve();
    yield { kind: 'record', line: i + 1, start: 0, end: 0, value };
  }
}
