import assert from 'node:assert/strict';
import { explain, visible } from '../../../src/editor/explain';
import { unlinked } from '../../../src/editor/markdown';
import {
  age,
  bar,
  family,
  grouped,
  percent,
  rough,
  score,
  short,
  size,
  type Translate,
} from '../../../src/editor/numbers';
import { RULES } from '../../../src/compress/protection/protect';
import { REASONS } from '../../../src/compress/result';
import { createRegion, editRegion, overrideWords } from '../../../src/editor/region';
import { regionOf } from './regions';

const t: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)]));
const TEXT = 'The parser fails and the buffer was cut in the middle.\n';

describe('numbers', () => {
  it('are short where there is little room', () => {
    assert.deepEqual([0, 980, 1000, 4210, 12_480, 100_000, 999_499, 1_260_000].map(short), [
      '0',
      '980',
      '1k',
      '4.2k',
      '12.5k',
      '100k',
      '999k',
      '1.3M',
    ]);
  });
  it('are exact where it counts, and rough where they are estimates', () => {
    assert.equal(grouped(12_480), '12,480');
    assert.deepEqual([7, 99, 313, 31_350].map(rough), ['7', '99', '310', '31k']);
  });
  it('never say 0 % or 100 % for something between', () => {
    assert.deepEqual(
      [percent(0, 0), percent(1, 1000), percent(999, 1000), percent(34, 100), percent(5, 5)],
      ['0 %', '1 %', '99 %', '34 %', '100 %'],
    );
  });
  it('draw scores', () => {
    assert.equal([0, 0.18, 0.44, 0.99, 1].map(bar).join(''), '▁▂▄██');
    assert.deepEqual([score(0.999), score(1), score(0.314)], ['0.99', '1.00', '0.31']);
  });
  it('say ages, sizes and tokenizers as people do', () => {
    const now = Date.UTC(2026, 0, 31);
    const ago = (minutes: number): string => age(now - minutes * 60_000, now, t);
    assert.deepEqual(
      [ago(0), ago(5), ago(200), ago(1500), ago(60 * 24 * 9), ago(60 * 24 * 90)],
      ['just now', '5 min ago', '3 h ago', 'yesterday', '9 days ago', '3 months ago'],
    );
    assert.deepEqual([size(12), size(29_000), size(2_232_847)], ['12 B', '29 kB', '2.2 MB']);
    assert.equal(family('o200k_base'), 'o200k');
  });
});

describe('explanation of a word', () => {
  const region = regionOf(TEXT, (word) => word === 'and');

  it('says the decision, the scores, the tokens and why', () => {
    assert.deepEqual(explain(region, 3, t), {
      kept: false,
      decision: 'Discarded',
      against: 'score 0.10, needs more than 0.50',
      scores: 'keep 0.10   span 0.10   final 0.10',
      tokens: ['·and ▁ .10'],
      model: 'by hand',
      sentence: 'The model finds that this adds little here.',
      answers: '',
      company: '',
    });
    assert.equal(explain(region, 1, t).decision, 'Kept');
  });

  it('does not hold a score against a word where something else decided', () => {
    const { result } = region;
    const reason = Uint8Array.from(result.decisions.reason).fill(REASONS.indexOf('budget'), 1, 2);
    const keep = Uint8Array.from(result.decisions.keep).fill(0, 1, 2);
    const gone = createRegion(0, false, TEXT, {
      ...result,
      decisions: { ...result.decisions, keep, reason },
    });
    const said = explain(gone, 1, t);
    assert.deepEqual([said.decision, said.against], ['Discarded', '']);
    assert.match(said.scores, /^keep 0\.90/);
  });

  it('names the rule that protects a word', () => {
    const { result } = region;
    const rule = Uint8Array.from(result.decisions.rule).fill(1, 1, 2);
    const reason = Uint8Array.from(result.decisions.reason).fill(REASONS.indexOf('negation'), 1, 2);
    const guarded = createRegion(0, false, TEXT, {
      ...result,
      decisions: { ...result.decisions, rule, reason },
    });
    const { title, explain: why } = RULES[0] ?? assert.fail('there are rules');
    assert.equal(explain(guarded, 1, t).sentence, `Protected, ${title}: ${why}`);
  });

  it('says what the person decided', () => {
    assert.equal(explain(overrideWords(region, 3, 4, true), 3, t).decision, 'Kept by you');
    assert.equal(explain(overrideWords(region, 1, 2, false), 1, t).decision, 'Discarded by you');
  });

  it('says of a typed word that it has no score', () => {
    const next = editRegion(region, { start: 4, end: 4, text: 'new ' });
    assert.ok(next);
    const said = explain(next, 1, t);
    assert.equal(said.against, '');
    assert.deepEqual(said.tokens, []);
    assert.match(said.sentence, /You typed this/);
  });

  it('shows blanks and never lets a token break its line', () => {
    assert.equal(visible(' a\tb\r\nc\u202e\u0000\ud800'), '·a→b⏎c���');
    assert.equal(visible('x'.repeat(50)), `${'x'.repeat(40)}…`);
  });
});

describe('messages', () => {
  it('make no link of what a file is called', () => {
    const name = 'notes [open](command:workbench.action.quit).md';
    // How VS Code finds links in notifications.
    const link = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+\)/;
    assert.match(name, link);
    assert.doesNotMatch(unlinked(name), link);
    assert.equal(unlinked('plain [words] (here)'), 'plain [words] (here)');
  });
});
