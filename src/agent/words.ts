import type { FailureReason } from '../engine/protocol';

export const EXIT = { ok: 0, input: 1, usage: 2, engine: 3, cancelled: 130 } as const;

/** The exit code that tells a script whose fault it was. */
export const exitCodeOf = (reason: FailureReason): number =>
  reason === 'cancelled'
    ? EXIT.cancelled
    : reason === 'file' || reason === 'format'
      ? EXIT.input
      : EXIT.engine;

export const HELP = `Kompress shortens text for language models on this machine: it discards what adds little and keeps the rest
word for word.

Usage
  kompress compress FILE [options]    compress a text file or a Claude Code transcript
  kompress compress - [options]       compress what comes on standard input
  kompress --help | --version

Options
  --ratio R        share of the tokens that may stay, above 0 and up to 1 (without it the model decides)
  --format F       auto, text or claude-code (default auto: JSON Lines of a known agent is a transcript)
  --model DIR      folder with another model's kompress.json
  --json           print one JSON object instead of the text

The compressed text goes to standard output, the report and a progress bar to standard error.

JSON object
  text             the compressed text
  source           the rendered transcript that was compressed (transcripts only)
  kept             [[start, end), …] UTF-16 offsets of what was kept, in the text that was compressed
  tokens           {before, after, tokenizer}
  ratio            {asked, reached}; asked is null where the model decides
  reasons          {reason: words}
  warnings         [sentence, …]
  timings          {stage: milliseconds}

Exit codes
  ${EXIT.ok}    the text was compressed, or passed through with a warning that says why
  ${EXIT.input}    the input could not be read or compressed
  ${EXIT.usage}    wrong arguments
  ${EXIT.engine}    a problem with the model or the compression engine
  ${EXIT.cancelled}  cancelled with Ctrl+C
`;

export const sentences = {
  seeHelp: 'Run kompress --help for the usage.',
  noCommand: 'No command was given.',
  unknownCommand: (name: string) => `There is no command “${name}”.`,
  noFile: 'No file was named. Name one, or - for standard input.',
  manyFiles: 'More than one file was named. Name one, or - for standard input.',
  badRatio: (value: string) => `The ratio “${value}” is not a number above 0 and up to 1.`,
  badFormat: (value: string) => `There is no format “${value}”. Choose auto, text or claude-code.`,
  notText: (name: string) => `${name} is not UTF-8 text. Name a text file.`,
  tooLarge: (name: string, megabytes: number) =>
    `${name} is larger than ${megabytes} MB. Compress a part of it.`,
  standardInput: 'Standard input',
  file: (path: string) => `The file “${path}”`,
  outputFailed: (detail: string) => `The output could not be written: ${detail}`,
  skippedRecords: (count: number, first: number) =>
    count === 1
      ? `1 broken record of the transcript was skipped (line ${first}).`
      : `${count} broken records of the transcript were skipped (the first in line ${first}).`,
  cancelled: 'Cancelled.',
  stages: {
    load: 'Loading the model',
    read: 'Reading',
    tokenize: 'Cutting into tokens',
    score: 'Scoring',
    count: 'Counting tokens',
  } as Readonly<Record<string, string>>,
  waiting: 'Starting',
  report: {
    tokens: (before: string, after: string, tokenizer: string) =>
      `≈ ${before} → ${after} tokens (counted with ${tokenizer})`,
    ratioByModel: (reached: string) => `${reached} of the tokens kept; the model decided`,
    ratioAsked: (reached: string, asked: string) => `${reached} of the tokens kept; ${asked} asked for`,
    words: (kept: string, total: string) => `${kept} of ${total} words kept`,
    reasons: 'words by reason',
    warnings: 'warnings',
    time: (total: string) => `${total} ms`,
  },
} as const;
