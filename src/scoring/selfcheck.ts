import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { indexText } from '../text/words';
import { ModelError } from './errors';
import type { ModelDescription } from './model-folder';
import { chosenOutputs, runWindow } from './outputs';
import type { InferenceSession } from './scorer';
import { tokenizeText } from './tokens';
import type { Tokenizer } from './tokenizer';

/**
 * How far a score may lie from the recorded one. An 8-bit model rounds its activations, so that the last bit of a
 * sum, which depends on the processor and the number of threads, can move a score by some thousandths; a wrong
 * kernel or another model moves it by tenths.
 */
export const SELFCHECK_TOLERANCE = 0.02;

const values = v.array(v.number());
const cases = v.pipe(
  v.array(
    v.object({
      lines: v.optional(v.array(v.string())),
      question: v.optional(v.string()),
      ids: values,
      outputs: v.optional(v.record(v.string(), v.looseObject({ token_probs: v.optional(values) })), {}),
    }),
  ),
  v.minLength(1),
);

export interface SelfcheckResult {
  readonly cases: number;
  /** Largest difference of a score from the recorded one. */
  readonly difference: number;
}

/**
 * Encodes the texts of the model's selfcheck.json and compares ids (exactly) and scores (within
 * SELFCHECK_TOLERANCE) with what was recorded there when the model was made.
 * @returns undefined if the model folder has no such file.
 * @throws ModelError with reason `selfcheck`.
 */
export async function runSelfcheck({
  description,
  tokenizer,
  session,
}: {
  readonly description: ModelDescription;
  readonly tokenizer: Tokenizer;
  readonly session: InferenceSession;
}): Promise<SelfcheckResult | undefined> {
  if (description.selfcheckPath === undefined) return undefined;
  const recorded = await readCases(description.selfcheckPath);
  const model = path.basename(description.modelPath);
  const outputs = chosenOutputs(description, session, 'scores');
  const { cls, sep, question: questionId, newline } = description.specialTokens;
  let difference = 0;

  for (const [number, { lines, question, ids: expected, outputs: byModel }] of recorded.entries()) {
    const text = question ?? (lines ?? []).join('\n');
    const isQuestion = question !== undefined;
    const { ids } = await tokenizeText(indexText(text), tokenizer, {
      words: description.words,
      newline: isQuestion ? undefined : newline,
    });
    const prefix = isQuestion && questionId !== undefined ? [cls, questionId] : [cls];
    const actual = [...prefix, ...ids, sep];
    if (actual.length !== expected.length || actual.some((id, i) => id !== expected[i]))
      throw failed(`case ${number}: other tokens, ${actual.join(' ')} instead of ${expected.join(' ')}`);

    const scores = byModel[model];
    if (scores === undefined || isQuestion) continue;
    const result = await runWindow(session, description, outputs, ids);
    const pairs = { token_probs: result.keep, span_scores: result.span, final_scores: result.final };
    for (const [name, given] of Object.entries(pairs)) {
      const wanted = scores[name];
      if (given === undefined || !v.is(values, wanted)) continue;
      if (wanted.length !== given.length + 2)
        throw failed(`case ${number}: ${wanted.length} recorded ${name}`);
      for (const [i, value] of given.entries())
        difference = Math.max(difference, Math.abs(value - (wanted[i + 1] ?? NaN)));
      if (!(difference <= SELFCHECK_TOLERANCE))
        throw failed(`case ${number}: ${name} is off by ${difference}`);
    }
  }
  return { cases: recorded.length, difference };
}

async function readCases(file: string) {
  try {
    return v.parse(cases, JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw failed(String(error));
  }
}

function failed(detail: string): ModelError {
  return new ModelError(
    'selfcheck',
    'The model does not give the values that were recorded for it; reinstall the extension or choose another model folder.',
    detail,
  );
}
