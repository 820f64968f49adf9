import { REASONS, type CompressResult, type Reason } from '../compress/result';
import { at } from '../text/spans';

/** What became of one line of the text. */
export interface JsonLine {
  /** From 1. */
  readonly line: number;
  /** To the question, in [0, 1]; null without one. */
  readonly relevance: number | null;
  /** `thinned`: some of its words stay; `blank`: it has none. */
  readonly decision: 'kept' | 'thinned' | 'discarded' | 'blank';
  /** The most frequent one among the kept words of a kept line, else among the discarded ones; null for blanks. */
  readonly reason: Reason | null;
  readonly words: { readonly total: number; readonly kept: number };
}

/** One entry a line of the text, in order. O(words + lines). */
export function* describeLines({ lines, decisions, relevance }: CompressResult): Generator<JsonLine> {
  const counts = new Uint32Array(REASONS.length);
  for (let line = 0; line < lines.start.length; line++) {
    const first = at(lines.firstWord, line);
    const end = at(lines.firstWord, line + 1);
    let kept = 0;
    for (let word = first; word < end; word++) kept += at(decisions.keep, word);
    const total = end - first;
    const shown = kept === total ? 1 : 0;
    counts.fill(0);
    for (let word = first; word < end; word++) {
      const reason = at(decisions.reason, word);
      if (decisions.keep[word] === shown) counts[reason] = at(counts, reason) + 1;
    }
    const decision = total === 0 ? 'blank' : kept === total ? 'kept' : kept === 0 ? 'discarded' : 'thinned';
    yield {
      line: line + 1,
      relevance: relevance === undefined ? null : rounded(at(relevance.line, line)),
      decision,
      reason: total === 0 ? null : (REASONS[mostFrequent(counts)] ?? null),
      words: { total, kept },
    };
  }
}

/** Kept and discarded words by reason, in the order of REASONS; only reasons that occur. */
export function countReasons({ decisions }: CompressResult): {
  readonly reason: Reason;
  readonly kept: number;
  readonly discarded: number;
}[] {
  const kept = new Uint32Array(REASONS.length);
  const discarded = new Uint32Array(REASONS.length);
  decisions.reason.forEach((reason, word) => {
    const counts = decisions.keep[word] === 1 ? kept : discarded;
    counts[reason] = at(counts, reason) + 1;
  });
  return REASONS.map((reason, i) => ({ reason, kept: at(kept, i), discarded: at(discarded, i) })).filter(
    (row) => row.kept + row.discarded > 0,
  );
}

/** Index of the greatest, the first of equals. */
function mostFrequent(counts: Uint32Array): number {
  let best = 0;
  for (let i = 1; i < counts.length; i++) if (at(counts, i) > at(counts, best)) best = i;
  return best;
}

/** What a 32-bit number is worth in text. */
export const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
