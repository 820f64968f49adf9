import type { EngineFailure } from './protocol';

// Every sentence the engine says to a person: what happened, what is left as it was, what to do.

export const cancelledFailure: EngineFailure = { reason: 'cancelled', message: 'Cancelled.' };

export const stoppedFailure: EngineFailure = {
  reason: 'cancelled',
  message: 'The compression engine was stopped. Your text is unchanged.',
};

export const crashedFailure = (detail: string): EngineFailure => ({
  reason: 'crashed',
  message: 'The compression engine stopped unexpectedly. Your text is unchanged. Run the command again.',
  detail,
});

export const notStartedFailure = (detail: string): EngineFailure => ({
  reason: 'crashed',
  message: 'The compression engine could not be started. Your text is unchanged. Show the log for the cause.',
  detail,
});

export const crashLoopFailure = (times: number, detail: string): EngineFailure => ({
  reason: 'crashed',
  message: `The compression engine stopped ${times} times within a minute. Your text is unchanged. Show the log for the cause, then try again in a minute.`,
  detail,
});

export const internalFailure = (detail: string): EngineFailure => ({
  reason: 'internal',
  message: 'Something went wrong inside Kompress. Your text is unchanged. Show the log for the cause.',
  detail,
});

/** The sentence for a file that the operating system would not open or read. */
export function fileFailure(path: string, code: string, detail: string): EngineFailure {
  const quoted = `“${path}”`;
  const said =
    code === 'ENOENT'
      ? `There is no file ${quoted}. Check the path.`
      : code === 'EACCES' || code === 'EPERM'
        ? `The file ${quoted} may not be read. Check its permissions.`
        : code === 'EISDIR'
          ? `${quoted} is a folder. Name a file.`
          : `The file ${quoted} could not be read (${code}). Try again.`;
  return { reason: 'file', message: said, detail };
}
