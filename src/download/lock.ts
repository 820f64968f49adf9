import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf, DownloadError } from './errors';

/** A lock is shown to be in use this often, and is dead when it was not for so long: its owner hangs or is gone. */
const BEAT_MS = 2000;
const DEAD_MS = 60_000;

export interface Lock {
  /** Aborted when somebody took the lock over because its owner seemed dead. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes a lock: a file that names its owner. It dies with the owner's process (where that ran on this machine), or a
 * minute after it was last shown to be in use. Should two take a dead lock over at the same moment, one of them finds
 * that out within seconds; the SHA-256 at the end holds whatever they did meanwhile.
 * @throws DownloadError with reason `busy` if somebody else has it; or an error of the file system.
 */
export async function takeLock(file: string): Promise<Lock> {
  const own = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  for (let attempt = 0; !(await create(file, own)); attempt++) {
    if (attempt === 3 || !(await isDead(file))) throw new DownloadError('busy', `${file} is held`);
    await rm(file, { force: true });
  }
  const lost = new AbortController();
  const beat = setInterval(() => {
    void isOwn(file, own)
      .then(
        async (still) => {
          const now = new Date();
          if (still) await utimes(file, now, now);
          else lost.abort();
        },
        () => undefined,
      )
      .catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return {
    lost: lost.signal,
    async release() {
      clearInterval(beat);
      if (await isOwn(file, own).catch(() => false)) await rm(file, { force: true });
    },
  };
}

async function create(file: string, own: string): Promise<boolean> {
  try {
    await writeFile(file, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isOwn(file: string, own: string): Promise<boolean> {
  try {
    return (await readFile(file, 'utf8')) === own;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function isDead(file: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > DEAD_MS) return true;
    const owner: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('host' in owner)) return false;
    return typeof owner.pid === 'number' && owner.host === hostname() && !isRunning(owner.pid);
  } catch (error) {
    // Gone in the meantime; else just being written.
    return codeOf(error) === 'ENOENT';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
