import type { Readable } from 'node:stream';
import { readBatchLine, type BatchFailure, type BatchItem } from './batch-line';
import { jsonPieces } from './json';
import type { CompressResult, TextBase } from '../compress/result';
import { EngineError } from '../engine/service';
import type { FailureReason } from '../engine/protocol';
import { LineSplitter } from '../transcript/jsonl';

/** How far the input is read ahead of the output: characters of texts and results held, and lines. */
const AHEAD = { characters: 8_000_000, lines: 1024 } as const;

/** Failures that every further line would share. */
const FATAL: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'cancelled',
  'model-missing',
  'model-mismatch',
  'model-invalid',
  'selfcheck',
  'binding',
]);

export interface BatchParts {
  readonly input: Readable;
  /** Compresses one text; `known` is the result before it where that had the same text. */
  readonly compress: (item: BatchItem, known: TextBase | undefined) => Promise<CompressResult>;
  /** The object to print of a result. Its lists may be generators. */
  readonly describe: (item: BatchItem, result: CompressResult) => object;
  /** Resolves with false where nobody reads any more. */
  readonly write: (piece: string) => Promise<boolean>;
  /** Called after each line of output. */
  readonly onDone?: (totals: BatchTotals) => void;
}

export interface BatchTotals {
  readonly texts: number;
  readonly failed: number;
  /** Line of the input, from 1; undefined where none failed. */
  readonly firstFailed: number | undefined;
  /** Tokens of all that was compressed. */
  readonly before: number;
  readonly after: number;
}

interface Entry {
  readonly line: number;
  /** Undefined once it is done. */
  item: BatchItem | undefined;
  /** What is printed in its place. */
  output: readonly string[] | undefined;
  held: number;
}

/**
 * Compresses the texts of a stream of JSON lines, one at a time, and writes one line for each in the order of the
 * input. Of the texts read ahead, one that equals the text just done goes next, so that it is encoded only once. What
 * is held is bounded by AHEAD and one line. A line that fails is told in its place; rejects where all further ones
 * would fail too, or the input cannot be read.
 */
export async function runBatch(parts: BatchParts): Promise<BatchTotals> {
  const queue: Entry[] = [];
  let held = 0;
  let totals: BatchTotals = { texts: 0, failed: 0, firstFailed: undefined, before: 0, after: 0 };
  const state = { reading: true, stopped: false };
  const change = createSignal();

  const hold = (entry: Entry, characters: number): void => {
    held += characters - entry.held;
    entry.held = characters;
  };
  const fail = (entry: Entry, failure: BatchFailure): void => {
    totals = { ...totals, failed: totals.failed + 1, firstFailed: least(totals.firstFailed, failure.line) };
    finish(entry, [JSON.stringify(failure)]);
  };
  const finish = (entry: Entry, output: readonly string[]): void => {
    entry.item = undefined;
    entry.output = output;
    totals = { ...totals, texts: totals.texts + 1 };
    hold(
      entry,
      output.reduce((sum, piece) => sum + piece.length, 0),
    );
  };

  const read = async (): Promise<void> => {
    for await (const line of linesOf(parts.input)) {
      const value = readBatchLine(line);
      if (value === undefined) continue;
      while (!state.stopped && queue.length > 0 && (held > AHEAD.characters || queue.length >= AHEAD.lines))
        await change.next();
      if (state.stopped) return;
      const entry: Entry = { line: line.line, item: undefined, output: undefined, held: 0 };
      queue.push(entry);
      if ('error' in value) fail(entry, value);
      else {
        entry.item = value;
        hold(entry, value.text.length);
      }
      change.emit();
    }
  };
  const reader = read().finally(() => {
    state.reading = false;
    change.emit();
  });
  // That it failed is told at the end, once what came before is written.
  reader.catch(() => undefined);

  /** Writes what is done at the head of the queue; false where nobody reads any more. */
  const flush = async (): Promise<boolean> => {
    for (let head = queue[0]; head?.output !== undefined; head = queue[0]) {
      for (const piece of head.output) if (!(await parts.write(piece))) return false;
      if (!(await parts.write('\n'))) return false;
      hold(head, 0);
      queue.shift();
      parts.onDone?.(totals);
      change.emit();
    }
    return true;
  };

  let last: { readonly text: string; readonly base: TextBase } | undefined;
  try {
    for (;;) {
      if (!(await flush())) return totals;
      const waiting = queue.filter((entry) => entry.item !== undefined);
      // With much held already, only the head lets go of any of it.
      const same =
        held > AHEAD.characters ? undefined : waiting.find((each) => each.item?.text === last?.text);
      const entry = same ?? waiting[0];
      const item = entry?.item;
      if (entry === undefined || item === undefined) {
        if (!state.reading) break;
        await change.next();
        continue;
      }
      const known = item.text === last?.text ? last.base : undefined;
      try {
        const result = await parts.compress(item, known);
        last = { text: item.text, base: result };
        const { before, after } = result.report.tokens;
        totals = { ...totals, before: totals.before + before, after: totals.after + after };
        finish(entry, [...jsonPieces(parts.describe(item, result))]);
      } catch (error) {
        if (!(error instanceof EngineError) || FATAL.has(error.reason)) throw error;
        last = undefined;
        fail(entry, { id: item.id, line: entry.line, error: error.message });
      }
    }
  } finally {
    state.stopped = true;
    parts.input.destroy();
    change.emit();
    await reader.catch(() => undefined);
  }
  await reader;
  return totals;
}

async function* linesOf(input: Readable) {
  const splitter = new LineSplitter();
  for await (const chunk of input) yield* splitter.push(chunk as Buffer);
  yield* splitter.end();
}

/** Lets one side wait until the other has done something. */
function createSignal(): { next(): Promise<void>; emit(): void } {
  let wake = (): void => undefined;
  let next: Promise<void> | undefined;
  return {
    next: () => (next ??= new Promise((resolve) => (wake = resolve))),
    emit() {
      next = undefined;
      wake();
    },
  };
}

const least = (a: number | undefined, b: number): number => (a === undefined ? b : Math.min(a, b));
