import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { sentences } from './words';
import { EngineError } from '../engine/service';
import { fileFailure } from '../engine/words';

/** More text than this would be hours of inference; a transcript is streamed by the engine and not held to it. */
const LIMIT_MEGABYTES = 256;

/** Reads a whole file. Rejects with an EngineError of reason `file`, or with an AbortError. */
export function readBytes(path: string, signal: AbortSignal): Promise<Buffer> {
  return withFile(path, (handle) =>
    collect(handle.createReadStream({ autoClose: false, signal }), sentences.file(path)),
  );
}

/** Rejects with an EngineError of reason `file` where a file cannot be opened, naming it as the person did. */
export function assertReadable(path: string): Promise<void> {
  return withFile(path, () => Promise.resolve());
}

async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    const handle = await open(path, 'r');
    try {
      return await use(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error)
      throw new EngineError(fileFailure(path, error.code, error.message));
    throw error;
  }
}

/** Reads standard input to its end. */
export async function readStandardInput(input: Readable, signal: AbortSignal): Promise<Buffer> {
  const abort = (): void => void input.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await collect(input, sentences.standardInput);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function collect(stream: AsyncIterable<unknown>, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const buffer = chunk as Buffer;
    bytes += buffer.length;
    if (bytes > LIMIT_MEGABYTES * 1_000_000)
      throw new EngineError({ reason: 'file', message: sentences.tooLarge(name, LIMIT_MEGABYTES) });
    chunks.push(buffer);
  }
  return Buffer.concat(chunks);
}

/**
 * Bytes as text, byte order mark included, so that offsets hold in what any other program decodes.
 * Throws an EngineError of reason `file` where they are not UTF-8, or hold a NUL as binary files do.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    if (!bytes.includes(0)) return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new EngineError({ reason: 'file', message: sentences.notText(name) });
}

/** Whether text looks like one JSON object a line, the form of agents' session files. */
export function looksLikeJsonLines(text: string): boolean {
  const end = text.indexOf('\n');
  const line = (end === -1 ? text : text.slice(0, end)).trim();
  return line.startsWith('{') && line.endsWith('}');
}
