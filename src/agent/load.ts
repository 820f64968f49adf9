import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { InputFormat } from './arguments';
import { assertReadable, decodeText, looksLikeJsonLines, readBytes, readStandardInput } from './input';
import { languageOfFile } from './languages';
import { sentences } from './words';
import type { CompressRequest, TurnHint } from '../compress/result';
import { EngineError, type CallOptions, type CompressionService } from '../engine/service';
import type { TranscriptDocument } from '../transcript/model';

/** A text and what is known of it. */
export interface Loaded {
  /** For a transcript the rendered document. */
  readonly text: string;
  readonly transcript: boolean;
  readonly warnings: readonly string[];
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  readonly request: Pick<CompressRequest, 'languageId' | 'hints' | 'turns'>;
}

/** Where a text comes from: a path or `-` for standard input, and what it is taken for. */
export interface Source {
  readonly file: string;
  readonly format: InputFormat;
}

/**
 * Reads the input as a transcript or as text, whichever the source asks for or the content is. Rejects with an
 * EngineError where it cannot be read, or with an AbortError.
 */
export async function load(
  { file, format }: Source,
  engine: CompressionService,
  call: CallOptions,
  signal: AbortSignal,
): Promise<Loaded> {
  if (file !== '-') {
    await assertReadable(file);
    if (format === 'claude-code') return loadTranscript(file, 'claude-code', engine, call);
    if (format === 'auto' && file.toLowerCase().endsWith('.jsonl')) {
      const transcript = await tryTranscript(file, engine, call);
      if (transcript !== undefined) return transcript;
    }
    const bytes = await readBytes(file, signal);
    const languageId = languageOfFile(file);
    return asText(decodeText(bytes, sentences.file(file)), languageId);
  }
  const bytes = await readStandardInput(process.stdin, signal);
  if (format === 'claude-code')
    return withCopy(bytes, (copy) => loadTranscript(copy, 'claude-code', engine, call));
  const text = decodeText(bytes, sentences.standardInput);
  if (format === 'auto' && looksLikeJsonLines(text)) {
    const transcript = await withCopy(bytes, (copy) => tryTranscript(copy, engine, call));
    if (transcript !== undefined) return transcript;
  }
  return asText(text, undefined);
}

const asText = (text: string, languageId: string | undefined): Loaded => ({
  text,
  transcript: false,
  warnings: [],
  timings: {},
  request: languageId === undefined ? {} : { languageId },
});

async function loadTranscript(
  file: string,
  format: 'auto' | 'claude-code',
  engine: CompressionService,
  call: CallOptions,
): Promise<Loaded> {
  const begun = performance.now();
  const document = await engine.openTranscript(path.resolve(file), format, call);
  const first = document.problems[0];
  return {
    text: document.text,
    transcript: true,
    warnings: first === undefined ? [] : [sentences.skippedRecords(document.problems.length, first.line)],
    timings: { transcript: performance.now() - begun },
    request: { hints: document.hints, turns: turnsOf(document) },
  };
}

/** Who speaks where. What a sub-agent is asked to do, the agent says and not the person. */
const turnsOf = ({ turns }: TranscriptDocument): TurnHint[] =>
  turns.map(({ firstLine, endLine, role, sideChain }) => ({
    firstLine,
    endLine,
    role: sideChain && role === 'user' ? 'assistant' : role,
  }));

/** Undefined where the file is not a transcript of a known format. */
async function tryTranscript(
  file: string,
  engine: CompressionService,
  call: CallOptions,
): Promise<Loaded | undefined> {
  try {
    return await loadTranscript(file, 'auto', engine, call);
  } catch (error) {
    if (error instanceof EngineError && error.reason === 'format') return undefined;
    throw error;
  }
}

/** Standard input as a file that only this person may read: transcripts are read from disk, record by record. */
async function withCopy<T>(bytes: Uint8Array, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kompress-'));
  try {
    const file = path.join(folder, 'input.jsonl');
    await writeFile(file, bytes, { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
