import type { Writable } from 'node:stream';
import { sentences } from './words';

export interface Output {
  /** Resolves, once it may go on, with false where nobody reads any more. Never rejects. */
  write(piece: string): Promise<boolean>;
  /** Whether something could not be written, other than because the reader went away. */
  readonly failed: boolean;
}

/** Standard output whose reader may close it early, as `head` does: it has what it wanted then. */
export function createOutput(stream: Writable, say: (sentence: string) => void): Output {
  let open = true;
  let failed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false;
    if (error.code === 'EPIPE' || failed) return;
    failed = true;
    say(sentences.outputFailed(error.message));
  });
  return {
    write: (piece) =>
      new Promise((resolve) => {
        if (!open) resolve(false);
        else stream.write(piece, (error) => resolve(open && !error));
      }),
    get failed() {
      return failed;
    },
  };
}
