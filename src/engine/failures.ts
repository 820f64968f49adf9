import type { EngineFailure } from './protocol';
import { EngineError } from './service';
import { cancelledFailure, fileFailure, internalFailure } from './words';
import { RequestError } from '../compress/requests';
import { ModelError } from '../scoring/errors';
import { TranscriptError } from '../transcript/errors';

/**
 * What a failed operation is called on the other side of the process border: a reason and one sentence. Errors of
 * the rooms keep the sentence they were made with; anything unforeseen is `internal`, its stack for the log.
 */
export function toFailure(error: unknown, aborted: boolean): EngineFailure {
  if (aborted || (error instanceof Error && error.name === 'AbortError')) return cancelledFailure;
  if (error instanceof EngineError || error instanceof ModelError)
    return { reason: error.reason, message: error.message, detail: error.detail ?? trace(error) };
  if (error instanceof TranscriptError)
    return { reason: error.reason, message: error.message, detail: trace(error) };
  if (error instanceof RequestError) return { reason: 'request', message: error.message };
  if (isSystemError(error)) return fileFailure(error.path, error.code, trace(error));
  return internalFailure(trace(error));
}

const isSystemError = (error: unknown): error is Error & { code: string; path: string } =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  'path' in error &&
  typeof error.path === 'string';

/** An error with its stack and its causes, for the log. */
export function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${trace(error.cause)}`;
}
