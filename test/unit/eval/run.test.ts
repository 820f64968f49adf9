import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { fallen, parseBaseline } from '../../eval/baseline';
import { markdownOf, textOf } from '../../eval/report';
import { readPassages, readQuestions, readWindows } from '../../eval/windows';

const DATA = path.resolve('test/eval/data');
const PROGRAM = path.join(__dirname, '../../eval/run.js');

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const keep = v.object({
  f1: share,
  agreement: share,
  discardF1: v.nullable(share),
  mustKeepRecall: share,
  keepRate: share,
});
const figures = v.object({ recall: share, all: share });
const evidence = v.strictObject({
  '0.20': v.looseObject(figures.entries),
  '0.35': v.looseObject(figures.entries),
  '0.50': v.looseObject(figures.entries),
});
/** What other programs may rest on. */
const output = v.object({
  keep,
  modelAlone: keep,
  keepByKind: v.record(v.string(), v.looseObject({ shipped: keep, modelAlone: keep })),
  evidence,
  baselines: v.strictObject({
    keepAll: v.strictObject({ keep, evidence: v.null() }),
    stopWords: v.strictObject({ keep, evidence: v.null() }),
    random: v.strictObject({ keep, evidence }),
    bm25Lines: v.strictObject({ keep: v.null(), evidence }),
    headTail: v.strictObject({ keep: v.null(), evidence }),
    superCompress: v.strictObject({ keep: v.null(), evidence }),
    superCompressAsPublished: v.strictObject({ keep: v.null(), evidence }),
  }),
  int8Agreement: v.nullable(share),
  throughput: v.null(),
});

describe('npm run eval', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'kompress-eval-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [PROGRAM, '--no-throughput', ...args], { encoding: 'utf8' });

  it('prints one object and nothing else with --json, and the tables as Markdown', () => {
    for (const [file, lines] of [
      ['labels/dev.jsonl', 2],
      ['qa/windows.jsonl', 1],
      ['qa/dev.jsonl', 2],
    ] as const) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      const content = readFileSync(path.join(DATA, file), 'utf8').split('\n').slice(0, lines);
      writeFileSync(path.join(folder, file), content.join('\n'));
    }
    const markdown = path.join(folder, 'tables.md');
    const { stdout, stderr, status } = run('--data', folder, '--json', '--markdown', markdown);
    assert.equal(status, 0, stderr);
    assert.equal(stdout.indexOf('\n'), stdout.length - 1);
    const parsed = v.parse(output, JSON.parse(stdout));
    assert.equal(parsed.baselines.keepAll.keep.keepRate, 1);
    assert.ok(
      Math.abs(parsed.baselines.random.keep.keepRate - parsed.keep.keepRate) < 1e-9,
      'random keeps as much as the pipeline',
    );
    assert.match(readFileSync(markdown, 'utf8'), /^\| SuperCompress \|( \d\.\d{3} \|){9}$/m);
  }).timeout(60_000);

  it('says what is missing in a folder without data', () => {
    const { status, stdout, stderr } = run('--data', path.join(folder, 'nothing'));
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /holds neither labels\/dev\.jsonl nor/);
  });
});

describe('the hand-written set', () => {
  it('has windows of agent sessions and questions whose evidence lies in them', () => {
    const windows = readWindows(DATA);
    const written = readFileSync(path.join(DATA, 'qa/dev.jsonl'), 'utf8').trimEnd().split('\n').length;
    const questions = readQuestions(DATA, 'dev', windows);
    assert.equal(questions.length, written);
    assert.ok(windows.size >= 6 && questions.length >= 30);
    for (const { id, lines } of questions)
      for (const line of lines)
        assert.notEqual(windows.get(id)?.[line - 1]?.trim() ?? '', '', `${id} ${line}`);
    for (const lines of windows.values()) assert.ok(lines.length >= 60 && lines.length <= 120);
  });

  it('has a flag for every word of its passages', () => {
    for (const { id, text, keep: flags } of readPassages(DATA))
      assert.equal(flags.length, text.trim().split(/\s+/).length, id);
  });
});

describe('the committed baseline', () => {
  const committed = parseBaseline(readFileSync('test/eval/baseline.json', 'utf8'));

  it('lets a run pass that is as good, or off by rounding', () => {
    assert.deepEqual(fallen(committed, committed, 46), []);
    const rounded = { ...committed, keep: { ...committed.keep, f1: committed.keep.f1 - 0.002 } };
    assert.deepEqual(fallen(rounded, committed, 46), []);
  });

  it('fails one that has fallen', () => {
    const { keep: words, evidence: lines } = committed;
    const worse = { ...committed, keep: { ...words, f1: words.f1 - 0.01 } };
    assert.match(fallen(worse, committed, 46).join('\n'), /^The shipped pipeline: keep F1 is 0\.\d{4}; the/);
    const at35 = lines['0.35'] ?? { recall: 0, all: 0 };
    const lost = {
      ...committed,
      evidence: { ...lines, '0.35': { ...at35, recall: at35.recall - 2 / 46 } },
    };
    assert.match(fallen(lost, committed, 46).join('\n'), /^Evidence at 35 %: recall/);
    assert.equal(fallen({ ...committed, evidence: {} }, committed, 46).length, 6);
  });
});

describe('tables', () => {
  const table = { title: 'T', head: ['', 'a', 'b'], rows: [['one', '1', '22']], note: 'N' };

  it('are as narrow as their cells', () => {
    assert.equal(textOf(table), 'T\n     a   b\none  1  22\nN');
    assert.equal(textOf({ ...table, group: 2 }), 'T\n     a  b\none  1 22\nN');
  });

  it('come as Markdown', () => {
    assert.equal(markdownOf(table), '## T\n\n|  | a | b |\n| --- | ---: | ---: |\n| one | 1 | 22 |\n\nN');
  });
});
