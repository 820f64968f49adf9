import { POLICY_NAMES, POLICY_WORDS } from './policies';
import type { FailureReason } from '../engine/protocol';

export const EXIT = { ok: 0, input: 1, usage: 2, engine: 3, partial: 4, cancelled: 130 } as const;

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
  kompress compress FILE [options]        compress a text file or a Claude Code transcript
  kompress compress --batch FILE.jsonl    compress one text a line; the model is loaded once
  kompress compare FILE [options]         run the policies beside each other on one text
  kompress --help | --version
In place of FILE, - stands for standard input.

What stays
  --question TEXT    what the compressed text has to answer
  --ratio R          share of the tokens that may stay, above 0 and up to 1
  --tokens N         number of tokens that may stay, counted on the output
                     Without either the model decides; with --question or --policy, and in compare, it is
                     0.35, the published default.
  --policy P         what fills the budget (below); in compare, once for each policy to compare
  --keep TEXT        keep every occurrence of this text (any number of times)
  --keep-regex RE    the same for a regular expression of JavaScript, also as /RE/flags
  --no-pins          do not pin what of a transcript is pinned by itself: system prompt, last request,
                     open questions, instructions, task list
  --evidence LINES   lines known to answer the question, such as 12,40-44, for compare and the oracle policy;
                     of a transcript those of its rendered document
A value that begins with a dash is written --keep=-x.

Input and output
  --format F         auto, text or claude-code (default auto: JSON Lines of a known agent is a transcript)
  --model M          bundled (the default), official-v2 where an editor has downloaded it (Kompress: Download
                     Model…), or the folder of another model, with its kompress.json or the official files
  --price N          price of a million tokens, in any currency: the report says what is saved
  --json             print one JSON object instead of the text or the table
The result goes to standard output, the report and a progress bar to standard error.

Policies
${POLICY_NAMES.map((name) => `  ${name.padEnd(17)}${POLICY_WORDS[name]}`).join('\n')}

JSON object of compress
  text             the compressed text
  source           the rendered transcript that was compressed (transcripts only)
  kept             [[start, end), …] UTF-16 offsets of what was kept, in the text that was compressed
  tokens           {before, after, tokenizer}
  ratio            {asked, reached}; asked is null unless a ratio was
  question         the question, or null
  policy           the policy, or null where the model decides
  budget           {asked, reached, over, held} in tokens; over is what exceeds the budget, held is what stays
                   whatever the budget, by reason; null where the model decides
  reasons          {reason: words}
  lines            [{line, relevance, decision, reason, words: {total, kept}}, …], lines from 1; relevance to
                   the question in [0, 1] or null; decision is kept, thinned, discarded or blank; reason is
                   the most frequent one among the kept words of a kept line, else among the discarded ones
  savings          {tokens, money, wattHours}; money is null without --price, wattHours an estimate
  warnings         [sentence, …]
  timings          {stage: milliseconds}

JSON object of compare
  question, tokens {before, tokenizer}, asked, entities, warnings, and policies, one object each:
  {policy, tokens, ratio, evidenceRecall, entityRecall, mustKeepRecall, answerQuality, ms, curve}; curve holds
  the same figures by ratio asked; what cannot be measured is null

Batch
  Each line of the input is {id, text} and, where wanted, question, ratio or tokens, policy and languageId (an
  identifier of VS Code, such as python). Each line of the output is the object above with id first, in the
  order of the input; source is never among it. A line that cannot be compressed gives {id, line, error}, id
  where it has one, and the others go on. The options named above hold for the lines that do not say.

Exit codes
  ${EXIT.ok}    the text was compressed, or passed through with a warning that says why
  ${EXIT.input}    the input could not be read or compressed
  ${EXIT.usage}    wrong arguments
  ${EXIT.engine}    a problem with the model or the compression engine
  ${EXIT.partial}    some lines of a batch could not be compressed
  ${EXIT.cancelled}  cancelled with Ctrl+C
`;

/** A value that somebody gave, on one line and no longer than a sentence can take. */
function quote(value: string): string {
  const line = value.replace(/\s+/g, ' ');
  return `“${line.length > 80 ? `${line.slice(0, 80)}…` : line}”`;
}

const policyList = `${POLICY_NAMES.slice(0, -1).join(', ')} or ${POLICY_NAMES.slice(-1).join('')}`;

export const sentences = {
  seeHelp: 'Run kompress --help for the usage.',
  noCommand: 'No command was given.',
  unknownCommand: (name: string) => `There is no command ${quote(name)}.`,
  noFile: 'No file was named. Name one, or - for standard input.',
  manyFiles: 'More than one file was named. Name one, or - for standard input.',
  badRatio: (value: string) => `The ratio ${quote(value)} is not a number above 0 and up to 1.`,
  badTokens: (value: string) => `The number of tokens ${quote(value)} is not a whole number above 0.`,
  twoBudgets: 'Both a ratio and a number of tokens were given. Choose one.',
  badPrice: (value: string) => `The price ${quote(value)} is not a number from 0.`,
  badPolicy: (value: string) => `There is no policy ${quote(value)}. Choose ${policyList}.`,
  manyPolicies: 'More than one policy was named. Name one, or compare them with kompress compare.',
  oracleBlind: 'The oracle policy keeps lines that are known to answer. Name them with --evidence.',
  oracleInBatch: 'The oracle policy needs known evidence, which a batch has not. Choose another policy.',
  evidenceUnused: 'Evidence is for kompress compare and for --policy oracle. Leave --evidence out.',
  badEvidence: (value: string) =>
    `The evidence ${quote(value)} is not a list of lines. Write it like 12,40-44, with lines from 1.`,
  evidenceBeyond: (line: number, lines: number) =>
    `The evidence names line ${line}, but the text has ${lines === 1 ? '1 line' : `${lines} lines`}.`,
  emptyQuestion: 'The question is empty. Ask one, or leave it out.',
  emptyKeep: 'The text to keep is empty. Name one, or leave --keep out.',
  badRegex: (value: string) =>
    `${quote(value)} is not a regular expression of JavaScript, or too long for one. Correct it.`,
  notWith: (option: string, other: string) => `--${option} does not go with ${other}. Leave one out.`,
  badFormat: (value: string) => `There is no format ${quote(value)}. Choose auto, text or claude-code.`,
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
  notDownloaded:
    'The official model is not downloaded. Run Kompress: Download Model… in the editor, or name a folder.',
  cancelled: 'Cancelled.',
  stages: {
    load: 'Loading the model',
    read: 'Reading',
    tokenize: 'Cutting into tokens',
    score: 'Scoring',
    count: 'Counting tokens',
    compare: 'Comparing',
  } as Readonly<Record<string, string>>,
  waiting: 'Starting',
  batch: {
    notUtf8: 'The line is not UTF-8 text.',
    tooLong: (megabytes: number) => `The line is longer than ${megabytes} MB. Split its text.`,
    notJson: 'The line is not JSON.',
    notObject: 'The line is not a JSON object with id and text.',
    badId: 'The id is missing, or neither text nor a number.',
    badText: 'The text is missing, or is not text.',
    badQuestion: 'The question is not text.',
    badRatio: 'The ratio is not a number above 0 and up to 1.',
    badTokens: 'The number of tokens is not a whole number above 0.',
    badPolicy: `The policy is none of ${policyList}.`,
    badLanguage: 'The languageId is not text.',
    progress: (done: string) => `Compressing, ${done} done`,
    texts: (done: string, all: string) => `${done} of ${all} texts compressed`,
    failed: (failed: string, first: number) => `${failed} failed, the first in line ${first}`,
    tokens: (before: string, after: string) => `≈ ${before} → ${after} tokens`,
  },
  compare: {
    title: (before: string, asked: string, tokenizer: string) =>
      `≈ ${before} tokens (counted with ${tokenizer}), budget ${asked}`,
    entities: (entities: string) => `entities of the question: ${entities}`,
    columns: {
      policy: 'policy',
      tokens: 'tokens',
      share: 'share',
      evidence: 'evidence',
      entities: 'entities',
      mustKeep: 'must-keep',
      quality: 'quality',
      ms: 'ms',
    },
    curves: {
      evidenceRecall: 'recall of the evidence by share asked for',
      entityRecall: 'recall of the entities by share asked for',
      mustKeepRecall: 'must-keep words that stay by share asked for',
    },
    legend: [
      'share      of the tokens that stay in the output',
      'evidence   lines named with --evidence that stay',
      'entities   entities of the question that stay',
      'must-keep  protected words that stay',
      'quality    answer quality as SuperCompress estimates it',
    ],
  },
  report: {
    tokens: (before: string, after: string, tokenizer: string) =>
      `≈ ${before} → ${after} tokens (counted with ${tokenizer})`,
    ratioByModel: (reached: string) => `${reached} of the tokens kept; the model decided`,
    ratioAsked: (reached: string, asked: string) => `${reached} of the tokens kept; ${asked} asked for`,
    tokensAsked: (reached: string, asked: string) =>
      `${reached} of the tokens kept; ${asked} tokens asked for`,
    over: (over: string, held: string) =>
      `${over} tokens over the budget${held === '' ? '' : `; whatever the budget, these stay: ${held}`}`,
    policy: (policy: string) => `policy ${policy}`,
    question: (question: string) => `question ${quote(question)}`,
    words: (kept: string, total: string) => `${kept} of ${total} words kept`,
    saved: (tokens: string) => `${tokens} tokens saved`,
    money: (money: string, price: string) => `${money} at a price of ${price} per million tokens`,
    energy: (wattHours: string) =>
      `≈ ${wattHours} Wh of reading them (estimate: 150 W, 2,500 tokens a second, 55 % of it)`,
    reasons: 'words by reason',
    kept: 'kept',
    discarded: 'discarded',
    warnings: 'warnings',
    time: (total: string) => `${total} ms`,
  },
} as const;
