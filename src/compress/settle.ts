import { isWhole } from '../structure/segments';
import { at } from '../text/spans';
import type { Geometry } from './edits';
import { REASONS, type Decisions } from './result';

const STRUCTURE = REASONS.indexOf('structure');
const FIXED = new Set([REASONS.indexOf('pinned'), REASONS.indexOf('released')]);
const HAS_CONTENT = /[\p{L}\p{N}\p{S}!?]/u;
const OPENERS = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['“', '”'],
]);
const CLOSERS = new Set(OPENERS.values());
/** A bracket that closes only this many words later is taken for a stray one. */
const MAX_BRACKET_WORDS = 60;

/**
 * Makes word decisions read well without changing what they mean: list marks, heading hashes and quote marks stay
 * exactly while something of their line stays, a label such as `Agent:` stays or goes with what it labels; a dash or comma that stood between dropped words goes with them;
 * brackets, typographic quotes and emphasis stay or go in pairs. A word whose decision changes gets the reason
 * `structure`. Words that the person pinned or released are never changed.
 */
export function settle(geometry: Geometry, decisions: Decisions): Decisions {
  const keep = decisions.keep.slice();
  const reason = decisions.reason.slice();
  const set = (word: number, value: 0 | 1): void => {
    if (at(keep, word) === value || FIXED.has(at(reason, word))) return;
    keep[word] = value;
    reason[word] = STRUCTURE;
  };
  settlePunctuation(geometry, keep, decisions.rule, set);
  settlePairs(geometry, keep, set);
  settleMarks(geometry, keep, decisions.rule, set);
  settleHeadings(geometry, keep, decisions.rule, set);
  return { keep, reason, rule: decisions.rule };
}

const isProse = ({ structure }: Geometry, line: number): boolean => !isWhole(structure, line);

function markWords({ words, lines, structure }: Geometry, line: number): number {
  let word = at(lines.firstWord, line);
  const last = at(lines.firstWord, line + 1);
  while (word < last && at(words.end, word) <= at(structure.markEnd, line)) word++;
  return word;
}

function settleMarks(
  geometry: Geometry,
  keep: Uint8Array,
  rule: Uint8Array,
  set: (word: number, value: 0 | 1) => void,
): void {
  const { lines } = geometry;
  for (let line = 0; line < lines.start.length; line++) {
    if (!isProse(geometry, line)) continue;
    const first = at(lines.firstWord, line);
    const last = at(lines.firstWord, line + 1);
    const content = markWords(geometry, line);
    // A label with nothing behind it on its line is what the mark marks.
    const end = labelEnd(geometry, content, last);
    const label = end === last ? content : end;
    // A line that is nothing but a mark (a quoted blank line, a rule) marks nothing.
    if (label === first || label === last) continue;
    const stays = keep.subarray(label, last).includes(1) ? 1 : 0;
    for (let word = first; word < content; word++) set(word, stays);
    // Who speaks stays with anything that is said: without the label it would be another's.
    for (let word = content; word < label; word++) if (stays === 1 || at(rule, word) === 0) set(word, stays);
  }
}

const HEADING = /^#{1,6}$/;

/** A heading goes when all of its section goes, unless it holds something protected. */
function settleHeadings(
  geometry: Geometry,
  keep: Uint8Array,
  rule: Uint8Array,
  set: (word: number, value: 0 | 1) => void,
): void {
  const { text, words, lines } = geometry;
  // From the last line up: what stays and what there was since the nearest heading of each level below.
  const levels = Array.from({ length: 7 }, () => ({ had: false, stays: false }));
  for (let line = lines.start.length - 1; line >= 0; line--) {
    const first = at(lines.firstWord, line);
    const last = at(lines.firstWord, line + 1);
    if (first === last) continue;
    const level = isProse(geometry, line) ? levelOf(text, at(words.start, first), at(words.end, first)) : 0;
    const section = levels[level];
    if (
      level > 0 &&
      section?.had === true &&
      !section.stays &&
      !rule.subarray(first, last).some((value) => value > 0)
    )
      for (let word = first; word < last; word++) set(word, 0);
    const stays = keep.subarray(first, last).includes(1);
    levels.forEach((entry, i) => {
      if (level > 0 && i >= level) {
        entry.had = false;
        entry.stays = false;
      } else {
        entry.had = true;
        entry.stays ||= stays;
      }
    });
  }
}

function levelOf(text: string, start: number, end: number): number {
  const word = text.slice(start, Math.min(end, start + 7));
  return HEADING.test(word) ? word.length : 0;
}

const LABEL_WORD = /^[*_]{0,2}\p{Lu}[\p{L}\p{N}*_.-]{0,30}(:[*_]{0,2})?$/u;
const MAX_LABEL_WORDS = 3;

/** End of the label that a line starts with, a speaker's or a field's name with its colon; `first` without one. */
function labelEnd({ text, words }: Geometry, first: number, last: number): number {
  for (let word = first; word < Math.min(last, first + MAX_LABEL_WORDS); word++) {
    const start = at(words.start, word);
    const match = LABEL_WORD.exec(text.slice(start, Math.min(at(words.end, word), start + 40)));
    if (match === null) return first;
    if (match[1] !== undefined) return word + 1;
  }
  return first;
}

/** A dash or comma that stands alone stays between words that stay; beside a gap that ends in nothing it goes. */
function settlePunctuation(
  geometry: Geometry,
  keep: Uint8Array,
  rule: Uint8Array,
  set: (word: number, value: 0 | 1) => void,
): void {
  const { text, words, lines } = geometry;
  const isBare = (word: number): boolean => {
    const start = at(words.start, word);
    const end = at(words.end, word);
    return end - start <= 3 && !HAS_CONTENT.test(text.slice(start, end));
  };
  for (let line = 0; line < lines.start.length; line++) {
    if (!isProse(geometry, line)) continue;
    const first = markWords(geometry, line);
    const last = at(lines.firstWord, line + 1);
    const stays: number[] = [];
    for (let word = first; word < last; word++) if (at(keep, word) === 1) stays.push(word);
    stays.forEach((word, i) => {
      if (at(rule, word) !== 0 || !isBare(word)) return;
      const before = i === 0 ? first - 1 : at(stays, i - 1);
      const after = i + 1 === stays.length ? last : at(stays, i + 1);
      const gapBefore = before < word - 1;
      const gapAfter = after > word + 1;
      const nothingBefore = gapBefore && (before < first || isBare(before));
      const nothingAfter = gapAfter && (after === last || isBare(after));
      if ((gapBefore && gapAfter) || nothingBefore || nothingAfter) set(word, 0);
    });
  }
}

function settlePairs(geometry: Geometry, keep: Uint8Array, set: (word: number, value: 0 | 1) => void): void {
  const { text, words, lines } = geometry;
  let open: { close: string; word: number }[] = [];
  for (let line = 0; line < lines.start.length; line++) {
    const first = at(lines.firstWord, line);
    const last = at(lines.firstWord, line + 1);
    if (!isProse(geometry, line) || first === last || markWords(geometry, line) > first) open = [];
    if (!isProse(geometry, line)) continue;
    for (let word = first; word < last; word++) {
      const start = at(words.start, word);
      const end = at(words.end, word);
      if (end - start > 200) continue;
      for (const sign of signsOf(text.slice(start, end))) {
        const top = open.at(-1);
        const matches = open.findLastIndex((entry) => entry.close === sign);
        if (matches >= 0 && (CLOSERS.has(sign) || top?.close === sign)) {
          const opener = open[matches];
          open = open.slice(0, matches);
          if (opener === undefined || opener.word === word || word - opener.word > MAX_BRACKET_WORDS)
            continue;
          if (at(keep, opener.word) !== at(keep, word)) {
            set(opener.word, 1);
            set(word, 1);
          }
        } else {
          const close = OPENERS.get(sign) ?? (CLOSERS.has(sign) ? undefined : sign);
          if (close !== undefined && open.length < 16) open.push({ close, word });
        }
      }
    }
  }
}

const SIGN = /\*\*|__|[()[\]{}“”]/g;

function signsOf(word: string): readonly string[] {
  return word.match(SIGN) ?? [];
}
