import assert from 'node:assert/strict';
import { AUTO_PIN_RULES, findAutoPins } from '../../../src/compress/auto-pins';
import { AUTO_PINS, type AutoPin, type TurnHint } from '../../../src/compress/result';
import { isInstruction } from '../../../src/compress/speech-acts';
import { analyseStructure } from '../../../src/structure/analyse';
import { indexText } from '../../../src/text/words';
import { renderTranscript } from '../../../src/transcript/document';
import type { Block, Role, Turn } from '../../../src/transcript/model';

const source = { firstLine: 1, lastLine: 1 };
const text = (value: string): Block => ({ kind: 'text', text: value, source });
const call = (name: string, input: unknown): Block => ({ kind: 'tool-call', id: 'c', name, input, source });
const result = (value: string): Block => ({
  kind: 'tool-result',
  callId: 'c',
  text: value,
  isError: false,
  source,
});
const turn = (role: Role, ...blocks: Block[]): Turn => ({
  role,
  time: undefined,
  model: undefined,
  sideChain: false,
  abandoned: false,
  blocks,
});

/** The lines of a rendered transcript that have pinned words, by the pin: only their pinned words. */
function pinned(turns: readonly Turn[], on: readonly AutoPin[]): Partial<Record<AutoPin, string[]>> {
  const document = renderTranscript({
    format: 'claude-code',
    title: 'Title',
    project: undefined,
    turns,
    problems: [],
    stats: { records: turns.length, skipped: 0, bytes: 1 },
  });
  const index = indexText(document.text);
  const structure = analyseStructure(index, { hints: document.hints });
  const { rule } = findAutoPins({ index, structure, turns: document.turns, on });
  const lines: Partial<Record<AutoPin, string[]>> = {};
  let last = -1;
  rule.forEach((value, i) => {
    if (value === 0) return;
    const name = AUTO_PINS[value - 1];
    assert.ok(name);
    const list = (lines[name] ??= []);
    const word = document.text.slice(index.words.start[i], index.words.end[i]);
    const line = index.words.line[i] ?? 0;
    if (line === last && list.length > 0) list.push(`${list.pop() ?? ''} ${word}`);
    else list.push(word);
    last = line;
  });
  return lines;
}

describe('automatic pins', () => {
  it('keep the system prompt: what the system says before the agent speaks', () => {
    const turns = [
      turn('system', text('You are a careful reviewer.\n\nAnswer in short sentences.')),
      turn('user', text('Read the diff.')),
      turn('assistant', text('I read it.')),
      turn('system', text('The context was compacted.')),
    ];
    assert.deepEqual(pinned(turns, ['system-prompt'])['system-prompt'], [
      '## 1 · System',
      'You are a careful reviewer.',
      'Answer in short sentences.',
    ]);
  });

  it('keep the last request in full, its code included, without output and notices', () => {
    const turns = [
      turn('user', text('Earlier request.')),
      turn('assistant', text('Done.')),
      turn(
        'user',
        text('Why does this fail:\n\n```ts\nconst size = parse(input);\n```\n\nThe input is empty.'),
        { kind: 'notice', text: 'System reminder\nThe file changed on disk.', source },
        result('1 failing\nexpected 2 to equal 3'),
      ),
      turn('assistant', call('Bash', { command: 'npm test' }), result('3 passing')),
      turn('user', { kind: 'notice', text: 'Editor selection', source }),
    ];
    assert.deepEqual(pinned(turns, ['last-request'])['last-request'], [
      '## 3 · You',
      'Why does this fail:',
      '```ts',
      'const size = parse(input);',
      '```',
      'The input is empty.',
    ]);
  });

  it('keep questions that nobody answered', () => {
    const turns = [
      turn('user', text('Is the cache used? It looks idle.')),
      turn('assistant', text('Yes. Why is it slow? Because it is cold.')),
      turn('user', text('I see. Does it also grow? Tell me when you know.')),
      turn('assistant', call('Bash', { command: 'du cache' }), result('Is this a question?')),
    ];
    assert.deepEqual(pinned(turns, ['open-questions'])['open-questions'], ['Does it also grow?']);
  });

  it('keep what the agent asked last, and nothing once the user spoke', () => {
    const asked = turn(
      'assistant',
      text(
        'What is the cause? A stale lock. I can remove it.\n\nShall I go on? Or do you want to look first?',
      ),
    );
    const turns = [turn('user', text('Find the cause.')), asked];
    assert.deepEqual(pinned(turns, ['open-questions'])['open-questions'], [
      'Shall I go on? Or do you want to look first?',
    ]);
    assert.deepEqual(pinned([...turns, turn('user', text('Go on.'))], ['open-questions']), {});
  });

  it('keep instructions of user and system, of nobody else', () => {
    const turns = [
      turn('system', text('Always answer in French. The weather is fine.')),
      turn('user', text('Fix the parser, and never push to main. It never works on Mondays.')),
      turn(
        'assistant',
        text('You must not do that.'),
        call('Bash', { command: 'cat notes' }),
        result('Never do this.'),
      ),
      turn('user', text('- Only change `parser.ts`\n- It looks odd'), result('You must restart the server.')),
    ];
    assert.deepEqual(pinned(turns, ['instructions'])['instructions'], [
      'Always answer in French.',
      'Fix the parser, and never push to main.',
      '- Only change `parser.ts`',
    ]);
  });

  it('keep the last task list, of a tool or written', () => {
    const todos = (status: string): Block =>
      call('TodoWrite', {
        todos: [
          { content: 'Read the tests', status: 'completed' },
          { content: 'Fix the parser', status },
        ],
      });
    const turns = [
      turn('user', text('Work on the parser.')),
      turn('assistant', todos('pending'), result('ok')),
      turn('assistant', todos('in_progress'), result('ok')),
      turn('assistant', call('Bash', { command: 'cat list' }), result('[x] not ours\n[ ] not ours either')),
    ];
    assert.deepEqual(pinned(turns, ['task-list'])['task-list'], [
      '▸ TodoWrite 1 of 2 done',
      '[x] Read the tests',
      '[~] Fix the parser',
    ]);
    const written = turn(
      'assistant',
      text('The plan:\n\n- [x] Read\n- [ ] Write\n  with care\n- [ ] Test\n\nThat is all.'),
    );
    assert.deepEqual(pinned([...turns, written], ['task-list'])['task-list'], [
      '- [x] Read',
      '- [ ] Write',
      'with care',
      '- [ ] Test',
    ]);
  });

  it('give each word the first pin that applies, and obey the switches', () => {
    const turns = [turn('user', text('Never stop.'))];
    assert.deepEqual(Object.keys(pinned(turns, AUTO_PINS)), ['last-request']);
    assert.deepEqual(Object.keys(pinned(turns, ['instructions'])), ['instructions']);
    assert.deepEqual(pinned(turns, []), {});
    assert.deepEqual(
      AUTO_PIN_RULES.map(({ name }) => name),
      AUTO_PINS,
    );
  });

  it('find nothing in a text without turns', () => {
    const index = indexText('Never do this. Shall I?\n- [ ] task\n');
    const structure = analyseStructure(index);
    const { rule } = findAutoPins({ index, structure, turns: [], on: AUTO_PINS });
    assert.ok(rule.every((value) => value === 0));
  });

  it('take turns out of range and out of order, long lines and many lines', function () {
    this.timeout(20_000);
    const texts = [
      'never? '.repeat(20_000),
      'You must. '.repeat(20_000),
      '* [ ] x\n'.repeat(100_000),
      `please${' *'.repeat(1_000_000)}`,
      `${' '.repeat(2_000_000)}never`,
    ];
    for (const each of texts) {
      const index = indexText(each);
      const structure = analyseStructure(index);
      const roles: TurnHint['role'][] = ['user', 'assistant', 'system', 'tool', 'user'];
      const turns = roles.map((role, i) => ({
        role,
        firstLine: i === 3 ? -5 : Math.floor((index.lines.count * i) / 5),
        endLine: index.lines.count + i,
      }));
      const begun = performance.now();
      const { rule } = findAutoPins({ index, structure, turns, on: AUTO_PINS });
      assert.equal(rule.length, index.words.count);
      assert.ok(performance.now() - begun < 4000, `${performance.now() - begun} ms`);
    }
  });
});

describe('instructions', () => {
  const yes = [
    'Never commit to main.',
    'Please don’t touch the lock file.',
    'Run the tests, but do not commit.',
    'You must ask first.',
    'The build must not take longer than a minute.',
    'Only change the parser.',
    'IMPORTANT: always use tabs.',
    'Make sure that the tests pass.',
    'Can you make sure that the tests pass?',
    'You should never rewrite history.',
    'Force pushes are forbidden.',
    'Do it without asking me.',
  ];
  const no = [
    'It never works.',
    'The job always fails and never recovers.',
    'I don’t know why.',
    'Don’t worry about it.',
    'Never mind.',
    'That must have been the cache.',
    'Must it be this way?',
    'There is only one file.',
    'The parser reads the file.',
    'We do not have a server.',
  ];
  for (const sentence of yes) it(`are: ${sentence}`, () => assert.equal(isInstruction(sentence), true));
  for (const sentence of no) it(`are not: ${sentence}`, () => assert.equal(isInstruction(sentence), false));
});
