import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import { markBlocks } from './blocks';
import { detectUnfenced, markWhole } from './detect';
import { definedLabels, inlineAtoms } from './inline';
import { KIND, type Atom, type Draft } from './kinds';
import { kindOfLanguage } from './languages';
import { lineMark } from './marks';
import type { BlockHint, Structure } from './segments';

export interface StructureOptions {
  /** VS Code language id of the text; undefined: analysed as Markdown with unfenced code and output in it. */
  readonly languageId?: string | undefined;
  /** Ranges of lines whose nature is known; they must not overlap. */
  readonly hints?: readonly BlockHint[] | undefined;
}

/**
 * Finds what each line of a text is and what in its prose stays together. Pure; time grows linearly with the text,
 * whatever is in it.
 */
export function analyseStructure(index: IndexedText, options: StructureOptions = {}): Structure {
  const { count } = index.lines;
  const draft: Draft = {
    index,
    lineKind: new Uint8Array(count),
    markEnd: new Int32Array(count),
    startsBlock: new Uint8Array(count),
  };
  const indentEnd = new Int32Array(count);
  for (let line = 0; line < count; line++) {
    const mark = lineMark(index.text, at(index.lines.start, line), at(index.lines.end, line));
    draft.markEnd[line] = mark.end;
    draft.startsBlock[line] = mark.startsBlock ? 1 : 0;
    indentEnd[line] = mark.indentEnd;
  }
  const lineFrame = new Uint8Array(count);
  const atoms: Atom[] = [];
  const whole = kindOfLanguage(options.languageId);
  for (const range of ranges(count, options.hints ?? [])) {
    if (range.as === 'frame') lineFrame.fill(1, range.firstLine, range.endLine);
    else if (range.as === 'output') markWhole(draft, range.firstLine, range.endLine, KIND.log);
    else if (range.as === 'rest' && whole !== undefined)
      draft.lineKind.fill(whole, range.firstLine, range.endLine);
    else {
      markBlocks(draft, range.firstLine, range.endLine);
      detectUnfenced(draft, range.firstLine, range.endLine);
      const labels = definedLabels(draft, range.firstLine, range.endLine);
      for (const atom of inlineAtoms(draft, range.firstLine, range.endLine, labels)) atoms.push(atom);
    }
  }
  // A bullet or a hash is a mark in prose only.
  for (let line = 0; line < count; line++)
    if (at(draft.lineKind, line) !== KIND.prose) draft.markEnd[line] = at(indentEnd, line);
  return { lineKind: draft.lineKind, lineFrame, markEnd: draft.markEnd, ...clipAtoms(draft, atoms) };
}

interface Range {
  readonly firstLine: number;
  readonly endLine: number;
  readonly as: BlockHint['as'] | 'rest';
}

/** The hints in order, with the lines between them. */
function* ranges(count: number, hints: readonly BlockHint[]): Generator<Range> {
  let line = 0;
  for (const hint of hints.toSorted((a, b) => a.firstLine - b.firstLine)) {
    const firstLine = Math.max(line, Math.min(hint.firstLine, count));
    const endLine = Math.min(hint.endLine, count);
    if (firstLine > line) yield { firstLine: line, endLine: firstLine, as: 'rest' };
    if (endLine > firstLine) yield { firstLine, endLine, as: hint.as };
    line = Math.max(line, endLine, firstLine);
  }
  if (line < count) yield { firstLine: line, endLine: count, as: 'rest' };
}

/** Atoms in order, outermost only, cut at line ends and marks, in prose lines. */
function clipAtoms(draft: Draft, atoms: Atom[]): Pick<Structure, 'atoms' | 'atomKind'> {
  const { lines } = draft.index;
  const flat: number[] = [];
  const kinds: number[] = [];
  let covered = 0;
  let line = 0;
  for (const atom of atoms.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (atom.end <= covered) continue;
    let start = Math.max(atom.start, covered);
    while (line < lines.count && at(lines.end, line) <= start) line++;
    for (let l = line; l < lines.count && start < atom.end; l++) {
      start = Math.max(start, at(draft.markEnd, l));
      const end = Math.min(atom.end, at(lines.end, l));
      if (end > start && at(draft.lineKind, l) === KIND.prose) {
        flat.push(start, end);
        kinds.push(atom.kind);
      }
      start = Math.max(start, l + 1 < lines.count ? at(lines.start, l + 1) : atom.end);
    }
    covered = atom.end;
  }
  return { atoms: Int32Array.from(flat), atomKind: Uint8Array.from(kinds) };
}
