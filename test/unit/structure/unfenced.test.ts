import assert from 'node:assert/strict';
import { kinds } from './lines';

const all = (kind: string, text: string): void => {
  const found = kinds(text);
  assert.deepEqual(
    found,
    found.map(() => kind),
    text,
  );
};

describe('structure: unfenced code and output', () => {
  it('finds JSON over lines and JSON lines', () => {
    all('json', '{\n  "name": "a",\n  "list": [\n    1,\n    "two"\n  ]\n}');
    all('json', '{"level":"info","msg":"started"}\n{"level":"warn","msg":"slow"}');
    all('prose', '[1] A. Writer, The Book, 1986.\n[2] Another source.');
    all('prose', '{not json at all} is what she wrote in the margin.');
  });

  it('finds logs, stack traces, test output and prompts', () => {
    all('log', '2024-05-01T10:00:00Z INFO server started\n2024-05-01T10:00:01Z ERROR failed to bind');
    all('log', 'TypeError: x is not a function\n    at run (src/a.js:10:5)\n    at main (src/b.js:2:1)');
    all(
      'log',
      'Traceback (most recent call last):\n  File "a.py", line 3, in run\n    go()\nValueError: bad value',
    );
    all('log', '$ npm test');
    all('log', 'src/a.ts(10,5): error TS2304: Cannot find name.\nsrc/b.ts:3:1: warning: unused');
    all('log', '--- PASS: TestOne (0.00s)\n--- FAIL: TestTwo (0.01s)');
    all('log', '  12 passing (40ms)\n  1 failing');
  });

  it('finds diffs and stops at the end of a hunk', () => {
    const text =
      'diff --git a/x b/x\nindex 12ab34c..56de78f 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old line\n+new line\n- a list item after it';
    assert.deepEqual(kinds(text), [...(Array(8).fill('diff') as string[]), 'prose']);
  });

  it('finds code', () => {
    all('code', 'function add(a, b) {\n  return a + b;\n}');
    all('code', 'import os\nfrom sys import argv\n\ndef main():\n    x = argv[1]\n    print(x)');
    all('code', 'const total = items.length;');
    all('code', 'git checkout -b topic --track origin/main');
    all('code', '  10→func main() {\n  11→\tprintln("hi")\n  12→}');
  });

  it('leaves underlined headings in prose', () => {
    all('prose', 'A title\n===========\nText under it.');
    all('prose', 'A title\n----------- \n\nText under it.');
    all('prose', 'A title\n=\n\nText.');
    all('log', '===== test session starts =====\n===== 3 passed in 0.1s =====');
  });

  it('takes what a command prints for output', () => {
    const output = "On branch main\nYour branch is up to date with 'origin/main'.";
    for (const prompt of [
      '$ git status',
      'PS C:\\work> git status',
      'dev@host:~/a$ git status',
      '❯ git status',
    ])
      all('log', `${prompt}\n${output}`);
    all('log', '> npm run build\nBuilt in two steps');
    all('log', '\tmodified:   a.txt\n\tnew file:   b.txt');
    assert.deepEqual(kinds(`$ git status\n${output}\n- a list item\n\nAnd so it goes on.`), [
      ...(Array(3).fill('log') as string[]),
      'prose',
      'prose',
    ]);
    assert.deepEqual(
      kinds(
        '$ npm test\nThis runs all of the tests and then shows which of them failed and what to do about it.',
      ),
      ['log', 'prose'],
    );
    all('prose', '> go to the shop\nand buy some bread');
    all('prose', '$5 was what it cost, and that is a lot of money.\nNobody paid.');
  });

  it('tells lead-ins from headers of blocks', () => {
    for (const text of [
      'for example:',
      'with this in mind:',
      'try this:',
      'case in point:',
      'if it fails:',
      'if not sure:',
      'for use in production:',
      'if it fails (see below):',
      'else, do this:',
    ]) {
      all('prose', text);
      all('prose', `${text}\n  a small cache\n  two workers`);
      assert.equal(kinds(`${text}\n    npm install --save-dev a`)[0], 'prose', text);
    }
    for (const text of [
      'for x in y:',
      'for key, value in pairs:',
      'if x > 0:',
      'if a is None:',
      'if self.done:',
      'while run(a):',
      'else:',
      'try:',
      'except ValueError:',
      'if a not in b:',
      'with open(path) as file:',
      'for item in items:\n    total += item',
      'if done:\n    stop()',
    ])
      all('code', text);
  });

  it('leaves English alone', () => {
    for (const text of [
      'User: Could you look at the parser?\nAgent: Yes, it fails when the input is empty.',
      '[00:12:31] Speaker one: I think that we should wait for the results.\n[00:12:40] Speaker two: That is right.',
      'If the file exists (and it should), return early; otherwise go on with the next one.',
      'Return the book to the library. For each of them, let me know what you think.',
      'Import duties are high: the price = cost + tax, or about 20% more than before.',
      'Make sure that the tests pass. Go to the settings page and look for the option.',
      'Note: this is important.\nWarning: do not remove the cover while it is running.',
      '- first: one thing\n- second: another thing (see above)\n1. third; the last of them',
      'We met on 2024-05-01 at 10:00 and talked about the plan, the cost, and the risks.',
      'Error handling is hard. Info on this is in the guide, as is the rest of it.',
      'Dear all,\nthanks for the quick reply.\nBest wishes',
      'Класс, который это делает, не имеет тестов.\nОн был написан давно.',
      'The old man said,  with two blanks,  that he  was tired.\nNobody  answered  him.',
    ])
      all('prose', text);
  });
});

describe('structure: languages and hints', () => {
  it('leaves source files whole, whatever the language', () => {
    for (const languageId of ['typescript', 'python', 'zig', 'yaml', 'dockerfile'])
      assert.deepEqual(kinds('Any line of text.', { languageId }), ['code']);
    assert.deepEqual(kinds('a,b', { languageId: 'csv' }), ['table']);
    assert.deepEqual(kinds('{}', { languageId: 'jsonc' }), ['json']);
    assert.deepEqual(kinds('x', { languageId: 'log' }), ['log']);
    assert.deepEqual(kinds('x', { languageId: 'diff' }), ['diff']);
  });

  it('analyses written text', () => {
    for (const languageId of [undefined, 'markdown', 'plaintext', 'git-commit', 'asciidoc', 'latex'])
      assert.deepEqual(kinds('Any line of text.', { languageId }), ['prose']);
  });

  it('never takes tool output for prose, nor lets a fence in it reach further', () => {
    const text = 'Tool call\n```\nThe quick answer is that it works.\nSo the user said that this is fine.';
    const hints = [
      { firstLine: 0, endLine: 1, as: 'frame' },
      { firstLine: 1, endLine: 3, as: 'output' },
      { firstLine: 3, endLine: 4, as: 'markdown' },
    ] as const;
    assert.deepEqual(kinds(text, { hints }), ['prose', 'log', 'log', 'prose']);
  });

  it('finds the kind of tool output', () => {
    const hints = [{ firstLine: 0, endLine: 3, as: 'output' }] as const;
    assert.deepEqual(kinds('{\n  "a": 1\n}', { hints }), ['json', 'json', 'json']);
    assert.deepEqual(kinds('@@ -1 +1 @@\n-a\n+b', { hints }), ['diff', 'diff', 'diff']);
  });

  it('survives hints that lie outside of the text or overlap', () => {
    const hints = [
      { firstLine: 5, endLine: 9, as: 'output' },
      { firstLine: 0, endLine: 7, as: 'frame' },
    ] as const;
    assert.deepEqual(kinds('one line of text', { hints }), ['prose']);
  });
});
