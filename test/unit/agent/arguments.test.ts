import assert from 'node:assert/strict';
import {
  budgetOr,
  parseCommand,
  type CompareCommand,
  type CompressCommand,
} from '../../../src/agent/arguments';
import { POLICY_NAMES } from '../../../src/agent/policies';
import { HELP } from '../../../src/agent/words';
import { POLICIES } from '../../../src/policy/policy';

const PLAIN: CompressCommand = {
  kind: 'compress',
  file: 'a.txt',
  model: undefined,
  question: undefined,
  budget: undefined,
  keepPatterns: [],
  format: 'auto',
  evidence: [],
  pins: true,
  json: false,
  policy: undefined,
  price: undefined,
};

describe('command line arguments', () => {
  it('reads the whole of a command', () => {
    assert.deepEqual(
      parseCommand([
        ...['compress', 'a.txt', '--ratio', '0.5', '--format=text', '--model', 'm', '--json'],
        ...['--question', 'Why does it fail?', '--policy', 'h2o', '--keep', 'a.b', '--keep=-x'],
        ...['--keep-regex', '/E\\d+/i', '--no-pins', '--price', '2.5'],
      ]),
      {
        ...PLAIN,
        budget: { kind: 'ratio', ratio: 0.5 },
        format: 'text',
        model: 'm',
        json: true,
        question: 'Why does it fail?',
        policy: 'h2o',
        keepPatterns: [
          { kind: 'literal', pattern: 'a.b' },
          { kind: 'literal', pattern: '-x' },
          { kind: 'regex', pattern: '/E\\d+/i' },
        ],
        pins: false,
        price: 2.5,
      },
    );
    assert.deepEqual(parseCommand(['--json', 'compress', '-']), { ...PLAIN, file: '-', json: true });
    assert.deepEqual(parseCommand(['compress', 'a.txt', '--tokens', '12000']), {
      ...PLAIN,
      budget: { kind: 'tokens', tokens: 12000 },
    });
    assert.deepEqual(parseCommand(['compress', 'a.jsonl', '--batch', '--policy=fifo', '--price=0']), {
      kind: 'batch',
      file: 'a.jsonl',
      model: undefined,
      question: undefined,
      budget: undefined,
      keepPatterns: [],
      policy: 'fifo',
      price: 0,
    });
    assert.deepEqual(parseCommand(['compress', '--batch', '-']).kind, 'batch');
  });

  it('reads what to compare', () => {
    const compare = (argv: readonly string[]): CompareCommand => {
      const command = parseCommand(['compare', 'a.txt', ...argv]);
      assert.ok(command.kind === 'compare', JSON.stringify(command));
      return command;
    };
    assert.equal(compare([]).policies, undefined);
    assert.deepEqual(compare(['--policy', 'h2o', '--policy', 'random', '--policy', 'h2o']).policies, [
      'h2o',
      'random',
    ]);
    assert.deepEqual(compare(['--evidence', '12, 40-44', '--policy=oracle']).evidence, [
      { first: 12, last: 12 },
      { first: 40, last: 44 },
    ]);
  });

  it('lets the published share stay for a question or a policy, and the model decide without', () => {
    const none = { question: undefined, policy: undefined };
    assert.deepEqual(budgetOr(undefined, none), { kind: 'model' });
    assert.deepEqual(budgetOr(undefined, { ...none, question: 'Why?' }), { kind: 'ratio', ratio: 0.35 });
    assert.deepEqual(budgetOr(undefined, { ...none, policy: 'fifo' }), { kind: 'ratio', ratio: 0.35 });
    assert.deepEqual(budgetOr({ kind: 'tokens', tokens: 9 }, { question: 'Why?', policy: 'fifo' }), {
      kind: 'tokens',
      tokens: 9,
    });
  });

  it('takes ratios above 0 and up to 1, and nothing else', () => {
    for (const ratio of ['1', '1.0', '.5', '0.001', '5e-1', '1.'])
      assert.equal(parseCommand(['compress', 'a', '--ratio', ratio]).kind, 'compress', ratio);
    for (const ratio of [
      ...['0', '0.0', '1.01', '2', 'NaN', 'Infinity', '', ' ', '50%', '0,5', '0x1', '1e-400', 'half'],
      ...['-1', '-0.5', '-.5'],
    ])
      assert.match(messageOf(['compress', 'a', '--ratio', ratio]), /is not a number above 0 and up to 1\.$/);
    assert.match(messageOf(['compress', 'a', '--ratio=-1']), /“-1” is not a number above 0/);
  });

  it('takes whole numbers of tokens above 0, and nothing else', () => {
    for (const tokens of ['1', '007', '1000000'])
      assert.equal(parseCommand(['compress', 'a', '--tokens', tokens]).kind, 'compress', tokens);
    for (const tokens of ['0', '-5', '1.5', '12k', 'NaN', '', '1e3', '9'.repeat(30)])
      assert.match(
        messageOf(['compare', 'a', '--tokens', tokens]),
        /is not a whole number above 0\.$/,
        tokens,
      );
  });

  it('says in one sentence what is wrong', () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /No command/],
      [['squash', 'a'], /no command “squash”/],
      [['compress'], /No file was named/],
      [['compress', ''], /No file was named/],
      [['compress', '--batch'], /No file was named/],
      [['compress', 'a', 'b'], /More than one file/],
      [['compress', 'a', '--format', 'pdf'], /no format “pdf”/],
      [['compress', 'a', '--fast'], /--fast/],
      [['compress', 'a', '--ratio'], /--ratio/],
      [['compress', 'a', '--json=yes'], /--json/],
      [['compress', 'a', '--ratio', '0.5', '--tokens', '9'], /Both a ratio and a number of tokens/],
      [['compress', 'a', '--question', ''], /question is empty/],
      [['compress', 'a', '--question', ' \n'], /question is empty/],
      [['compress', 'a', '--keep', ''], /text to keep is empty/],
      [['compress', 'a', '--keep-regex', '(a'], /“\(a” is not a regular expression/],
      [['compress', 'a', '--keep-regex', '/a/nope'], /is not a regular expression/],
      [['compress', 'a', '--keep-regex', 'x'.repeat(5000)], /x{80}…” is not a regular expression/],
      [['compress', 'a', '--price', '-1'], /price “-1” is not a number from 0/],
      [['compress', 'a', '--price', 'free'], /price “free”/],
      [['compress', 'a', '--policy', 'fifo', '--policy', 'lru'], /More than one policy/],
      [['compress', 'a', '--policy', 'oracle'], /Name them with --evidence/],
      [['compress', '--batch', 'a', '--policy', 'oracle'], /a batch has not/],
      [['compress', 'a', '--evidence', '1'], /Leave --evidence out/],
      [['compare', 'a', '--evidence', '0'], /Write it like 12,40-44/],
      [['compare', 'a', '--evidence', '5-3'], /Write it like/],
      [['compare', 'a', '--evidence', '1,,2'], /Write it like/],
      [['compare', 'a', '--batch'], /--batch does not go with compare/],
      [['compress', 'a', '--batch', '--no-pins'], /--no-pins does not go with --batch/],
    ];
    for (const [argv, message] of wrong) {
      assert.match(messageOf(argv), message);
      assert.doesNotMatch(messageOf(argv), /\n/);
    }
  });

  it('lists every policy where one is not known, and in the help', () => {
    assert.deepEqual(POLICY_NAMES, POLICIES);
    const message = messageOf(['compress', 'a', '--policy', 'best']);
    assert.match(message, /^There is no policy “best”\. Choose /);
    for (const policy of POLICIES) {
      assert.ok(message.includes(policy), policy);
      assert.match(HELP, new RegExp(`^ {2}${policy} +[a-z]`, 'm'));
    }
  });

  it('knows help and version before anything else', () => {
    assert.equal(parseCommand(['--help']).kind, 'help');
    assert.equal(parseCommand(['compress', '-h', '--ratio', '9']).kind, 'help');
    assert.equal(parseCommand(['help']).kind, 'help');
    assert.equal(parseCommand(['-v']).kind, 'version');
  });
});

function messageOf(argv: readonly string[]): string {
  const command = parseCommand(argv);
  assert.ok(command.kind === 'wrong', `${argv.join(' ')} is ${command.kind}`);
  return command.message;
}
