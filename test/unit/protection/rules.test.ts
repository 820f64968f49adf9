import assert from 'node:assert/strict';
import { RULES } from '../../../src/compress/protection/protect';
import { addedTo, foundBy, protectedBy, protectedWords } from './words';

/** Words that the rule must protect, and words that no rule may; each in a sentence of its own. */
const EXAMPLES: Readonly<
  Record<string, { readonly yes: readonly string[]; readonly no: readonly string[] }>
> = {
  'hex-literal': { yes: ['0x1F', '(0xdeadbeef),', '0X00'], no: ['box', 'ox'] },
  number: { yes: ['42', '"42",', '(1,000.5)', '-7', '~30', '٣', '½'], no: ['word', 'o', 'l'] },
  capitals: { yes: ['NASA', '(HTTP)', 'TODO:', '__init__', 'ÄÖÜ'], no: ['Nasa', 'Word.'] },
  'dotted-name': { yes: ['os.path', '(app.config.name),', 'größe.wert'], no: ['end.', 'so...'] },
  'file-path': {
    yes: ['/usr/bin', './run', '~/notes', 'src/lib/', '("/etc/hosts")', 'docs/a.b/c'],
    no: ['and/or', 'word/word'],
  },
  'file-extension': { yes: ['*.ts', '.env,', '(.json)'], no: ['end.', '...'] },
  flag: { yes: ['-x', '--dry-run', '(--all)', '[-v]'], no: ['well-known', '-', '—'] },
  'camel-case': { yes: ['camelCase', 'TypeScript,', '(myVar)', 'großeZahl'], no: ['Word', 'word'] },
  'snake-case': { yes: ['max_size', '(a_b)'], no: ['_word_'] },
  'windows-path': { yes: ['C:\\temp\\a', '"D:/data"', '\\\\server\\share'], no: ['word:'] },
  url: { yes: ['www.example.org', 'ftp://a.example/x'], no: ['http', 'web'] },
  email: { yes: ['someone@example.org', '(someone@example.org),'], no: ['at'] },
  version: { yes: ['v2', 'v1.2.3', '1.2.3-beta', '(20.1.0)', '3.x'], no: ['very', 'via'] },
  date: { yes: ['2024-05-01', '10:30', '3rd', '1990s', '(1986)', '01.02.2024'], no: ['may'] },
  'error-code': { yes: ['ENOENT', 'TS2304:', 'SIGTERM', 'TypeError', 'E0308'], no: ['Error', 'error'] },
  measure: { yes: ['5ms', '80%', '3GB', '$5', '2x', '-10°'], no: ['ms', 'percent'] },
  'negative-operator': { yes: ['!=', '!==', '!done', '(!ok)', '≠'], no: ['Great!', 'wow!!'] },
  mention: { yes: ['@reviewer', '(@team)'], no: ['at'] },
  'letters-digits': { yes: ['utf8', '(sha256)', 'h264,'], no: ['hash'] },
  'number-word': { yes: ['two', 'Twelve', '(hundred)'], no: ['one', 'toward'] },
  calendar: { yes: ['Monday', 'December,', 'tomorrow'], no: ['may', 'march', 'sun'] },
  comparative: { yes: ['faster', 'fewer', '(more)', 'Less'], no: ['fast', 'few'] },
  obligation: { yes: ['must', 'should', 'required', 'SHALL'.toLowerCase()], no: ['can', 'want'] },
  negation: {
    yes: [
      'not',
      'No,',
      'never',
      'NONE'.toLowerCase(),
      'cannot',
      "don't",
      'won’t',
      'without',
      'unless',
      'neither',
      'nor',
      'except',
      'only',
      '“not”'.slice(1, -1),
    ],
    no: ['knot', 'noted', 'now'],
  },
};

describe('protection: single words', () => {
  for (const [rule, { yes, no }] of Object.entries(EXAMPLES)) {
    it(`${rule} protects what it names`, () => {
      for (const word of yes) assert.deepEqual(foundBy(rule, `so ${word}`), [word], word);
    });
    it(`${rule} leaves other words alone`, () => {
      for (const word of no) assert.deepEqual(foundBy(rule, `so ${word}`), [], word);
    });
  }

  it('has a name of its own, a title and a sentence for each rule', () => {
    assert.equal(new Set(RULES.map((rule) => rule.name)).size, RULES.length);
    for (const rule of RULES) {
      assert.match(rule.title, /^\p{Lu}/u);
      assert.match(rule.explain, /^\p{Lu}.*\.$/u);
      assert.notEqual(rule.find === undefined, rule.findDependent === undefined);
    }
  });
});

describe('protection: negation reaches what is negated', () => {
  const cases: readonly (readonly [text: string, words: readonly string[]])[] = [
    ['It does not delete the files.', ['not', 'delete']],
    ["The tool doesn't really delete it.", ["doesn't", 'delete']],
    ['The flag is no longer supported here.', ['no', 'longer', 'supported']],
    ['This is not yet released to users.', ['not', 'yet', 'released']],
    ['Do it only if asked to.', ['only', 'asked']],
    ['They run without any network access.', ['without', 'network']],
    ['Not to be taken lightly.', ['Not', 'taken']],
    ['I hope not. Delete them.', ['not.']],
  ];
  for (const [text, words] of cases) it(text, () => assert.deepEqual(protectedWords(text), words));

  it('keeps both halves of “not only … but”', () => {
    assert.deepEqual(protectedBy('It is not only slow but also wrong.')['not-only'], ['but']);
    assert.deepEqual(protectedBy('It is not slow. But only wrong.')['not-only'], undefined);
  });
});

describe('protection: phrases', () => {
  const cases: readonly (readonly [rule: string, text: string, words: readonly string[]])[] = [
    ['unit', 'It took 5 minutes and two days.', ['minutes', 'days.']],
    ['unit', 'The minutes of a meeting.', []],
    ['numbered', 'It ends with exit code 3 there.', ['code']],
    ['comparison', 'Tabs rather than spaces win.', ['Tabs', 'rather', 'than', 'spaces']],
    ['comparison', 'Use yarn instead of the bundler.', ['yarn', 'instead', 'of', 'bundler.']],
    ['comparison', 'Instead we went home.', []],
    ['bound', 'It takes at least an hour.', ['at', 'least']],
    ['bound', 'It went up to the roof.', []],
    ['order', 'Lint before committing it.', ['Lint', 'before', 'committing']],
    ['quotation', 'She said “go away” and "stay here" to him.', ['“go', 'away”', '"stay', 'here"']],
    ['quotation', "It's the dog's bone, isn't it: the dogs' bone.", []],
    ['quotation', 'A pipe of 5" length and one of 6".', []],
    ['inline-code', 'Run `npm test` now.', ['`npm', 'test`']],
    ['link', 'Read [the short guide](docs) now.', ['[the', 'short', 'guide](docs)']],
  ];
  for (const [rule, text, words] of cases)
    it(`${rule}: ${text}`, () => assert.deepEqual(foundBy(rule, text).sort(), [...words].sort()));

  it('does not quote over a line break or more than 200 characters', () => {
    assert.equal(protectedBy('a "start of\nthe other" line')['quotation'], undefined);
    assert.equal(protectedBy(`a "${'word '.repeat(60)}" b`)['quotation'], undefined);
  });

  it('leaves lines that are no prose alone', () => {
    assert.deepEqual(protectedBy('```\nnot 42 NASA\n```'), {});
  });
});

describe('protection: what depends on what stays', () => {
  it('keeps the opening of a condition whose clause stays', () => {
    const text = 'Then if the server answers, stop it again.';
    assert.deepEqual(addedTo(text, ['answers,']), [['if', 'condition']]);
    assert.deepEqual(addedTo(text, ['stop']), []);
  });

  it('keeps who did it', () => {
    assert.deepEqual(addedTo('Yesterday Ana fixed it again.', ['fixed']), [['Ana', 'agent']]);
    assert.deepEqual(addedTo('Later the agent quietly deleted it again.', ['deleted']), [['agent', 'agent']]);
    assert.deepEqual(addedTo('Later they rejected it again.', ['rejected']), [['they', 'agent']]);
    assert.deepEqual(addedTo('Later they rejected it again.', ['Later']), []);
    assert.deepEqual(
      addedTo('The parser was rewritten by the agent and then forgotten.', ['rewritten']),
      [
        ['agent', 'by-agent'],
        ['by', 'by-agent'],
        ['parser', 'agent'],
      ].filter(([, rule]) => rule === 'by-agent'),
    );
    assert.deepEqual(addedTo('It works by chance alone.', ['works']), []);
  });
});
