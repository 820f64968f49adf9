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

  const shift = (array: Int32Array, by: number): Int32Array => array.map((value) => value + by);
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

  const addedWords = block.words.count - (tail - head);
  const addedLines = block.lines.count - (lastLine + 1 - firstLine);
  const inherit = (array: Uint8Array): Uint8Array => {
    const middle = new Uint8Array(block.lines.count).fill(at(array, firstLine));
    return concatBytes(array.subarray(0, firstLine), middle, array.subarray(lastLine + 1));
  };
  const blockMarks = shift(block.lines.start, blockStart).map((start, line) => {
    const first = at(block.lines.firstWord, line);
    const indentEnd =
      first < at(block.lines.firstWord, line + 1) ? blockStart + at(block.words.start, first) : start;
    const oldMark = at(structure.markEnd, firstLine);
    return line === 0 && oldMark <= edit.start ? Math.max(oldMark, indentEnd) : indentEnd;
  });
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
    origin: concat(
      Int32Array.from({ length: head }, (_, word) => word),
      blockOrigin,
      Int32Array.from({ length: words.start.length - tail }, (_, word) => tail + word),
    ),
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
