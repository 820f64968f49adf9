import assert from 'node:assert/strict';
import { parseCommand } from '../../../src/agent/arguments';

describe('command line arguments', () => {
  it('reads the whole of a command', () => {
    assert.deepEqual(
      parseCommand(['compress', 'a.txt', '--ratio', '0.5', '--format=text', '--model', 'm', '--json']),
      {
        kind: 'compress',
        file: 'a.txt',
        budget: { kind: 'ratio', ratio: 0.5 },
        format: 'text',
        model: 'm',
        json: true,
      },
    );
    assert.deepEqual(parseCommand(['--json', 'compress', '-']), {
      kind: 'compress',
      file: '-',
      budget: { kind: 'model' },
      format: 'auto',
      model: undefined,
      json: true,
    });
  });

  it('takes ratios above 0 and up to 1, and nothing else', () => {
    for (const ratio of ['1', '1.0', '.5', '0.001', '5e-1', '1.'])
      assert.equal(parseCommand(['compress', 'a', '--ratio', ratio]).kind, 'compress', ratio);
    for (const ratio of [
      '0',
      '0.0',
      '1.01',
      '2',
      'NaN',
      'Infinity',
      '',
      ' ',
      '50%',
      '0,5',
      '0x1',
      '1e-400',
      'half',
    ])
      assert.match(messageOf(['compress', 'a', '--ratio', ratio]), /is not a number above 0 and up to 1\.$/);
    assert.match(messageOf(['compress', 'a', '--ratio=-1']), /is not a number above 0/);
  });

  it('says in one sentence what is wrong', () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /No command/],
      [['squash', 'a'], /no command “squash”/],
      [['compress'], /No file was named/],
      [['compress', ''], /No file was named/],
      [['compress', 'a', 'b'], /More than one file/],
      [['compress', 'a', '--format', 'pdf'], /no format “pdf”/],
      [['compress', 'a', '--fast'], /--fast/],
      [['compress', 'a', '--ratio'], /--ratio/],
      [['compress', 'a', '--ratio', '-1'], /--ratio/],
      [['compress', 'a', '--json=yes'], /--json/],
    ];
    for (const [argv, message] of wrong) {
      assert.match(messageOf(argv), message);
      assert.doesNotMatch(messageOf(argv), /\n/);
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
