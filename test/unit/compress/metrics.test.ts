import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  answerQuality,
  entityRecall,
  evidenceRecall,
  findEntities,
  mustKeepRecall,
  questionEntities,
} from '../../../src/compress/metrics';
import { sliceSpans } from '../../../src/text/spans';

const TEXT = 'get_user reads kv_store\nnothing of note\nkv_store has a TTL of 300\n';
const LINES = { start: Int32Array.of(0, 24, 40), end: Int32Array.of(23, 39, 65) };

describe('question entities', () => {
  it('are its longer identifiers without stop words, once each', () => {
    assert.deepEqual(questionEntities('How does get_user interact with kv_store? Is KV_STORE a class?'), [
      'get_user',
      'interact',
      'with',
      'kv_store',
    ]);
    assert.deepEqual(questionEntities('What is it?'), []);
    assert.deepEqual(questionEntities(''), []);
  });

  it('keep letters of other scripts together', () => {
    assert.deepEqual(questionEntities('Welche Größe hat der Puffer?'), [
      'Welche',
      'Größe',
      'hat',
      'der',
      'Puffer',
    ]);
  });

  it('are bounded for a question of 10,000 words', () => {
    const question = Array.from({ length: 10_000 }, (_, i) => `name${i}`).join(' ');
    assert.equal(questionEntities(question).length, 256);
  });
});

describe('entity recall', () => {
  const found = findEntities(questionEntities('Why does get_user miss kv_store and Redis?'), TEXT);

  it('counts entities that occur in the text only', () => {
    assert.equal(found.distinct, 2);
    assert.equal(entityRecall(found, Int32Array.of(0, TEXT.length)), 1);
    assert.equal(entityRecall(found, Int32Array.of(24, 40)), 0);
    assert.equal(entityRecall(found, Int32Array.of()), 0);
    // The second mention is enough.
    assert.equal(entityRecall(found, Int32Array.of(40, 48)), 0.5);
    // Half a name is none.
    assert.equal(entityRecall(found, Int32Array.of(3, 23)), 0.5);
  });

  it('is unknown where nothing of the question is in the text', () => {
    assert.equal(entityRecall(findEntities(['Redis'], TEXT), Int32Array.of(0, TEXT.length)), undefined);
    assert.equal(entityRecall(findEntities([], TEXT), Int32Array.of(0, 3)), undefined);
  });

  it('says what a search of the output finds', () => {
    const entities = ['alpha', 'beta', 'gamma'];
    fc.assert(
      fc.property(
        fc.array(fc.record({ word: fc.constantFrom('alpha', 'BETA', 'gamma', 'other'), keep: fc.boolean() })),
        (pieces) => {
          const text = pieces.map(({ word }) => `${word} `).join('');
          const spans: number[] = [];
          let position = 0;
          for (const { word, keep } of pieces) {
            if (keep && spans.at(-1) === position) spans[spans.length - 1] = position + word.length + 1;
            else if (keep) spans.push(position, position + word.length + 1);
            position += word.length + 1;
          }
          const kept = Int32Array.from(spans);
          const output = new Set(sliceSpans(text, kept).toLowerCase().split(' '));
          const before = entities.filter((entity) => text.toLowerCase().includes(entity));
          const after = before.filter((entity) => output.has(entity));
          assert.equal(
            entityRecall(findEntities(entities, text), kept),
            before.length === 0 ? undefined : after.length / before.length,
          );
        },
      ),
    );
  });
});

describe('evidence recall', () => {
  const recall = (evidence: readonly number[], ...kept: number[]): number | undefined =>
    evidenceRecall(evidence, TEXT, LINES, Int32Array.from(kept));

  it('counts lines of which at least half stays', () => {
    assert.equal(recall([0, 2], 0, TEXT.length), 1);
    assert.equal(recall([0, 2], 0, 24), 0.5);
    assert.equal(recall([0, 2], 24, 40), 0);
    assert.equal(recall([2], 40, 44, 60, 65), 0);
    assert.equal(recall([2], 40, 48, 49, 52, 60, 65), 1);
  });

  it('is unknown without lines that say something', () => {
    assert.equal(recall([], 0, 5), undefined);
    assert.equal(recall([3, -1, NaN, 0.5], 0, 5), undefined);
    assert.equal(recall([1, 1], 24, 39), 1);
    assert.equal(
      evidenceRecall([0], '   ', { start: Int32Array.of(0), end: Int32Array.of(3) }, Int32Array.of(0, 3)),
      undefined,
    );
  });
});

describe('must-keep recall', () => {
  it('counts words of must-keep and negation rules', () => {
    const rules = [{ family: 'must-keep' }, { family: 'negation' }, { family: 'pinned' }] as const;
    const decisions = { keep: Uint8Array.of(1, 0, 1, 0, 0), rule: Uint8Array.of(1, 1, 2, 3, 0) };
    assert.equal(mustKeepRecall(decisions, rules), 2 / 3);
    assert.equal(mustKeepRecall({ keep: Uint8Array.of(1), rule: Uint8Array.of(0) }, rules), undefined);
  });
});

describe('answer quality', () => {
  it('is the mean of what is known, and nothing without a question', () => {
    const all = { evidenceRecall: 1, entityRecall: 0.5, mustKeepRecall: 0.9 };
    assert.ok(Math.abs((answerQuality(all) ?? NaN) - 0.8) < 1e-12);
    assert.equal(answerQuality({ ...all, evidenceRecall: undefined, mustKeepRecall: undefined }), 0.5);
    assert.equal(
      answerQuality({ evidenceRecall: undefined, entityRecall: undefined, mustKeepRecall: 1 }),
      undefined,
    );
  });
});
