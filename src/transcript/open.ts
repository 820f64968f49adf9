import { open, stat } from 'node:fs/promises';
import { parseClaudeCode } from './claude-code';
import { detectFormat } from './detect';
import { renderTranscript } from './document';
import { TranscriptError } from './errors';
import { readJsonl } from './jsonl';
import type { TranscriptDocument } from './model';
import { counted } from './tool-lines';

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes read so far and in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** IANA name of the zone times are shown in; default is the zone of this machine. */
  readonly timeZone?: string | undefined;
}

const PROBE_BYTES = 8192;

/**
 * Reads an agent's transcript and renders it as a document. `auto` looks at the first records for the format.
 * Throws a TranscriptError with one sentence where the file is no transcript, the signal's reason when aborted.
 */
export async function openTranscriptFile(
  path: string,
  format: 'auto' | 'claude-code',
  options: OpenOptions = {},
): Promise<TranscriptDocument> {
  const { signal, onProgress, timeZone } = options;
  signal?.throwIfAborted();
  try {
    const bytes = await probe(path);
    if (format === 'auto') {
      const detection = await detectFormat(path, { signal });
      if (detection.format === undefined) throw new TranscriptError('format', detection.reason);
    }
    const transcript = await parseClaudeCode(readJsonl(path, { signal, onProgress }));
    if (transcript.turns.length === 0) throw new TranscriptError('format', nothingFound(transcript.stats));
    signal?.throwIfAborted();
    return renderTranscript({ ...transcript, stats: { ...transcript.stats, bytes } }, { timeZone });
  } catch (error) {
    if (error instanceof TranscriptError || signal?.aborted === true) throw error;
    throw fileError(error);
  }
}

/** The size of a file that may be a transcript. */
async function probe(path: string): Promise<number> {
  const info = await stat(path);
  if (info.isDirectory()) throw new TranscriptError('file', 'This is a folder, not a transcript file.');
  if (!info.isFile()) throw new TranscriptError('file', 'This is not a regular file.');
  if (info.size === 0) throw new TranscriptError('file', 'The file is empty.');
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES);
    if (buffer.subarray(0, bytesRead).includes(0))
      throw new TranscriptError('format', 'The file is binary, not a transcript.');
    return info.size;
  } finally {
    await file.close();
  }
}

function nothingFound(stats: { readonly records: number; readonly skipped: number }): string {
  return stats.skipped === 0
    ? `No turn of a conversation was found in ${counted(stats.records, 'record')}.`
    : `No turn of a conversation was found: ${stats.skipped} of ${counted(stats.records, 'record')} could not be read.`;
}

function fileError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const said =
    code === 'ENOENT'
      ? 'The file does not exist.'
      : code === 'EACCES' || code === 'EPERM'
        ? 'The file may not be read by this user.'
        : code === 'EISDIR'
          ? 'This is a folder, not a transcript file.'
          : typeof code === 'string'
            ? `The file could not be read (${code}).`
            : undefined;
  return said === undefined ? error : new TranscriptError('file', said, { cause: error });
}
