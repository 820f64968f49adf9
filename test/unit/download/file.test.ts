import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { DownloadError, type DownloadFailure } from '../../../src/download/errors';
import { downloadFile } from '../../../src/download/file';
import type { RemoteFile } from '../../../src/download/official';
import type { Transport } from '../../../src/download/request';
import { answer, breakOff, Host, serve, sha256, whenReached, type Behaviour, type Served } from './host';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i + (i >> 7)) % 251));
const COMMIT = 'c'.repeat(40);

describe('download of a file', function () {
  this.timeout(20_000);
  let folder: string;
  let host: Host;
  const named = {
    'x-linked-etag': `"${sha256(CONTENT)}"`,
    'x-linked-size': String(CONTENT.length),
    'x-repo-commit': COMMIT,
  };
  const served = { content: CONTENT, named };
  const file = (over: Partial<RemoteFile> = {}): RemoteFile => ({
    name: 'model.onnx',
    url: host.at('/model.onnx'),
    commit: COMMIT,
    bytes: CONTENT.length,
    sha256: undefined,
    ...over,
  });
  const transport = (over: Partial<Transport> = {}): Transport => ({
    allows: (url) => url.hostname === '127.0.0.1',
    answerMs: 10_000,
    stallMs: 5_000,
    retryMs: [0, 5, 10],
    ...over,
  });
  const at = (name: string): string => path.join(folder, name);
  const breakAt = (what: Served, end: number): Behaviour => breakOff(what, end, at('model.onnx.part'));
  const download = (over: Partial<RemoteFile> = {}, how: Partial<Transport> = {}, signal?: AbortSignal) =>
    downloadFile(file(over), folder, { transport: transport(how), signal });
  const fails = async (reason: DownloadFailure, work: Promise<unknown>): Promise<DownloadError> => {
    try {
      await work;
    } catch (error) {
      assert.ok(error instanceof DownloadError, String(error));
      assert.equal(error.reason, reason, error.message);
      assert.ok(!existsSync(at('model.onnx')), 'the file has not got its name');
      return error;
    }
    throw new Error(`not ${reason}: it was downloaded`);
  };
  const assertWhole = async (): Promise<void> => {
    assert.ok((await readFile(at('model.onnx'))).equals(CONTENT));
    assert.ok(!existsSync(at('model.onnx.part')));
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kompress-download-'));
    host = await Host.start(serve(served));
  });
  afterEach(async () => {
    await host.stop();
    await rm(folder, { recursive: true });
  });

  it('gives a file its name once its hash is right, and tells how far it is', async () => {
    const seen: number[] = [];
    const result = await downloadFile(file(), folder, {
      transport: transport(),
      onBytes: (bytes) => seen.push(bytes),
    });
    assert.deepEqual(result, { sha256: sha256(CONTENT), bytes: CONTENT.length });
    await assertWhole();
    assert.equal(seen[0], 0);
    assert.equal(seen.at(-1), CONTENT.length);
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      seen,
    );
    const [asked] = host.asked;
    assert.ok(asked !== undefined && asked.from === undefined);
    assert.deepEqual(Object.keys(asked.headers).sort(), [
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    assert.equal(asked.headers['accept-encoding'], 'identity');
  });

  it('takes a connection that breaks off up again at the byte it broke off at', async () => {
    host.next = [breakAt(served, 70_000), breakAt(served, 200_001)];
    await download();
    await assertWhole();
    const resumed = host.asked.map(({ from, ifRange }) => [from, ifRange]);
    assert.deepEqual(resumed, [
      [undefined, undefined],
      [70_000, '"v1"'],
      [200_001, '"v1"'],
    ]);
  });

  it('puts a file together whatever its connections break off at', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: CONTENT.length }), { maxLength: 6 }),
        async (ends) => {
          await rm(at('model.onnx'), { force: true });
          host.next = ends.map((end) => (asked, response) => {
            if (end <= (asked.from ?? 0)) response.destroy();
            else breakAt(served, end)(asked, response);
          });
          // Three in a row that bring nothing end it; the part stays for the next call.
          await download()
            .catch(() => download())
            .catch(() => download());
          await assertWhole();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('goes on from the part of an earlier call', async () => {
    host.usual = breakAt(served, 90_000);
    await fails('network', download());
    assert.equal((await stat(at('model.onnx.part'))).size, 90_000);
    host.usual = serve(served);
    host.asked.length = 0;
    await download();
    await assertWhole();
    assert.deepEqual(
      host.asked.map(({ from }) => from),
      [90_000],
    );
  });

  it('starts over where a host ignores ranges, without mixing the two', async () => {
    host.next = [breakAt(served, 100_000)];
    host.usual = (_, response) => void response.writeHead(200, { ...named, etag: '"v1"' }).end(CONTENT);
    await download();
    await assertWhole();
    assert.equal(host.asked[1]?.from, 100_000);
  });

  it('starts over where the host has another version by now', async () => {
    const other = Buffer.from(CONTENT).fill(1, 0, 1000);
    host.next = [breakAt({ content: other, etag: '"v0"', named }, 100_000)];
    await download();
    await assertWhole();
    assert.equal(host.asked[1]?.ifRange, '"v0"');
  });

  it('does not continue a part whose version the host did not mark, or one of another file', async () => {
    host.usual = breakAt({ content: CONTENT, etag: 'W/"weak"', named }, 50_000);
    await fails('network', download());
    host.usual = serve(served);
    host.asked.length = 0;
    await download();
    assert.equal(host.asked[0]?.from, undefined);

    await rm(at('model.onnx'));
    await writeFile(at('model.onnx.part'), CONTENT.subarray(0, 5000));
    await writeFile(
      at('model.onnx.part.json'),
      JSON.stringify({ url: 'https://other/', etag: '"v1"', sha256: sha256(CONTENT) }),
    );
    await download();
    assert.equal(host.asked.at(-1)?.from, undefined);
    await rm(at('model.onnx'));
    await writeFile(at('model.onnx.part'), CONTENT.subarray(0, 5000));
    await writeFile(at('model.onnx.part.json'), '{"url": 7');
    await download();
    await assertWhole();
  });

  it('does not take another part of the file for the rest of it', async () => {
    host.next = [
      breakAt(served, 100_000),
      (_, response) => {
        const range = `bytes 0-${CONTENT.length - 1}/${CONTENT.length}`;
        response.writeHead(206, { ...named, etag: '"v1"', 'content-range': range }).end(CONTENT);
      },
    ];
    await download();
    await assertWhole();
    assert.equal(host.asked.length, 3);
  });

  it('starts over after 416', async () => {
    host.next = [breakAt(served, 100_000), answer(416)];
    await download();
    await assertWhole();
    assert.deepEqual(
      host.asked.map(({ from }) => from),
      [undefined, 100_000, undefined],
    );
    host.usual = answer(416);
    await rm(at('model.onnx'));
    const { facts } = await fails('server', download());
    assert.equal(facts.status, 416);
  });

  it('deletes a file of another content, and says so', async () => {
    const wrong = Buffer.from(CONTENT);
    wrong[150_000] = (wrong[150_000] ?? 0) ^ 1;
    host.usual = serve({ content: wrong, named });
    await fails('mismatch', download());
    assert.deepEqual(await readdir(folder), []);
    host.usual = serve(served);
    await download();
    await assertWhole();
  });

  it('reads no further than the size that a file has', async () => {
    const longer = Buffer.concat([CONTENT, Buffer.alloc(5_000_000)]);
    let closed = false;
    host.usual = (_, response) => {
      response.on('close', () => (closed = !response.writableFinished));
      response.writeHead(200, { ...named, etag: '"v1"', 'content-length': 1e12 });
      response.write(longer.subarray(0, CONTENT.length + 10));
    };
    await download();
    await assertWhole();
    host.usual = serve({ content: longer, named: { 'x-linked-etag': named['x-linked-etag'] } });
    await rm(at('model.onnx'));
    await download();
    await assertWhole();
    assert.ok(closed, 'the endless answer was cut');
  });

  it('does not take a file that ends early for whole, whatever length it names', async () => {
    const short = CONTENT.subarray(0, 1234);
    const without = { 'x-linked-etag': named['x-linked-etag'] };
    host.usual = serve({ content: short, named: without, etag: 'none' });
    await fails('network', download());
    host.usual = (_, response) => void response.writeHead(200, named).end(short);
    await fails('network', download());
    host.usual = (_, response) => {
      response.writeHead(200, { ...named, 'content-length': CONTENT.length });
      response.write(short, () => response.destroy());
    };
    await fails('network', download());
  });

  it('refuses a file that the host describes as another one', async () => {
    for (const change of [
      { 'x-linked-size': '300001' },
      { 'x-repo-commit': 'd'.repeat(40) },
      { 'x-linked-etag': `"${sha256('other')}"` },
    ]) {
      host.usual = serve({ content: CONTENT, named: { ...named, ...change } });
      await fails('changed', download({ sha256: sha256(CONTENT) }));
    }
    host.next = [breakAt(served, 100_000)];
    host.usual = (_, response) => {
      response.writeHead(206, { ...named, 'content-range': 'bytes 100000-400000/400001' }).end();
    };
    await fails('changed', download());
  });

  it('needs a SHA-256 from the host itself, or a known one', async () => {
    host.usual = serve({ content: CONTENT });
    await fails('unnamed', download());
    host.usual = serve({ content: CONTENT, named: { 'x-linked-etag': '"0123456789abcdef"' } });
    await fails('unnamed', download());
    await download({ sha256: sha256(CONTENT) });
    await assertWhole();
  });

  it('tells a refusal from trouble, which it waits for', async () => {
    for (const status of [400, 401, 403, 404, 410, 204]) {
      host.asked.length = 0;
      host.usual = answer(status);
      const { facts } = await fails('refused', download());
      assert.equal(facts.status, status);
      assert.equal(host.asked.length, 1);
    }
    for (const status of [429, 500, 503]) {
      host.usual = answer(status);
      assert.equal((await fails('server', download())).facts.status, status);
    }
    host.usual = serve(served);
    host.next = [answer(503)];
    await download();
    await assertWhole();
  });

  it('gives up on a host that stops talking, and keeps what it said', async () => {
    host.usual = (_, response) => {
      response.writeHead(200, { ...named, etag: '"v1"', 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 4000));
    };
    await fails('stalled', download({}, { stallMs: 400, retryMs: [] }));
    assert.equal((await stat(at('model.onnx.part'))).size, 4000);
    host.usual = () => undefined;
    await fails('stalled', download({}, { answerMs: 60, retryMs: [] }));
    assert.equal((await stat(at('model.onnx.part'))).size, 4000);
    host.usual = serve(served);
    await download();
    await assertWhole();
  });

  it('names the host that cannot be reached', async () => {
    const url = host.at('/model.onnx');
    const gone = file({ url });
    await host.stop();
    const { facts } = await fails('network', downloadFile(gone, folder, { transport: transport() }));
    assert.equal(facts.host, new URL(url).host);
    host = await Host.start(serve(served));
  });

  it('stops at once when it is cancelled, and keeps the part', async () => {
    const controllers = [0, 1, 2].map(() => new AbortController());
    const abort = (i: number) => (): void => controllers[i]?.abort();
    const usual: Behaviour[] = [
      () => void setTimeout(abort(0), 20),
      (_, response) => {
        response.writeHead(200, { ...named, etag: '"v1"', 'content-length': CONTENT.length });
        response.write(CONTENT.subarray(0, 9000));
        whenReached(at('model.onnx.part'), 9000, abort(1));
      },
      (asked, response) => {
        answer(503)(asked, response);
        setTimeout(abort(2), 20);
      },
    ];
    const patient = { answerMs: 60_000, stallMs: 60_000, retryMs: [60_000] };
    for (const [i, behaviour] of usual.entries()) {
      host.usual = behaviour;
      await fails('cancelled', download({}, patient, controllers[i]?.signal));
    }
    assert.equal((await stat(at('model.onnx.part'))).size, 9000);
    await fails('cancelled', download({}, {}, AbortSignal.abort()));
    host.usual = serve(served);
    await download();
    await assertWhole();
    assert.equal(host.asked.at(-1)?.from, 9000);
  });

  it('does not download what is there and whole', async () => {
    await download();
    host.asked.length = 0;
    await download();
    assert.equal(host.asked.length, 0);
    await writeFile(at('model.onnx'), 'damaged');
    await download();
    await assertWhole();
    assert.equal(host.asked.length, 1);
  });

  it('says that the disk would not take it', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder was');
    const error = await download().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DownloadError);
    assert.equal(error.reason, 'write');
  });
});
