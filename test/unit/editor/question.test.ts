import assert from 'node:assert/strict';
import { REASONS, type Relevance } from '../../../src/compress/result';
import { explain } from '../../../src/editor/explain';
import { discardedLines, linesGoing, relevantLines } from '../../../src/editor/marks';
import { uncovered } from '../../../src/editor/stretches';
import { PendingPiece } from '../../../src/editor/pending';
import {
  createRegion,
  editRegion,
  isAsRead,
  OVERRIDE,
  overridesOf,
  overrideWords,
  reasonOf,
  type Region,
} from '../../../src/editor/region';
import { regionOf, resultOf } from './regions';

const t = (message: string, ...args: (string | number | boolean)[]): string =>
  message.replace(/\{(\d+)\}/g, (_, i: string) => String(args[Number(i)]));

const TEXT =
  'The parser fails.\nNobody knows why.\nThe buffer was cut.\nIt never grows.\nSo it is.\nAnd more.\n';

function asked(line: readonly number[], answers: readonly number[], by: Relevance['by'] = 'meaning'): Region {
  const result = resultOf(TEXT, () => false);
  return createRegion(0, true, TEXT, {
    ...result,
    relevance: {
      question: 'why does the buffer fail',
      words: ['why', 'does', 'the', 'buffer', 'fail'],
      line: Float32Array.from(line),
      answers: Uint32Array.from(answers),
      by,
    },
  });
}

describe('lines that have to do with the question', () => {
  const values = [0.9, 0.2, 0.95, 0.6, 0, 0, 0];

  it('are the best fifth at most, joined', () => {
    assert.deepEqual(relevantLines(asked(values, [0, 0, 0, 0, 0, 0, 0])), [
      [0, 1],
      [2, 3],
    ]);
    assert.deepEqual(
      relevantLines(
        asked(
          values.map((value) => value / 2),
          [0, 0, 0, 0, 0, 0, 0],
        ),
      ),
      [],
    );
    assert.deepEqual(relevantLines(regionOf(TEXT, () => false)), []);
  });

  it('follow edits', () => {
    const region = editRegion(asked(values, [0, 0, 0, 0, 0, 0, 0]), { start: 0, end: 0, text: 'New.\n' });
    assert.ok(region);
    assert.deepEqual(relevantLines(region), [
      [1, 2],
      [3, 4],
    ]);
  });

  it('say which words of the question they answer', () => {
    const region = asked(values, [0b10000, 0, 0b11000, 0, 0, 0, 0]);
    const buffer = explain(region, 7, t);
    assert.equal(buffer.answers, 'This line matches these words of the question: “buffer”, “fail”.');
    assert.match(buffer.scores, /relevance 0\.95$/);
    assert.equal(explain(region, 3, t).answers, 'This line matches no word of the question.');
    const sofar = asked(values, [0, 0, 0, 0, 0, 0, 0], 'words');
    assert.equal(explain(sofar, 3, t).answers, 'No word of the question is found in this line so far.');
    assert.equal(
      explain(
        regionOf(TEXT, () => false),
        3,
        t,
      ).answers,
      '',
    );
  });
});

describe('reasons in plain words', () => {
  const reasoned = (reason: (typeof REASONS)[number], kept: boolean, rule = 0): Region => {
    const result = resultOf(TEXT, () => !kept);
    const count = result.words.start.length;
    return createRegion(0, true, TEXT, {
      ...result,
      rules: [
        ...result.rules,
        { name: 'request', family: 'pinned', title: 'The last request', explain: 'It is open.' },
      ],
      decisions: {
        ...result.decisions,
        reason: new Uint8Array(count).fill(REASONS.indexOf(reason)),
        rule: new Uint8Array(count).fill(rule),
      },
      report: { ...result.report, budget: { asked: 10, policy: 'h2o', over: 0, held: {} } },
    });
  };

  it('name the policy and the rule', () => {
    assert.match(explain(reasoned('policy', false), 1, t).sentence, /policy “H2O” finds other parts/);
    assert.match(explain(reasoned('policy', true), 1, t).sentence, /policy “H2O” counts it/);
    const rules = resultOf(TEXT, () => false).rules.length;
    const pinned = explain(reasoned('pinned', true, rules + 1), 1, t);
    assert.deepEqual([pinned.decision, pinned.sentence], ['Kept by a rule', 'The last request: It is open.']);
    const own = explain(overrideWords(reasoned('budget', false, rules + 1), 1, 2, true), 1, t);
    assert.deepEqual([own.decision, own.sentence], ['Kept by you', 'You keep this, whatever its score.']);
    assert.match(explain(reasoned('sink', true), 1, t).sentence, /first lines always stay/);
    assert.match(explain(reasoned('recent', true), 1, t).sentence, /most recent lines always stay/);
  });

  it('count the lines that go together', () => {
    const code = 'Some words stay here, of course.\n\n```\none two\nthree\n\nfour\nfive\n```\n\nAnd these.\n';
    const gone = new Set(['one', 'two', 'three', 'four', 'five']);
    const region = regionOf(code, (word) => gone.has(word));
    const line = (word: string): number => code.slice(0, code.indexOf(word)).split('\n').length - 1;
    assert.equal(linesGoing(region, line('three')), 4);
    assert.equal(linesGoing(region, 0), 0);
    const word = region.geometry.words.start.findIndex((start) => code.startsWith('three', start));
    assert.equal(explain(region, word, t).company, '4 lines go here together.');
    assert.equal(explain(region, 0, t).company, '');
    assert.deepEqual(
      discardedLines(region, { openStart: false, openEnd: false }).map((run) => [
        run.firstLine,
        run.endLine,
        run.kind,
      ]),
      [[line('one'), line('five') + 1, 'code']],
    );
  });
});

describe('a result that was told of pins', () => {
  const overrides = { pinned: Int32Array.of(0, 3), released: Int32Array.of(4, 10, 11, 17) };
  const told = (follows: boolean): Region => {
    const index = (word: string): boolean => ['parser', 'fails.'].includes(word);
    return createRegion(
      0,
      true,
      TEXT,
      resultOf(TEXT, (word) => follows && index(word)),
      overrides,
    );
  };

  it('marks them, and says them again', () => {
    for (const region of [told(true), told(false)]) {
      assert.deepEqual([...region.override.slice(0, 4)], [1, 2, 2, 0]);
      assert.deepEqual([...region.keep.slice(0, 4)], [1, 0, 0, 1]);
      assert.deepEqual(overridesOf(region), {
        pinned: Int32Array.of(0, 3),
        released: Int32Array.of(4, 17),
      });
    }
    assert.equal(told(true).pristine, true);
    assert.equal(told(false).pristine, false);
    assert.equal(reasonOf(told(false), 0), 'pinned');
  });

  it('takes them back, until the engine is asked again', () => {
    const back = overrideWords(told(true), 1, 2, true);
    assert.equal(back.override[1], OVERRIDE.none);
    assert.equal(back.keep[1], 1);
    assert.ok(isAsRead(back));
  });

  it('holds what is pinned under any budget, kept anyway or not', () => {
    const region = overrideWords(
      regionOf(TEXT, () => false),
      0,
      1,
      true,
    );
    assert.equal(region.override[0], OVERRIDE.pinned);
    assert.deepEqual(overridesOf(region)?.pinned, Int32Array.of(0, 3));
    assert.equal(overridesOf(regionOf(TEXT, () => false)), undefined);
  });
});

describe('decisions that come in parts', () => {
  const result = resultOf(TEXT, (word) => word === 'The');
  const { start, end } = result.words;
  const MODEL = REASONS.indexOf('model');
  const UNDECIDED = REASONS.indexOf('undecided');
  const partial = (first: number, keep: readonly number[], reason = MODEL) => ({
    first,
    start: start.slice(first, first + keep.length),
    end: end.slice(first, first + keep.length),
    keep: Uint8Array.from(keep),
    reason: new Uint8Array(keep.length).fill(reason),
    windowsDone: 1,
    windows: 2,
  });

  it('replace earlier ones of the same words, wherever they begin', () => {
    const piece = new PendingPiece(0, TEXT, true);
    piece.add(partial(0, [0, 0, 0, 0, 0, 0]));
    piece.add(partial(2, [1, 1]));
    assert.deepEqual(piece.discardedBetween(0, TEXT.length), [
      [0, 3],
      [4, 10],
      [25, 30],
      [31, 35],
    ]);
    piece.add(partial(0, [1, 1, 1, 1, 1, 1]));
    assert.deepEqual(piece.discardedBetween(0, TEXT.length), []);
    assert.deepEqual(piece.decidedBetween(0, TEXT.length), [[0, 35]]);
  });

  it('leave words without a decision to the earlier result', () => {
    const piece = new PendingPiece(0, TEXT, true);
    piece.add(partial(0, [1, 1], UNDECIDED));
    piece.add(partial(4, [0, 1]));
    assert.deepEqual(piece.decidedBetween(0, TEXT.length), [[25, 35]]);
    assert.deepEqual(uncovered(18, 40, piece.decidedBetween(0, TEXT.length)), [
      [18, 25],
      [35, 40],
    ]);
    assert.deepEqual(uncovered(26, 30, [[25, 35]]), []);
    assert.deepEqual(uncovered(0, 5, []), [[0, 5]]);
  });
});
