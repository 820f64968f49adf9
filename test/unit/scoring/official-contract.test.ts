import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { createModernBertScorer } from '../../../src/scoring/modernbert';
import { runSelfcheck } from '../../../src/scoring/selfcheck';
import { indexText } from '../../../src/text/words';
import { loadModel, type Loaded } from './bundled';
import { writeTableModelFolder } from './table-model';

describe('a model file of the official contract', function () {
  this.timeout(30_000);
  let folder = '';
  let model: Loaded;
  before(async () => {
    folder = await writeTableModelFolder({ scores: { a: 0.875, t: 0.25, the: 0.375, z: 0.75, ' ': 1 } });
    model = await loadModel(folder);
  });
  after(async () => {
    await model.session.dispose();
    await rm(folder, { recursive: true });
  });
  const score = (text: string) => createModernBertScorer(model).score(indexText(text));

  it('gives each bare word the maximum over its tokens', async () => {
    const { words, tokens, encodings, windows } = await score('the  cat\n\tthz  "the"\n');
    assert.deepEqual([...words.final], [0.375, 0.875, 0.75, 0.375]);
    assert.deepEqual([...words.keep], [...words.final]);
    assert.ok(words.span.every(Number.isNaN) && words.span.length === 4);
    assert.deepEqual(
      [...tokens.textIndex].map((i) => tokens.table[i]),
      ['the', 'c', 'a', 't', 'th', 'z', '"', 'the', '"'],
    );
    assert.deepEqual([...tokens.word], [0, 1, 1, 1, 2, 2, 3, 3, 3]);
    assert.deepEqual([...encodings.line], [0, 0, 0, 0, 1, 1, 1, 1, 1]);
    assert.deepEqual([...tokens.final].slice(0, 4), [0.375, 0.125, 0.875, 0.25]);
    assert.equal(encodings.vectors, undefined);
    assert.equal(windows, 1);
  });

  it('holds its threshold against the final score', () => {
    assert.deepEqual(createModernBertScorer(model).model.rule, {
      threshold: 0.5,
      borderline: undefined,
      on: 'final',
    });
  });

  it('leaves no word without a score, whatever the length of words and text', async () => {
    const long = `${'x'.repeat(700)}a${'x'.repeat(900)}`;
    const list = Array.from({ length: 2000 }, (_, i) => (i === 777 ? long : i % 3 === 0 ? 'the' : 'cz'));
    const { words, windows } = await score(list.join(' '));
    const expected = list.map((word) => (word === long ? 0.875 : word === 'the' ? 0.375 : 0.75));
    assert.deepEqual([...words.final], expected);
    assert.ok(windows > 6);
  });

  it('pads to a multiple where it is asked to, without a trace in the scores', async () => {
    const padded = { ...model, description: { ...model.description, lengthMultiple: 64 } };
    const text = 'the cat thz';
    const { words } = await createModernBertScorer(padded).score(indexText(text));
    assert.deepEqual(words, (await score(text)).words);
  });

  it('needs no selfcheck file', async () => {
    assert.equal(await runSelfcheck(model), undefined);
  });
});
