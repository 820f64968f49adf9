// The engine process: everything that computes, loaded only when asked for. Started by client.ts, and by nothing else.
import { constants, getPriority, setPriority } from 'node:os';
import { createDispatcher } from './dispatcher';
import { readEngineOptions } from './environment';
import { trace } from './failures';
import { createPipeline } from './pipeline';
import type { EngineMessage, EngineRequest } from './protocol';
import { createOnnxSession } from './runtime';
import { crashedFailure } from './words';

/** EX_SOFTWARE of sysexits.h. */
const CRASH_EXIT_CODE = 70;

const options = readEngineOptions(process.env);
yieldToEditor();

const send = (message: EngineMessage, sent?: () => void): void => {
  // The parent may be gone already; `disconnect` ends this process then.
  if (process.connected) process.send?.(message, () => sent?.());
};

const dispatcher = createDispatcher({
  operations: createPipeline({
    modelFolder: options.modelFolder,
    policyFolder: options.policyFolder,
    openSession: (modelPath, window) => createOnnxSession(modelPath, { threads: options.threads, window }),
    onLoaded: (model, ms) => send({ type: 'loaded', model, ms }),
  }),
  send,
});

/** The person's editor goes first where both want the processor. */
function yieldToEditor(): void {
  const wanted = constants.priority.PRIORITY_BELOW_NORMAL;
  try {
    // One that is started with less already may not raise itself, and need not.
    if (getPriority() < wanted) setPriority(wanted);
  } catch {
    // Only a matter of courtesy: the work goes on as it is.
  }
}

process.on('message', (request) => void dispatcher.handle(request as EngineRequest));
process.on('disconnect', () => process.exit(0));
// Ctrl+C in a terminal reaches the whole process group; what it means is the parent's business.
process.on('SIGINT', () => undefined);

const crash = (error: unknown): void => {
  const detail = trace(error);
  process.stderr.write(`${detail}\n`);
  const open = dispatcher.open;
  let waiting = open.length;
  const leave = (): never => process.exit(CRASH_EXIT_CODE);
  if (waiting === 0) leave();
  for (const id of open)
    send({ type: 'failed', id, error: crashedFailure(detail) }, () => {
      if (--waiting === 0) leave();
    });
  setTimeout(leave, 1000);
};
process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
