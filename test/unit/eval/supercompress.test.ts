import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createNetwork, parseNetwork } from '../../../src/policy/network';
import { createRandom, generateContext } from '../../eval/supercompress/contexts';
import { createNetworkTrainer } from '../../eval/supercompress/network-trainer';
import {
  budgetOf,
  definedName,
  entitiesOf,
  FEATURES,
  keptLines,
  rankTokens,
  readSuperCompress,
  tokensOf,
  typeOf,
} from '../../eval/supercompress/policy';

const WEIGHTS = path.resolve('test/eval/supercompress/weights.json');
const network = () => createNetwork(parseNetwork(JSON.parse(readFileSync(WEIGHTS, 'utf8')), FEATURES));
const close = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-6, `${String(actual)} instead of ${expected}`);

describe('the published policy that eval measures against', () => {
  it('cuts lines into identifiers and single characters', () => {
    assert.deepEqual(tokensOf('  row_2 = a.b(10)'), ['row_2', '=', 'a', '.', 'b', '(', '1', '0', ')']);
    assert.deepEqual(tokensOf('   '), [' ']);
    assert.deepEqual(tokensOf('a 😀'), ['a', '😀']);
  });

  it('takes identifiers of a question for entities, short and common ones aside', () => {
    assert.deepEqual(
      [...entitiesOf('What does parse_row return in db.py, and Where is it?')],
      ['parse_row', 'and'],
    );
  });

  it('tells types by token and line', () => {
    assert.equal(typeOf('#', 'x = 1 # why'), 'comment');
    assert.equal(typeOf('x', 'x = 1 /* why */'), 'comment');
    assert.equal(typeOf('>', '> quoted'), 'chat');
    assert.equal(typeOf('os', '  import os'), 'boilerplate');
    assert.equal(typeOf('b', 'from a import b'), 'boilerplate');
    assert.equal(typeOf(' ', ''), 'boilerplate');
    assert.equal(typeOf('important', 'important = 1'), 'code');
  });

  it('finds the name that a line defines', () => {
    assert.equal(definedName('  async def load(cls, n: int):'), 'load');
    assert.equal(definedName('undefined = 1'), undefined);
  });

  it('makes up attention by type, importance and recency', () => {
    const { line, features } = readSuperCompress(['def load(x):', '', 'size = x'], 'Which size?');
    assert.deepEqual([...line], [0, 0, 0, 0, 0, 0, 1, 2, 2, 2]);
    const row = (position: number): number[] => [
      ...features.subarray(position * FEATURES, (position + 1) * FEATURES),
    ];
    // `def` opens a definition: 0.55 + 0.35 + noise + half of 0.35, at most 1.
    close(row(0)[0], 1);
    close(row(0)[1], (0.9 + 0.0075438) * 0.930936);
    close(row(0)[2], 0.1);
    assert.deepEqual(row(0).slice(3), [0, 1, 0, 0, 0, 0]);
    // A plain token of the first line.
    close(row(2)[0], 0.55 + (0.15 * 2) / 9 + 0.0075438);
    // The blank line.
    close(row(6)[0], 0.08 + (0.15 * 6) / 9 + 0.0075438);
    assert.deepEqual(row(6).slice(3), [0, 0, 0, 0, 1, 0]);
    // The entity: its mass gains 0.25 and its layer mean 0.15, to 1 at most.
    close(row(7)[0], 1);
    close(row(7)[1], 1);
    assert.deepEqual(row(7).slice(3), [1, 1, 0, 0, 0, 0]);
    close(row(9)[2], 1);
  });

  it('asks for 16 tokens at least, and for no more than there are', () => {
    assert.equal(budgetOf(1000, 0.35), 350);
    assert.equal(budgetOf(30, 0.35), 16);
    assert.equal(budgetOf(9, 0.35), 9);
  });

  it('ranks entities of the question first, and gives out whole lines, the first 2 and the last 8', () => {
    const lines = Array.from({ length: 60 }, (_, i) =>
      i === 30 ? 'the retry_limit is set here' : `nothing of note in ${i}`,
    );
    const text = readSuperCompress(lines, 'What is retry_limit?');
    const ranking = rankTokens(text, network());
    assert.equal(ranking.length, text.line.length);
    assert.equal(new Set(ranking).size, ranking.length);
    assert.equal(text.line[ranking[0] ?? -1], 30);
    const kept = keptLines(text, ranking, 1, lines.length);
    const numbers = [...kept.keys()].filter((line) => kept[line] === 1);
    assert.deepEqual(numbers, [0, 1, 30, 52, 53, 54, 55, 56, 57, 58, 59]);
    assert.deepEqual([...keptLines(text, ranking, 0, 4)], [1, 1, 1, 1]);
  });
});

describe('training of the published policy', () => {
  it('trains on attention that is made from the label', () => {
    const { features, labels } = generateContext(createRandom(1));
    const mean = (wanted: number): number => {
      const rows = [...labels.keys()].filter((row) => labels[row] === wanted);
      return rows.reduce((sum, row) => sum + (features[row * FEATURES] ?? 0), 0) / rows.length;
    };
    assert.equal(features.length, labels.length * FEATURES);
    assert.ok(mean(1) - mean(0) > 0.3);
  });

  it('has the loss of the network that it gives, and learns', () => {
    const random = createRandom(3);
    const contexts = [generateContext(random)];
    const { features, labels } = contexts[0] ?? { features: new Float32Array(0), labels: new Uint8Array(0) };
    const trainer = createNetworkTrainer(random);
    const run = (): number => {
      const logits = new Float32Array(labels.length);
      createNetwork(parseNetwork({ weights: trainer.weights() }, FEATURES)).run(
        features,
        labels.length,
        logits,
      );
      const loss = labels.reduce(
        (sum, label, row) =>
          sum + Math.log1p(Math.exp(label === 1 ? -(logits[row] ?? 0) : (logits[row] ?? 0))),
        0,
      );
      return loss / labels.length;
    };
    const before = run();
    assert.ok(Math.abs(trainer.step(contexts) - before) < 1e-4);
    for (let step = 0; step < 15; step++) trainer.step(contexts);
    assert.ok(run() < before - 0.2, `${before} to ${run()}`);
  });
});
