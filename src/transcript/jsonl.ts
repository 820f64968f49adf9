import { open } from 'node:fs/promises';

/** One line of a file: its number from 1 and its bytes `[start, end)` without the line end. */
export interface RawLine {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Undefined where the line is longer than the cap. */
  readonly bytes: Buffer | undefined;
}

export type JsonlItem =
  | {
      readonly kind: 'record';
      readonly line: number;
      readonly start: number;
      readonly end: number;
      readonly value: unknown;
    }
  | {
      readonly kind: 'broken';
      readonly line: number;
      readonly start: number;
      readonly end: number;
      readonly reason: string;
    };

export interface JsonlOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes read so far and in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Longer lines are skipped and reported. */
  readonly maxLineBytes?: number | undefined;
  /** Bytes of one read. */
  readonly chunkBytes?: number | undefined;
}

export const MAX_LINE_BYTES = 32 * 1024 * 1024;
const CHUNK_BYTES = 512 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Cuts a stream of bytes into lines at \n (a \r before it goes too). Holds no more than one line of `maxLineBytes`;
 * a longer one is passed on without its bytes.
 */
export class LineSplitter {
  private readonly maxLineBytes: number;
  private parts: Buffer[] = [];
  private held = 0;
  private line = 1;
  private start = 0;
  private position = 0;
  private tooLong = false;
  private lastByte = 0;

  constructor(maxLineBytes = MAX_LINE_BYTES) {
    this.maxLineBytes = maxLineBytes;
  }

  /** The lines that a chunk completes. The chunk must not be changed afterwards. */
  push(chunk: Buffer): RawLine[] {
    const lines: RawLine[] = [];
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(NEWLINE, from);
      if (at < 0) break;
      this.take(chunk.subarray(from, at));
      lines.push(this.finish());
      this.position += 1;
      this.start = this.position;
      from = at + 1;
    }
    this.take(chunk.subarray(from));
    return lines;
  }

  /** The last line, where the stream did not end with a line end. */
  end(): RawLine[] {
    return this.position > this.start ? [this.finish()] : [];
  }

  private take(part: Buffer): void {
    if (part.length === 0) return;
    this.position += part.length;
    this.lastByte = part[part.length - 1] ?? 0;
    // One byte more than the cap: it may be the \r that does not count.
    if (this.tooLong || this.held + part.length > this.maxLineBytes + 1) {
      this.tooLong = true;
      this.parts = [];
      this.held = 0;
      return;
    }
    this.parts.push(part);
    this.held += part.length;
  }

  private finish(): RawLine {
    const end = this.position > this.start && this.lastByte === RETURN ? this.position - 1 : this.position;
    const length = end - this.start;
    const fits = !this.tooLong && length <= this.maxLineBytes;
    const only = this.parts.length === 1 ? this.parts[0] : undefined;
    const bytes = fits ? (only ?? Buffer.concat(this.parts)).subarray(0, length) : undefined;
    const line = { line: this.line, start: this.start, end, bytes };
    this.line += 1;
    this.parts = [];
    this.held = 0;
    this.tooLong = false;
    return line;
  }
}

/**
 * Reads a file of JSON lines record by record. A line that is no JSON, or longer than the cap, becomes an item that
 * says so; blank lines count but are passed over. Bytes that are no UTF-8 become U+FFFD.
 * Throws the signal's reason when aborted, and the file system's error when the file cannot be read.
 */
export async function* readJsonl(path: string, options: JsonlOptions = {}): AsyncGenerator<JsonlItem> {
  const { signal, onProgress } = options;
  const maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  const chunkBytes = options.chunkBytes ?? CHUNK_BYTES;
  signal?.throwIfAborted();
  const file = await open(path, 'r');
  try {
    const total = (await file.stat()).size;
    const splitter = new LineSplitter(maxLineBytes);
    let done = 0;
    for (;;) {
      // A fresh buffer each time: the splitter keeps parts of it.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
      signal?.throwIfAborted();
      if (bytesRead === 0) break;
      done += bytesRead;
      for (const line of splitter.push(buffer.subarray(0, bytesRead))) {
        const item = toItem(line, maxLineBytes, false);
        if (item !== undefined) yield item;
        signal?.throwIfAborted();
      }
      onProgress?.(done, Math.max(done, total));
    }
    for (const line of splitter.end()) {
      const item = toItem(line, maxLineBytes, true);
      if (item !== undefined) yield item;
    }
  } finally {
    await file.close();
  }
}

function toItem(raw: RawLine, maxLineBytes: number, last: boolean): JsonlItem | undefined {
  const { line, start, end, bytes } = raw;
  const broken = (reason: string): JsonlItem => ({ kind: 'broken', line, start, end, reason });
  if (bytes === undefined)
    return broken(`the line is longer than ${Math.round(maxLineBytes / 1024 / 1024)} MB`);
  let text = bytes.toString('utf8');
  if (line === 1 && text.startsWith('\ufeff')) text = text.slice(1);
  if (text.trim() === '') return undefined;
  try {
    return { kind: 'record', line, start, end, value: JSON.parse(text) as unknown };
  } catch {
    return broken(last ? 'the last line is cut off or no JSON' : 'the line is no JSON');
  }
}
