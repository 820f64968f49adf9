import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseClaudeCode } from '../../../src/transcript/claude-code';
import { renderTranscript, type DocumentOptions } from '../../../src/transcript/document';
import { readJsonl } from '../../../src/transcript/jsonl';
import type { Block, Transcript, TranscriptDocument, Turn } from '../../../src/transcript/model';
import { fixture } from './files';

const source = { firstLine: 1, lastLine: 1 };
const turn = (blocks: readonly Block[], more: Partial<Turn> = {}): Turn => ({
  role: 'assistant',
  time: undefined,
  model: undefined,
  sideChain: false,
  abandoned: false,
  blocks,
  ...more,
});
const transcript = (turns: readonly Turn[]): Transcript => ({
  format: 'claude-code',
  title: 'Title',
  project: '/home/dev/shop',
  turns,
  problems: [],
  stats: { records: turns.length, skipped: 0, bytes: 1 },
});
const text = (value: string): Block => ({ kind: 'text', text: value, source });
const call = (name: string, input: unknown): Block => ({ kind: 'tool-call', id: 't', name, input, source });
const result = (value: string, isError = false): Block => ({
  kind: 'tool-result',
  callId: 't',
  text: value,
  isError,
  source,
});

async function open(
  name: string,
  options: DocumentOptions = { timeZone: 'UTC' },
): Promise<TranscriptDocument> {
  return renderTranscript(await parseClaudeCode(readJsonl(fixture(name))), options);
}

/** The lines of the first turn below its head. */
function body(...blocks: readonly Block[]): string {
  const document = renderTranscript(transcript([turn(blocks)]), { timeZone: 'UTC' });
  checkRanges(document);
  return document.text.split('\n').slice(5).join('\n').trimEnd();
}

function checkRanges({ text, turns, hints, folds }: TranscriptDocument): void {
  const lines = text.split('\n');
  let next = 0;
  for (const hint of hints) {
    assert.equal(hint.firstLine, next);
    assert.ok(hint.endLine > hint.firstLine);
    next = hint.endLine;
  }
  assert.equal(next, lines.length);
  let end = 0;
  for (const { firstLine, endLine, number } of turns) {
    assert.ok(firstLine >= end && endLine > firstLine && endLine <= lines.length);
    assert.ok(lines[firstLine]?.startsWith(`## ${number} · `));
    end = endLine;
  }
  for (const fold of folds) {
    assert.ok(fold.endLine > fold.firstLine + 1 && fold.endLine <= lines.length);
    assert.notEqual(lines[fold.firstLine], '');
    assert.notEqual(lines[fold.endLine - 1], '');
  }
}

describe('renderTranscript', () => {
  it('reads like a conversation', async () => {
    const { text, turns, title } = await open('branches.jsonl');
    assert.equal(
      text,
      `# Which shelf is empty?
Claude Code · /home/dev/shop · 7 turns

## 1 · You · 2026-03-12 09:00

Which shelf is empty?

## 2 · Claude · 09:01 · sonnet-4-5

Shelf three is empty.

⎇ Abandoned branch · 2 turns

## 3 · You · 09:02 · abandoned

Fill it with blue cups.

## 4 · Claude · 09:03 · sonnet-4-5 · abandoned

Blue cups are on shelf three now.

## 5 · You · 09:04

Fill it with red cups.

## 6 · Claude · 09:05 · sonnet-4-5

▸ Bash  stock add red 12
  └ ok
  added 12

▸ Bash  stock list
  └ ok
  red 12

## 7 · Claude · 09:07 · sonnet-4-5

Red cups are on shelf three now.
`,
    );
    assert.equal(title, 'Which shelf is empty?');
    assert.deepEqual(turns.map(({ label }) => label).slice(4), [
      'Fill it with red cups.',
      '▸ Bash stock add red 12',
      'Red cups are on shelf three now.',
    ]);
  });

  it('gives every line of every fixture to one hint and keeps turns and folds in range', async () => {
    for (const name of [
      'sample',
      'broken-lines',
      'branches',
      'retry-fork',
      'side-chains',
      'crlf-bom',
      'repeated-result',
      'meta-commands',
      'images-unknown',
    ])
      checkRanges(await open(`${name}.jsonl`));
  });

  it('folds turns, thinking, long results and whole abandoned branches', async () => {
    const { folds, text } = await open('branches.jsonl');
    const lines = text.split('\n');
    const branch = folds.find(({ kind }) => kind === 'branch');
    assert.equal(lines[branch?.firstLine ?? 0], '⎇ Abandoned branch · 2 turns');
    assert.equal(lines[(branch?.endLine ?? 0) - 1], 'Blue cups are on shelf three now.');
    const sample = await open('sample.jsonl');
    const first = (kind: string): string | undefined =>
      sample.text.split('\n')[sample.folds.find((fold) => fold.kind === kind)?.firstLine ?? -1];
    assert.equal(first('thinking'), '✻ Thinking');
    assert.equal(first('result'), '  └ ok · 21 lines');
    assert.match(first('turn') ?? '', /^## 1 · You/);
  });

  it('says what could not be read', async () => {
    const { text, problems } = await open('broken-lines.jsonl');
    assert.match(text, /\n5 records could not be read \(line 2: the line is no JSON; .*; …\)\n/);
    assert.equal(problems.length, 5);
  });

  it('marks sub-agents', async () => {
    const { text, turns } = await open('side-chains.jsonl');
    assert.match(text, /\n## 3 · Claude ↳ sub-agent · 09:01\n/);
    assert.match(text, /\n## 4 · ↳ sub-agent · 09:01 · sonnet-4-5\n/);
    assert.deepEqual(
      turns.map(({ sideChain }) => sideChain),
      [false, false, true, true, true, false],
    );
  });

  it('shows local times, and the date when the day changes', () => {
    const at = (time: string): Turn => turn([text('x')], { role: 'user', time: Date.parse(time) });
    const turns = [
      at('2026-03-12T22:58:00Z'),
      at('2026-03-12T22:59:00Z'),
      at('2026-03-12T23:01:00Z'),
      turn([text('x')]),
    ];
    const heads = renderTranscript(transcript(turns), { timeZone: 'Europe/Berlin' }).text.match(/^## .*$/gm);
    assert.deepEqual(heads, [
      '## 1 · You · 2026-03-12 23:58',
      '## 2 · You · 23:59',
      '## 3 · You · 2026-03-13 00:01',
      '## 4 · Claude',
    ]);
  });

  it('shortens the names of models', () => {
    const shown = (model: string): string | undefined =>
      /## 1 · Claude · (.*)/.exec(renderTranscript(transcript([turn([text('x')], { model })])).text)?.[1];
    assert.equal(shown('claude-opus-4-6'), 'opus-4-6');
    assert.equal(shown('claude-sonnet-4-5-20250929'), 'sonnet-4-5');
    assert.equal(shown('claude-haiku-4-5@20251001'), 'haiku-4-5');
    assert.equal(shown('local-model'), 'local-model');
  });

  it('does not take lines of a text for heads', async () => {
    const { turns, hints, text } = await open('images-unknown.jsonl');
    assert.equal(turns.length, 4);
    const lines = text.split('\n');
    const fake = lines.lastIndexOf('## 3 · You');
    assert.ok(fake > (turns[3]?.firstLine ?? 0) && fake < (turns[3]?.endLine ?? 0));
    assert.equal(hints.find(({ firstLine, endLine }) => firstLine <= fake && fake < endLine)?.as, 'markdown');
  });

  it('gives heads, written text and output their hints', () => {
    const { hints, text: whole } = renderTranscript(
      transcript([
        turn([
          { kind: 'thinking', text: 'hm', source },
          text('say'),
          call('Bash', { command: 'ls' }),
          result('a\nb'),
        ]),
      ]),
    );
    const lines = whole.split('\n');
    const as = (line: string): string | undefined =>
      hints.find(
        ({ firstLine, endLine }) => firstLine <= lines.indexOf(line) && lines.indexOf(line) < endLine,
      )?.as;
    assert.equal(as('## 1 · Claude'), 'frame');
    assert.equal(as('✻ Thinking'), 'frame');
    assert.equal(as('  hm'), 'markdown');
    assert.equal(as('say'), 'markdown');
    assert.equal(as('▸ Bash  ls'), 'frame');
    assert.equal(as('  └ ok · 2 lines'), 'frame');
    assert.equal(as('  b'), 'output');
  });

  it('writes calls of the common tools as a person would', () => {
    const line = (name: string, input: unknown): string =>
      body(call(name, input), result('')).split('\n  └')[0] ?? '';
    const file_path = '/home/dev/shop/src/a.ts';
    assert.equal(line('Bash', { command: 'npm test', description: 'x' }), '▸ Bash  npm test');
    assert.equal(
      line('Bash', { command: 'cd a\nls', description: 'List a' }),
      '▸ Bash  List a\n  cd a\n  ls',
    );
    assert.equal(
      line('Bash', { command: 'serve', run_in_background: true }),
      '▸ Bash  serve (in the background)',
    );
    assert.equal(line('Read', { file_path }), '▸ Read  src/a.ts');
    assert.equal(line('Read', { file_path, offset: 41, limit: 40 }), '▸ Read  src/a.ts  41–80');
    assert.equal(line('Read', { file_path: '/home/dev/shopping/b' }), '▸ Read  /home/dev/shopping/b');
    assert.equal(
      line('Edit', { file_path, old_string: 'a\nb\nc', new_string: 'a\nx\ny\nc' }),
      '▸ Edit  src/a.ts  +2 −1\n    a\n  - b\n  + x\n  + y\n    c',
    );
    assert.equal(line('Write', { file_path, content: 'a\nb\n' }), '▸ Write  src/a.ts  2 lines\n  a\n  b');
    assert.equal(
      line('Grep', { pattern: 'a.c', path: '/home/dev/shop/src', glob: '*.ts' }),
      '▸ Grep  /a.c/  in src  *.ts',
    );
    assert.equal(
      line('Task', { description: 'Look', subagent_type: 'Explore', prompt: 'Find.\nAll.' }),
      '▸ Task  Look (Explore)\n  Find.\n  All.',
    );
    assert.equal(
      line('TodoWrite', {
        todos: [
          { content: 'a', status: 'completed' },
          { content: 'b', status: 'in_progress' },
          { content: 'c' },
        ],
      }),
      '▸ TodoWrite  1 of 3 done\n  [x] a\n  [~] b\n  [ ] c',
    );
    assert.equal(
      line('WebFetch', { url: 'https://example.org', prompt: 'Sum up' }),
      '▸ WebFetch  https://example.org\n  Sum up',
    );
    assert.equal(line('mcp__a__b', { x: 1, y: 'two' }), '▸ mcp__a__b  x: 1, y: two');
    assert.equal(
      line('mcp__a__b', { x: 'one\ntwo', y: null }),
      '▸ mcp__a__b\n  x:\n    one\n    two\n  y: null',
    );
    assert.equal(line('Read', { path: 'odd' }), '▸ Read  path: odd');
    assert.equal(line('Bash', 'odd'), '▸ Bash\n  odd');
    assert.equal(line('constructor', {}), '▸ constructor');
  });

  it('says how a call ended', () => {
    const end = (...results: readonly Block[]): string =>
      body(call('Bash', { command: 'x' }), ...results)
        .split('\n')
        .slice(1)
        .join('\n');
    assert.equal(end(), '  └ no result in the file');
    assert.equal(end(result('')), '  └ ok · no output');
    assert.equal(end(result('\n\n a\n\n')), '  └ ok\n   a');
    assert.equal(end(result('Exit code 2\nbad\nworse', true)), '  └ exit 2 · 2 lines\n  bad\n  worse');
    assert.equal(end(result('<tool_use_error>No file.</tool_use_error>', true)), '  └ error\n  No file.');
    assert.match(
      end(result("The user doesn't want to proceed with this tool use.", true)),
      /^ {2}└ declined\n/,
    );
    assert.match(end(result('x'.repeat(31_000))), /^ {2}└ ok · 1 line · 31k characters\n/);
    assert.equal(end(result('The file /home/dev/shop/a has been updated successfully.')), '  └ ok');
  });

  it('strips colours and shows other control characters', () => {
    assert.equal(
      body(
        call('Bash', { command: 'x' }),
        result(
          '\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007\r\n10%\r20%\u0000\u0007\u007f\u2028\ud800|\ttab',
        ),
      ),
      '▸ Bash  x\n  └ ok · 3 lines\n  red link\n  10%\n  20%␀␇␡␤\ufffd|\ttab',
    );
  });

  it('keeps any text in its lines and its ranges', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\n', '## 1 · You', '\r', '  └ ok', '\u001b['),
    );
    const anyBlock: fc.Arbitrary<Block> = fc
      .array(anyText, { maxLength: 5 })
      .chain((parts) =>
        fc.constantFrom<Block>(
          text(parts.join('')),
          { kind: 'thinking', text: parts.join(''), source },
          { kind: 'notice', text: parts.join(''), source },
          { kind: 'image', mediaType: parts.join(''), source },
          call(parts.join(''), { [parts.join('')]: parts }),
          call('Edit', { file_path: parts[0], old_string: parts[1], new_string: parts.join('') }),
          result(parts.join(''), true),
        ),
      );
    fc.assert(
      fc.property(
        fc.array(fc.array(anyBlock, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
        fc.boolean(),
        (turns, abandoned) => {
          const document = renderTranscript(
            transcript(turns.map((blocks, i) => turn(blocks, { abandoned: abandoned && i % 3 > 0 }))),
          );
          checkRanges(document);
          assert.equal(document.turns.length, turns.length);
          assert.doesNotMatch(document.text, /[\u0000-\u0008\u000b-\u001f\u2028\u2029]/);
          assert.doesNotMatch(document.text, /\p{Surrogate}/u);
        },
      ),
    );
  }).timeout(20_000);

  it('never gets larger than allowed and says what is missing', () => {
    const turns = Array.from({ length: 50 }, (_, i) =>
      turn([text(`Turn ${i} ${'ä'.repeat(400)}`)], { abandoned: i > 8 }),
    );
    const document = renderTranscript(transcript(turns), { maxBytes: 10_000 });
    assert.ok(Buffer.byteLength(document.text) <= 10_000);
    checkRanges(document);
    assert.ok(document.turns.length > 5 && document.turns.length < 50);
    const missing = 50 - document.turns.length;
    assert.match(
      document.text.split('\n').at(-1) ?? '',
      new RegExp(`^… The last ${missing} turns are not shown: .* from record 1 on …$`),
    );
  });
});
