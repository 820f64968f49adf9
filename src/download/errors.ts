/**
 * - `cancelled`: by the person; what has come so far stays for the next time;
 * - `busy`: another window is downloading into the same folder;
 * - `disk-space`: there is not enough room on the disk;
 * - `network`: the host could not be reached, or a connection broke off again and again;
 * - `stalled`: nothing came for too long, again and again;
 * - `refused`: the host answered that it does not give the file (404, 403, …);
 * - `server`: the host answered that it is in trouble (5xx, 429), or not as HTTP asks for, again and again;
 * - `redirect`: the host sent us to a place that is not among the allowed ones;
 * - `changed`: the host offers another file than the one that is known;
 * - `unnamed`: the host does not say what the file's SHA-256 should be;
 * - `mismatch`: what came has another SHA-256, and was deleted;
 * - `write`: the disk would not take it.
 */
export type DownloadFailure =
  | 'cancelled'
  | 'busy'
  | 'disk-space'
  | 'network'
  | 'stalled'
  | 'refused'
  | 'server'
  | 'redirect'
  | 'changed'
  | 'unnamed'
  | 'mismatch'
  | 'write';

export interface DownloadFacts {
  /** Host that answered, or that could not be reached. */
  readonly host?: string | undefined;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** Name of the file. */
  readonly file?: string | undefined;
  /** Bytes that are needed and free. */
  readonly needed?: number | undefined;
  readonly free?: number | undefined;
}

/** Why a download did not come to its end. The sentence for the person is the caller's; `message` is for the log. */
export class DownloadError extends Error {
  readonly reason: DownloadFailure;
  readonly facts: DownloadFacts;
  constructor(reason: DownloadFailure, detail: string, facts: DownloadFacts = {}, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'DownloadError';
    this.reason = reason;
    this.facts = facts;
  }
}

/** Whether another attempt may well go better. */
export const isPassing = (error: unknown): boolean =>
  error instanceof DownloadError &&
  (error.reason === 'network' || error.reason === 'stalled' || error.reason === 'server');

/** The code of a system error, such as ENOSPC; undefined for any other error. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
