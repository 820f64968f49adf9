import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { officialContract, type FileIdentity } from '../scoring/official';
import { DownloadError } from './errors';
import { bytesThere, diskError, downloadFile, forgetState } from './file';
import { takeLock } from './lock';
import { isOfficialPlace, OFFICIAL_FILES, type ModelFiles, type RemoteFile } from './official';
import type { Transport } from './request';

/** Room on the disk that is left over besides the model. */
const SPARE_BYTES = 64 << 20;
const CONTRACT = 'kompress.json';

const TRANSPORT: Transport = {
  allows: isOfficialPlace,
  answerMs: 30_000,
  stallMs: 30_000,
  retryMs: [0, 1000, 4000, 10_000],
};

export interface DownloadProgress {
  /** Bytes of all files that are there, and that there will be. */
  readonly done: number;
  readonly total: number;
}

export interface ModelDownloadOptions {
  /** Made where it is not there. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Default: the official files, from their own host alone. */
  readonly files?: ModelFiles | undefined;
  readonly transport?: Partial<Transport> | undefined;
  /** Bytes that are free for the person where a folder is; undefined where nobody knows. */
  readonly freeBytes?: ((folder: string) => Promise<number | undefined>) | undefined;
}

/**
 * Downloads the official model into a folder, where it is described by a kompress.json like any other model. That file
 * is written last. What is there already, of an earlier call too, is not downloaded again; a file that has been
 * damaged since is, and must then have the SHA-256 that kompress.json names.
 * @throws DownloadError; nothing else.
 */
export async function downloadModel({
  folder,
  signal,
  onProgress,
  files = OFFICIAL_FILES,
  transport,
  freeBytes = freeBytesOf,
}: ModelDownloadOptions): Promise<void> {
  const names = [files.tokenizer, files.model];
  const total = names.reduce((sum, { bytes }) => sum + bytes, 0);
  await withLock(folder, async (lost) => {
    const stop = signal === undefined ? lost : AbortSignal.any([signal, lost]);
    try {
      const all = await Promise.all(names.map((file) => pinned(file, folder)));
      await checkSpace(folder, all, freeBytes);
      const identities: Record<string, FileIdentity> = {};
      let before = 0;
      for (const file of all) {
        const earlier = before;
        identities[file.name] = await downloadFile(file, folder, {
          transport: { ...TRANSPORT, ...transport },
          signal: stop,
          onBytes: (bytes) => onProgress?.({ done: earlier + bytes, total }),
        });
        before += file.bytes;
        onProgress?.({ done: before, total });
      }
      await describe(folder, files, identities);
      for (const { name } of all) await forgetState(path.join(folder, name));
    } catch (error) {
      if (lost.aborted) throw new DownloadError('busy', 'the lock was taken over');
      throw error;
    }
  });
}

/** Whether a folder holds a model that was downloaded to the end. */
export const isDownloaded = (folder: string, { tokenizer, model }: ModelFiles = OFFICIAL_FILES): boolean =>
  [CONTRACT, tokenizer.name, model.name].every((name) => existsSync(path.join(folder, name)));

/** Bytes of the files that are there already, whole or in part. */
export async function bytesDownloaded(folder: string, files: ModelFiles = OFFICIAL_FILES): Promise<number> {
  const sizes = await Promise.all([files.tokenizer, files.model].map((file) => bytesThere(file, folder)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Deletes a downloaded model and what is there of an unfinished download.
 * @returns whether there was anything.
 * @throws DownloadError with reason `busy` or `write`.
 */
export async function removeModel(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  await withLock(folder, () => rm(folder, { recursive: true, maxRetries: 5, retryDelay: 100 }));
  return true;
}

async function withLock(folder: string, act: (lost: AbortSignal) => Promise<void>): Promise<void> {
  let lock;
  try {
    await mkdir(folder, { recursive: true });
    lock = await takeLock(`${folder}.lock`);
  } catch (error) {
    throw error instanceof DownloadError ? error : diskError(error, folder);
  }
  try {
    await act(lock.lost);
  } catch (error) {
    throw error instanceof DownloadError ? error : diskError(error, folder);
  } finally {
    await lock.release().catch(() => undefined);
  }
}

/** What kompress.json says that matters here; none of it is sure to be there. */
interface Pins {
  readonly source?: { readonly commit?: unknown };
  readonly files?: Readonly<Record<string, { readonly sha256?: unknown } | undefined>>;
}

/** A file with the SHA-256 that it had when its version was first downloaded. */
async function pinned(file: RemoteFile, folder: string): Promise<RemoteFile> {
  if (file.sha256 !== undefined) return file;
  try {
    const pins = JSON.parse(await readFile(path.join(folder, CONTRACT), 'utf8')) as Pins | null;
    const sha256 = pins?.source?.commit === file.commit ? pins.files?.[file.name]?.sha256 : undefined;
    return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? { ...file, sha256 } : file;
  } catch {
    // Nothing was downloaded to the end yet.
    return file;
  }
}

async function checkSpace(
  folder: string,
  files: readonly RemoteFile[],
  freeBytes: (folder: string) => Promise<number | undefined>,
): Promise<void> {
  let needed = SPARE_BYTES;
  for (const file of files) needed += file.bytes - (await bytesThere(file, folder));
  const free = await freeBytes(folder);
  if (needed > SPARE_BYTES && free !== undefined && free < needed)
    throw new DownloadError('disk-space', `${needed} bytes needed, ${free} free`, { needed, free });
}

async function freeBytesOf(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize, blocks } = await statfs(folder);
    // Some network drives say nothing at all.
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}

async function describe(
  folder: string,
  { model }: ModelFiles,
  identities: Readonly<Record<string, FileIdentity>>,
): Promise<void> {
  const contract = {
    ...officialContract(model.name, identities),
    source: { url: model.url, commit: model.commit },
  };
  const file = path.join(folder, CONTRACT);
  await writeFile(`${file}.part`, `${JSON.stringify(contract, undefined, 2)}\n`);
  await rename(`${file}.part`, file);
}
