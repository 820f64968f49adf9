import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { name, version } from '../../package.json';
import { parseCommand, type CompressCommand } from './arguments';
import { assertReadable, decodeText, looksLikeJsonLines, readBytes, readStandardInput } from './input';
import { languageOfFile } from './languages';
import { createProgressBar } from './progress-bar';
import { formatReport, toJsonOutput, type CompressedInput } from './report';
import { EXIT, exitCodeOf, HELP, sentences } from './words';
import type { CompressRequest } from '../compress/result';
import { createEngineClient } from '../engine/client';
import { EngineError, type CallOptions, type CompressionService } from '../engine/service';
import { sliceSpans } from '../text/spans';

type Loaded = CompressedInput & { readonly request: Omit<CompressRequest, 'text' | 'budget'> };

/** Runs the command line; resolves with the exit code. Nothing but the result is ever written to standard output. */
async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommand(argv);
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      return EXIT.ok;
    case 'version':
      process.stdout.write(`${name} ${version}\n`);
      return EXIT.ok;
    case 'wrong':
      process.stderr.write(`kompress: ${command.message} ${sentences.seeHelp}\n`);
      return EXIT.usage;
    case 'compress':
      return compress(command);
  }
}

async function compress(command: CompressCommand): Promise<number> {
  const begun = performance.now();
  const controller = new AbortController();
  const bar = createProgressBar(process.stderr);
  const details: string[] = [];
  const engine = createEngineClient({
    serverFile: path.join(__dirname, 'engine.js'),
    options: () => ({
      modelFolder: path.resolve(command.model ?? path.join(__dirname, '..', 'models', 'kompress-small')),
      threads: 0,
    }),
    log: { info: () => undefined, error: (line) => details.push(line) },
  });
  process.once('SIGINT', () => controller.abort());
  const call: CallOptions = {
    signal: controller.signal,
    onProgress: (done, total, stage) => bar.update(done, total, sentences.stages[stage] ?? stage),
  };
  try {
    bar.update(0, 1, sentences.waiting);
    const input = await load(command, engine, call, controller.signal);
    const result = await engine.compress(
      { ...input.request, text: input.text, budget: command.budget },
      call,
    );
    bar.clear();
    const text = sliceSpans(input.text, result.kept);
    process.stdout.write(command.json ? JSON.stringify(toJsonOutput(input, result)) + '\n' : text);
    // On a terminal the report would otherwise begin in the text's last line.
    if (!command.json && process.stdout.isTTY && text !== '' && !text.endsWith('\n'))
      process.stdout.write('\n');
    process.stderr.write(formatReport(input, result, performance.now() - begun));
    return EXIT.ok;
  } catch (error) {
    bar.clear();
    if (controller.signal.aborted) {
      process.stderr.write(`kompress: ${sentences.cancelled}\n`);
      return EXIT.cancelled;
    }
    if (!(error instanceof EngineError)) throw error;
    const code = exitCodeOf(error.reason);
    const cause = code === EXIT.engine ? details : [];
    process.stderr.write(`kompress: ${error.message}\n${cause.map((line) => `  ${line}\n`).join('')}`);
    return code;
  } finally {
    engine.dispose();
  }
}

/** Reads the input as a transcript or as text, whichever the command asks for or the content is. */
async function load(
  command: CompressCommand,
  engine: CompressionService,
  call: CallOptions,
  signal: AbortSignal,
): Promise<Loaded> {
  const { file, format } = command;
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
    request: { hints: document.hints },
  };
}

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

// A reader that closes the pipe early, as `head` does, has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`kompress: ${sentences.outputFailed(error.message)}\n`);
  process.exitCode = EXIT.input;
});
process.stderr.on('error', () => undefined);

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `kompress: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = EXIT.engine;
  },
);
