import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readModelFolder } from '../../../src/scoring/model-folder';
import { createModernBertScorer } from '../../../src/scoring/modernbert';
import { indexText } from '../../../src/text/words';
import { bundledFolder, loadModel } from './bundled';
import { officialShaped } from './official-shaped';

describe('official files in a folder without kompress.json', function () {
  this.timeout(30_000);
  const shaped = officialShaped();
  let folder: string;
  const at = (...name: string[]): string => path.join(folder, ...name);
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kompress-placed-'));
    await writeFile(at('tokenizer.json'), shaped.tokenizer);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are known by their names', async () => {
    await writeFile(at('kompress-int8-wo.onnx'), shaped.model);
    const model = await loadModel(folder);
    assert.equal(`${model.description.name} ${model.description.version}`, 'kompress-v2-base int8-wo');
    const { words } = await createModernBertScorer(model).score(indexText('a the\n\tcat'));
    assert.deepEqual([...words.final], shaped.scoresOf(['a', 'the', 'cat']));
    await model.session.dispose();
    await rename(at('kompress-int8-wo.onnx'), at('kompress-fp32.onnx'));
    assert.equal((await readModelFolder(folder)).version, 'fp32');
  });

  it('are found where their repository has them', async () => {
    await mkdir(at('onnx'));
    await writeFile(at('onnx', 'kompress-fp32.onnx'), shaped.model);
    const { modelPath, tokenizerPath } = await readModelFolder(folder);
    assert.equal(modelPath, at('onnx', 'kompress-fp32.onnx'));
    assert.equal(tokenizerPath, at('tokenizer.json'));
  });

  it('say in one sentence what is missing', async () => {
    await assert.rejects(readModelFolder(folder), {
      reason: 'model-missing',
      message: `The folder ${folder} holds a tokenizer but neither kompress.json nor kompress-int8-wo.onnx or kompress-fp32.onnx; add one of them.`,
    });
    await writeFile(at('kompress-int8-wo.onnx'), shaped.model);
    await rm(at('tokenizer.json'));
    await assert.rejects(readModelFolder(folder), {
      reason: 'model-missing',
      message: `The folder ${folder} holds kompress-int8-wo.onnx but no tokenizer.json; add the one of answerdotai/ModernBERT-base.`,
    });
    await rm(at('kompress-int8-wo.onnx'));
    await assert.rejects(readModelFolder(folder), { reason: 'model-missing', message: /kompress\.json/ });
  });

  it('are not taken together with a tokenizer of another model', async () => {
    await writeFile(at('kompress-int8-wo.onnx'), shaped.model);
    for (const other of [
      await readFile(path.join(bundledFolder, 'tokenizer.json'), 'utf8'),
      '{',
      'null',
      '{"added_tokens": [null, {"id": 1}]}',
    ]) {
      await writeFile(at('tokenizer.json'), other);
      await assert.rejects(readModelFolder(folder), {
        reason: 'model-mismatch',
        message: /does not belong to kompress-int8-wo\.onnx/,
      });
    }
  });

  it('count for nothing where kompress.json describes a model', async () => {
    await writeFile(at('kompress-int8-wo.onnx'), shaped.model);
    await writeFile(at('kompress.json'), '{"name": "x"}');
    await assert.rejects(readModelFolder(folder), { reason: 'model-invalid' });
  });
});
