import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { clientOf, engineFile, modelFolder, policyFolder, prose, type TestClient } from './built';
import { EngineError } from '../../../src/engine/service';

describe('engine without a usable model', function () {
  this.timeout(60_000);
  let folder: string;
  let client: TestClient;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kompress-test-'));
  });
  afterEach(async () => {
    client.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function failure(text = prose(40)): Promise<EngineError> {
    try {
      await client.compress({ text, budget: { kind: 'model' } });
    } catch (error) {
      assert.ok(error instanceof EngineError, String(error));
      assert.doesNotMatch(error.message, /\n/);
      assert.match(error.message, /\.$/);
      return error;
    }
    throw new Error('it was compressed all the same');
  }

  it('says that the model is missing, and works once it is there, in the same process', async () => {
    const model = path.join(folder, 'model');
    client = clientOf({ options: () => ({ modelFolder: model, policyFolder, threads: 1 }) });
    const error = await failure();
    assert.equal(error.reason, 'model-missing');
    assert.match(error.message, /kompress\.json/);
    assert.deepEqual(await client.countTokens(['a b']), [2]);
    const { pid } = client;
    await cp(modelFolder, model, { recursive: true });
    const result = await client.compress({ text: prose(40), budget: { kind: 'model' } });
    assert.match(result.report.model, /^kompress-small /);
    assert.equal(client.pid, pid);
  });

  it('refuses a model file of the right size with another content', async () => {
    await cp(modelFolder, folder, { recursive: true });
    const file = path.join(folder, 'model-int8.onnx');
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(5_000_000) ^ 1, 5_000_000);
    await writeFile(file, bytes);
    client = clientOf({ options: () => ({ policyFolder, modelFolder: folder, threads: 1 }) });
    const error = await failure();
    assert.equal(error.reason, 'model-mismatch');
    assert.match(error.message, /model-int8\.onnx/);
  });

  it('refuses a folder that describes no model', async () => {
    await writeFile(path.join(folder, 'kompress.json'), '{"name": "x"}');
    client = clientOf({ options: () => ({ policyFolder, modelFolder: folder, threads: 1 }) });
    assert.equal((await failure()).reason, 'model-invalid');
  });

  it('says which platform has no native binding, and still counts tokens', async () => {
    const serverFile = path.join(folder, 'engine.js');
    await cp(engineFile, serverFile);
    client = clientOf({ serverFile });
    const error = await failure();
    assert.equal(error.reason, 'binding');
    assert.ok(error.message.includes(`${process.platform}-${process.arch}`), error.message);
    assert.match(error.detail ?? '', /onnxruntime-node/);
    assert.deepEqual(await client.countTokens(['a b']), [2]);
  });

  it('passes short texts through without a model', async () => {
    client = clientOf({ options: () => ({ policyFolder, modelFolder: folder, threads: 1 }) });
    for (const text of ['', 'one', 'one two three four five six seven eight nine']) {
      const { report, kept } = await client.compress({ text, budget: { kind: 'model' } });
      assert.deepEqual([...kept], text === '' ? [] : [0, text.length]);
      assert.equal(report.warnings.length, 1);
    }
  });
});
