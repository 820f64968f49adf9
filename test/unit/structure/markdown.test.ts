import assert from 'node:assert/strict';
import { atoms, kinds, marks } from './lines';

describe('structure: Markdown blocks', () => {
  it('keeps fenced blocks whole with their fences', () => {
    assert.deepEqual(kinds('Run this:\n```js\nlet a = 1;\n\nprint it\n```\nand look.'), [
      'prose',
      'code',
      'code',
      'code',
      'code',
      'prose',
    ]);
  });

  it('takes the kind of a fence from its info string', () => {
    assert.deepEqual(kinds('```json\n{}\n```'), ['json', 'json', 'json']);
    assert.deepEqual(kinds('~~~diff\n-a\n+b\n~~~'), ['diff', 'diff', 'diff', 'diff']);
    assert.deepEqual(kinds('```log\nstarted\n```'), ['log', 'log', 'log']);
    assert.deepEqual(kinds('``` {.python}\nx = 1\n```'), ['code', 'code', 'code']);
  });

  it('finds fences in lists and quotes, and text after them', () => {
    assert.deepEqual(kinds('- Do this:\n\n  ```sh\n  make it\n  ```\n\n  Then wait for the result.'), [
      'prose',
      'code',
      'code',
      'code',
      'prose',
    ]);
    assert.deepEqual(kinds('> ```\n> one\n> ```\n> and so on'), ['code', 'code', 'code', 'prose']);
  });

  it('ends a fence only with one of its own kind and length', () => {
    assert.deepEqual(kinds('````\n```\ninside\n~~~~\n````\nIt is over now.').at(-1), 'prose');
    assert.deepEqual(
      kinds('````\n```\ninside\n~~~~\n````\nIt is over now.').slice(0, 5),
      Array(5).fill('code'),
    );
  });

  it('passes over half a fence before written text', () => {
    const text =
      'const a = 1;\n```\nThis is the text that follows the block of code.\nIt is not part of the code at all.';
    assert.deepEqual(kinds(text).slice(2), ['prose', 'prose']);
  });

  it('keeps code in a fence that is never closed', () => {
    assert.deepEqual(kinds('Look:\n```ts\nconst a = f(1);\nreturn a;'), ['prose', 'code', 'code', 'code']);
  });

  it('reads indented code, but not indented text or nested items', () => {
    assert.deepEqual(kinds('Like this:\n\n    x = compute(y);\n    done();\n\nEnd.'), [
      'prose',
      'code',
      'code',
      'prose',
    ]);
    assert.deepEqual(kinds('She said:\n\n    I do not think that it is a good idea to go there.\n'), [
      'prose',
      'prose',
    ]);
    assert.deepEqual(kinds('- one\n    - two\n        - three things to do'), ['prose', 'prose', 'prose']);
  });

  it('keeps HTML markup whole and reads the text it wraps', () => {
    assert.deepEqual(
      kinds(
        '<details>\n<summary>What the agent did in this turn</summary>\n\nIt read the file.\n\n</details>',
      ),
      ['code', 'prose', 'prose', 'code'],
    );
    assert.deepEqual(kinds('<!-- a note\n\nfor the authors -->\nText goes on here.').slice(0, 2), [
      'code',
      'code',
    ]);
    assert.deepEqual(
      kinds('<script>\nlet x = 1;\n\nrun(x);\n</script>\n\nThe page is loaded.').at(-1),
      'prose',
    );
  });

  it('keeps a front matter whole', () => {
    assert.deepEqual(kinds('---\ntitle: A page\n---\n# Heading\nText.'), [
      'code',
      'code',
      'code',
      'prose',
      'prose',
    ]);
    assert.deepEqual(kinds('---\nThis is a paragraph between two rules.\n---')[1], 'prose');
  });

  it('finds tables', () => {
    assert.deepEqual(kinds('| a | b |\n|---|---|\n| 1 | 2 |\n\nText.'), ['table', 'table', 'table', 'prose']);
    assert.deepEqual(kinds('a | b\n-- | --\n1 | 2\n'), ['table', 'table', 'table']);
    assert.deepEqual(kinds('NAME     STATUS    AGE\nweb-1    Running   2d\nweb-2    Pending   3d'), [
      'table',
      'table',
      'table',
    ]);
    assert.deepEqual(kinds('id,name,size\n1,alpha,20\n2,beta,30'), ['table', 'table', 'table']);
  });
});

describe('structure: inline atoms', () => {
  it('finds code spans, links, images, autolinks, URLs and tags', () => {
    assert.deepEqual(
      atoms('Use `npm test` or ``a ` b``, see [the guide](docs/a.md "x") and ![pic](p.png).'),
      [
        'inline code:`npm test`',
        'inline code:``a ` b``',
        'link:[the guide](docs/a.md "x")',
        'link:![pic](p.png)',
      ],
    );
    assert.deepEqual(atoms('<https://a.example/b> or (https://a.example/c). <b class="x">bold</b>'), [
      'link:<https://a.example/b>',
      'link:https://a.example/c',
      'html:<b class="x">',
      'html:</b>',
    ]);
  });

  it('finds reference links by their definitions', () => {
    assert.deepEqual(atoms('See [this page][Ref] and [ref] but not [that].\n\n[ref]: https://a.example/x'), [
      'link:[this page][Ref]',
      'link:[ref]',
      'link:[ref]: https://a.example/x',
    ]);
  });

  it('cuts what crosses a line break at the break and at marks', () => {
    assert.deepEqual(atoms('> a `one\n> two` b'), ['inline code:`one', 'inline code:two`']);
  });

  it('leaves lone backticks, escapes and brackets alone', () => {
    assert.deepEqual(atoms('A lone tick: `, [x] and a [b] c < d > e.'), []);
    assert.deepEqual(atoms('Not \\`code\\` at all.'), []);
    assert.deepEqual(atoms('- one ` tick\n- two ` ticks'), []);
  });

  it('does not look inside of code', () => {
    assert.deepEqual(atoms('```\n`a` [b](c)\n```'), []);
  });
});

describe('structure: marks', () => {
  it('ends after indentation, quotes, bullets, numbers, boxes and hashes', () => {
    assert.deepEqual(marks('  - [x] done\n> > 1. first\n## Title\n   text\n* a\n12) b\n• c'), [
      '  - [x] ',
      '> > 1. ',
      '## ',
      '   ',
      '* ',
      '12) ',
      '• ',
    ]);
  });

  it('takes no word for a mark', () => {
    assert.deepEqual(marks('-flag\n#tag\n1.5 times\n*bold*\nA. Writer\n####### seven'), [
      '',
      '',
      '',
      '',
      '',
      '',
    ]);
  });

  it('is the indentation alone where the line is no prose', () => {
    assert.deepEqual(marks('```sh\n  # comment\n```')[1], '  ');
  });
});
