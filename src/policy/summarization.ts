import { at } from '../text/spans';
import { descending, selectionOfUnits } from './order';
import type { Policy } from './policy';
import type { TokenRecords } from './records';

/**
 * Extractive summary without a language model: the units nearest the centre of their turn, first. The centre is the
 * mean of the turn's token vectors; without vectors the sum of its units' tf-idf vectors over token texts. Turns
 * share a budget by their length: a unit comes when the share of its turn that is taken with it comes.
 */
export const summarization: Policy = {
  name: 'summarization',
  prepare(records) {
    const near = records.vectors === undefined ? byWords(records) : byVectors(records, records.vectors);
    return selectionOfUnits(records, shared(records, near));
  },
};

/** First and last unit (exclusive) of each turn. */
function* turnsOf({ turn, unitCount }: TokenRecords): Generator<readonly [first: number, end: number]> {
  for (let first = 0; first < unitCount;) {
    let end = first + 1;
    while (end < unitCount && turn[end] === turn[first]) end++;
    yield [first, end];
    first = end;
  }
}

/** Order of all units by the share of their turn that is taken once they are. */
function shared(records: TokenRecords, near: Float32Array): Int32Array {
  const { firstToken, unitCount } = records;
  const due = new Float32Array(unitCount);
  for (const [first, end] of turnsOf(records)) {
    const length = Math.max(1, at(firstToken, end) - at(firstToken, first));
    let taken = 0;
    for (const place of descending(near.subarray(first, end))) {
      const unit = first + place;
      taken += at(firstToken, unit + 1) - at(firstToken, unit);
      due[unit] = -taken / length;
    }
  }
  return descending(due);
}

/** Cosine of each unit's mean vector and its turn's; −1 for units without a vector. */
function byVectors(records: TokenRecords, vectors: Int8Array): Float32Array {
  const { vectorSize, firstToken, unitCount } = records;
  const near = new Float32Array(unitCount);
  const add = (sum: Float64Array, first: number, end: number): void => {
    for (let token = first, v = first * vectorSize; token < end; token++)
      for (let d = 0; d < vectorSize; d++) sum[d] = (sum[d] ?? 0) + (vectors[v++] ?? 0);
  };
  const centre = new Float64Array(vectorSize);
  const mean = new Float64Array(vectorSize);
  for (const [first, end] of turnsOf(records)) {
    centre.fill(0);
    add(centre, at(firstToken, first), at(firstToken, end));
    for (let unit = first; unit < end; unit++) {
      mean.fill(0);
      add(mean, at(firstToken, unit), at(firstToken, unit + 1));
      let dot = 0;
      let own = 0;
      let whole = 0;
      for (let d = 0; d < vectorSize; d++) {
        const m = mean[d] ?? 0;
        const c = centre[d] ?? 0;
        dot += m * c;
        own += m * m;
        whole += c * c;
      }
      near[unit] = own > 0 && whole > 0 ? dot / Math.sqrt(own * whole) : -1;
    }
  }
  return near;
}

/** The same with tf-idf vectors over token texts; a unit's weight of a text is its count · ln(1 + units / units with it). */
function byWords(records: TokenRecords): Float32Array {
  const { identity, firstToken, unitCount, count } = records;
  let texts = 0;
  for (let i = 0; i < count; i++) texts = Math.max(texts, (identity[i] ?? 0) + 1);
  const unitsWith = new Int32Array(texts);
  const lastUnit = new Int32Array(texts).fill(-1);
  for (let unit = 0; unit < unitCount; unit++)
    for (let i = at(firstToken, unit); i < at(firstToken, unit + 1); i++) {
      const text = identity[i] ?? 0;
      if (lastUnit[text] === unit) continue;
      lastUnit[text] = unit;
      unitsWith[text] = (unitsWith[text] ?? 0) + 1;
    }
  const idf = Float64Array.from(unitsWith, (units) => Math.log(1 + unitCount / Math.max(1, units)));

  const near = new Float32Array(unitCount);
  const centre = new Float64Array(texts);
  const times = new Int32Array(texts);
  for (const [first, end] of turnsOf(records)) {
    const from = at(firstToken, first);
    const to = at(firstToken, end);
    for (let i = from; i < to; i++) {
      const text = identity[i] ?? 0;
      centre[text] = (centre[text] ?? 0) + (idf[text] ?? 0);
    }
    for (let unit = first; unit < end; unit++) {
      // The turn's own length is the same for all of its units and left out.
      let dot = 0;
      let own = 0;
      const last = at(firstToken, unit + 1);
      for (let i = at(firstToken, unit); i < last; i++) {
        const text = identity[i] ?? 0;
        const weight = idf[text] ?? 0;
        const before = times[text] ?? 0;
        times[text] = before + 1;
        dot += weight * (centre[text] ?? 0);
        own += weight * weight * (2 * before + 1);
      }
      for (let i = at(firstToken, unit); i < last; i++) times[identity[i] ?? 0] = 0;
      near[unit] = own > 0 ? dot / Math.sqrt(own) : -1;
    }
    for (let i = from; i < to; i++) centre[identity[i] ?? 0] = 0;
  }
  return near;
}
