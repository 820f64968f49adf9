import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { name, version } from '../../package.json';
import {
  budgetOr,
  DEFAULT_RATIO,
  parseCommand,
  type BatchCommand,
  type CompareCommand,
  type CompressCommand,
} from './arguments';
import { runBatch } from './batch';
import { formatComparison, linesNamed, toCompareOutput } from './compare';
import { assertReadable } from './input';
import { jsonPieces } from './json';
import { load, type Loaded } from './load';
import { modelFolder } from './models';
import { count } from './numbers';
import { createOutput } from './output';
import { createProgressBar, type ProgressBar } from './progress-bar';
import { formatReport, formatSavings, toJsonOutput } from './report';
import { EXIT, exitCodeOf, HELP, sentences } from './words';
import { AUTO_PINS, type CompressRequest } from '../compress/result';
import { estimateSavings } from '../compress/savings';
import { createEngineClient } from '../engine/client';
import { EngineError, type CallOptions, type CompressionService } from '../engine/service';
import { fileFailure } from '../engine/words';
import { sliceSpans } from '../text/spans';
import { indexText } from '../text/words';

const say = (sentence: string): void => void process.stderr.write(`kompress: ${sentence}\n`);
const output = createOutput(process.stdout, say);

/** What a command works with. */
interface Work {
  readonly begun: number;
  readonly engine: CompressionService;
  readonly signal: AbortSignal;
  readonly bar: ProgressBar;
  /** Passes progress on to the bar. */
  readonly call: CallOptions;
}

/** What was asked for cannot be done with this input; the exit code is that of wrong arguments. */
class Unusable extends Error {}

/** Runs the command line; resolves with the exit code. Nothing but the result is ever written to standard output. */
async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommand(argv);
  switch (command.kind) {
    case 'help':
      await output.write(HELP);
      return EXIT.ok;
    case 'version':
      await output.write(`${name} ${version}\n`);
      return EXIT.ok;
    case 'wrong':
      say(`${command.message} ${sentences.seeHelp}`);
      return EXIT.usage;
    case 'compress':
      return withEngine(command.model, (work) => compress(command, work));
    case 'batch':
      return withEngine(command.model, (work) => compressAll(command, work));
    case 'compare':
      return withEngine(command.model, (work) => compare(command, work));
  }
}

/** Runs a command with an engine and says, in one sentence and an exit code, what went wrong. */
async function withEngine(model: string | undefined, run: (work: Work) => Promise<number>): Promise<number> {
  const begun = performance.now();
  const controller = new AbortController();
  const bar = createProgressBar(process.stderr);
  const details: string[] = [];
  const models = path.join(__dirname, '..', 'models');
  const { platform, env } = process;
  const folder = modelFolder(model, { shipped: models, home: homedir(), platform, env });
  if (folder === undefined) {
    say(sentences.notDownloaded);
    return EXIT.engine;
  }
  const engine = createEngineClient({
    serverFile: path.join(__dirname, 'engine.js'),
    options: () => ({
      modelFolder: folder,
      policyFolder: path.join(models, 'eviction-policy'),
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
    const code = await run({ begun, engine, signal: controller.signal, bar, call });
    return code === EXIT.ok && output.failed ? EXIT.input : code;
  } catch (error) {
    bar.clear();
    if (controller.signal.aborted) {
      say(sentences.cancelled);
      return EXIT.cancelled;
    }
    if (error instanceof Unusable) {
      say(error.message);
      return EXIT.usage;
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

async function compress(
  command: CompressCommand,
  { begun, engine, signal, bar, call }: Work,
): Promise<number> {
  const { question, policy, price } = command;
  const loaded = await load(command, engine, call, signal);
  const request = {
    ...requestOf(command, loaded),
    budget: budgetOr(command.budget, command),
    ...(policy === undefined ? {} : { policy }),
  };
  const result = await engine.compress(request, call);
  bar.clear();
  const input = { ...loaded, question, price };
  if (command.json) {
    for (const piece of jsonPieces(toJsonOutput(input, result))) if (!(await output.write(piece))) break;
    await output.write('\n');
  } else {
    const text = sliceSpans(loaded.text, result.kept);
    await output.write(text);
    // On a terminal the report would otherwise begin in the text's last line.
    if (process.stdout.isTTY && text !== '' && !text.endsWith('\n')) await output.write('\n');
  }
  process.stderr.write(formatReport(input, result, performance.now() - begun));
  return EXIT.ok;
}

async function compare(command: CompareCommand, { begun, engine, signal, bar, call }: Work): Promise<number> {
  const loaded = await load(command, engine, call, signal);
  const comparison = await engine.compare(
    {
      ...requestOf(command, loaded),
      budget: command.budget ?? { kind: 'ratio', ratio: DEFAULT_RATIO },
      ...(command.policies === undefined ? {} : { policies: command.policies }),
    },
    call,
  );
  bar.clear();
  const compared = toCompareOutput(comparison, loaded.warnings);
  await output.write(command.json ? `${JSON.stringify(compared)}\n` : formatComparison(comparison));
  for (const warning of compared.warnings) say(warning);
  process.stderr.write(`${sentences.report.time(count(performance.now() - begun))}\n`);
  return EXIT.ok;
}

/** What is asked of the engine about a text, but for the budget and what fills it. */
function requestOf(
  { question, keepPatterns, evidence, pins }: CompressCommand | CompareCommand,
  { text, request }: Loaded,
): Omit<CompressRequest, 'budget'> {
  const lines = evidence.length === 0 ? 0 : indexText(text).lines.count;
  const named = evidence.length === 0 ? undefined : linesNamed(evidence, lines);
  if (named !== undefined && 'beyond' in named)
    throw new Unusable(sentences.evidenceBeyond(named.beyond, lines));
  return {
    ...request,
    text,
    ...(question === undefined ? {} : { question }),
    ...(keepPatterns.length === 0 ? {} : { keepPatterns }),
    ...(pins && request.turns !== undefined ? { autoPins: AUTO_PINS } : {}),
    ...(named === undefined ? {} : { evidence: named.lines }),
  };
}

async function compressAll(command: BatchCommand, { begun, engine, signal, bar }: Work): Promise<number> {
  const { file, keepPatterns, price } = command;
  let input: NodeJS.ReadStream | ReturnType<typeof createReadStream> = process.stdin;
  let bytes = 0;
  if (file !== '-') {
    await assertReadable(file);
    bytes = (await stat(file)).size;
    input = createReadStream(file);
  }
  const abort = (): void => void input.destroy(new Error(sentences.cancelled));
  signal.addEventListener('abort', abort, { once: true });
  const wish = (item: { question: string | undefined; policy: typeof command.policy }) => ({
    question: item.question ?? command.question,
    policy: item.policy ?? command.policy,
  });
  const totals = await runBatch({
    input,
    compress: (item, known) => {
      const { question, policy } = wish(item);
      const { text, languageId } = item;
      return engine.compress(
        {
          text,
          budget: budgetOr(item.budget ?? command.budget, { question, policy }),
          ...(question === undefined ? {} : { question }),
          ...(policy === undefined ? {} : { policy }),
          ...(languageId === undefined ? {} : { languageId }),
          ...(keepPatterns.length === 0 ? {} : { keepPatterns }),
        },
        { signal, known },
      );
    },
    describe: (item, result) => {
      const { question } = wish(item);
      const { text, id } = item;
      return {
        id,
        ...toJsonOutput({ text, transcript: false, question, price, warnings: [], timings: {} }, result),
      };
    },
    write: (piece) => output.write(piece),
    onDone: ({ texts }) => {
      const read = 'bytesRead' in input ? input.bytesRead : 0;
      bar.update(Math.min(read, bytes * 0.99), bytes, sentences.batch.progress(count(texts)));
    },
  }).catch((error: unknown) => {
    if (error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string')
      throw new EngineError(fileFailure(file, error.code, error.message));
    throw error;
  });
  bar.clear();
  signal.throwIfAborted();

  const { texts, failed, firstFailed, before, after } = totals;
  const words = sentences.batch;
  const lines = [
    `Kompress · ${words.texts(count(texts - failed), count(texts))}`,
    ...(firstFailed === undefined ? [] : [`  ${words.failed(count(failed), firstFailed)}`]),
    `  ${words.tokens(count(before), count(after))}`,
    ...formatSavings(
      estimateSavings(before - after, price === undefined ? {} : { pricePerMillion: price }),
      price,
    ),
    `  ${sentences.report.time(count(performance.now() - begun))}`,
  ];
  process.stderr.write(lines.join('\n') + '\n');
  return failed > 0 ? EXIT.partial : EXIT.ok;
}

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
