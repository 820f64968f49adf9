import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { withFallback } from '../../../src/editor/fallback';
import { EngineError, type CompressionService } from '../../../src/engine/service';
import { clientOf, modelFolder, policyFolder, prose } from '../engine/built';
import { officialShaped } from '../scoring/official-shaped';

describe('fallback to the bundled model', function () {
  this.timeout(60_000);
  let folder: string;
  let service: CompressionService;
  let said: EngineError[];
  let failed: string | undefined;
  let chosen: string;
  let policies = policyFolder;
  const use = (): string => (chosen === failed ? modelFolder : chosen);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kompress-fallback-'));
    [said, failed, chosen, policies] = [[], undefined, folder, policyFolder];
    service = withFallback({
      service: clientOf({ options: () => ({ modelFolder: use(), policyFolder: policies, threads: 1 }) }),
      folder: use,
      giveUp: (each) => {
        if (each === modelFolder || each !== use()) return false;
        failed = each;
        return true;
      },
      tryAgain: () => (failed = undefined),
      onFallback: (cause) => said.push(cause),
    });
  });
  afterEach(async () => {
    service.dispose();
    await rm(folder, { recursive: true });
  });
  const model = async (): Promise<string> => {
    const { report } = await service.compress({ text: prose(40), budget: { kind: 'model' } });
    return report.model.replace(/ .*/, '');
  };

  it('does the work with the bundled model, and says so once', async () => {
    await writeFile(path.join(folder, 'kompress.json'), '{"name": "x"}');
    assert.deepEqual(await Promise.all([model(), model(), model()]), Array(3).fill('kompress-small'));
    assert.equal(await model(), 'kompress-small');
    assert.equal(said.length, 1);
    assert.equal(said[0]?.reason, 'model-invalid');
  });

  it('goes from one model to another as they are chosen', async () => {
    const { model: file, tokenizer } = officialShaped();
    await writeFile(path.join(folder, 'kompress-int8-wo.onnx'), file);
    await writeFile(path.join(folder, 'tokenizer.json'), tokenizer);
    assert.equal(await model(), 'kompress-v2-base');
    chosen = modelFolder;
    assert.equal(await model(), 'kompress-small');
    assert.deepEqual(said, []);
  });

  it('notices a file that is no model only when it is opened, and helps then too', async () => {
    await writeFile(path.join(folder, 'kompress-int8-wo.onnx'), 'no model');
    await writeFile(path.join(folder, 'tokenizer.json'), officialShaped().tokenizer);
    assert.equal(await model(), 'kompress-small');
    assert.match(said[0]?.message ?? '', /cannot be loaded/);
  });

  it('fails where the bundled model cannot do it either, and blames nobody', async () => {
    policies = folder;
    const text = prose(40);
    const request = { text, budget: { kind: 'ratio', ratio: 0.5 } } as const;
    await assert.rejects(service.compress(request), (error) => error instanceof EngineError);
    assert.deepEqual(said, []);
    assert.equal(failed, undefined);
    chosen = modelFolder;
    await assert.rejects(service.compare(request), { reason: 'model-missing' });
  });
});
