import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { ModelDownload, type ModelDownloadParts } from '../../../src/editor/downloadModel';
import type { Consent } from '../../../src/editor/downloadWords';
import { OFFICIAL_FILES, type ModelFiles } from '../../../src/download/official';
import { breakOff, Host, serve, sha256 } from '../../unit/download/host';
import { officialShaped } from '../../unit/scoring/official-shaped';
import { api, closeAll, compress, compressed, hoverAt, PROSE, said, stateOf, until } from './support';

const setting = async (name: string, value: unknown): Promise<void> =>
  vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);

describe('choice of the model', function () {
  this.timeout(120_000);
  const shaped = officialShaped();
  let host: Host;
  let files: ModelFiles;
  let folder: string;
  let asked: Consent[];

  before(async () => {
    folder = (await api()).models.places.official;
    const model = serve({
      content: shaped.model,
      named: { 'x-linked-etag': `"${sha256(shaped.model)}"` },
    });
    const tokenizer = serve({ content: shaped.tokenizer });
    host = await Host.start((each, response) => {
      (each.path === '/tokenizer.json' ? tokenizer : model)(each, response);
    });
    const { model: official } = OFFICIAL_FILES;
    files = {
      model: { ...official, url: host.at('/model.onnx'), bytes: shaped.model.length },
      tokenizer: {
        ...OFFICIAL_FILES.tokenizer,
        url: host.at('/tokenizer.json'),
        bytes: shaped.tokenizer.length,
        sha256: sha256(shaped.tokenizer),
      },
    };
  });
  after(() => host.stop());
  beforeEach(() => (asked = []));
  afterEach(async () => {
    await setting('kompress.model', undefined);
    await setting('kompress.modelPath', undefined);
    await closeAll();
    await rm(folder, { recursive: true, force: true });
  });

  /** The real download with a person who says yes or no, and files of this machine. */
  const downloader = async (agrees: boolean, over: Partial<ModelDownloadParts> = {}) => {
    const { models, engine, voice } = await api();
    return new ModelDownload({
      models,
      service: engine,
      voice,
      failures: { show: (error) => assert.fail(String(error)) },
      log: { info: () => undefined, error: () => undefined },
      t: vscode.l10n.t,
      ask: (consent) => {
        asked.push(consent);
        return Promise.resolve(agrees);
      },
      source: { files, transport: { allows: (url) => url.hostname === '127.0.0.1', retryMs: [] } },
      ...over,
    });
  };
  const modelOf = async (document: vscode.TextDocument): Promise<string | undefined> =>
    (await stateOf(document)).regions[0]?.result.report.model.replace(/ \d.*/, '');

  it('asks before it downloads, and touches nothing where the person declines', async () => {
    host.asked.length = 0;
    await (await downloader(false)).start();
    assert.equal(asked.length, 1);
    assert.match(asked[0]?.question ?? '', /huggingface\.co/);
    assert.ok(asked[0]?.detail.includes(folder));
    assert.deepEqual(host.asked, []);
    assert.ok(!existsSync(folder));
  });

  it('says that the official model is not downloaded, and uses the bundled one', async () => {
    const heard = await said(() => setting('kompress.model', 'official-v2'));
    const { document } = await compressed(PROSE);
    assert.equal(await modelOf(document), 'kompress-small');
    const again = await said(compress);
    assert.equal(heard.filter(({ tone }) => tone === 'warning').length, 1);
    assert.match(heard[0]?.sentence ?? '', /not downloaded, so the bundled one is used/);
    assert.ok(again.every(({ tone }) => tone === 'status'));
    assert.deepEqual((await api()).models.notes(), [heard[0]?.sentence]);
    assert.ok(!existsSync(folder), 'nothing is downloaded unasked');
  });

  it('downloads, reads open texts again with it when it is chosen, and goes back when it is removed', async () => {
    const { document } = await compressed(PROSE);
    const done = await said(async () => (await downloader(true)).start());
    assert.match(done.at(-1)?.sentence ?? '', /downloaded and checked/);
    assert.equal(await modelOf(document), 'kompress-small');

    await setting('kompress.model', 'official-v2');
    await until(
      'the other model',
      async () => (await modelOf(document)) === 'kompress-v2-base int8-wo',
      30_000,
    );
    assert.deepEqual((await api()).models.notes(), []);
    const [card] = await hoverAt(document, new vscode.Position(0, 1));
    assert.match(card?.value ?? '', /kompress-v2-base int8-wo/);
    const already = await said(async () => (await downloader(true)).start());
    assert.match(already[0]?.sentence ?? '', /already/);

    asked = [];
    const kept = await downloader(false);
    await kept.remove();
    assert.ok(existsSync(folder) && asked.length === 1);
    const gone = await said(async () => (await downloader(true)).remove());
    assert.ok(gone.some(({ sentence }) => /is deleted/.test(sentence)));
    assert.ok(!existsSync(folder));
    await until('the bundled model', async () => (await modelOf(document)) === 'kompress-small', 30_000);
  });

  it('takes the bundled model for one that cannot be loaded, and says so', async () => {
    const own = await mkdtemp(path.join(tmpdir(), 'kompress-own-'));
    try {
      await writeFile(path.join(own, 'kompress.json'), '{}');
      await setting('kompress.modelPath', own);
      await setting('kompress.model', 'folder');
      const heard = await said(async () => {
        const { document } = await compressed(PROSE);
        assert.equal(await modelOf(document), 'kompress-small');
      });
      assert.match(
        heard[0]?.sentence ?? '',
        /does not describe a model.* The bundled model is used instead\.$/,
      );
      assert.equal((await api()).models.notes().length, 1);

      await writeFile(path.join(own, 'kompress-fp32.onnx'), shaped.model);
      await writeFile(path.join(own, 'tokenizer.json'), shaped.tokenizer);
      await rm(path.join(own, 'kompress.json'));
      await setting('kompress.modelPath', `${own}${path.sep}.`);
      const { document } = await compressed(`${PROSE}\n`);
      assert.equal(await modelOf(document), 'kompress-v2-base fp32');
      const missing = await said(() => setting('kompress.modelPath', 'not/absolute'));
      assert.match(missing[0]?.sentence ?? '', /absolute path/);
    } finally {
      await rm(own, { recursive: true });
    }
  });

  it('says what went wrong, keeps what came, and goes on from there', async () => {
    host.next = [
      serve({ content: shaped.tokenizer }),
      breakOff(
        { content: shaped.model, named: { 'x-linked-etag': `"${sha256(shaped.model)}"` } },
        50_000,
        path.join(folder, 'kompress-int8-wo.onnx.part'),
      ),
    ];
    const heard = await said(async () => (await downloader(true)).start());
    assert.equal(heard.at(-1)?.tone, 'error');
    assert.match(heard.at(-1)?.sentence ?? '', /broke off\. What has come so far is kept\.$/);
    host.asked.length = 0;
    await (await downloader(true)).start();
    assert.match(asked.at(-1)?.detail ?? '', /from an earlier download/);
    assert.deepEqual(
      host.asked.map(({ from }) => from),
      [50_000],
    );
  });

  it('goes through the proxy of the settings', async () => {
    const lines: string[] = [];
    const proxy: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        lines.push(data.toString().split('\r\n')[0] ?? '');
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      await setting('http.proxy', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
      const heard = await said(async () =>
        (await downloader(true, { source: { transport: { retryMs: [], answerMs: 15_000 } } })).start(),
      );
      assert.equal(lines[0], 'CONNECT huggingface.co:443 HTTP/1.1');
      assert.equal(heard.at(-1)?.tone, 'error');
      assert.match(heard.at(-1)?.sentence ?? '', /huggingface\.co/);
    } finally {
      await setting('http.proxy', undefined);
      proxy.close();
    }
  });
});
