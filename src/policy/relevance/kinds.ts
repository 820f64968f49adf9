import type { IndexedText } from '../../text/words';

/** What each line is, whatever is asked. Arrays of one entry a line; 1 or 0 unless said otherwise. */
export interface LineKinds {
  readonly user: Uint8Array;
  readonly agent: Uint8Array;
  /** Inside of a fence, or output of a tool in a transcript. */
  readonly fenced: Uint8Array;
  readonly turnHead: Uint8Array;
  readonly blank: Uint8Array;
  readonly mark: Uint8Array;
  readonly tool: Uint8Array;
  readonly prose: Uint8Array;
  readonly heading: Uint8Array;
  readonly digits: Uint8Array;
  readonly path: Uint8Array;
  readonly quoted: Uint8Array;
  readonly comment: Uint8Array;
  readonly keyValue: Uint8Array;
  /** Lines since the head of the turn. */
  readonly sinceHead: Float32Array;
  /** The nearest line at or above that heads what follows: a heading, the head of a turn or of a tool call. */
  readonly head: Int32Array;
}

/** UTF-16 units of a line that are looked at for its kind. */
const LOOKED_AT = 400;

/** Heads of turns: Markdown exports (`_**User (…)**_`), our own documents (`## 14 · You · 14:02`), plain dialogues. */
const TURN = /^(?:_\*\*(User|Agent)\b|## \d+ · (You|System|\S)|(User|Human|System|Assistant|AI): ?)/;
const PEOPLE = new Set(['User', 'You', 'Human', 'System']);
const FENCE = /^\s*(?:```|~~~)/;
const TOOL = /^(?:<|▸ | {2}└ |✻ )|Tool use/;
const MARK = /^\s*(?:[-*+#|>•]|\d{1,3}[.)] )/;
const HEADING = /^\s{0,3}#{1,6} /;
const PROSE = /(?<!\p{L})\p{L}{3,} \p{L}+ \p{L}+ \p{L}+/u;
const NUMBERED = /^\s*\d+(?:→|\t|:)/;
const PATH = /(?<![\w.~-])[\w.~-]+\/[\w.-]+|\b\w+\.(?:[a-z]{1,4}|json|jsonl|toml|yaml)\b/;
const QUOTED = /`[^`]+`|"[^"]+"/;
const COMMENT = /^\s*(?:\/\/|#|\/\*|\*|--|<!--)/;
const KEY_VALUE = /^\s*[-*]?\s*["'`*]*[\w .-]{1,40}["'`*]*\s*(?::|=|\|)/;

/** Several parts of a pattern may take the same blanks: of a long run the first ones are enough. */
const LONG_BLANKS = /(\s{8})\s+/g;

/** Reads the kind of every line from its first 400 characters and from the heads above it. O(lines). */
export function readKinds({ text, lines, words }: IndexedText): LineKinds {
  const flags = (): Uint8Array => new Uint8Array(lines.count);
  const kinds = {
    ...{ user: flags(), agent: flags(), fenced: flags(), turnHead: flags(), blank: flags(), mark: flags() },
    ...{ tool: flags(), prose: flags(), heading: flags(), digits: flags(), path: flags(), quoted: flags() },
    ...{ comment: flags(), keyValue: flags() },
    sinceHead: new Float32Array(lines.count),
    head: new Int32Array(lines.count),
  };
  let speaker: 'user' | 'agent' | undefined;
  let fenced = false;
  let called = false;
  let since = 0;
  let head = 0;
  const flag = (value: boolean): number => (value ? 1 : 0);
  for (let line = 0; line < lines.count; line++) {
    const start = lines.start[line] ?? 0;
    const content = text.slice(start, Math.min(lines.end[line] ?? 0, start + LOOKED_AT));
    const blank = (lines.firstWord[line] ?? 0) === (lines.firstWord[line + 1] ?? words.count);
    const turn = TURN.exec(content);
    since = turn === null ? since + 1 : 0;
    if (turn !== null) {
      speaker = PEOPLE.has(turn[1] ?? turn[2] ?? turn[3] ?? '') ? 'user' : 'agent';
      fenced = false;
      called = false;
    }
    if (FENCE.test(content)) fenced = !fenced;
    const tool = !blank && TOOL.test(content);
    if (content.startsWith('▸ ')) called = true;
    else if (!blank && called && !content.startsWith('  ')) called = false;
    const inside = fenced || (called && !tool);
    const heading = !inside && HEADING.test(content);
    if (turn !== null || heading || (tool && !content.startsWith('</'))) head = line;

    const bare = content.replace(NUMBERED, '');
    kinds.user[line] = flag(speaker === 'user');
    kinds.agent[line] = flag(speaker === 'agent');
    kinds.fenced[line] = flag(inside);
    kinds.turnHead[line] = flag(turn !== null);
    kinds.blank[line] = flag(blank);
    kinds.mark[line] = flag(MARK.test(content));
    kinds.tool[line] = flag(tool);
    kinds.heading[line] = flag(heading);
    kinds.sinceHead[line] = since;
    kinds.head[line] = head;
    if (blank) continue;
    kinds.prose[line] = flag(PROSE.test(content));
    kinds.digits[line] = flag(/\d/.test(bare));
    kinds.path[line] = flag(PATH.test(bare));
    kinds.quoted[line] = flag(QUOTED.test(bare));
    kinds.comment[line] = flag(COMMENT.test(bare));
    kinds.keyValue[line] = flag(KEY_VALUE.test(bare.replace(LONG_BLANKS, '$1')));
  }
  return kinds;
}
