import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { InferenceSession } from '../scoring/scorer';

/**
 * Runs one inference at a time, in the order asked for, so that windows of concurrent requests alternate instead of
 * waiting for the longest text. Before each run the event loop turns once: the runtime blocks it while it runs, and
 * without that turn no cancel message could come in and no partial result go out between two windows.
 */
export function createSerialSession(session: InferenceSession): InferenceSession {
  let last: Promise<unknown> = Promise.resolve();
  return {
    outputNames: session.outputNames,
    run: (...inputs) => {
      const turn = last.then(() => nextLoopTurn()).then(() => session.run(...inputs));
      last = turn.catch(() => undefined);
      return turn;
    },
    dispose: () => last.then(() => session.dispose()),
  };
}
