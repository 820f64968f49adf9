import { distinctness } from './distinctness';
import { writeUnitMean } from './features';
import type { Network } from './network';
import { descending, selectionOfUnits } from './order';
import type { Policy } from './policy';
import { FEATURE_COUNT, type TokenRecords } from './records';

/**
 * Without a question no line is more relevant than another, and the network has little to go by. What the encoder's
 * keep head finds of a unit's words and how far the unit stands out from the text count as well, with weights chosen
 * on the windows that the policy was trained on (they take evidence recall at 35 % there from 0.25 to 0.41).
 */
const UNASKED = { keep: 4, distinctness: 2 } as const;

/** Units that go through the network at once. */
const BATCH = 256;

/**
 * The learned policy: the published 9 → 64 → 64 → 1 network. Output is by whole units, so it is run once a unit on
 * the mean of its tokens' features. With a question
 * units are kept by logit − ½ ln(cost), without one by the logit, the
 * mean keep probability and distinctness.
 * @param network takes 9 inputs.
 */
export function createLearned(network: Network): Policy {
  if (network.inputs !== FEATURE_COUNT) throw new RangeError(`a network of ${network.inputs} inputs`);
  return {
    name: 'learned',
    prepare: (records) => selectionOfUnits(records, descending(unitScores(network, records))),
  };
}

/** What each unit is ranked by, see `createLearned`. */
export function unitScores(network: Network, records: TokenRecords): Float32Array {
  const { unitCount, cost, keep, relevance } = records;
  const rows = new Float64Array(BATCH * FEATURE_COUNT);
  const scores = new Float32Array(unitCount);
  for (let first = 0; first < unitCount; first += BATCH) {
    const size = Math.min(BATCH, unitCount - first);
    for (let i = 0; i < size; i++) writeUnitMean(records, first + i, rows, i * FEATURE_COUNT);
    network.run(rows, size, scores.subarray(first, first + size));
  }
  const asked = relevance.some((value) => value > 0);
  const mean = asked ? 0 : meanOf(keep);
  const distinct = asked ? undefined : distinctness(records);
  for (let u = 0; u < unitCount; u++) {
    const score = scores[u] ?? 0;
    const kept = keep[u] ?? mean;
    // A long unit has to say more of the question.
    if (asked) scores[u] = score - 0.5 * Math.log(Math.max(1, cost[u] ?? 1));
    else
      scores[u] =
        score +
        UNASKED.keep * (Number.isNaN(kept) ? mean : kept) +
        UNASKED.distinctness * (distinct?.[u] ?? 0);
  }
  return scores;
}

/** Mean of the numbers, 0 without any. */
function meanOf(values: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
