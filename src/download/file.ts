import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open as openFile, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FileIdentity } from '../scoring/official';
import { codeOf, DownloadError, isPassing } from './errors';
import type { RemoteFile } from './official';
import { networkError, open, type Answer, type Transport } from './request';

export interface FileOptions {
  readonly transport: Transport;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes that are there, of `file.bytes`; they become fewer where a host makes us start over. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Attempts in all, whatever each one brings: a host that gives byte by byte must not keep us for ever. */
const MOST_ATTEMPTS = 60;

/** What is remembered beside a part: where it comes from, the host's mark of that version, and what it must be. */
interface PartState {
  readonly url: string;
  /** A strong ETag; undefined where the host gave none: such a part cannot be continued. */
  readonly etag: string | undefined;
  readonly sha256: string;
}

/**
 * Downloads a file into a folder. What comes goes into `NAME.part` and gets its own name only when all of it is there
 * and its SHA-256 is right. A connection that breaks off is taken up again at the byte it broke off at (`Range` with
 * `If-Range`, RFC 9110), at once and, if that does not help, at the next call: the part stays, with what has to be
 * known of it in `NAME.part.json`, until `forgetPart`.
 * @throws DownloadError; nothing else.
 */
export async function downloadFile(
  file: RemoteFile,
  folder: string,
  options: FileOptions,
): Promise<FileIdentity> {
  const final = path.join(folder, file.name);
  try {
    const finished = await finishedFile(final, file, options.signal);
    if (finished !== undefined) return finished;
    const { sha256 } = await fetchAll(file, final, options);
    const part = partOf(final);
    const found = await hashOf(part, options.signal);
    if (found !== sha256) {
      await forgetPart(final);
      throw new DownloadError('mismatch', `${file.name}: sha256 ${found} instead of ${sha256}`, {
        file: file.name,
      });
    }
    await rename(part, final);
    return { sha256, bytes: file.bytes };
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    throw diskError(error, file.name, options.signal);
  }
}

/** Bytes of a file that are there already, as a part or whole. */
export async function bytesThere(file: RemoteFile, folder: string): Promise<number> {
  const final = path.join(folder, file.name);
  const size = (await sizeOf(final)) || (await sizeOf(partOf(final)));
  return size <= file.bytes ? size : 0;
}

/** Deletes the part of a file and what is remembered of it. */
export async function forgetPart(final: string): Promise<void> {
  await rm(partOf(final), { force: true });
  await forgetState(final);
}

export const forgetState = (final: string): Promise<void> => rm(stateOf(final), { force: true });

const partOf = (final: string): string => `${final}.part`;
const stateOf = (final: string): string => `${final}.part.json`;

/** A file that has its name already, if it is still what it was when it got it. */
async function finishedFile(
  final: string,
  file: RemoteFile,
  signal: AbortSignal | undefined,
): Promise<FileIdentity | undefined> {
  if ((await sizeOf(final)) === 0) return undefined;
  const sha256 = file.sha256 ?? (await readState(final))?.sha256;
  if (sha256 !== undefined && (await hashOf(final, signal)) === sha256) return { sha256, bytes: file.bytes };
  await rm(final, { force: true });
  return undefined;
}

/** Attempt after attempt until all bytes are in the part. */
async function fetchAll(file: RemoteFile, final: string, options: FileOptions): Promise<PartState> {
  const { retryMs } = options.transport;
  let fruitless = 0;
  let hasGrown = false;
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(partOf(final));
    try {
      return await fetchRest(file, final, options);
    } catch (error) {
      if (!isPassing(error) || attempt === MOST_ATTEMPTS) throw error;
      if ((await sizeOf(partOf(final))) > before) {
        fruitless = 0;
        hasGrown = true;
      }
      // Patience is for a host that has given something: who is offline wants to know at once.
      const wait = hasGrown || fruitless === 0 ? retryMs[fruitless] : undefined;
      fruitless++;
      if (wait === undefined) throw error;
      await pause(wait, undefined, options.signal && { signal: options.signal });
    }
  }
}

/** One attempt: fetches what is missing of the part. */
async function fetchRest(file: RemoteFile, final: string, options: FileOptions): Promise<PartState> {
  const { transport, signal } = options;
  const part = partOf(final);
  const known = await readState(final);
  let have = await sizeOf(part);
  const isOurs = known?.url === file.url && (file.sha256 === undefined || known.sha256 === file.sha256);
  if (have > file.bytes || !isOurs) have = 0;
  else if (have === file.bytes) return known;
  else if (known.etag === undefined) have = 0;

  const headers: Record<string, string> = {
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'kompress',
  };
  if (have > 0 && known?.etag !== undefined) {
    headers['range'] = `bytes=${have}-`;
    headers['if-range'] = known.etag;
  }
  const answer = await open(file.url, headers, transport, signal);
  try {
    if (answer.status === 416) {
      await forgetPart(final);
      throw new DownloadError('server', 'status 416: the part was of no use', {
        host: answer.host,
        status: 416,
      });
    }
    checkStatus(answer, file);
    const state = { url: file.url, etag: strongTag(answer.headers.etag), sha256: expectedHash(answer, file) };
    // 200 gives the file from its beginning, whatever was asked for.
    const start = answer.status === 206 ? continued(answer, file, have) : 0;
    if (start > 0 && state.sha256 !== known?.sha256) {
      await forgetPart(final);
      throw new DownloadError('server', 'the rest belongs to another file', { host: answer.host });
    }
    if (start === 0) {
      // First the part, then its state: a part with the state of another one would be taken for its beginning.
      await rm(part, { force: true });
      await writeFile(stateOf(final), JSON.stringify(state));
    }
    await receive(answer, part, start, file, options);
    return state;
  } finally {
    answer.body.destroy();
  }
}

function checkStatus({ status, host, headers }: Answer, { name }: RemoteFile): void {
  const facts = { host, status, file: name };
  if (status >= 500 || status === 429 || status === 408)
    throw new DownloadError('server', `status ${status}`, facts);
  if (status !== 200 && status !== 206) throw new DownloadError('refused', `status ${status}`, facts);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new DownloadError('server', `content-encoding ${encoding}`, facts);
}

/** What the file's SHA-256 must be; checks on the way what else the host says of it. */
function expectedHash({ named, host }: Answer, file: RemoteFile): string {
  const facts = { host, file: file.name };
  const commit = named('x-repo-commit');
  if (commit !== undefined && commit !== file.commit)
    throw new DownloadError('changed', `commit ${commit} instead of ${file.commit}`, facts);
  const size = named('x-linked-size');
  if (size !== undefined && size !== String(file.bytes))
    throw new DownloadError('changed', `${size} bytes instead of ${file.bytes}`, facts);
  // Of a file outside of Git LFS this is the id of a Git object, which is shorter.
  const linked = /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(named('x-linked-etag') ?? '')?.[1]?.toLowerCase();
  if (file.sha256 !== undefined && linked !== undefined && linked !== file.sha256)
    throw new DownloadError('changed', `sha256 ${linked} instead of ${file.sha256}`, facts);
  const sha256 = file.sha256 ?? linked;
  if (sha256 === undefined) throw new DownloadError('unnamed', 'no x-linked-etag', facts);
  return sha256;
}

/** Where the body of a partial answer goes. */
function continued({ headers, host, status }: Answer, file: RemoteFile, have: number): number {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  const total = range?.[2];
  if (total !== undefined && total !== '*' && Number(total) !== file.bytes)
    throw new DownloadError('changed', `${total} bytes instead of ${file.bytes}`, { host, file: file.name });
  if (range === null || have === 0 || Number(range[1]) !== have)
    throw new DownloadError('server', `content-range ${headers['content-range'] ?? 'missing'}`, {
      host,
      status,
    });
  return have;
}

/** Writes a body to the part from `start` on, up to the size that the file must have: what is beyond is not read. */
async function receive(
  { body, host, status }: Answer,
  part: string,
  start: number,
  file: RemoteFile,
  { transport, signal, onBytes }: FileOptions,
): Promise<void> {
  let handle: FileHandle | undefined;
  let at = start;
  const stalled = new DownloadError('stalled', `nothing for ${transport.stallMs} ms`, { host });
  const stall = setTimeout(() => body.destroy(stalled), transport.stallMs);
  const opened = await write(() => openFile(part, start === 0 ? 'w' : 'r+'), file.name, signal);
  try {
    handle = opened;
    onBytes?.(at);
    for await (const data of body) {
      stall.refresh();
      const chunk = (data as Buffer).subarray(0, file.bytes - at);
      await write(() => writeWhole(opened, chunk, at), file.name, signal);
      at += chunk.length;
      onBytes?.(at);
      if (at === file.bytes) break;
    }
    if (at < file.bytes)
      throw new DownloadError('network', `it ended ${file.bytes - at} bytes early`, { host, status });
    await write(() => opened.sync(), file.name, signal);
  } catch (error) {
    throw networkError(error, host, signal);
  } finally {
    clearTimeout(stall);
    await handle?.close();
  }
}

async function writeWhole(handle: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}

/** Tells errors of the disk from those of the connection. */
async function write<T>(act: () => Promise<T>, name: string, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw diskError(error, name, signal);
  }
}

/** An error of the file system as a DownloadError. */
export function diskError(error: unknown, file: string, signal?: AbortSignal): DownloadError {
  if (signal?.aborted === true) return new DownloadError('cancelled', 'cancelled');
  const reason = codeOf(error) === 'ENOSPC' ? 'disk-space' : 'write';
  return new DownloadError(reason, error instanceof Error ? error.message : String(error), { file }, error);
}

const strongTag = (etag: string | undefined): string | undefined =>
  etag !== undefined && /^"[^"\r\n]*"$/.test(etag) ? etag : undefined;

async function readState(final: string): Promise<PartState | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(stateOf(final), 'utf8'));
    if (typeof value !== 'object' || value === null || !('url' in value) || !('sha256' in value))
      return undefined;
    const { url, sha256 } = value;
    const etag = 'etag' in value && typeof value.etag === 'string' ? strongTag(value.etag) : undefined;
    return typeof url === 'string' && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
      ? { url, etag, sha256 }
      : undefined;
  } catch {
    // A state that cannot be read is none: the file is downloaded from its beginning.
    return undefined;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function hashOf(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const options = { highWaterMark: 1 << 20, ...(signal && { signal }) };
  for await (const chunk of createReadStream(file, options)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
