import assert from 'node:assert/strict';
import { rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createOnnxSession, defaultThreads } from '../../../src/engine/runtime';
import { createModernBertScorer } from '../../../src/scoring/modernbert';
import { readModelFolder } from '../../../src/scoring/model-folder';
import { runSelfcheck, SELFCHECK_TOLERANCE } from '../../../src/scoring/selfcheck';
import { indexText } from '../../../src/text/words';
import { bundledFolder, loadBundled, loadModel } from './bundled';
import { writeSwitchModel } from './onnx-writer';
import { writeTableModelFolder } from './table-model';

describe('model folder', function () {
  this.timeout(30_000);
  const made: string[] = [];
  const make = async (overrides?: Record<string, unknown>, output?: string): Promise<string> => {
    const folder = await writeTableModelFolder({
      scores: { a: 0.75 },
      ...(overrides && { overrides }),
      ...(output !== undefined && { output }),
    });
    made.push(folder);
    return folder;
  };
  after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

  it('describes the bundled model', async () => {
    const description = await readModelFolder(bundledFolder);
    assert.equal(description.words, 'layout');
    assert.equal(description.window, 512);
    assert.equal(description.lengthMultiple, 64);
    assert.deepEqual(description.rule, { threshold: 0.5, borderline: { above: 0.4, span: 0.5 }, on: 'keep' });
  });

  it('says in one sentence which file is missing', async () => {
    const folder = await make();
    await rm(path.join(folder, 'model.onnx'));
    await assert.rejects(readModelFolder(folder), {
      reason: 'model-missing',
      message: `The model file model.onnx cannot be read in ${folder}; reinstall the extension or choose another model folder.`,
    });
    await assert.rejects(readModelFolder(path.join(folder, 'nowhere')), {
      reason: 'model-missing',
      message: /kompress\.json/,
    });
  });

  it('finds a file of another size and one of another content', async () => {
    const shorter = await make();
    await truncate(path.join(shorter, 'model.onnx'), 100);
    await assert.rejects(readModelFolder(shorter), { reason: 'model-mismatch', message: /model\.onnx/ });
    const changed = await make();
    const { modelPath } = await readModelFolder(changed);
    await writeFile(modelPath, Buffer.alloc((await stat(modelPath)).size, 7));
    await assert.rejects(readModelFolder(changed), { reason: 'model-mismatch', message: /model\.onnx/ });
  });

  it('rejects a description that cannot be meant', async () => {
    for (const overrides of [
      { words: 'some' },
      { model: '../model.onnx' },
      { model: '.hidden' },
      { files: {} },
      { outputs: ['attention_mass'] },
      { borderline: { above: 0.3, span: 0.5 } },
      { overlap: 300, wordsPerWindow: undefined },
      { overlap: 64 },
      { words: 'layout' },
      { threshold: 2 },
      { window: 1e9 },
    ])
      await assert.rejects(readModelFolder(await make(overrides)), {
        reason: 'model-invalid',
        message: /kompress\.json/,
      });
    const broken = await make();
    await writeFile(path.join(broken, 'kompress.json'), '{');
    await assert.rejects(readModelFolder(broken), { reason: 'model-invalid' });
  });

  it('finds that the file lacks an output, or gives it another size or values that are no scores', async () => {
    const renamed = await loadModel(await make(undefined, 'other'));
    assert.throws(() => createModernBertScorer(renamed), {
      reason: 'model-invalid',
      message: /final_scores/,
    });
    const folder = await writeTableModelFolder({ scores: { a: 1.5, b: NaN } });
    made.push(folder);
    const model = await loadModel(folder);
    const scorer = createModernBertScorer(model);
    await assert.rejects(scorer.score(indexText('an apple')), {
      reason: 'model-invalid',
      message: /final_scores/,
    });
    await assert.rejects(scorer.score(indexText('tub')), {
      reason: 'model-invalid',
      message: /final_scores/,
    });
    assert.deepEqual([...(await scorer.score(indexText('up'))).words.final], [0.125]);
    const wide = {
      ...model,
      description: { ...model.description, outputs: ['final_scores', 'token_vectors'] },
    };
    const session = {
      ...model.session,
      outputNames: ['final_scores', 'token_vectors'],
      run: async (...[ids, mask, batch, length]: Parameters<typeof model.session.run>) => {
        const { final_scores = new Float32Array() } = await model.session.run(ids, mask, batch, length, [
          'final_scores',
        ]);
        return { final_scores, token_vectors: final_scores.subarray(1) };
      },
    };
    const vectors = createModernBertScorer({ ...wide, session, outputs: 'encodings' });
    await assert.rejects(vectors.score(indexText('up')), {
      reason: 'model-invalid',
      message: /token_vectors/,
    });
  });

  it('rejects a file that is no ONNX model', async () => {
    const folder = await make();
    const file = path.join(folder, 'model.onnx');
    await writeFile(file, 'not a model');
    await assert.rejects(createOnnxSession(file, { threads: 1 }), {
      name: 'EngineError',
      reason: 'model-invalid',
    });
  });

  it('is told to compute attention only where an output of it is asked for', async () => {
    const file = path.join(await make(), 'switch.onnx');
    await writeFile(file, writeSwitchModel(['token_probs', 'attention_mass', 'layer_attention_mean']));
    const session = await createOnnxSession(file, { threads: 1 });
    const run = (outputs: readonly string[]) =>
      session.run(new BigInt64Array(4), new BigInt64Array(4).fill(1n), 2, 2, outputs);
    const none = new Float32Array(4);
    const all = none.map(() => 1);
    assert.deepEqual(await run(['token_probs']), { token_probs: none });
    for (const name of ['attention_mass', 'layer_attention_mean'])
      assert.deepEqual(await run(['token_probs', name]), { token_probs: all, [name]: all });
    await session.dispose();
  });

  it('gives an inference one to four threads', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 8, 12, 64].map((n) => defaultThreads(n)),
      [1, 2, 2, 2, 4, 4, 4],
    );
  });
});

describe('native runtime', function () {
  this.timeout(30_000);
  it('is named as missing for a platform that has none', async () => {
    const { cache } = createRequire(__filename);
    const loaded = Object.entries(cache).filter(([name]) => name.includes('onnxruntime-node'));
    const arch = Object.getOwnPropertyDescriptor(process, 'arch') ?? {};
    for (const [name] of loaded) Reflect.deleteProperty(cache, name);
    Object.defineProperty(process, 'arch', { ...arch, value: 'ppc64' });
    try {
      await assert.rejects(createOnnxSession('model.onnx', { threads: 1 }), {
        name: 'EngineError',
        reason: 'binding',
        message: `Kompress has no inference runtime for ${process.platform}-ppc64; install the extension built for this platform.`,
      });
    } finally {
      Object.defineProperty(process, 'arch', arch);
      for (const [name, module] of loaded) cache[name] = module;
    }
  });

  it('is loaded with its telemetry off', async () => {
    await loadBundled();
    assert.equal(process.env['ORT_DISABLE_TELEMETRY'], '1');
  });
});

describe('selfcheck', function () {
  this.timeout(30_000);
  it('holds for the bundled model', async () => {
    const result = await runSelfcheck(await loadBundled());
    assert.equal(result?.cases, 3);
    assert.ok(result.difference <= SELFCHECK_TOLERANCE);
  });

  it('notices other ids and other scores', async () => {
    const model = await loadBundled();
    const { tokenizer, session } = model;
    const otherIds = {
      ...tokenizer,
      encodePiece: (piece: string) => tokenizer.encodePiece(piece.toUpperCase()),
    };
    await assert.rejects(runSelfcheck({ ...model, tokenizer: otherIds }), { reason: 'selfcheck' });
    const otherScores = {
      ...session,
      run: async (...input: Parameters<typeof session.run>) => {
        const outputs = await session.run(...input);
        const { token_probs = new Float32Array() } = outputs;
        return { ...outputs, token_probs: token_probs.map((p) => Math.min(1, Math.abs(p - 0.03))) };
      },
    };
    await assert.rejects(runSelfcheck({ ...model, session: otherScores }), { reason: 'selfcheck' });
  });
});
