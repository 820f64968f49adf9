import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import {
  clientOf,
  engineFile,
  isAlive,
  modelFolder,
  pidOf,
  policyFolder,
  prose,
  until,
  type TestClient,
} from './built';
import { EngineError } from '../../../src/engine/service';
import type { EngineMessage } from '../../../src/engine/protocol';
import type { CompressRequest } from '../../../src/compress/result';
import { sliceSpans } from '../../../src/text/spans';

const request = (text: string): CompressRequest => ({ text, budget: { kind: 'model' } });
const reason = (expected: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(error.reason, expected);
  assert.match(error.message, message);
  return true;
};

describe('engine life cycle', function () {
  this.timeout(60_000);
  let client: TestClient;
  beforeEach(() => (client = clientOf()));
  afterEach(() => client.dispose());

  it('forks at the first call and not before', async () => {
    assert.deepEqual([client.state, client.pid], ['stopped', undefined]);
    assert.deepEqual(await client.countTokens(['hello world', '']), [2, 0]);
    assert.deepEqual([client.state, client.states], ['ready', ['starting', 'ready']]);
    assert.ok(isAlive(pidOf(client)));
    assert.equal(client.lines.filter((line) => line.includes('started')).length, 1);
    assert.ok(!client.lines.some((line) => line.includes('loaded')), 'a count needs no model');
  });

  it('answers concurrent requests, streams, and loads the model once', async () => {
    const texts = [prose(1500), prose(60)] as const;
    const partials: number[] = [];
    const progress: string[] = [];
    const [long, short, counts] = await Promise.all([
      client.compress(request(texts[0]), {
        onPartial: (partial) => void partials.push(partial.windowsDone),
        onProgress: (done, total, stage) => void progress.push(`${stage} ${done}/${total}`),
      }),
      client.compress(request(texts[1])),
      client.countTokens(['one two three']),
    ]);
    assert.deepEqual(counts, [3]);
    assert.equal(long.words.start.length, texts[0].split(/\s+/).length);
    assert.equal(short.words.start.length, texts[1].split(/\s+/).length);
    assert.ok(long.report.words.kept < long.report.words.total);
    assert.ok(sliceSpans(texts[1], short.kept).length <= texts[1].length);
    assert.ok(
      partials.length > 1 && progress.length > 1,
      `${partials.length} partial, ${progress.length} progress`,
    );
    assert.deepEqual(client.states, ['starting', 'busy', 'ready']);
    assert.equal(client.lines.filter((line) => line.includes('loaded')).length, 1);
  });

  it('cancels in mid-run at once, and the next request works in the same process', async () => {
    const controller = new AbortController();
    let abortedAt = 0;
    const running = client.compress(request(prose(20_000)), {
      signal: controller.signal,
      onProgress: (done) => {
        if (done < 1 || controller.signal.aborted) return;
        abortedAt = performance.now();
        controller.abort();
      },
    });
    await assert.rejects(running, reason('cancelled', /^Cancelled\.$/));
    assert.ok(performance.now() - abortedAt < 100, 'the caller does not wait for the engine');
    const { pid } = client;
    const result = await client.compress(request(prose(40)));
    assert.ok(result.words.start.length >= 40);
    assert.equal(client.pid, pid);
  });

  it('starts nothing for a call that was cancelled before', async () => {
    await assert.rejects(
      client.compress(request('a'), { signal: AbortSignal.abort() }),
      reason('cancelled', /./),
    );
    assert.deepEqual([client.pid, client.states], [undefined, []]);
  });

  if (process.platform !== 'win32')
    it('kills an engine that does not answer a cancel, and asks the other requests again', async () => {
      client = clientOf({ cancelMs: 200 });
      await client.countTokens(['a']);
      const first = pidOf(client);
      process.kill(first, 'SIGSTOP');
      const controller = new AbortController();
      const stuck = client.compress(request(prose(30)), { signal: controller.signal });
      const other = client.countTokens(['a b c']);
      controller.abort();
      await assert.rejects(stuck, reason('cancelled', /./));
      assert.deepEqual(await other, [3]);
      assert.notEqual(pidOf(client), first);
      await until(() => !isAlive(first));
    });

  it('says one sentence when the engine is killed in mid-run, and the next call works', async () => {
    const running = Promise.allSettled([
      client.compress(request(prose(20_000)), {
        onProgress: (done) => {
          if (done === 1) process.kill(pidOf(client), 'SIGKILL');
        },
      }),
      client.compress(request(prose(20_000))),
    ]);
    for (const each of await running) {
      assert.equal(each.status, 'rejected');
      reason(
        'crashed',
        /^The compression engine stopped unexpectedly\. Your text is unchanged\./,
      )(each.reason);
    }
    assert.equal(client.state, 'stopped');
    assert.deepEqual(await client.countTokens(['a b']), [2]);
  });

  it('lets the process go when idle, and starts it again', async () => {
    client = clientOf({ idleMs: 150 });
    await client.countTokens(['a']);
    const first = pidOf(client);
    await until(() => client.state === 'stopped');
    await until(() => !isAlive(first));
    await client.countTokens(['a']);
    assert.notEqual(pidOf(client), first);
  });

  it('is not idle while it works', async () => {
    client = clientOf({ idleMs: 1 });
    const result = await client.compress(request(prose(3000)));
    assert.ok(result.words.start.length >= 3000);
  });

  it('hands over to a new process when the options change, without breaking what runs', async () => {
    let threads = 1;
    client = clientOf({ options: () => ({ modelFolder, policyFolder, threads }) });
    const running = client.compress(request(prose(2000)));
    const first = pidOf(client);
    threads = 2;
    assert.deepEqual(await client.countTokens(['a b']), [2]);
    assert.notEqual(pidOf(client), first);
    assert.ok((await running).words.start.length >= 2000);
    await until(() => !isAlive(first));
  });

  it('stop and dispose end the process and settle what is open', async () => {
    const running = client.compress(request(prose(5000)));
    const pid = pidOf(client);
    client.stop();
    await assert.rejects(running, reason('cancelled', /was stopped/));
    await until(() => !isAlive(pid));
    assert.deepEqual(await client.countTokens(['a']), [1]);
    const next = pidOf(client);
    client.dispose();
    await until(() => !isAlive(next));
    await assert.rejects(client.countTokens(['a']), reason('cancelled', /was stopped/));
  });

  it('names a request that cannot be sent', async () => {
    const hints = [{ firstLine: 0, endLine: 1, as: 'markdown', extra: () => undefined }] as const;
    await assert.rejects(
      client.compress({ ...request('a'), hints }),
      reason('internal', /Something went wrong/),
    );
  });

  it('says so after three crashes at start, and tries again after a stop', async () => {
    client = clientOf({ serverFile: path.resolve('dist/there-is-no-such-file.js') });
    const sentence = /^The compression engine stopped unexpectedly/;
    for (let i = 0; i < 2; i++) await assert.rejects(client.countTokens(['a']), reason('crashed', sentence));
    const loop = reason('crashed', /stopped 3 times within a minute.*log/);
    await assert.rejects(client.countTokens(['a']), loop);
    const forks = client.lines.filter((line) => line.includes('started')).length;
    await assert.rejects(client.countTokens(['a']), loop);
    assert.equal(client.lines.filter((line) => line.includes('started')).length, forks, 'not forked again');
    assert.ok(
      client.lines.some((line) => line.includes('Cannot find module')),
      'the log says why',
    );
    client.stop();
    await assert.rejects(client.countTokens(['a']), reason('crashed', sentence));
  });

  it('says so where the operating system starts nothing', async () => {
    client = clientOf({ execPath: path.resolve('dist/there-is-no-such-program') });
    await assert.rejects(client.countTokens(['a']), reason('crashed', /could not be started/));
    assert.equal(client.state, 'stopped');
  });

  it('reports an error that nobody caught to every open request, and ends', async () => {
    const child = fork(engineFile, [], {
      env: { KOMPRESS_ENGINE: JSON.stringify({ modelFolder, policyFolder, threads: 1 }) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    let said = '';
    const messages: unknown[] = [];
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('message', (message) => messages.push(message));
    child.send({ type: 'compress', id: 3, request: request(prose(500)) });
    // Not a request at all: reading it throws outside of every operation.
    const nothing: unknown = null;
    child.send(nothing as object);
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 70, said);
    assert.match(said, /TypeError/);
    const failed = messages.filter(
      (message) => (message as EngineMessage).type === 'failed',
    ) as EngineMessage[];
    assert.equal(failed.length, 1);
    const [first] = failed;
    assert.ok(first?.type === 'failed' && first.id === 3 && first.error.reason === 'crashed');
    assert.match(first.error.detail ?? '', /TypeError/);
  });
});
