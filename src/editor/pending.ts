import type { Edit } from '../compress/edits';
import type { CompressResult, PartialResult } from '../compress/result';
import { at } from '../text/spans';
import { createRegion, editRegion, firstEndingAfter, isInLongLine, type Region } from './region';

interface Chunk {
  readonly first: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly keep: Uint8Array;
}

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
  private readonly chunks = new Map<number, Chunk>();

  constructor(
    /** Offset in the document at the time the text was sent. */
    readonly start: number,
    readonly text: string,
    readonly whole: boolean,
  ) {}

  edit(edit: Edit): void {
    if (this.dropped) return;
    this.edits.push(edit);
    if (this.edits.length <= FEW_EDITS || this.edits.length * this.text.length <= MAX_EDITED) return;
    this.dropped = true;
    this.edits.length = 0;
    this.chunks.clear();
  }

  add({ first, start, end, keep }: PartialResult): void {
    if (!this.dropped) this.chunks.set(first, { first, start, end, keep });
  }

  get hasPartial(): boolean {
    return this.chunks.size > 0;
  }

  /** The region of the finished result in the document as it is now; undefined if edits removed it. */
  finish(result: CompressResult): Region | undefined {
    if (this.dropped) return undefined;
    let region: Region | undefined = createRegion(this.start, this.whole, this.text, result);
    for (const edit of this.edits) {
      region = isInLongLine(region, edit) ? undefined : editRegion(region, edit);
      if (region === undefined) return undefined;
    }
    return region;
  }

  /** Discarded words known so far that touch `[start, end)` of the document as it is now. */
  discardedBetween(start: number, end: number): (readonly [number, number])[] {
    const out: (readonly [number, number])[] = [];
    // Where nothing was edited the window can be searched for; else every word has to be carried over.
    const fixed = this.edits.length === 0;
    for (const { start: starts, end: ends, keep } of this.chunks.values()) {
      const from = fixed ? firstEndingAfter(ends, start - this.start) : 0;
      for (let word = from; word < starts.length; word++) {
        if (fixed && at(starts, word) + this.start >= end) break;
        if (at(keep, word) === 1) continue;
        const place = this.carry(at(starts, word) + this.start, at(ends, word) + this.start);
        if (place !== undefined && place[1] > start && place[0] < end) out.push(place);
      }
    }
    return out.sort((a, b) => a[0] - b[0]);
  }

  private carry(start: number, end: number): readonly [number, number] | undefined {
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
