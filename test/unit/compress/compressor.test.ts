import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { createCompressor, type Compressor } from '../../../src/compress/compressor';
import { loadTokenCounter, type TokenCounter } from '../../../src/compress/counter';
import { REASONS, type CompressResult } from '../../../src/compress/result';
import { loadPolicies } from '../../../src/engine/policies';
import type { Scorer } from '../../../src/scoring/scorer';
import { sliceSpans } from '../../../src/text/spans';
import { prose } from '../../bench/prose';
import { openScorer } from '../../open-scorer';
import { longHostileText } from '../hostile';

const REPORT =
  'Thanks for the report! I had a look at this yesterday evening and I think I finally understand what is going on. ' +
  'Basically, the date parser in `src/date.ts` does not read the trailing time zone, because the check runs before the ' +
  'value is trimmed. It is really quite a common mistake, to be honest. We should never cache the result unless the flag ' +
  '--cache is set, which of course nobody does by hand. It took 42 minutes to find.';

describe('compressor, with the bundled model', function () {
  this.timeout(60_000);
  let scorer: Scorer;
  let counter: TokenCounter;
  let compressor: Compressor;
  before(async () => {
    scorer = await openScorer(path.resolve('models/kompress-small'));
    counter = await loadTokenCounter();
    compressor = createCompressor({
      scorer: () => Promise.resolve(scorer),
      counter: () => Promise.resolve(counter),
      policies: () => loadPolicies(path.resolve('models/eviction-policy')),
    });
  });
  const compress = (text: string, ratio?: number): Promise<CompressResult> =>
    compressor.compress({ text, budget: ratio === undefined ? { kind: 'model' } : { kind: 'ratio', ratio } });
  const output = (text: string, result: CompressResult): string => sliceSpans(text, result.kept);

  it('drops filler and keeps facts, negations, numbers, flags and code', async () => {
    const result = await compress(REPORT);
    const compressed = output(REPORT, result);
    for (const needed of [
      'does not read',
      'never',
      'unless',
      '--cache',
      '42 minutes',
      '`src/date.ts`',
      'because',
    ])
      assert.ok(compressed.includes(needed), `${needed} in: ${compressed}`);
    for (const filler of ['to be honest', 'of course', 'really quite'])
      assert.ok(!compressed.includes(filler), filler);
    assert.ok(result.report.tokens.after < 0.85 * result.report.tokens.before);
    assert.equal(result.report.tokens.after, counter.count(compressed));
  });

  it('gives every word one decision, one reason and a score', async () => {
    const result = await compress(REPORT);
    const words = REPORT.split(/\s+/).length;
    assert.equal(result.decisions.keep.length, words);
    assert.equal(
      Object.values(result.report.reasons).reduce((sum, count) => sum + count, 0),
      words,
    );
    for (const reason of result.decisions.reason) assert.ok(reason < REASONS.length);
    for (const score of result.scores.final) assert.ok(score >= 0 && score <= 1);
  });

  for (const [count, sentence] of [
    [0, /no words/],
    [1, /only 1 word/],
    [9, /only 9 words/],
  ] as const)
    it(`passes a text of ${count} words through and says so`, async () => {
      const text = Array.from({ length: count }, () => 'really').join(' ');
      const result = await compress(text);
      assert.equal(output(text, result), text);
      assert.match(result.report.warnings.join(' '), sentence);
    });

  it('leaves code, JSON, logs, diffs and tables whole and says so', async () => {
    const blocks = [
      '```ts\nconst really = parse(value);\nreturn really;\n```',
      '{\n  "name": "really",\n  "list": [1, 2, 3]\n}',
      '2026-01-02 10:11:12 INFO server really started\n2026-01-02 10:11:13 ERROR server stopped',
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-really old\n+really new',
      '| really | b |\n|---|---|\n| of | course |',
    ];
    for (const block of blocks) {
      const text = `${REPORT}\n\n${block}\n\n${REPORT}\n`;
      const result = await compress(text);
      assert.ok(output(text, result).includes(block), block);
      assert.match(result.report.warnings.join(' '), /stay whole/);
    }
  });

  it('reaches a ratio from above and from below, by whole sentences when it is tight', async () => {
    const text = prose(600, 3);
    for (const ratio of [0.9, 0.6, 0.35, 0.2]) {
      const { report } = await compress(text, ratio);
      assert.ok(report.ratio.reached <= ratio + 1e-9, `${report.ratio.reached} for ${ratio}`);
      assert.ok(report.ratio.reached > ratio - 0.05, `${report.ratio.reached} for ${ratio}`);
      assert.equal(report.ratio.asked, ratio);
    }
  });

  it('cuts a text of one long sentence rather than dropping it', async () => {
    const text =
      'The importer reads `orders.csv` from /var/data/in, checks each of the 42 columns against schema.json, writes what ' +
      'it rejects to rejected.log with the number of the line, moves on to the next file, and when all of them are done ' +
      'it sends a short report to ops@example.org, which somebody then really ought to have a look at in the morning.';
    const result = await compress(text, 0.5);
    assert.ok(
      result.report.ratio.reached > 0.3 && result.report.ratio.reached <= 0.5,
      `${result.report.ratio.reached}`,
    );
  });

  it('leaves a text as it is at a ratio of 1', async () => {
    const text = `${REPORT}\n\n— so it goes\n---\n\nTitle\n=====\n\n- One: two\n`;
    assert.equal(output(text, await compress(text, 1)), text);
  });

  it('leaves nothing of a sentence that would say nothing', async () => {
    const result = await compress(
      `Let me have a look at it. ${REPORT} Could you please just have a look at it for me?`,
    );
    const words = output(
      `Let me have a look at it. ${REPORT} Could you please just have a look at it for me?`,
      result,
    );
    assert.doesNotMatch(words, /(?:^|[.?] )(?:at|it|me)[.?]/);
  });

  for (const ratio of [0, -1, 1.5, NaN, Infinity])
    it(`refuses the ratio ${ratio} in one sentence`, async () => {
      await assert.rejects(compress(REPORT, ratio), /The ratio must be a number above 0 and not above 1/);
    });

  it('says why nothing was removed', async () => {
    const text = '```\n' + 'a = b + c;\n'.repeat(12) + '```\n';
    const result = await compress(text);
    assert.equal(output(text, result), text);
    assert.match(result.report.warnings.join(' '), /Nothing was removed: all of it is code/);
  });

  it('streams decisions that the final result confirms or only adds to, the visible part first', async () => {
    const text = prose(3_000, 5);
    const visible = [Math.floor(text.length * 0.8), Math.floor(text.length * 0.85)] as const;
    const seen: number[] = [];
    const dropped = new Set<number>();
    const result = await compressor.compress(
      { text, budget: { kind: 'model' }, visible },
      {
        onPartial: ({ first, start, keep, reason }) => {
          seen.push(start[0] ?? -1);
          keep.forEach((value, i) => {
            if (value === 0 && REASONS[reason[i] ?? 0] === 'model') dropped.add(first + i);
          });
        },
      },
    );
    assert.ok(seen.length > 5);
    const nearest = Math.min(...seen.map((start) => Math.abs(start - visible[0])));
    assert.ok(Math.abs((seen[0] ?? 0) - visible[0]) <= nearest + 3_000);
    const confirmed = [...dropped].filter((word) => result.decisions.keep[word] === 0).length;
    assert.ok(dropped.size > 200 && confirmed / dropped.size > 0.9, `${confirmed} of ${dropped.size}`);
  });

  it('stops in mid-run when it is cancelled', async () => {
    const controller = new AbortController();
    const running = compressor.compress(
      { text: prose(20_000, 9), budget: { kind: 'model' } },
      { signal: controller.signal, onProgress: (done) => done === 2 && controller.abort() },
    );
    await assert.rejects(running, { name: 'AbortError' });
  });

  it('outputs words of the original, in order, and nothing else, on any input', async () => {
    await fc.assert(
      fc.asyncProperty(longHostileText, fc.constantFrom(undefined, 0.3, 0.8), async (text, ratio) => {
        const result = await compress(text, ratio);
        const compressed = output(text, result);
        const original = text.split(/\s+/).filter((word) => word !== '');
        let position = 0;
        for (const word of compressed.split(/\s+/).filter((entry) => entry !== '')) {
          position = original.indexOf(word, position) + 1;
          assert.ok(position > 0, `${JSON.stringify(word)} is not in order in ${JSON.stringify(text)}`);
        }
        assert.equal(result.report.tokens.after, counter.count(compressed));
      }),
      { numRuns: 60 },
    );
  });
});
