import { parseArgs } from 'node:util';
import { policyNamed } from './policies';
import { sentences } from './words';
import { findMatches } from '../compress/patterns';
import type { Budget, KeepPattern } from '../compress/result';
import type { PolicyName } from '../policy/policy';

const FORMATS = ['auto', 'text', 'claude-code'] as const;
export type InputFormat = (typeof FORMATS)[number];

/** The share of the tokens that stays where a question or a policy asks for a choice and no budget is named. */
export const DEFAULT_RATIO = 0.35;

/** Lines `first` to `last` of a text, from 1, both included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

interface Asked {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly model: string | undefined;
  readonly question: string | undefined;
  /** Undefined where none was named. */
  readonly budget: Budget | undefined;
  readonly keepPatterns: readonly KeepPattern[];
}

interface AskedOfOne extends Asked {
  readonly format: InputFormat;
  readonly evidence: readonly LineRange[];
  /** Whether a transcript's automatic pins are on. */
  readonly pins: boolean;
  readonly json: boolean;
}

export interface CompressCommand extends AskedOfOne {
  readonly kind: 'compress';
  readonly policy: PolicyName | undefined;
  /** Of a million tokens, in whatever currency. */
  readonly price: number | undefined;
}

/** The wishes are those of lines that name none. */
export interface BatchCommand extends Asked {
  readonly kind: 'batch';
  readonly policy: PolicyName | undefined;
  readonly price: number | undefined;
}

export interface CompareCommand extends AskedOfOne {
  readonly kind: 'compare';
  /** Undefined for all. */
  readonly policies: readonly PolicyName[] | undefined;
}

export type Command =
  | CompressCommand
  | BatchCommand
  | CompareCommand
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

/** The budget where only a question or a policy, or nothing, was asked for. */
export const budgetOr = (
  budget: Budget | undefined,
  { question, policy }: { readonly question: string | undefined; readonly policy: PolicyName | undefined },
): Budget =>
  budget ??
  (question === undefined && policy === undefined
    ? { kind: 'model' }
    : { kind: 'ratio', ratio: DEFAULT_RATIO });

class Wrong extends Error {}

/** Reads the command line's arguments (without the program's name). Never throws: `wrong` says what is. */
export function parseCommand(argv: readonly string[]): Command {
  try {
    return read(argv);
  } catch (error) {
    // parseArgs adds advice after its first sentence that is about its own syntax.
    const said = error instanceof Error ? error.message : String(error);
    const message = error instanceof Wrong ? said : (/^[^\n]*?\.(?=\s|$)/.exec(said)?.[0] ?? said);
    return { kind: 'wrong', message };
  }
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  json: { type: 'boolean' },
  batch: { type: 'boolean' },
  question: { type: 'string' },
  policy: { type: 'string', multiple: true },
  ratio: { type: 'string' },
  tokens: { type: 'string' },
  keep: { type: 'string', multiple: true },
  'keep-regex': { type: 'string', multiple: true },
  'no-pins': { type: 'boolean' },
  evidence: { type: 'string' },
  price: { type: 'string' },
  format: { type: 'string' },
  model: { type: 'string' },
} as const;

const parse = (argv: readonly string[]) =>
  parseArgs({ args: joinNegatives(argv), allowPositionals: true, options: OPTIONS });
type Values = ReturnType<typeof parse>['values'];

function read(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  if (values.help === true || positionals[0] === 'help') return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [name, file, ...more] = positionals;
  if (name === undefined) throw new Wrong(sentences.noCommand);
  if (name !== 'compress' && name !== 'compare') throw new Wrong(sentences.unknownCommand(name));
  if (file === undefined || file === '') throw new Wrong(sentences.noFile);
  if (more.length > 0) throw new Wrong(sentences.manyFiles);

  const batch = values.batch === true;
  const refused: readonly (keyof Values)[] =
    name === 'compare' ? ['batch', 'price'] : batch ? ['format', 'evidence', 'no-pins'] : [];
  for (const option of refused)
    if (values[option] !== undefined)
      throw new Wrong(sentences.notWith(option, name === 'compare' ? 'compare' : '--batch'));

  const policies = (values.policy ?? []).map((each) => {
    const policy = policyNamed(each);
    if (policy === undefined) throw new Wrong(sentences.badPolicy(each));
    return policy;
  });
  const asked: Asked = {
    file,
    model: values.model,
    question: questionOf(values.question),
    budget: budgetOf(values),
    keepPatterns: keepPatternsOf(values),
  };
  const ofOne = {
    format: formatOf(values.format),
    evidence: values.evidence === undefined ? [] : evidenceOf(values.evidence),
    pins: values['no-pins'] !== true,
    json: values.json === true,
  };
  const knowing = ofOne.evidence.length > 0;
  if (policies.includes('oracle') && !knowing)
    throw new Wrong(batch ? sentences.oracleInBatch : sentences.oracleBlind);
  if (name === 'compare')
    return {
      kind: 'compare',
      ...asked,
      ...ofOne,
      policies: policies.length === 0 ? undefined : [...new Set(policies)],
    };
  const [policy, ...others] = policies;
  if (others.length > 0) throw new Wrong(sentences.manyPolicies);
  const price = values.price === undefined ? undefined : priceOf(values.price);
  if (batch) return { kind: 'batch', ...asked, policy, price };
  if (knowing && policy !== 'oracle') throw new Wrong(sentences.evidenceUnused);
  return { kind: 'compress', ...asked, ...ofOne, policy, price };
}

/** `--ratio -1` as `--ratio=-1`: parseArgs takes a value that begins with a dash for another option. */
function joinNegatives(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of argv) {
    const before = joined.at(-1) ?? '';
    if (/^--(ratio|tokens|price)$/.test(before) && /^-[\d.]/.test(argument)) {
      joined[joined.length - 1] = `${before}=${argument}`;
    } else joined.push(argument);
  }
  return joined;
}

function questionOf(value: string | undefined): string | undefined {
  if (value?.trim() === '') throw new Wrong(sentences.emptyQuestion);
  return value;
}

function budgetOf({ ratio, tokens }: Values): Budget | undefined {
  if (ratio !== undefined && tokens !== undefined) throw new Wrong(sentences.twoBudgets);
  if (ratio !== undefined) {
    const number = decimal(ratio);
    if (!isRatio(number)) throw new Wrong(sentences.badRatio(ratio));
    return { kind: 'ratio', ratio: number };
  }
  if (tokens === undefined) return undefined;
  const number = /^\d+$/.test(tokens) ? Number(tokens) : NaN;
  if (!isTokens(number)) throw new Wrong(sentences.badTokens(tokens));
  return { kind: 'tokens', tokens: number };
}

export const isRatio = (value: number): boolean => value > 0 && value <= 1;
export const isTokens = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

function priceOf(value: string): number {
  const price = decimal(value);
  if (!Number.isFinite(price)) throw new Wrong(sentences.badPrice(value));
  return price;
}

/** A number without a sign, written in digits; NaN for anything else. */
const decimal = (value: string): number =>
  /^(\d+(\.\d*)?|\.\d+)(e-?\d+)?$/i.test(value) ? Number(value) : NaN;

function formatOf(value = 'auto'): InputFormat {
  const format = FORMATS.find((each) => each === value);
  if (format === undefined) throw new Wrong(sentences.badFormat(value));
  return format;
}

function keepPatternsOf(values: Values): KeepPattern[] {
  const literals = values.keep ?? [];
  const regexes = values['keep-regex'] ?? [];
  if ([...literals, ...regexes].some((each) => each.trim() === '')) throw new Wrong(sentences.emptyKeep);
  const expressions = regexes.map((pattern) => ({ kind: 'regex', pattern }) as const);
  const bad = expressions.find((each) => findMatches('', each, { timeLimitMs: 100 }).problem !== undefined);
  if (bad !== undefined) throw new Wrong(sentences.badRegex(bad.pattern));
  return [...literals.map((pattern) => ({ kind: 'literal', pattern }) as const), ...expressions];
}

/** `12,40-44` as ranges. */
function evidenceOf(value: string): LineRange[] {
  return value.split(',').map((part) => {
    const match = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part);
    const first = Number(match?.[1] ?? 0);
    const last = Number(match?.[2] ?? first);
    if (first < 1 || last < first) throw new Wrong(sentences.badEvidence(value));
    return { first, last };
  });
}
