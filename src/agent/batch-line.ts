import * as v from 'valibot';
import { isRatio, isTokens } from './arguments';
import { POLICY_NAMES } from './policies';
import { sentences } from './words';
import type { Budget } from '../compress/result';
import type { PolicyName } from '../policy/policy';
import { MAX_LINE_BYTES, type RawLine } from '../transcript/jsonl';

export type BatchId = string | number;

/** A text of a batch and what its line asks for; undefined where it leaves that to the command line. */
export interface BatchItem {
  readonly id: BatchId;
  readonly text: string;
  readonly question: string | undefined;
  readonly budget: Budget | undefined;
  readonly policy: PolicyName | undefined;
  readonly languageId: string | undefined;
}

/** What a line that cannot be compressed gives. */
export interface BatchFailure {
  readonly id?: BatchId;
  /** From 1. */
  readonly line: number;
  /** One sentence. */
  readonly error: string;
}

const words = sentences.batch;
const id = v.union([v.string(), v.pipe(v.number(), v.finite())], words.badId);
const ITEM = v.object(
  {
    id,
    text: v.string(words.badText),
    question: v.nullish(
      v.pipe(
        v.string(words.badQuestion),
        v.check((question) => question.trim() !== '', sentences.emptyQuestion),
      ),
    ),
    ratio: v.nullish(v.pipe(v.number(words.badRatio), v.check(isRatio, words.badRatio))),
    tokens: v.nullish(v.pipe(v.number(words.badTokens), v.check(isTokens, words.badTokens))),
    policy: v.nullish(v.picklist(POLICY_NAMES, words.badPolicy)),
    languageId: v.nullish(v.string(words.badLanguage)),
  },
  ({ expected, received }) =>
    // A key that is missing is told by the object, not by what should stand there.
    received === 'undefined' && expected === '"text"'
      ? words.badText
      : received === 'undefined' && expected === '"id"'
        ? words.badId
        : words.notObject,
);

/** Reads one line of a batch. Never throws: a line that is wrong says how. Undefined for a blank one. */
export function readBatchLine({ line, bytes }: RawLine): BatchItem | BatchFailure | undefined {
  if (bytes === undefined) return { line, error: words.tooLong(Math.floor(MAX_LINE_BYTES / 1_000_000)) };
  let value: unknown;
  try {
    // Leaves a byte order mark out, as no JSON may begin with one.
    const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (json.trim() === '') return undefined;
    value = JSON.parse(json);
  } catch (error) {
    return { line, error: error instanceof TypeError ? words.notUtf8 : words.notJson };
  }
  const fail = (error: string): BatchFailure => {
    const known = v.safeParse(v.object({ id }), value);
    return { ...(known.success ? { id: known.output.id } : {}), line, error };
  };
  const parsed = v.safeParse(ITEM, value);
  if (!parsed.success) return fail(parsed.issues[0].message);
  const { ratio, tokens, question, policy, languageId, ...item } = parsed.output;
  if (typeof ratio === 'number' && typeof tokens === 'number') return fail(sentences.twoBudgets);
  if (policy === 'oracle') return fail(sentences.oracleInBatch);
  return {
    ...item,
    question: question ?? undefined,
    budget:
      typeof ratio === 'number'
        ? { kind: 'ratio', ratio }
        : typeof tokens === 'number'
          ? { kind: 'tokens', tokens }
          : undefined,
    policy: policy ?? undefined,
    languageId: languageId ?? undefined,
  };
}
