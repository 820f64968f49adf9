import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { DownloadError, type DownloadFailure } from '../../../src/download/errors';
import { takeLock } from '../../../src/download/lock';
import {
  bytesDownloaded,
  downloadModel,
  isDownloaded,
  removeModel,
  type DownloadProgress,
  type ModelDownloadOptions,
} from '../../../src/download/model';
import { isOfficialPlace, OFFICIAL_FILES, type ModelFiles } from '../../../src/download/official';
import { createModernBertScorer } from '../../../src/scoring/modernbert';
import { readModelFolder } from '../../../src/scoring/model-folder';
import { indexText } from '../../../src/text/words';
import { loadModel } from '../scoring/bundled';
import { officialShaped, type OfficialShaped } from '../scoring/official-shaped';
import { breakOff, Host, serve, sha256, whenReached, type Asked } from './host';

describe('download of the official model', function () {
  this.timeout(30_000);
  let base: string;
  let folder: string;
  let host: Host;
  let shaped: OfficialShaped;
  let files: ModelFiles;
  const COMMIT = 'a'.repeat(40);
  before(() => (shaped = officialShaped()));
  beforeEach(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'kompress-model-'));
    folder = path.join(base, 'storage', 'models', 'official');
    const named = { 'x-linked-etag': `"${sha256(shaped.model)}"`, 'x-repo-commit': COMMIT };
    const model = serve({ content: shaped.model, named });
    const tokenizer = serve({ content: shaped.tokenizer, etag: '"git"' });
    host = await Host.start((asked, response) =>
      (asked.path === '/model.onnx' ? model : tokenizer)(asked, response),
    );
    const file = { commit: COMMIT };
    files = {
      tokenizer: {
        ...file,
        name: 'tokenizer.json',
        url: host.at('/tokenizer.json'),
        bytes: shaped.tokenizer.length,
        sha256: sha256(shaped.tokenizer),
      },
      model: {
        ...file,
        name: 'kompress-int8-wo.onnx',
        url: host.at('/model.onnx'),
        bytes: shaped.model.length,
        sha256: undefined,
      },
    };
  });
  afterEach(async () => {
    await host.stop();
    await rm(base, { recursive: true, maxRetries: 3 });
  });
  const transport = {
    allows: (url: URL) => url.hostname === '127.0.0.1',
    answerMs: 10_000,
    stallMs: 5000,
    retryMs: [0],
  };
  const download = (over: Partial<ModelDownloadOptions> = {}): Promise<void> =>
    downloadModel({ folder, files, transport, ...over });
  const fails = async (reason: DownloadFailure, work: Promise<unknown>): Promise<DownloadError> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof DownloadError, String(error));
    assert.equal(error.reason, reason, error.message);
    return error;
  };
  const paths = (asked: readonly Asked[]): string[] => asked.map((each) => each.path);

  it('makes a folder that is loaded and scores as the official contract says', async () => {
    const seen: DownloadProgress[] = [];
    assert.equal(isDownloaded(folder, files), false);
    await download({ onProgress: (progress) => seen.push(progress) });
    assert.equal(isDownloaded(folder, files), true);
    assert.deepEqual((await readdir(folder)).sort(), [
      'kompress-int8-wo.onnx',
      'kompress.json',
      'tokenizer.json',
    ]);
    assert.deepEqual(await readdir(path.dirname(folder)), ['official'], 'the lock is gone');
    const total = shaped.model.length + shaped.tokenizer.length;
    assert.deepEqual(seen.at(-1), { done: total, total });

    const model = await loadModel(folder);
    const { description } = model;
    assert.equal(`${description.name} ${description.version}`, 'kompress-v2-base int8-wo');
    assert.equal(description.words, 'bare');
    assert.deepEqual(description.specialTokens, {
      pad: 50283,
      cls: 50281,
      sep: 50282,
      question: undefined,
      newline: undefined,
    });
    assert.equal(description.wordsPerWindow, 350);
    assert.deepEqual(description.rule, { threshold: 0.5, borderline: undefined, on: 'final' });
    const { words } = await createModernBertScorer(model).score(indexText('the  cat\nup'));
    assert.deepEqual([...words.final], shaped.scoresOf(['the', 'cat', 'up']));
    await model.session.dispose();
  });

  it('holds the file to the SHA-256 of the first download ever after', async () => {
    await download();
    const contract = JSON.parse(await readFile(path.join(folder, 'kompress.json'), 'utf8')) as {
      files: Record<string, { sha256: string }>;
    };
    assert.equal(contract.files['kompress-int8-wo.onnx']?.sha256, sha256(shaped.model));
    const other = Buffer.from(shaped.model).fill(0, 100, 200);
    await writeFile(path.join(folder, 'kompress-int8-wo.onnx'), other);
    await assert.rejects(readModelFolder(folder), { reason: 'model-mismatch' });
    host.usual = serve({ content: other, named: { 'x-linked-etag': `"${sha256(other)}"` } });
    await fails('changed', download());
    host.usual = serve({ content: shaped.model, named: { 'x-linked-etag': `"${sha256(shaped.model)}"` } });
    await download();
    await readModelFolder(folder);
  });

  it('goes on where it was cancelled, and is not there before all of it is', async () => {
    const controller = new AbortController();
    host.next = [
      serve({ content: shaped.tokenizer, etag: '"git"' }),
      (_, response) => {
        const named = { 'x-linked-etag': `"${sha256(shaped.model)}"`, etag: '"v1"' };
        response.writeHead(200, { ...named, 'content-length': shaped.model.length });
        response.write(shaped.model.subarray(0, 20_000));
        whenReached(path.join(folder, 'kompress-int8-wo.onnx.part'), 20_000, () => controller.abort());
      },
    ];
    await fails('cancelled', download({ signal: controller.signal }));
    assert.equal(isDownloaded(folder, files), false);
    assert.equal(await bytesDownloaded(folder, files), shaped.tokenizer.length + 20_000);
    host.asked.length = 0;
    await download();
    assert.deepEqual(
      host.asked.map(({ path, from }) => [path, from]),
      [['/model.onnx', 20_000]],
    );
  });

  it('survives an end between the file and its description', async () => {
    await download();
    // As it is when the process ends just after the rename.
    await rm(path.join(folder, 'kompress.json'));
    const state = { url: files.model.url, etag: '"v1"', sha256: sha256(shaped.model) };
    await writeFile(path.join(folder, 'kompress-int8-wo.onnx.part.json'), JSON.stringify(state));
    host.asked.length = 0;
    await download();
    assert.deepEqual(host.asked, []);
    assert.equal(isDownloaded(folder, files), true);
  });

  it('asks the disk first', async () => {
    const { facts } = await fails('disk-space', download({ freeBytes: () => Promise.resolve(1_000_000) }));
    assert.deepEqual(facts, {
      needed: shaped.model.length + shaped.tokenizer.length + (64 << 20),
      free: 1_000_000,
    });
    assert.deepEqual(host.asked, []);
    assert.deepEqual(await readdir(path.dirname(folder)), ['official']);
    await download({ freeBytes: () => Promise.resolve(undefined) });
    // All of it is there: nothing is needed.
    await download({ freeBytes: () => Promise.resolve(0) });
  });

  it('downloads once where two ask at the same time', async () => {
    const { usual } = host;
    host.usual = (asked, response) => void setTimeout(() => usual(asked, response), 1000);
    const first = download();
    await until(() => Promise.resolve(existsSync(`${folder}.lock`)));
    await Promise.all([first, fails('busy', download()), fails('busy', removeModel(folder))]);
    assert.deepEqual(paths(host.asked), ['/tokenizer.json', '/model.onnx']);
    assert.equal(isDownloaded(folder, files), true);
  });

  describe('lock', () => {
    let lock: string;
    let child: ChildProcess | undefined;
    beforeEach(() => (lock = path.join(base, 'a.lock')));
    afterEach(() => child?.kill('SIGKILL'));

    it('dies with its owner', async () => {
      child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      const owner = child;
      await new Promise((resolve) => owner.once('spawn', resolve));
      await writeFile(lock, JSON.stringify({ pid: owner.pid, host: hostname(), id: 'x' }));
      await fails('busy', takeLock(lock));
      const ended = new Promise((resolve) => owner.once('exit', resolve));
      owner.kill('SIGKILL');
      await ended;
      const taken = await takeLock(lock);
      await fails('busy', takeLock(lock));
      await taken.release();
      assert.ok(!existsSync(lock));
    });

    it('is dead after a minute without a sign of life, of another machine too', async () => {
      for (const content of [JSON.stringify({ pid: 1, host: 'another-machine', id: 'x' }), '']) {
        await writeFile(lock, content);
        await fails('busy', takeLock(lock));
        const then = new Date(Date.now() - 61_000);
        await utimes(lock, then, then);
        await (await takeLock(lock)).release();
      }
    });

    it('shows that it is in use, and tells its owner when it is lost', async () => {
      const own = await takeLock(lock);
      const then = new Date(Date.now() - 30_000);
      await utimes(lock, then, then);
      await until(async () => (await stat(lock)).mtimeMs > Date.now() - 10_000);
      assert.equal(own.lost.aborted, false);
      await writeFile(lock, 'of another');
      await until(() => Promise.resolve(own.lost.aborted));
      await own.release();
      assert.equal(await readFile(lock, 'utf8'), 'of another');
    });
  });

  it('removes what was downloaded, whole or in part', async () => {
    assert.equal(await removeModel(folder), false);
    host.next = [
      serve({ content: shaped.tokenizer, etag: '"git"' }),
      breakOff(
        { content: shaped.model, named: { 'x-linked-etag': sha256(shaped.model) } },
        20_000,
        path.join(folder, 'kompress-int8-wo.onnx.part'),
      ),
    ];
    const stop = new AbortController();
    await download({
      onProgress: ({ done }) => done > shaped.tokenizer.length && stop.abort(),
      signal: stop.signal,
    }).catch(() => undefined);
    assert.ok(existsSync(folder));
    assert.equal(await removeModel(folder), true);
    assert.deepEqual(await readdir(path.dirname(folder)), []);
  });

  it('goes to the official hosts alone unless a caller says otherwise', async () => {
    for (const url of [files.model.url, 'https://127.0.0.1/a'])
      await fails(
        'redirect',
        downloadModel({ folder, files: { ...files, tokenizer: { ...files.tokenizer, url } } }),
      );
    assert.deepEqual(host.asked, []);
    for (const place of [
      OFFICIAL_FILES.model.url,
      OFFICIAL_FILES.tokenizer.url,
      'https://cdn-lfs.huggingface.co/a?b',
      'https://cas-bridge.xethub.hf.co/a',
      'https://us.aws.cdn.hf.co/a',
    ])
      assert.ok(isOfficialPlace(new URL(place)), place);
    for (const place of [
      'http://huggingface.co/a',
      'https://huggingface.co.example.org/a',
      'https://example.org/huggingface.co',
      'https://nothf.co/a',
      'https://nothuggingface.co/a',
      'https://huggingface.co:8443/a',
      'https://someone@huggingface.co/a',
      'file:///huggingface.co/a',
    ])
      assert.ok(!isOfficialPlace(new URL(place)), place);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 8000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, 'not within 8 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
