import * as v from 'valibot';
import type { Measured } from './report';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const keepSchema = v.object({
  f1: share,
  agreement: share,
  discardF1: share,
  mustKeepRecall: share,
  keepRate: share,
});
const baselineSchema = v.object({
  keep: keepSchema,
  modelAlone: keepSchema,
  tokenRatio: share,
  evidence: v.record(v.string(), v.object({ recall: share, all: share })),
  /** Not measured in every run: the float32 file is not shipped. */
  int8Agreement: v.nullable(v.object({ value: share, command: v.string() })),
});
/** The committed figures of the hand-written set. */
export type Baseline = v.InferOutput<typeof baselineSchema>;

export const parseBaseline = (text: string): Baseline => v.parse(baselineSchema, JSON.parse(text));

/** Rounding differs a little between processors: a few words of some thousand, and one question. */
const WORDS = 0.003;
const AGREEMENT = 0.002;

const INT8_COMMAND = 'npm run eval -- --fp32 FILE --update';

/** Today's figures as a baseline; the agreement with float32 as it was, where this run could not measure it. */
export function baselineOf({ keep, evidence }: Measured, before: Baseline | undefined): Baseline {
  if (keep === undefined || evidence === undefined) throw new Error('A baseline needs labels and questions.');
  return {
    keep: keep.all.shipped,
    modelAlone: keep.all.modelAlone,
    tokenRatio: keep.tokenRatio,
    evidence: Object.fromEntries(
      evidence.shipped.map(({ ratio, recall, all }) => [ratio.toFixed(2), { recall, all }]),
    ),
    int8Agreement:
      keep.int8Agreement === undefined
        ? (before?.int8Agreement ?? null)
        : { value: keep.int8Agreement, command: INT8_COMMAND },
  };
}

/** A sentence for each figure that has fallen below the baseline by more than processors differ. */
export function fallen(now: Baseline, before: Baseline, questions: number): string[] {
  const found: string[] = [];
  const check = (name: string, today: number, then: number, allowed: number): void => {
    if (today < then - allowed - 1e-9)
      found.push(`${name} is ${today.toFixed(4)}; the committed baseline has ${then.toFixed(4)}.`);
  };
  for (const [name, today, then] of [
    ['The shipped pipeline', now.keep, before.keep],
    ['The model alone', now.modelAlone, before.modelAlone],
  ] as const) {
    check(`${name}: keep F1`, today.f1, then.f1, WORDS);
    check(`${name}: word agreement`, today.agreement, then.agreement, WORDS);
    check(`${name}: discard F1`, today.discardF1, then.discardF1, 2 * WORDS);
    check(`${name}: must-keep recall`, today.mustKeepRecall, then.mustKeepRecall, WORDS);
  }
  for (const [ratio, then] of Object.entries(before.evidence)) {
    const today = now.evidence[ratio] ?? { recall: 0, all: 0 };
    // Figures of evidence have three digits.
    const one = 1 / questions + 0.001;
    check(`Evidence at ${Number(ratio) * 100} %: recall`, today.recall, then.recall, one);
    check(`Evidence at ${Number(ratio) * 100} %: all`, today.all, then.all, one);
  }
  if (now.int8Agreement !== null && before.int8Agreement !== null)
    check('Agreement with float32', now.int8Agreement.value, before.int8Agreement.value, AGREEMENT);
  return found;
}
