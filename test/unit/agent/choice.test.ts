import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CompareOutput } from '../../../src/agent/compare';
import type { JsonOutput } from '../../../src/agent/report';
import { POLICIES } from '../../../src/policy/policy';
import { prose } from '../engine/built';
import { json, kompress, TRANSCRIPT } from './program';

/** A text of many subjects, one of which answers what is asked for in these tests. */
const ANSWER =
  'The parser fails on an empty file because the reader returns null for it instead of a record.';
const SUBJECTS = [
  'The garden behind the house was watered twice a week, mostly by whoever came home first that day.',
  'A new oven was bought for the bakery, and the old one went to the school at the end of the street.',
  'Every ferry to the island leaves from the second pier, where the tickets are sold until noon.',
  'The choir meets on Thursdays in the hall, and it sings what its members bring along.',
];
const LINES = Array.from({ length: 60 }, (_, i) => `${SUBJECTS[i % 4] ?? ''} Note ${i} of the diary.`);
const TEXT = [...LINES.slice(0, 28), '', ANSWER, '', ...LINES.slice(28)].join('\n');
const QUESTION = 'Why does the parser fail on an empty file?';
const ANSWER_LINE = 30;

describe('question, budget and policy', function () {
  this.timeout(60_000);
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  const run = async (...args: readonly string[]): Promise<JsonOutput> =>
    json(await kompress(['compress', at('diary.txt'), '--json', ...args]));
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kompress-test-'));
    await writeFile(at('diary.txt'), TEXT);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('keeps what answers, within the published share, and tells each line', async () => {
    const object = await run('--question', QUESTION);
    assert.deepEqual([object.question, object.policy, object.ratio.asked], [QUESTION, 'learned', 0.35]);
    assert.ok(object.budget !== null);
    assert.equal(object.budget.reached, object.tokens.after);
    assert.equal(object.budget.over, Math.max(0, object.tokens.after - object.budget.asked));
    assert.equal(object.lines.length, TEXT.split('\n').length);
    const told = object.lines[ANSWER_LINE - 1];
    assert.ok(told !== undefined && told.line === ANSWER_LINE && told.relevance !== null);
    assert.ok(object.lines.every(({ relevance }) => (relevance ?? 2) <= (told.relevance ?? 0)));
    assert.ok(told.decision === 'kept' || told.decision === 'thinned', told.decision);

    const kept = object.text.split('\n').join(' ').split(/\s+/).filter(Boolean).length;
    let words = 0;
    for (const line of object.lines) {
      words += line.words.kept;
      assert.equal(line.decision === 'blank', line.words.total === 0);
      assert.equal(line.reason === null, line.words.total === 0);
      const some = line.words.kept > 0;
      if (line.decision === 'kept') assert.equal(line.words.kept, line.words.total);
      if (line.decision === 'thinned') assert.ok(some && line.words.kept < line.words.total);
      if (line.decision === 'discarded') assert.ok(!some);
    }
    assert.equal(words, kept);
    assert.ok(object.lines.some((line) => line.decision === 'discarded'));
  });

  it('has neither relevance nor a budget where the model decides', async () => {
    const object = await run();
    assert.deepEqual([object.question, object.policy, object.budget], [null, null, null]);
    assert.ok(object.lines.every((line) => line.relevance === null));
    assert.deepEqual(object.savings.money, null);
  });

  it('holds a number of tokens, and says by how much it cannot', async () => {
    const object = await run('--tokens', '500', '--policy', 'truncation', '--price', '4');
    assert.ok(object.budget !== null && object.ratio.asked === null);
    assert.deepEqual([object.budget.asked, object.policy, object.budget.over], [500, 'truncation', 0]);
    assert.ok(object.tokens.after <= 500);
    const saved = object.tokens.before - object.tokens.after;
    assert.deepEqual([object.savings.tokens, object.savings.money], [saved, (saved * 4) / 1_000_000]);
    assert.ok(object.savings.wattHours > 0);

    const tight = await kompress(['compress', at('diary.txt'), '--tokens', '1', '--price', '4']);
    assert.equal(tight.code, 0, tight.err);
    assert.match(tight.err, /1 tokens asked for\n/);
    assert.match(
      tight.err,
      /[\d,]+ tokens over the budget; whatever the budget, these stay: .*recent [\d,]+/,
    );
    assert.match(tight.err, /\d tokens saved\n {2}0\.00\d+ at a price of 4 per million tokens\n {2}≈ .+ Wh/);
  });

  it('keeps what is named, literally and by a regular expression', async () => {
    const object = await run('--ratio', '0.2', '--keep', 'Note 3 of', '--keep-regex', '/NOTE 1[57]\\b/i');
    for (const words of ['Note 3 of', 'Note 15', 'Note 17']) assert.ok(object.text.includes(words), words);
    assert.ok((object.reasons['pinned'] ?? 0) >= 7);
    assert.ok(object.tokens.after <= 0.2 * object.tokens.before + (object.budget?.over ?? 0));
  });

  it('takes questions of any size and script', async () => {
    const long = Array.from({ length: 10_000 }, (_, i) => `why${i}`).join(' ');
    const questions = [
      '为什么解析器对空文件失败？',
      'Почему не работает?',
      '😀 ??',
      'x'.repeat(20_000),
      long,
    ];
    const input = questions
      .map((question, id) => `${JSON.stringify({ id, text: TEXT, question })}\n`)
      .join('');
    const { code, out, err } = await kompress(['compress', '--batch', '-'], { input });
    assert.equal(code, 0, err);
    const objects = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonOutput);
    assert.deepEqual(
      objects.map(({ question }) => question),
      questions,
    );
    const cut = /^The question has 10,000 words; the model reads the first \d+ of them\./;
    for (const { tokens, warnings, question } of objects) {
      assert.ok(tokens.after <= 0.35 * tokens.before, question ?? '');
      assert.equal(
        warnings.some((warning) => cut.test(warning)),
        question === long,
      );
    }
  });

  it('pins the last request of a transcript, unless told not to', async () => {
    await writeFile(at('session.jsonl'), `${TRANSCRIPT}\n`);
    const of = async (...args: readonly string[]): Promise<JsonOutput> =>
      json(await kompress(['compress', at('session.jsonl'), '--json', '--ratio', '0.9', ...args]));
    const request = 'and tell me before you change anything.';
    const pinned = await of();
    assert.ok((pinned.reasons['pinned'] ?? 0) > 0, JSON.stringify(pinned.reasons));
    assert.ok(pinned.text.includes(request));
    assert.equal((await of('--no-pins')).reasons['pinned'], undefined);
  });

  it('says one sentence for evidence that the text has not', async () => {
    const { code, out, err } = await kompress(['compare', at('diary.txt'), '--evidence', '3,500']);
    assert.deepEqual([code, out], [2, '']);
    assert.equal(err, 'kompress: The evidence names line 500, but the text has 63 lines.\n');
  });

  describe('comparison', () => {
    const compare = async (...args: readonly string[]): Promise<CompareOutput> => {
      const { code, out, err } = await kompress(['compare', at('diary.txt'), '--json', ...args]);
      assert.equal(code, 0, err);
      return JSON.parse(out) as CompareOutput;
    };

    it('has every policy, within the budget, with all figures', async () => {
      const object = await compare('--question', QUESTION, '--evidence', String(ANSWER_LINE));
      assert.deepEqual(
        object.policies.map(({ policy }) => policy),
        POLICIES,
      );
      assert.equal(object.question, QUESTION);
      assert.ok(object.entities.includes('parser'));
      assert.ok(Math.abs(object.asked - 0.35 * object.tokens.before) <= 1);
      for (const row of object.policies) {
        assert.ok(row.tokens <= object.asked, row.policy);
        assert.ok(Math.abs(row.ratio - row.tokens / object.tokens.before) < 1e-3);
        for (const share of [row.evidenceRecall, row.entityRecall, row.mustKeepRecall, row.answerQuality])
          assert.ok(share !== null && share >= 0 && share <= 1, row.policy);
        assert.deepEqual(
          row.curve.map(({ asked }) => asked),
          [0.1, 0.2, 0.35, 0.5, 0.7],
        );
      }
      const recall = (name: string) => object.policies.find(({ policy }) => policy === name)?.evidenceRecall;
      assert.deepEqual([recall('oracle'), recall('learned')], [1, 1]);
    });

    it('takes the policies named, and leaves out what cannot be measured', async () => {
      const object = await compare('--policy', 'random', '--policy', 'fifo', '--tokens', '600');
      assert.deepEqual(object.policies.map(({ policy }) => policy).sort(), ['fifo', 'random']);
      assert.deepEqual([object.question, object.asked], [null, 600]);
      for (const row of object.policies)
        assert.deepEqual([row.evidenceRecall, row.entityRecall], [null, null]);
    });

    it('prints the same as a table, and its warnings apart', async () => {
      const { code, out, err } = await kompress(['compare', at('diary.txt'), '--question', QUESTION]);
      assert.equal(code, 0, err);
      assert.match(out, /^≈ [\d,]+ tokens \(counted with o200k_base\), budget [\d,]+\n/);
      for (const policy of POLICIES.filter((each) => each !== 'oracle'))
        assert.match(out, new RegExp(`^${policy} +[\\d,]+ +[\\d.]+ %( +[01]\\.\\d{3}){3} +[\\d.]+$`, 'm'));
      assert.match(
        out,
        /\nrecall of the entities by share asked for\npolicy +10 % +20 % +35 % +50 % +70 %\n/,
      );
      assert.match(err, / ms\n$/);
    });

    it('stands a text of one word, and none', async () => {
      for (const input of ['', 'word', prose(5)]) {
        const { code, err } = await kompress(['compare', '-', '--question', QUESTION], { input });
        assert.equal(code, 0, err);
      }
    });
  });
});
