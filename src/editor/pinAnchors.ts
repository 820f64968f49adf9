/**
 * Where a pinned part of a text is, told by what it says and by what stands around it, so that it is found again in a
 * text that was edited elsewhere or has grown. After the text quote and text position selectors of the W3C Web
 * Annotation Data Model (2017).
 */
export interface PinAnchor {
  /** The first characters of the part, and the last ones of a longer one. */
  readonly head: string;
  readonly tail: string;
  /** UTF-16 code units of the part, and a hash of all of it. */
  readonly length: number;
  readonly hash: string;
  /** What stood directly before and after it. */
  readonly before: string;
  readonly after: string;
  /** UTF-16 offset at which it was seen last. */
  readonly start: number;
}

/** UTF-16 code units that an anchor keeps of each end of a part. */
const END = 64;
/** UTF-16 code units that an anchor keeps on either side of a part. */
const CONTEXT = 32;
/** So long a part is told by its words alone; a shorter one by what is beside it, too. */
const TELLING = 24;
/** Places that are looked at for one anchor. */
const MAX_PLACES = 64;
/** UTF-16 code units that one search for all anchors of a text reads, about: two tenths of a second at worst. */
const MAX_READ = 20_000_000;

/** The anchor of `[start, end)` of a text. O(length of the part). */
export function anchorOf(text: string, start: number, end: number): PinAnchor {
  const part = text.slice(start, end);
  return {
    head: part.slice(0, END),
    tail: part.length > END ? part.slice(-END) : '',
    length: part.length,
    hash: hashOf(part),
    before: text.slice(Math.max(0, start - CONTEXT), start),
    after: text.slice(end, end + CONTEXT),
    start,
  };
}

/**
 * Finds the parts of a text that anchors tell of, each near where it was seen last, if it stands there several times.
 * @returns the offset of each, in the order of the anchors; undefined where the text has no such part any more.
 */
export function locate(text: string, anchors: readonly PinAnchor[]): (number | undefined)[] {
  let shift = 0;
  let read = 0;
  return anchors.map((anchor) => {
    // What was edited before one part has moved the next one as well.
    for (const place of new Set([anchor.start, anchor.start + shift]))
      if (isAt(text, anchor, place) && hasContext(text, anchor, place, false)) {
        shift = place - anchor.start;
        return place;
      }
    const { before, head, after, length } = anchor;
    const searches: (readonly [needle: string, offset: number])[] = [[before + head, before.length]];
    if (length <= END) searches.push([head + after, 0]);
    if (length >= TELLING) searches.push([head, 0]);
    for (const [needle, offset] of searches) {
      const found = nearest(text, anchor, needle, offset, (count) => (read += count) <= MAX_READ);
      if (found === undefined) continue;
      shift = found - anchor.start;
      return found;
    }
    return undefined;
  });
}

/** The place of an anchor's part next to where it was, among those that a needle finds. */
function nearest(
  text: string,
  anchor: PinAnchor,
  needle: string,
  offset: number,
  mayRead: (count: number) => boolean,
): number | undefined {
  let best: number | undefined;
  // A needle without anything but the part itself says too little where the part is short.
  if (needle.length < Math.min(TELLING, anchor.before.length + anchor.length + anchor.after.length))
    return undefined;
  let from = 0;
  for (let i = 0; i < MAX_PLACES && mayRead(0); i++) {
    const found = text.indexOf(needle, from);
    if (!mayRead((found < 0 ? text.length : found) - from + 1) || found < 0) break;
    const place = found + offset;
    if (isAt(text, anchor, place) && hasContext(text, anchor, place, anchor.length < TELLING)) {
      if (best === undefined || Math.abs(place - anchor.start) < Math.abs(best - anchor.start)) best = place;
    }
    from = found + 1;
  }
  return best;
}

/** Whether the whole part stands at a place. */
function isAt(text: string, { head, tail, length, hash }: PinAnchor, place: number): boolean {
  if (place < 0 || !text.startsWith(head, place)) return false;
  const end = place + length;
  return (
    length <= head.length ||
    (text.startsWith(tail, end - tail.length) && hashOf(text.slice(place, end)) === hash)
  );
}

/** Whether what is beside a place is what was beside the part, on one side at least, near by at least. */
function hasContext(text: string, anchor: PinAnchor, place: number, strict: boolean): boolean {
  const { before, after, length } = anchor;
  const near = strict ? CONTEXT : CONTEXT / 4;
  const left = before.slice(-near);
  const right = after.slice(0, near);
  return text.endsWith(left, place) || text.startsWith(right, place + length);
}

/** 52 bits of a text, to tell texts apart that nobody made to be alike (FNV-1a, two lanes). O(length). */
export function hashOf(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9dc5811c;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ ((code << 5) | (code >>> 3)), 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
