import { fork, type ChildProcess } from 'node:child_process';
import { engineEnvironment } from './environment';
import type { EngineMessage, EngineOptions, EngineRequest } from './protocol';

/** How long after the end of the process its last messages may still come out of the channel, milliseconds. */
const DRAIN_MS = 250;

export interface EngineProcessOptions {
  /** The bundled engine, dist/engine.js. */
  readonly serverFile: string;
  /** The Node or Electron binary that runs it. */
  readonly execPath: string;
  readonly options: EngineOptions;
  readonly onMessage: (message: EngineMessage) => void;
  /** One line of the process's standard output or error output. */
  readonly onOutput: (line: string) => void;
  /** Called once, after the last message. `started` is false where the operating system started nothing. */
  readonly onEnd: (end: { readonly started: boolean; readonly detail: string }) => void;
}

export interface EngineProcess {
  readonly pid: number | undefined;
  /** Throws where the request holds something that cannot be sent. */
  send(request: EngineRequest): void;
  /** Ends it at once, whatever native code it is in. It holds nothing that could be lost. */
  kill(): void;
}

/** Forks the engine with a minimal environment and typed messages. Never throws: what fails is told by `onEnd`. */
export function startEngineProcess(options: EngineProcessOptions): EngineProcess {
  let ended = false;
  const end = (started: boolean, detail: string): void => {
    if (ended) return;
    ended = true;
    options.onEnd({ started, detail });
  };

  let child: ChildProcess;
  try {
    child = fork(options.serverFile, [], {
      execPath: options.execPath,
      execArgv: [],
      env: engineEnvironment(options.options, process.env, process.platform),
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Not an option of fork in @types/node, but passed through to spawn: no console window on Windows.
      ...{ windowsHide: true },
    });
  } catch (error) {
    queueMicrotask(() => end(false, String(error)));
    return { pid: undefined, send: () => undefined, kill: () => undefined };
  }

  child.on('message', (message) => options.onMessage(message as EngineMessage));
  child.on('error', (error) => {
    if (child.pid === undefined) end(false, error.message);
    else options.onOutput(error.message);
  });
  child.on('exit', (code, signal) => {
    const detail = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
    if (!child.connected) {
      end(true, detail);
      return;
    }
    child.once('disconnect', () => end(true, detail));
    setTimeout(() => end(true, detail), DRAIN_MS);
  });
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) eachLine(stream, options.onOutput);

  return {
    pid: child.pid,
    // A process that is just ending answers with an error here; its end is told by `exit`.
    send: (request) => void child.send(request, () => undefined),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Longest line taken over into the log, characters. */
const LINE_LIMIT = 4000;

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = (lines.pop() ?? '').slice(0, LINE_LIMIT);
    for (const line of lines) if (line.trim() !== '') onLine(line.slice(0, LINE_LIMIT));
  });
  stream.on('end', () => {
    if (rest.trim() !== '') onLine(rest);
  });
}
