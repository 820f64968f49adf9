import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { createRelevanceModel } from '../../../src/policy/relevance/model';
import type { LineRelevance } from '../../../src/policy/relevance/relevance';
import { createModernBertScorer } from '../../../src/scoring/modernbert';
import { indexText } from '../../../src/text/words';
import { hostileText } from '../hostile';
import { loadBundled } from '../scoring/bundled';

const json = (): unknown =>
  JSON.parse(readFileSync(path.resolve('models/eviction-policy/relevance.json'), 'utf8'));
const model = createRelevanceModel(json());

const session = `## 1 · You · 14:02

The nightly upload of the photo archive stops half way. Please find out why and mend it.

## 2 · Claude · 14:02

I will look at the job and its settings first.

▸ Read  jobs/upload.ts
  └ ok · 9 lines
  export const SETTINGS = {
    bucket: 'archive',
    chunkSize: 8 * MEGABYTE,
    maxAttempts: 3,
    pauseBetweenTries: 250,
  };
  export function startUpload(files: readonly Photo[]) {
    return queue(files.map((file) => send(file, SETTINGS)));
  }

▸ Bash  npm run upload -- --dry-run
  └ exit 1 · 3 lines
  listing 4,120 photos
  error: the token expired after 60 minutes
  1,377 photos were left out

The upload takes longer than an hour, and its access token is valid for sixty minutes only.
Renewing the token before each chunk solves it; the photo list itself is fine.
The colours of the progress bar could be nicer, but that is another matter.

## 3 · You · 14:09

Good, do that. And tell me where the number of tries is set.
`;
const lines = session.split('\n');
const lineWith = (part: string): number => lines.findIndex((line) => line.includes(part));
const best = ({ line }: LineRelevance): string => lines[line.indexOf(Math.max(...line))] ?? '';

describe('relevance', () => {
  const index = indexText(session);

  it('finds a line by its words', () => {
    const found = model.read(index).score('When did the token expire?');
    assert.equal(found.by, 'words');
    assert.equal(best(found), '  error: the token expired after 60 minutes');
    assert.deepEqual(found.words, ['token', 'expire']);
    assert.equal(found.answers[lineWith('error: the token')], 0b11);
    assert.equal(found.answers[lineWith('Renewing the token')], 0b01);
    assert.equal(found.answers[lineWith('The colours')], 0);
  });

  it('finds a line by its meaning', async () => {
    const scorer = createModernBertScorer({ ...(await loadBundled()), outputs: 'encodings' });
    const text = (await scorer.score(index)).encodings;
    const question = await scorer.encodeQuestion('What makes the sync fail?');
    assert.ok(question !== undefined);
    const read = model.read(index);
    const found = read.score('What makes the sync fail?', { question, text });
    assert.equal(found.by, 'meaning');
    const own = found.line[lineWith('error: the token')] ?? 0;
    assert.ok(found.line.filter((value) => value > own).length < 3);
    assert.ok(found.line.every((value, line) => (value === 0) === (lines[line]?.trim() === '')));
  });

  it('goes by words where the encoder has not been yet, and shifts no line that it has read', async () => {
    const scorer = createModernBertScorer({ ...(await loadBundled()), outputs: 'encodings' });
    const text = (await scorer.score(index)).encodings;
    const asked = 'When did the token expire?';
    const question = await scorer.encodeQuestion(asked);
    assert.ok(question !== undefined && text.vectors !== undefined && text.weights !== undefined);
    const read = model.read(index);
    const whole = read.score(asked, { question, text });
    const byWords = read.score(asked);
    for (const border of [0, lineWith('▸ Bash'), lineWith('Renewing'), lines.length]) {
      const vectors = text.vectors.slice();
      const weights = text.weights.slice();
      for (const [token, line] of text.line.entries()) {
        if (line < border) continue;
        vectors.fill(0, token * text.vectorSize, (token + 1) * text.vectorSize);
        weights[token] = NaN;
      }
      const found = read.score(asked, { question, text: { ...text, vectors, weights } });
      assert.equal(found.by, border === lines.length ? 'meaning' : 'words');
      if (border === lines.length) assert.deepEqual(found, whole);
      for (const [line, value] of found.line.entries()) {
        assert.ok(value >= 0 && value <= 1);
        if (line >= border) assert.equal(value, byWords.line[line]);
      }
      // The line that answers is the best one by words and by meaning, so it is in between.
      assert.equal(best(found), '  error: the token expired after 60 minutes', `read up to line ${border}`);
    }
  });

  it('gives the same for the same question', () => {
    const read = model.read(index);
    const once = read.score('Which settings does the job have?');
    read.score('Another question in between?');
    assert.deepEqual(read.score('Which settings does the job have?'), once);
  });

  it('has nothing to say without a question', () => {
    const found = model.read(index).score(' of the ');
    assert.ok(found.line.every((value) => value === 0));
    assert.deepEqual(found.words, []);
  });

  it('stays in [0, 1] for any text and question', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (text, question) => {
        const { line, words, answers } = model.read(indexText(text)).score(question);
        assert.equal(line.length, indexText(text).lines.count);
        assert.ok(line.every((value) => value >= 0 && value <= 1));
        assert.ok(words.length <= 32);
        assert.ok(answers.every((bits) => bits < 2 ** words.length));
      }),
      { numRuns: 200 },
    );
  });

  it('reads one line of 5 MB, 300,000 lines and a question of 10,000 words in seconds', function () {
    this.timeout(60_000);
    const question = 'Which limit holds for retries of the upload? '.repeat(1250);
    const began = process.cpuUsage();
    const long = model.read(indexText('aB_c1 retries/upload=4 '.repeat(230_000))).score(question);
    assert.equal(long.line.length, 1);
    const many = model
      .read(indexText('retries of the upload\n\nnothing here\n'.repeat(100_000)))
      .score(question);
    assert.equal(many.line.length, 300_001);
    const { user } = process.cpuUsage(began);
    assert.ok(user < 20e6, `${user / 1e6} s`);
  });

  it('takes time in proportion to the length of hostile lines', () => {
    const blanks = [
      `${' '.repeat(399)}x\n`,
      `-${' '.repeat(300)}x\n`,
      `x${' '.repeat(90)}y z${' '.repeat(90)}\n`,
    ];
    const hostile = ['a', ' ', '`', '-', 'aaa ', '/a', '"', '.', '1', '😀', '字', `${'a'.repeat(399)}\n`];
    for (const unit of [...hostile, ...blanks]) {
      const began = process.cpuUsage();
      model.read(indexText(unit.repeat(400_000 / unit.length))).score('Where is `a` in "b"?');
      const { user } = process.cpuUsage(began);
      assert.ok(user < 4e6, `${JSON.stringify(unit)}: ${user / 1e6} s`);
    }
  });

  it('refuses weights of another shape', () => {
    assert.throws(() => createRelevanceModel({}), { name: 'ModelError', reason: 'model-invalid' });
    const broken = json() as { words: { features: string[] } };
    broken.words.features.push('no such feature');
    assert.throws(() => createRelevanceModel(broken), { reason: 'model-invalid' });
    const short = json() as { meaning: { features: string[] } };
    short.meaning.features.pop();
    assert.throws(() => createRelevanceModel(short), { reason: 'model-invalid' });
  });
});
