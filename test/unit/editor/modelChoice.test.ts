import assert from 'node:assert/strict';
import path from 'node:path';
import { chooseModel } from '../../../src/editor/modelChoice';

const places = { bundled: path.resolve('/models/small'), official: path.resolve('/storage/v2') };
const own = path.resolve('/own/model');
const choose = (choice: unknown, { folder = '', there = false, failed = '' }: Choose = {}) =>
  chooseModel({ choice, folder }, places, (each) => there && each === places.official, failed || undefined);
interface Choose {
  readonly folder?: unknown;
  readonly there?: boolean;
  readonly failed?: string;
}

describe('choice of the model', () => {
  it('is the bundled one unless another one is there', () => {
    for (const choice of ['bundled', undefined, null, 7, 'v3', { path: own }])
      assert.deepEqual(choose(choice, { folder: own, there: true }), {
        choice: 'bundled',
        folder: places.bundled,
        trouble: undefined,
      });
  });

  it('takes the official model once it is downloaded', () => {
    assert.deepEqual(choose('official-v2'), {
      choice: 'official-v2',
      folder: places.bundled,
      trouble: 'not-downloaded',
    });
    assert.deepEqual(choose('official-v2', { there: true, folder: own }), {
      choice: 'official-v2',
      folder: places.official,
      trouble: undefined,
    });
  });

  it('takes a folder by its absolute path alone', () => {
    assert.equal(choose('folder', { folder: `  ${own}${path.sep} ` }).trouble, undefined);
    assert.equal(path.relative(choose('folder', { folder: own }).folder, own), '');
    for (const folder of ['', '  ', 'models/own', undefined, 3])
      assert.deepEqual(choose('folder', { folder }), {
        choice: 'folder',
        folder: places.bundled,
        trouble: 'no-folder',
      });
  });

  it('does without a model that failed', () => {
    assert.equal(choose('folder', { folder: own, failed: own }).trouble, 'failed');
    assert.equal(choose('folder', { folder: own, failed: own }).folder, places.bundled);
    assert.equal(choose('official-v2', { there: true, failed: places.official }).trouble, 'failed');
    assert.equal(choose('folder', { folder: own, failed: places.official }).folder, own);
    assert.equal(choose('bundled', { failed: places.bundled }).folder, places.bundled);
  });
});
