import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DownloadError, type DownloadFailure } from '../../../src/download/errors';
import { downloadFile } from '../../../src/download/file';
import type { Transport } from '../../../src/download/request';
import { answer, breakOff, Host, serve, sha256, type Behaviour } from './host';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i + (i >> 7)) % 251));

describe('download of a file that is', function () {
  this.timeout(20_000);
  let folder: string;
  let host: Host;
  const named = { 'x-linked-etag': `"${sha256(CONTENT)}"` };
  const at = (name: string): string => path.join(folder, name);
  const download = (over: Partial<Transport> = {}) => {
    const url = host.at('/model.onnx');
    const file = { name: 'model.onnx', url, commit: '', bytes: CONTENT.length, sha256: undefined };
    const allows = (each: URL): boolean => each.hostname === '127.0.0.1';
    const transport = { allows, answerMs: 5000, stallMs: 5000, retryMs: [0, 5], ...over };
    return downloadFile(file, folder, { transport });
  };
  const assertWhole = async (): Promise<void> => {
    assert.ok((await readFile(at('model.onnx'))).equals(CONTENT));
  };
  const fails = async (reason: DownloadFailure, work: Promise<unknown>): Promise<DownloadError> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof DownloadError, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.ok(!existsSync(at('model.onnx')), 'the file has not got its name');
    return error;
  };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kompress-download-'));
    host = await Host.start(serve({ content: CONTENT, named }));
  });
  afterEach(async () => {
    await host.stop();
    await rm(folder, { recursive: true });
  });

  describe('sent elsewhere', () => {
    let store: Host;
    const send = (to: string): Behaviour => answer(302, { ...named, location: to });
    beforeEach(async () => {
      store = await Host.start(serve({ content: CONTENT }));
    });
    afterEach(() => store.stop());

    it('follows to allowed places, and believes the first host alone', async () => {
      host.usual = send(store.at('/object'));
      store.usual = serve({ content: CONTENT, named: { 'x-linked-etag': `"${sha256('other')}"` } });
      store.next = [breakOff({ content: CONTENT }, 1000, at('model.onnx.part'))];
      await download();
      await assertWhole();
      // The place is asked for anew each time: such addresses hold for a while only.
      assert.deepEqual([host.asked.length, store.asked.length], [2, 2]);
      assert.equal(store.asked[1]?.from, 1000);
    });

    it('follows a path on the same host', async () => {
      host.next = [answer(307, { location: '/elsewhere' })];
      await download();
      assert.equal(host.asked[1]?.path, '/elsewhere');
    });

    it('goes nowhere else', async () => {
      const { port } = store;
      const allows = (url: URL): boolean => url.port !== String(port);
      host.usual = send(store.at('/object'));
      const { facts } = await fails('redirect', download({ allows }));
      assert.equal(facts.host, `127.0.0.1:${port}`);
      for (const place of ['http://example.org/a', 'file:///etc/passwd', 'ftp://127.0.0.1/a']) {
        host.usual = send(place);
        await fails('redirect', download({ allows: (url) => url.href.startsWith(host.at('/')) }));
      }
      assert.equal(store.asked.length, 0);
    });

    it('does not go round in circles', async () => {
      host.usual = answer(302, { location: '/again' });
      await fails('server', download());
      host.usual = answer(302);
      await fails('server', download());
      host.usual = answer(302, { location: 'http://[' });
      await fails('server', download());
    });
  });
});
