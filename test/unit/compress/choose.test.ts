import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { createCompressor, type Compressor } from '../../../src/compress/compressor';
import { loadTokenCounter, type TokenCounter } from '../../../src/compress/counter';
import { RequestError } from '../../../src/compress/requests';
import {
  REASONS,
  type Budget,
  type CompressRequest,
  type CompressResult,
} from '../../../src/compress/result';
import { loadPolicies } from '../../../src/engine/policies';
import { POLICIES } from '../../../src/policy/policy';
import { createCachingScorer } from '../../../src/scoring/cache';
import type { Scorer, TextScores } from '../../../src/scoring/scorer';
import { at, sliceSpans } from '../../../src/text/spans';
import { prose } from '../../bench/prose';
import { openScorer } from '../../open-scorer';
import { ANSWER, QUESTION, SESSION } from './session';

describe('choosing under a budget, with the bundled models', function () {
  this.timeout(120_000);
  let scorer: Scorer;
  let counter: TokenCounter;
  let compressor: Compressor;
  let read: TextScores[];
  before(async () => {
    read = [];
    const real = await openScorer(path.resolve('models/kompress-small'));
    scorer = createCachingScorer(
      {
        ...real,
        async score(index, options) {
          const scores = await real.score(index, options);
          read.push(scores);
          return scores;
        },
      },
      { maxBytes: 1e8 },
    );
    counter = await loadTokenCounter();
    const kit = await loadPolicies(path.resolve('models/eviction-policy'));
    compressor = createCompressor({
      scorer: () => Promise.resolve(scorer),
      counter: () => Promise.resolve(counter),
      policies: () => Promise.resolve(kit),
    });
  });
  const run = (text: string, budget: Budget, more: Partial<CompressRequest> = {}): Promise<CompressResult> =>
    compressor.compress({ text, budget, ...more });
  const ratio = (value: number): Budget => ({ kind: 'ratio', ratio: value });
  const output = (text: string, { kept }: CompressResult): string => sliceSpans(text, kept);
  const reasonsOfLine = (result: CompressResult, line: number): string[] => {
    const first = at(result.lines.firstWord, line);
    const end = at(result.lines.firstWord, line + 1);
    const codes = [...result.decisions.reason.subarray(first, end)];
    return [...new Set(codes.map((code) => REASONS[code] ?? ''))];
  };

  it('never outputs more than was asked for, whatever the policy, and counts what is copied', async () => {
    for (const policy of POLICIES)
      for (const share of [0.2, 0.35, 0.5, 0.8]) {
        const result = await run(SESSION, ratio(share), { policy, evidence: [31] });
        const { tokens, budget } = result.report;
        assert.equal(tokens.after, counter.count(output(SESSION, result)), `${policy} ${share}`);
        assert.equal(budget?.asked, Math.floor(share * tokens.before));
        assert.ok(tokens.after <= budget.asked, `${policy} ${share}: ${tokens.after} of ${budget.asked}`);
        assert.equal(budget.over, 0);
        assert.ok(
          tokens.after > 0.8 * budget.asked,
          `${policy} ${share} uses ${tokens.after} of ${budget.asked}`,
        );
      }
  });

  it('keeps or drops code, logs and tables by whole lines', async () => {
    const result = await run(SESSION, ratio(0.35));
    const { lines, structure, decisions } = result;
    let dropped = 0;
    for (let line = 0; line < lines.start.length; line++) {
      if (structure.lineKind[line] === 0) continue;
      const kept = new Set(decisions.keep.subarray(at(lines.firstWord, line), at(lines.firstWord, line + 1)));
      assert.ok(kept.size <= 1, `line ${line + 1} is cut inside`);
      if (kept.has(0)) dropped++;
    }
    assert.ok(dropped > 10, `${dropped} lines dropped`);
  });

  it('keeps the first 2 and the last 8 lines under every policy, and says so', async () => {
    const last = SESSION.split('\n').length - 1;
    for (const policy of POLICIES) {
      const result = await run(SESSION, ratio(0.3), { policy, evidence: [31] });
      assert.deepEqual(reasonsOfLine(result, 0), ['sink'], policy);
      for (let line = last - 7; line <= last; line++)
        assert.deepEqual(reasonsOfLine(result, line), ['recent'], `${policy}, line ${line + 1}`);
    }
  });

  it('never thins prose below what the model keeps: sentences go whole', async () => {
    const text = prose(600, 7);
    const free = await run(text, { kind: 'model' });
    for (const share of [0.6, 0.4, 0.2]) {
      const result = await run(text, ratio(share));
      assert.ok(result.report.tokens.after <= share * result.report.tokens.before);
      const budget = REASONS.indexOf('budget');
      const structure = REASONS.indexOf('structure');
      for (let word = 0; word < result.decisions.keep.length; word++) {
        const thinner = at(free.decisions.keep, word) === 1 && at(result.decisions.keep, word) === 0;
        if (thinner)
          assert.ok(
            [budget, structure].includes(at(result.decisions.reason, word)),
            `word ${word} at ${share}`,
          );
      }
    }
  });

  it('keeps what answers the question, and tells how much each line has to do with it', async () => {
    const without = await run(SESSION, ratio(0.3));
    assert.equal(without.relevance, undefined);
    const result = await run(SESSION, ratio(0.3), { question: QUESTION });
    assert.ok(output(SESSION, result).includes(ANSWER), output(SESSION, result));
    const { relevance } = result;
    assert.ok(relevance !== undefined);
    assert.equal(relevance.by, 'meaning');
    const line = SESSION.split('\n').findIndex((each) => each.includes(ANSWER));
    const best = relevance.line.indexOf(Math.max(...relevance.line));
    assert.equal(best, line);
    assert.ok(
      relevance.words.some((word, i) => word.includes('symbol') && (at(relevance.answers, line) >>> i) & 1),
    );
  });

  it('answers another budget, question, policy and pin without reading the text again', async () => {
    const first = await compressor.compressParts({ text: SESSION, budget: ratio(0.5) });
    const before = read.length;
    const second = await compressor.compressParts({
      text: SESSION,
      budget: { kind: 'tokens', tokens: 300 },
      question: QUESTION,
      policy: 'snapkv',
      overrides: { pinned: Int32Array.of(40, 60), released: new Int32Array(0) },
    });
    assert.equal(read.length, before);
    assert.equal(second.base, first.base);
    assert.ok(second.choice.report.tokens.after <= 300);
  });

  it('keeps pins whatever the budget, drops what was released, and says what a budget is passed by', async () => {
    const start = SESSION.indexOf('To be honest');
    const end = SESSION.indexOf('back then.') + 'back then.'.length;
    const released = SESSION.indexOf('INFO step 3');
    const result = await run(SESSION, ratio(0.2), {
      overrides: { pinned: Int32Array.of(start, end), released: Int32Array.of(released, released + 4) },
    });
    assert.ok(output(SESSION, result).includes(SESSION.slice(start, end)));
    const word = result.words.start.findIndex((offset) => offset === released);
    assert.equal(result.decisions.keep[word], 0);
    const tight = await run(
      SESSION,
      { kind: 'tokens', tokens: 20 },
      {
        overrides: { pinned: Int32Array.of(start, end), released: new Int32Array(0) },
      },
    );
    const { budget, tokens, warnings } = tight.report;
    assert.ok(budget !== undefined && budget.over > 0);
    assert.equal(budget.over, tokens.after - 20);
    assert.ok((budget.held.pinned ?? 0) > 0 && (budget.held.recent ?? 0) > 0);
    assert.ok(
      warnings.some((warning) => warning.includes(`passed by ${budget.over}`)),
      warnings.join(' '),
    );
  });

  it('keeps every occurrence of what should always be kept', async () => {
    const result = await run(SESSION, ratio(0.3), {
      keepPatterns: [
        { kind: 'literal', pattern: 'step 17' },
        { kind: 'regex', pattern: 'cleanup [57] ' },
      ],
    });
    const text = output(SESSION, result);
    for (const kept of ['step 17 finished', 'cleanup 5 finished', 'cleanup 7 finished'])
      assert.ok(text.includes(kept), kept);
    const pinned = result.rules.filter((rule) => rule.family === 'pinned');
    assert.equal(pinned.length, 2);
  });

  it('streams what it can say before the whole text is read', async () => {
    const text = `${SESSION}\n\n${prose(4000, 3)}`;
    const partials: number[] = [];
    const result = await compressor.compress(
      { text, budget: ratio(0.3), question: QUESTION },
      {
        onPartial: ({ first, keep, windowsDone, windows }) => {
          assert.equal(first, 0);
          assert.ok(windowsDone < windows);
          partials.push(keep.length);
        },
      },
    );
    assert.ok(partials.length >= 1);
    for (const count of partials) assert.equal(count, result.words.start.length);
  });

  it('compares all policies at one budget and along a curve', async () => {
    const evidence = [SESSION.split('\n').findIndex((line) => line.includes(ANSWER))];
    const comparison = await compressor.compare({
      text: SESSION,
      budget: ratio(0.35),
      question: QUESTION,
      evidence,
    });
    assert.deepEqual(
      comparison.rows.map((row) => row.policy),
      POLICIES,
    );
    for (const row of comparison.rows) {
      assert.ok(row.tokens <= comparison.asked, row.policy);
      assert.deepEqual(
        row.curve.map((point) => point.asked),
        [0.1, 0.2, 0.35, 0.5, 0.7],
      );
    }
    const recall = (policy: string): number | undefined =>
      comparison.rows.find((row) => row.policy === policy)?.evidenceRecall;
    assert.equal(recall('oracle'), 1);
    assert.equal(recall('learned'), 1);
    const unlabelled = await compressor.compare({ text: SESSION, budget: { kind: 'model' } });
    assert.ok(!unlabelled.rows.some((row) => row.policy === 'oracle'));
    assert.equal(unlabelled.rows[0]?.evidenceRecall, undefined);
  });

  it('refuses to compare what there is none of before it reads the text', async () => {
    const before = read.length;
    const text = `${prose(200, 11)} Read by nobody.`;
    const budget = ratio(0.5);
    await assert.rejects(compressor.compare({ text, budget, ratios: [0.5, 2] }), RequestError);
    const unknown = 'best' as (typeof POLICIES)[number];
    await assert.rejects(compressor.compare({ text, budget, policies: [unknown] }), RequestError);
    assert.equal(read.length, before);
  });

  it('refuses what no text can meet in one sentence', async () => {
    for (const budget of [
      ratio(0),
      ratio(-1),
      ratio(NaN),
      ratio(1.01),
      { kind: 'tokens', tokens: 0 },
      { kind: 'tokens', tokens: Infinity },
    ] as const)
      await assert.rejects(run(SESSION, budget), RequestError);
  });

  it('takes strange questions as they are', async () => {
    for (const question of ['   ', '???', 'なぜビルドが壊れるのですか', 'why '.repeat(10_000)]) {
      const result = await run(SESSION, ratio(0.35), { question });
      assert.ok(result.report.tokens.after <= (result.report.budget?.asked ?? 0), question.slice(0, 20));
      assert.equal(result.relevance === undefined, question.trim() === '');
    }
  });

  it('holds the budget on any text', async () => {
    const line = fc.oneof(
      fc.constantFrom('', '## Head', '```', '| a | b |', '|---|---|', '- item one', '> quoted words here'),
      fc.lorem({ maxCount: 12 }),
      fc.string({ maxLength: 30, unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 40 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        async (lines, share) => {
          const text = lines.join('\n');
          const result = await run(text, ratio(share));
          const { budget, tokens } = result.report;
          assert.equal(tokens.after, counter.count(output(text, result)));
          if (budget === undefined) return;
          const held = Object.values(budget.held).some((value) => value > 0);
          assert.ok(tokens.after <= budget.asked || held, `${tokens.after} of ${budget.asked}`);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('fits one line of a million characters among 60,000 short ones in time', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i} x`);
    lines[30_000] = 'y'.repeat(1_000_000);
    const text = ['```text', ...lines, '```'].join('\n');
    const compressed = createCompressor({
      // The encoder is not what is looked at here.
      scorer: () => Promise.resolve({ ...scorer, score: unread }),
      counter: () => Promise.resolve(counter),
      policies: () => loadPolicies(path.resolve('models/eviction-policy')),
    });
    const begun = process.cpuUsage().user;
    const result = await compressed.compress({ text, budget: ratio(0.3), question: 'What is in line 7?' });
    assert.ok(result.report.tokens.after <= (result.report.budget?.asked ?? 0));
    assert.ok(process.cpuUsage().user - begun < 20e6);
  });
});

/** A reading without any scores. */
const unread: Scorer['score'] = (index) => {
  const none = (): Float32Array => new Float32Array(index.words.count).fill(NaN);
  return Promise.resolve({
    words: { keep: none(), span: none(), final: none() },
    tokens: {
      word: new Int32Array(0),
      keep: new Float32Array(0),
      final: new Float32Array(0),
      textIndex: new Uint32Array(0),
      table: [],
    },
    encodings: {
      line: new Int32Array(0),
      attentionMass: undefined,
      layerAttentionMean: undefined,
      vectors: undefined,
      weights: undefined,
      vectorSize: 0,
    },
    encodedTokens: 0,
    windows: 0,
    tokenizeMs: 0,
    inferenceMs: 0,
  });
};
