import assert from 'node:assert/strict';
import { memoizeLoad, untilAborted } from '../../../src/engine/memoize';
import { createSerialSession } from '../../../src/engine/serial-session';
import type { InferenceSession } from '../../../src/scoring/scorer';

describe('memoizeLoad', () => {
  it('loads once for concurrent and later calls', async () => {
    let loads = 0;
    const load = memoizeLoad(() => Promise.resolve(++loads));
    assert.deepEqual(await Promise.all([load(), load()]), [1, 1]);
    assert.equal(await load(), 1);
  });

  it('forgets a failure, so that the next call tries again', async () => {
    let loads = 0;
    const load = memoizeLoad(() =>
      ++loads === 1 ? Promise.reject(new Error('no')) : Promise.resolve(loads),
    );
    const both = await Promise.allSettled([load(), load()]);
    assert.deepEqual(
      both.map((each) => each.status),
      ['rejected', 'rejected'],
    );
    assert.equal(await load(), 2);
  });
});

describe('untilAborted', () => {
  it('gives up waiting when the signal is aborted, at once or later', async () => {
    const never = new Promise<number>(() => undefined);
    const controller = new AbortController();
    const waiting = untilAborted(never, controller.signal);
    controller.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    await assert.rejects(untilAborted(never, controller.signal), { name: 'AbortError' });
  });

  it('passes value and error through', async () => {
    const { signal } = new AbortController();
    assert.equal(await untilAborted(Promise.resolve(3), signal), 3);
    await assert.rejects(untilAborted(Promise.reject(new Error('why')), signal), /why/);
  });
});

describe('createSerialSession', () => {
  const ids = BigInt64Array.of(1n);

  it('runs one inference at a time in the order asked for, a failed one included', async () => {
    const order: string[] = [];
    let running = 0;
    const session: InferenceSession = {
      outputNames: ['x'],
      run: async (_ids, _mask, batch) => {
        assert.equal(++running, 1);
        order.push(`begin ${batch}`);
        for (let turn = 5 - batch; turn > 0; turn--) await Promise.resolve();
        running--;
        order.push(`end ${batch}`);
        if (batch === 2) throw new Error('second');
        return {};
      },
      dispose: () => {
        order.push('dispose');
        return Promise.resolve();
      },
    };
    const serial = createSerialSession(session);
    const runs = [1, 2, 3].map((batch) => serial.run(ids, ids, batch, 1, ['x']));
    const disposed = serial.dispose();
    const outcome = await Promise.allSettled(runs);
    await disposed;
    assert.deepEqual(
      outcome.map((each) => each.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(order, ['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3', 'dispose']);
  });

  it('lets the event loop turn between two runs', async () => {
    const order: string[] = [];
    const serial = createSerialSession({
      outputNames: [],
      run: () => {
        order.push('run');
        // A message of the parent arrives in mid-run.
        setImmediate(() => order.push('message'));
        return Promise.resolve({});
      },
      dispose: () => Promise.resolve(),
    });
    await Promise.all([serial.run(ids, ids, 1, 1, []), serial.run(ids, ids, 1, 1, [])]);
    assert.deepEqual(order, ['run', 'message', 'run']);
  });
});
