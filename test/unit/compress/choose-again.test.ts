import assert from 'node:assert/strict';
import path from 'node:path';
import { createCompressor, type Compressor } from '../../../src/compress/compressor';
import { loadTokenCounter, type TokenCounter } from '../../../src/compress/counter';
import type { Budget, CompressRequest, CompressResult } from '../../../src/compress/result';
import { loadPolicies } from '../../../src/engine/policies';
import { createCachingScorer } from '../../../src/scoring/cache';
import type { Scorer } from '../../../src/scoring/scorer';
import { sliceSpans } from '../../../src/text/spans';
import { openScorer } from '../../open-scorer';
import { QUESTION, SESSION } from './session';

describe('choosing again, with the bundled models', function () {
  this.timeout(120_000);
  let scorer: Scorer;
  let counter: TokenCounter;
  let compressor: Compressor;
  before(async () => {
    scorer = createCachingScorer(await openScorer(path.resolve('models/kompress-small')), { maxBytes: 1e8 });
    counter = await loadTokenCounter();
    compressor = createCompressor({
      scorer: () => Promise.resolve(scorer),
      counter: () => Promise.resolve(counter),
      policies: () => loadPolicies(path.resolve('models/eviction-policy')),
    });
  });
  const run = (text: string, budget: Budget, more: Partial<CompressRequest> = {}): Promise<CompressResult> =>
    compressor.compress({ text, budget, ...more });
  const ratio = (value: number): Budget => ({ kind: 'ratio', ratio: value });
  const output = (text: string, { kept }: CompressResult): string => sliceSpans(text, kept);

  it('never gives one text the words, lines or structure of another that has the same prose', async () => {
    const code = (lines: number): string =>
      ['```js', ...Array.from({ length: lines }, (_, i) => `call(${i});`), '```'].join('\n');
    const around = 'The build broke again this morning, and nobody really knew why it did that at first.';
    for (const lines of [8, 20]) {
      const text = `${around}\n\n${code(lines)}\n\n${around}`;
      const result = await run(text, { kind: 'model' });
      assert.equal(result.lines.start.length, text.split('\n').length);
      assert.equal(result.words.start.length, result.decisions.keep.length);
    }
    const plain = await compressor.compressParts({ text: SESSION, budget: ratio(0.5) });
    const hints = [{ firstLine: 0, endLine: SESSION.split('\n').length, as: 'output' }] as const;
    const hinted = await compressor.compressParts({ text: SESSION, budget: ratio(0.5), hints });
    assert.notEqual(hinted.base.key, plain.base.key);
    assert.ok(hinted.base.structure.lineKind.every((kind) => kind !== 0));
    const again = await compressor.compressParts({ text: SESSION, budget: ratio(0.2) });
    assert.equal(again.base, plain.base);
  });

  it('gives the same whatever was asked before', async () => {
    const requests: Partial<CompressRequest>[] = [
      {},
      { question: QUESTION },
      { question: 'Which platforms were checked?' },
      { question: QUESTION, policy: 'summarization' },
      { policy: 'oracle', evidence: [31] },
      { policy: 'oracle', evidence: [40] },
      { policy: 'summarization', turns: [{ firstLine: 20, endLine: 40, role: 'user' }] },
      { policy: 'summarization' },
      { budget: { kind: 'model' }, question: QUESTION },
      { keepPatterns: [{ kind: 'literal', pattern: 'step 17' }] },
    ];
    const choice = async (more: Partial<CompressRequest>, by: Compressor): Promise<unknown> => {
      const { decisions, kept, relevance } = await by.compress({
        text: SESSION,
        budget: ratio(0.3),
        ...more,
      });
      return { decisions, kept, relevance };
    };
    const kit = await loadPolicies(path.resolve('models/eviction-policy'));
    for (const more of [...requests, ...requests.toReversed()]) {
      const fresh = createCompressor({
        scorer: () => Promise.resolve(scorer),
        counter: () => Promise.resolve(counter),
        policies: () => Promise.resolve(kit),
      });
      assert.deepEqual(await choice(more, compressor), await choice(more, fresh), JSON.stringify(more));
    }
  });

  it('takes lines without full stops one by one', async () => {
    const text = Array.from({ length: 100 }, (_, i) => `alpha beta gamma delta number${i}`).join('\n');
    for (const question of [undefined, 'What is with number42?']) {
      const result = await run(text, ratio(0.35), question === undefined ? {} : { question });
      const { tokens, budget } = result.report;
      assert.ok(budget !== undefined && tokens.after <= budget.asked, `${tokens.after} tokens`);
      assert.ok(tokens.after > 0.9 * budget.asked);
      if (question !== undefined) assert.ok(output(text, result).includes('number42'));
    }
  });

  it('passes a budget by no more than what always stays, however long the frames of a line are', async () => {
    const words = (count: number, seed: number): string =>
      Array.from({ length: count }, (_, i) => `w${(i * seed) % 97}`).join(' ');
    const text = Array.from({ length: 40 }, (_, i) =>
      [`${'#'.repeat(1 + (i % 6))} ${words(60 + i, i + 3)}`, '', `- short line ${i} of it`, ''].join('\n'),
    ).join('\n');
    const least = (await run(text, { kind: 'tokens', tokens: 1 })).report.tokens.after;
    for (const tokens of [5, 30, 90, 200, 400, 700, 1100]) {
      const { after } = (await run(text, { kind: 'tokens', tokens })).report.tokens;
      assert.ok(after <= Math.max(tokens, least), `${after} of ${tokens}, at least ${least}`);
    }
  });

  it('says why nothing went, or nothing stayed', async () => {
    const roomy = await run(SESSION, { kind: 'tokens', tokens: 1e6 });
    assert.deepEqual(roomy.report.warnings, ['Nothing was removed: all of it fits into the budget.']);
    const line = JSON.stringify(
      Array.from({ length: 200 }, (_, i) => ({ key: i, name: `n${i}` })),
    ).replaceAll(',', ', ');
    const none = await run(line, ratio(0.5));
    assert.equal(output(line, none), '');
    assert.match(none.report.warnings.join(' '), /^Nothing stays: .* Raise the budget\.$/);
    const at42 = SESSION.indexOf('2026-03-09 10:19:00');
    const released = await run(
      `${SESSION}\nIt took 42 minutes.`,
      { kind: 'model' },
      { overrides: { pinned: new Int32Array(0), released: Int32Array.of(at42, at42 + 40) } },
    );
    assert.doesNotMatch(released.report.warnings.join(' '), /budget/);
  });
});
