/** Characters that one text of a tool's arguments may have; an agent's own output is far shorter. */
const MAX_ARGUMENT_CHARACTERS = 1_000_000;
const FIRST_LEVEL = 8_000_000;
const LOWEST_LEVEL = 1_000;
const NEVER_DEEPER = 64;

/** A text of which the middle may have been let go. */
export interface HeldText {
  readonly head: string;
  readonly tail: string;
  readonly cutCharacters: number;
  readonly cutLines: number;
}

interface Slot {
  value: HeldText;
  readonly line: number;
}

/**
 * Holds the texts of one transcript within a total cost, the bytes they will take in the document. When the total is
 * passed, the longest texts lose their middle first, down to a level that sinks by a quarter until all fit. So a session of
 * any size can be read in one pass, and what was let go is known at its place.
 */
export class TextStore {
  private readonly slots: Slot[] = [];
  private readonly limit: number;
  private level = FIRST_LEVEL;
  private cost = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes a text of a record of the file; the function gives what is left of it when everything is read. */
  hold(text: string, line: number): () => string {
    const slot: Slot = { value: { head: text, tail: '', cutCharacters: 0, cutLines: 0 }, line };
    slot.value = shorten(slot.value, this.level);
    this.slots.push(slot);
    this.cost += costOf(slot.value);
    while (this.cost > this.limit && this.level > LOWEST_LEVEL) this.lower();
    return () => joined(slot);
  }

  /** Counts a text that is kept whole. */
  count(characters: number): void {
    this.cost += characters;
  }

  private lower(): void {
    this.level = Math.max(LOWEST_LEVEL, Math.floor(this.level * 0.75));
    for (const slot of this.slots) {
      const before = slot.value;
      slot.value = shorten(before, this.level);
      if (slot.value !== before) this.cost += costOf(slot.value) - costOf(before);
    }
  }
}

function shorten(text: HeldText, level: number): HeldText {
  const length = text.head.length + text.tail.length;
  if (length <= level) return text;
  const whole = text.cutCharacters === 0;
  const keep = level >>> 1;
  const headEnd = border(text.head, Math.min(keep, text.head.length));
  const tail = whole ? text.head : text.tail;
  const tailStart = border(tail, Math.max(whole ? headEnd : 0, tail.length - keep));
  const removed = whole
    ? text.head.slice(headEnd, tailStart)
    : text.head.slice(headEnd) + text.tail.slice(0, tailStart);
  // Buffers copy: a slice would keep the whole text in memory.
  return {
    head: copy(text.head.slice(0, headEnd)),
    tail: copy(tail.slice(tailStart)),
    cutCharacters: text.cutCharacters + removed.length,
    cutLines: text.cutLines + countLines(removed),
  };
}

function joined(slot: Slot): string {
  const { head, tail, cutCharacters, cutLines } = slot.value;
  return cutCharacters === 0 ? head : `${head}${cutNote(cutCharacters, cutLines, slot.line)}${tail}`;
}

/** The line that stands where a text was cut. */
export function cutNote(characters: number, lines: number, record: number): string {
  const size = `${characters.toLocaleString('en')} characters`;
  const what = lines > 1 ? `${lines.toLocaleString('en')} lines (${size})` : size;
  return `\n… ${what} not shown here; record ${record} of the file has them …\n`;
}

/** Arguments of a tool call with overlong texts cut and nesting beyond any use let go. */
export function boundArguments(value: unknown, store: TextStore, line: number, depth = 0): unknown {
  if (typeof value === 'string') {
    const bounded = value.length > MAX_ARGUMENT_CHARACTERS ? middleOut(value, line) : value;
    store.count(bounded.length + 4 * countLines(bounded));
    return bounded;
  }
  if (typeof value !== 'object' || value === null) {
    store.count(8);
    return value;
  }
  if (depth >= NEVER_DEEPER) return '…';
  if (Array.isArray(value)) return value.map((item) => boundArguments(item, store, line, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      store.count(key.length + 4);
      return [key, boundArguments(item, store, line, depth + 1)];
    }),
  );
}

function middleOut(text: string, line: number): string {
  const cut = shorten({ head: text, tail: '', cutCharacters: 0, cutLines: 0 }, MAX_ARGUMENT_CHARACTERS);
  return `${cut.head}${cutNote(cut.cutCharacters, cut.cutLines, line)}${cut.tail}`;
}

function copy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** Moves a position out of the middle of a surrogate pair. */
function border(text: string, position: number): number {
  const unit = text.charCodeAt(position);
  return unit >= 0xdc00 && unit <= 0xdfff && position > 0 ? position - 1 : position;
}

function costOf(text: HeldText): number {
  return utf8(text.head) + utf8(text.tail) + 100;
}

// Each line is indented in the document.
function utf8(text: string): number {
  return Buffer.byteLength(text, 'utf8') + 4 * countLines(text);
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
