import type { Edit } from '../compress/edits';
import { REASONS, type CompressResult, type Overrides, type PartialResult } from '../compress/result';
import { at } from '../text/spans';
import { createRegion, editRegion, firstEndingAfter, isInLongLine, type Region } from './region';
import type { Stretch } from './stretches';

interface Chunk {
  readonly first: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly keep: Uint8Array;
  readonly reason: Uint8Array;
}

const UNDECIDED = REASONS.indexOf('undecided');

/** Carrying a result over edits takes time for each of them: up to so many, or so many times the text's length. */
const FEW_EDITS = 20;
const MAX_EDITED = 200_000_000;

/**
 * A part of a document whose result is on its way. Edits made meanwhile are remembered: what arrives speaks of the
 * text as it was sent, and is carried over to the text as it is.
 */
export class PendingPiece {
  private readonly edits: Edit[] = [];
  /** Too much was changed meanwhile: there will be no region. */
  private dropped = false;
  /** Disjoint, by their first words. */
  private chunks: readonly Chunk[] = [];

  constructor(
    /** Offset in the document at the time the text was sent. */
    readonly start: number,
    readonly text: string,
    readonly whole: boolean,
    /** What the person said about the words of the text before it was sent. */
    readonly overrides?: Overrides,
  ) {}

  edit(edit: Edit): void {
    if (this.dropped) return;
    this.edits.push(edit);
    if (this.edits.length <= FEW_EDITS || this.edits.length * this.text.length <= MAX_EDITED) return;
    this.dropped = true;
    this.edits.length = 0;
    this.chunks = [];
  }

  /** Takes over decisions that are known; those of the same words that came before make way. */
  add({ first, start, end, keep, reason }: PartialResult): void {
    if (this.dropped || keep.length === 0) return;
    const last = first + keep.length;
    const others = this.chunks.flatMap((chunk) => [
      part(chunk, chunk.first, Math.min(first, chunk.first + chunk.keep.length)),
      part(chunk, Math.max(last, chunk.first), chunk.first + chunk.keep.length),
    ]);
    this.chunks = [...others, { first, start, end, keep, reason }]
      .filter((chunk) => chunk.keep.length > 0)
      .sort((a, b) => a.first - b.first);
  }

  get hasPartial(): boolean {
    return this.chunks.length > 0;
  }

  /** The region of the finished result in the document as it is now; undefined if edits removed it. */
  finish(result: CompressResult): Region | undefined {
    if (this.dropped) return undefined;
    let region: Region | undefined = createRegion(this.start, this.whole, this.text, result, this.overrides);
    for (const edit of this.edits) {
      region = isInLongLine(region, edit) ? undefined : editRegion(region, edit);
      if (region === undefined) return undefined;
    }
    return region;
  }

  /** Discarded words known so far that touch `[start, end)` of the document as it is now. */
  discardedBetween(start: number, end: number): Stretch[] {
    const out: Stretch[] = [];
    this.visit(start, end, (keep, _, place) => {
      if (keep === 0) out.push(place);
    });
    return out.sort((a, b) => a[0] - b[0]);
  }

  /** Runs of words decided so far, whichever way, that touch `[start, end)` of the document as it is now. */
  decidedBetween(start: number, end: number): Stretch[] {
    const out: [number, number][] = [];
    let before = -2;
    this.visit(start, end, (_, word, place) => {
      const last = out.at(-1);
      if (last !== undefined && before === word - 1 && place[0] >= last[1]) last[1] = place[1];
      else out.push([place[0], place[1]]);
      before = word;
    });
    return out.sort((a, b) => a[0] - b[0]);
  }

  private visit(
    start: number,
    end: number,
    each: (keep: number, word: number, place: Stretch) => void,
  ): void {
    // Where nothing was edited the window can be searched for; else every word has to be carried over.
    const fixed = this.edits.length === 0;
    for (const { first, start: starts, end: ends, keep, reason } of this.chunks) {
      const from = fixed ? firstEndingAfter(ends, start - this.start) : 0;
      for (let word = from; word < starts.length; word++) {
        if (fixed && at(starts, word) + this.start >= end) break;
        if (at(reason, word) === UNDECIDED) continue;
        const place = this.carry(at(starts, word) + this.start, at(ends, word) + this.start);
        if (place !== undefined && place[1] > start && place[0] < end)
          each(at(keep, word), first + word, place);
      }
    }
  }

  private carry(start: number, end: number): Stretch | undefined {
    for (const edit of this.edits) {
      const delta = edit.text.length - (edit.end - edit.start);
      if (edit.end <= start) {
        start += delta;
        end += delta;
      } else if (edit.start < end) return undefined;
    }
    return [start, end];
  }
}

/** The words `[from, to)` of a chunk; empty where there are none. */
function part({ first, start, end, keep, reason }: Chunk, from: number, to: number): Chunk {
  const a = Math.max(0, from - first);
  const b = Math.max(a, to - first);
  return {
    first: first + a,
    start: start.subarray(a, b),
    end: end.subarray(a, b),
    keep: keep.subarray(a, b),
    reason: reason.subarray(a, b),
  };
}
