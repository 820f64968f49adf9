import { startEngineProcess, type EngineProcess } from './process';
import type {
  CompressAnswer,
  EngineFailure,
  EngineMessage,
  EngineOptions,
  EngineRequest,
  EngineValue,
} from './protocol';
import { EngineError, type CallOptions, type CompressionService } from './service';
import {
  cancelledFailure,
  crashedFailure,
  crashLoopFailure,
  internalFailure,
  notStartedFailure,
  stoppedFailure,
} from './words';
import type { Comparison, PartialResult } from '../compress/result';
import type { SessionSummary, TranscriptDocument } from '../transcript/model';

/**
 * - `stopped`: no process;
 * - `starting`: a process was forked and has not said anything yet;
 * - `busy`: it is working on at least one request;
 * - `ready`: it waits for the next one.
 */
export type EngineState = 'stopped' | 'starting' | 'busy' | 'ready';

/** Where the client writes what a person may have to look up; VS Code's LogOutputChannel is one. */
export interface EngineLog {
  info(line: string): void;
  error(line: string): void;
}

export interface EngineClientOptions {
  /** Absolute path of dist/engine.js. */
  readonly serverFile: string;
  /** Asked before every call; where the answer differs from the running process's, a new process takes over. */
  readonly options: () => EngineOptions;
  readonly log: EngineLog;
  /** Milliseconds without a request after which the process is let go. */
  readonly idleMs?: number;
  /** Milliseconds that a cancelled request may go on before the process is killed: it is stuck in native code. */
  readonly cancelMs?: number;
  /** Node or Electron binary; the host's own unless a test says otherwise. */
  readonly execPath?: string;
}

export interface EngineClient extends CompressionService {
  readonly state: EngineState;
  /** Process id of the running engine, for the log and for tests. */
  readonly pid: number | undefined;
  onDidChangeState(listener: (state: EngineState) => void): { dispose(): void };
}

export const ENGINE_CLIENT_DEFAULTS = { idleMs: 5 * 60_000, cancelMs: 1500 } as const;

/** So many processes that ended before they finished one request, within so many milliseconds, are a crash loop. */
const CRASH_LOOP = { times: 3, withinMs: 60_000 } as const;

type RequestBody = EngineRequest extends infer Each
  ? Each extends EngineRequest
    ? Omit<Each, 'id'>
    : never
  : never;

interface Call {
  readonly id: number;
  readonly body: RequestBody;
  readonly resolve: (value: EngineValue) => void;
  readonly reject: (error: EngineError) => void;
  readonly onProgress: CallOptions['onProgress'];
  readonly onPartial: ((partial: PartialResult) => void) | undefined;
  /** Set once the person cancelled: the promise is settled, the process has not yet let go of the work. */
  stuckTimer: NodeJS.Timeout | undefined;
}

interface Running {
  readonly process: EngineProcess;
  readonly key: string;
  readonly calls: Map<number, Call>;
  heard: boolean;
  /** It finished a request: a later crash is not a crash at start. */
  proven: boolean;
  /** We ended it ourselves. */
  released: boolean;
}

/**
 * The host's side of the engine process: forks it at the first call, lets it go when idle, starts it again after a
 * crash. The host only sends and decodes messages; arrays in results are views of the received message (use the
 * arrays, not their `.buffer`).
 *
 * In the extension's entry, with a LogOutputChannel as `log`:
 *
 *     const engine = createEngineClient({
 *       serverFile: context.asAbsolutePath('dist/engine.js'),
 *       options: () => ({ modelFolder, policyFolder, threads: 0 }),
 *       log,
 *     });
 *     context.subscriptions.push(engine, engine.onDidChangeState((state) => statusBar.show(state)));
 *
 * Every method rejects with an {@link EngineError}: `cancelled` at once when the signal is aborted, `crashed` when
 * the process ends in mid-run, else what the engine said.
 */
export function createEngineClient(client: EngineClientOptions): EngineClient {
  const idleMs = client.idleMs ?? ENGINE_CLIENT_DEFAULTS.idleMs;
  const cancelMs = client.cancelMs ?? ENGINE_CLIENT_DEFAULTS.cancelMs;
  const listeners = new Set<(state: EngineState) => void>();
  let current: Running | undefined;
  const retiring = new Set<Running>();
  let state: EngineState = 'stopped';
  let idleTimer: NodeJS.Timeout | undefined;
  let nextId = 1;
  let crashes: number[] = [];
  let disposed = false;

  const update = (): void => {
    clearTimeout(idleTimer);
    if (current?.calls.size === 0) {
      idleTimer = setTimeout(() => {
        client.log.info('engine: idle, let go');
        if (current !== undefined) release(current);
      }, idleMs);
      idleTimer.unref();
    }
    const next =
      current === undefined
        ? 'stopped'
        : !current.heard
          ? 'starting'
          : current.calls.size > 0
            ? 'busy'
            : 'ready';
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener(next);
  };

  /** Ends a process without a word to anyone; what it was still doing must have been settled or moved. */
  const release = (running: Running): void => {
    running.released = true;
    running.process.kill();
    retiring.delete(running);
    if (current === running) current = undefined;
    for (const call of running.calls.values()) clearTimeout(call.stuckTimer);
    running.calls.clear();
    update();
  };

  const ended = (running: Running, end: { readonly started: boolean; readonly detail: string }): void => {
    if (running.released) return;
    client.log.error(`engine: ended unexpectedly (${end.detail})`);
    const calls = [...running.calls.values()].filter((call) => call.stuckTimer === undefined);
    release(running);
    if (!running.proven) crashes.push(Date.now());
    const failure = looping() ?? (end.started ? crashedFailure(end.detail) : notStartedFailure(end.detail));
    for (const call of calls) call.reject(new EngineError(failure));
  };

  const looping = (): EngineFailure | undefined => {
    crashes = crashes.filter((time) => Date.now() - time < CRASH_LOOP.withinMs);
    return crashes.length >= CRASH_LOOP.times
      ? crashLoopFailure(crashes.length, 'crash loop at start')
      : undefined;
  };

  const start = (key: string, options: EngineOptions): Running => {
    const begun = performance.now();
    const running: Running = {
      key,
      calls: new Map(),
      heard: false,
      proven: false,
      released: false,
      process: startEngineProcess({
        serverFile: client.serverFile,
        execPath: client.execPath ?? process.execPath,
        options,
        onMessage: (message) => {
          if (running.released) return;
          if (!running.heard) client.log.info(`engine: first word after ${ms(performance.now() - begun)}`);
          running.heard = true;
          receive(running, message);
        },
        onOutput: (line) => client.log.info(`engine: ${line}`),
        onEnd: (end) => ended(running, end),
      }),
    };
    client.log.info(`engine: started, process ${running.process.pid ?? 'none'}`);
    return running;
  };

  const receive = (running: Running, message: EngineMessage): void => {
    if (message.type === 'loaded') {
      client.log.info(`engine: loaded ${message.model} in ${ms(message.ms)}`);
      update();
      return;
    }
    const call = running.calls.get(message.id);
    if (call === undefined) {
      update();
      return;
    }
    switch (message.type) {
      case 'progress':
        if (call.stuckTimer === undefined) call.onProgress?.(message.done, message.total, message.stage);
        {
          update();
          return;
        }
      case 'partial':
        if (call.stuckTimer === undefined) call.onPartial?.(message.partial);
        {
          update();
          return;
        }
      case 'done':
      case 'failed':
        clearTimeout(call.stuckTimer);
        running.calls.delete(call.id);
        if (message.type === 'done') {
          running.proven = true;
          call.resolve(message.value);
        } else {
          if (message.error.detail !== undefined) client.log.error(`engine: ${message.error.detail}`);
          call.reject(new EngineError(message.error));
        }
        if (retiring.has(running) && running.calls.size === 0) {
          release(running);
          return;
        }
        {
          update();
          return;
        }
    }
  };

  /** Hands a call to the process with today's options, starting it where there is none. */
  const submit = (call: Call): void => {
    const options = client.options();
    const key = JSON.stringify(options);
    if (current !== undefined && current.key !== key) {
      if (current.calls.size === 0) release(current);
      else retiring.add(current);
      current = undefined;
    }
    if (current === undefined) {
      const failure = looping();
      if (failure !== undefined) {
        call.reject(new EngineError(failure));
        return;
      }
      current = start(key, options);
    }
    const running = current;
    running.calls.set(call.id, call);
    try {
      running.process.send({ ...call.body, id: call.id });
    } catch (error) {
      running.calls.delete(call.id);
      call.reject(new EngineError(internalFailure(String(error))));
    }
    update();
  };

  const cancel = (call: Call): void => {
    const running = [...(current === undefined ? [] : [current]), ...retiring].find((each) =>
      each.calls.has(call.id),
    );
    call.reject(new EngineError(cancelledFailure));
    if (running === undefined || call.stuckTimer !== undefined) return;
    call.stuckTimer = setTimeout(() => {
      client.log.info(`engine: did not answer a cancel within ${ms(cancelMs)}, killed`);
      const others = [...running.calls.values()].filter((each) => each.stuckTimer === undefined);
      release(running);
      // Requests change nothing, so the ones that nobody cancelled are simply asked again.
      for (const other of others) submit(other);
    }, cancelMs);
    call.stuckTimer.unref();
    running.process.send({ type: 'cancel', id: call.id });
  };

  const ask = (
    body: RequestBody,
    options: CallOptions = {},
    onPartial?: (partial: PartialResult) => void,
  ): Promise<EngineValue> =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      if (disposed) {
        reject(new EngineError(stoppedFailure));
        return;
      }
      if (signal?.aborted === true) {
        reject(new EngineError(cancelledFailure));
        return;
      }
      const abort = (): void => cancel(call);
      const settle = (): void => signal?.removeEventListener('abort', abort);
      const call: Call = {
        id: nextId++,
        body,
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        onProgress: options.onProgress,
        onPartial,
        stuckTimer: undefined,
      };
      signal?.addEventListener('abort', abort, { once: true });
      submit(call);
    });

  const stop = (): void => {
    crashes = [];
    for (const running of [...(current === undefined ? [] : [current]), ...retiring]) {
      const calls = [...running.calls.values()];
      release(running);
      for (const call of calls) call.reject(new EngineError(stoppedFailure));
    }
  };

  return {
    get state() {
      return state;
    },
    get pid() {
      return current?.process.pid;
    },
    // The engine answers each request with the value that belongs to it (dispatcher.ts).
    compress: async (request, options) => {
      const { known } = options ?? {};
      const asked = known === undefined ? request : { ...request, holds: known.key };
      const body = { type: 'compress', request: asked } as const;
      const { base = known, choice } = (await ask(body, options, options?.onPartial)) as CompressAnswer;
      if (base === undefined) throw new EngineError(internalFailure('an answer without its base'));
      return { ...base, ...choice };
    },
    compare: async (request, options) => (await ask({ type: 'compare', request }, options)) as Comparison,
    openTranscript: async (path, format, options) =>
      (await ask({ type: 'transcript', path, format }, options)) as TranscriptDocument,
    listSessions: async (home, options) =>
      (await ask({ type: 'sessions', home }, options)) as readonly SessionSummary[],
    countTokens: async (texts) => (await ask({ type: 'count', texts })) as readonly number[],
    stop,
    dispose: () => {
      stop();
      disposed = true;
      listeners.clear();
    },
    onDidChangeState: (listener) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}

const ms = (value: number): string => `${Math.round(value)} ms`;
