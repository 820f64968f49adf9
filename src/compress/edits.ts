import { at } from '../text/spans';
import { indexText } from '../text/words';
import type { Structure } from '../structure/segments';
import type { LayoutInput } from './layout';

/** Text, words, lines and structure of a region, kept true while the person types. */
export interface Geometry extends LayoutInput {
  readonly structure: Structure;
}

/** Replacement of `[start, end)` (offsets before the edit) by `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface EditedGeometry {
  readonly geometry: Geometry;
  /** For every word of the new geometry the number it had before, or -1 for a word that the edit touched. */
  readonly origin: Int32Array;
}

/**
 * Carries an edit over to the geometry: words away from it shift, words that it touches become new ones without
 * a past. Only the lines that it touches are cut again. O(words) copying, no model.
 */
export function applyEdit(geometry: Geometry, edit: Edit): EditedGeometry {
  const { text, words, lines, structure } = geometry;
  const delta = edit.text.length - (edit.end - edit.start);
  const newText = text.slice(0, edit.start) + edit.text + text.slice(edit.end);

  // A break that is made or lost joins an edge of the edit with a neighbour ("\r" + "\n"), hence the wider reach.
  const firstLine = lineOf(lines.start, Math.max(0, edit.start - 1));
  const lastLine = lineOf(lines.start, Math.min(text.length, edit.end + 1));
  const blockStart = at(lines.start, firstLine);
  const blockEnd = at(lines.end, lastLine) + delta;
  const block = indexText(newText.slice(blockStart, blockEnd));

  const head = at(lines.firstWord, firstLine);
  const tail = at(lines.firstWord, lastLine + 1);
  const oldWords = new Map<number, number>();
  for (let word = head; word < tail; word++) oldWords.set(at(words.start, word), word);

  const splice = (array: Int32Array, from: number, to: number, middle: Int32Array, by: number): Int32Array =>
    concat(array.subarray(0, from), middle, shift(array.subarray(to), by));

  const blockOrigin = new Int32Array(block.words.count).fill(-1);
  for (let word = 0; word < block.words.count; word++) {
    const start = blockStart + at(block.words.start, word);
    const end = blockStart + at(block.words.end, word);
    const moved = start >= edit.start + edit.text.length ? delta : 0;
    const untouched = moved !== 0 || start >= edit.start + edit.text.length || end <= edit.start;
    const old = untouched ? oldWords.get(start - moved) : undefined;
    if (old !== undefined && at(words.end, old) === end - moved) blockOrigin[word] = old;
  }

  const newEnd = edit.start + edit.text.length;
  const replacedLine = edit.end > edit.start ? lineOf(lines.start, edit.start) : firstLine;
  // For each new line the old one that its start, else its untouched tail, came from.
  const lineOrigin = new Int32Array(block.lines.count);
  for (let line = 0; line < lineOrigin.length; line++) {
    const start = blockStart + at(block.lines.start, line);
    if (start < edit.start) lineOrigin[line] = lineOf(lines.start, start);
    else if (start >= newEnd) lineOrigin[line] = lineOf(lines.start, start - delta);
    else if (blockStart + at(block.lines.end, line) >= newEnd)
      lineOrigin[line] = lineOf(lines.start, edit.end);
    else lineOrigin[line] = replacedLine;
  }

  const addedWords = block.words.count - (tail - head);
  const addedLines = block.lines.count - (lastLine + 1 - firstLine);
  const inherit = (array: Uint8Array): Uint8Array => {
    const middle = new Uint8Array(lineOrigin.length);
    for (let line = 0; line < middle.length; line++) middle[line] = at(array, at(lineOrigin, line));
    return concatBytes(array.subarray(0, firstLine), middle, array.subarray(lastLine + 1));
  };
  const blockMarks = new Int32Array(lineOrigin.length);
  for (let line = 0; line < blockMarks.length; line++) {
    const start = blockStart + at(block.lines.start, line);
    const first = at(block.lines.firstWord, line);
    const indentEnd =
      first < at(block.lines.firstWord, line + 1) ? blockStart + at(block.words.start, first) : start;
    const oldStart = at(lines.start, at(lineOrigin, line));
    const oldMark = at(structure.markEnd, at(lineOrigin, line));
    // A mark stays one where the edit leaves all of it alone.
    if (start >= newEnd && oldStart === start - delta && oldStart >= edit.end)
      blockMarks[line] = oldMark + delta;
    else if (start < edit.start && oldStart === start && oldMark <= edit.start)
      blockMarks[line] = Math.max(oldMark, indentEnd);
    else blockMarks[line] = indentEnd;
  }
  const atoms = shiftAtoms(structure, edit, delta);

  return {
    geometry: {
      text: newText,
      words: {
        start: splice(words.start, head, tail, shift(block.words.start, blockStart), delta),
        end: splice(words.end, head, tail, shift(block.words.end, blockStart), delta),
        line: splice(words.line, head, tail, shift(block.words.line, firstLine), addedLines),
      },
      lines: {
        start: splice(lines.start, firstLine, lastLine + 1, shift(block.lines.start, blockStart), delta),
        end: splice(lines.end, firstLine, lastLine + 1, shift(block.lines.end, blockStart), delta),
        firstWord: concat(
          lines.firstWord.subarray(0, firstLine),
          shift(block.lines.firstWord.subarray(0, block.lines.count), head),
          shift(lines.firstWord.subarray(lastLine + 1), addedWords),
        ),
      },
      structure: {
        lineKind: inherit(structure.lineKind),
        lineFrame: inherit(structure.lineFrame),
        markEnd: splice(structure.markEnd, firstLine, lastLine + 1, blockMarks, delta),
        ...atoms,
      },
    },
    origin: concat(counting(0, head), blockOrigin, counting(tail, words.start.length)),
  };
}

/** Values of the words of `origin` in an array of the words before the edit; `fresh` for new words. */
export function carry<T extends Uint8Array | Float32Array>(array: T, origin: Int32Array, fresh: number): T {
  const out = (
    array instanceof Uint8Array ? new Uint8Array(origin.length) : new Float32Array(origin.length)
  ) as T;
  for (let word = 0; word < origin.length; word++) {
    const old = at(origin, word);
    out[word] = old < 0 ? fresh : at(array, old);
  }
  return out;
}

function shiftAtoms(structure: Structure, edit: Edit, delta: number): Pick<Structure, 'atoms' | 'atomKind'> {
  const atoms: number[] = [];
  const kinds: number[] = [];
  for (let i = 0; i < structure.atomKind.length; i++) {
    const start = at(structure.atoms, 2 * i);
    const end = at(structure.atoms, 2 * i + 1);
    if (start < edit.end && end > edit.start) continue;
    const by = start >= edit.end ? delta : 0;
    atoms.push(start + by, end + by);
    kinds.push(at(structure.atomKind, i));
  }
  return { atoms: Int32Array.from(atoms), atomKind: Uint8Array.from(kinds) };
}

function lineOf(starts: Int32Array, position: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (at(starts, middle) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Loops on purpose: `map` and `from` with a function take several times as long, at each keystroke.
function shift(array: Int32Array, by: number): Int32Array {
  const out = new Int32Array(array.length);
  for (let i = 0; i < out.length; i++) out[i] = at(array, i) + by;
  return out;
}

function counting(from: number, end: number): Int32Array {
  const out = new Int32Array(end - from);
  for (let i = 0; i < out.length; i++) out[i] = from + i;
  return out;
}

function concat(...parts: readonly Int32Array[]): Int32Array {
  const out = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    out.set(part, position);
    position += part.length;
  }
  return out;
}

function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    out.set(part, position);
    position += part.length;
  }
  return out;
}
