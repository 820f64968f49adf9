import { analyseStructure, type StructureOptions } from '../../../src/structure/analyse';
import { ATOM_KINDS, SEGMENT_KINDS, type Structure } from '../../../src/structure/segments';
import { at } from '../../../src/text/spans';
import { indexText } from '../../../src/text/words';

/** The kind of each line of a text that is not blank. */
export function kinds(text: string, options?: StructureOptions): string[] {
  const index = indexText(text);
  const { lineKind } = analyseStructure(index, options);
  const found: string[] = [];
  for (let line = 0; line < index.lines.count; line++)
    if (at(index.lines.firstWord, line) < at(index.lines.firstWord, line + 1))
      found.push(SEGMENT_KINDS[at(lineKind, line)] ?? '?');
  return found;
}

/** `kind:text` of each atom. */
export function atoms(text: string, options?: StructureOptions): string[] {
  const structure = analyseStructure(indexText(text), options);
  return [...structure.atomKind].map(
    (kind, i) =>
      `${ATOM_KINDS[kind] ?? '?'}:${text.slice(at(structure.atoms, 2 * i), at(structure.atoms, 2 * i + 1))}`,
  );
}

/** The mark of each line. */
export function marks(text: string): string[] {
  const index = indexText(text);
  const { markEnd } = analyseStructure(index);
  return [...markEnd].map((end, line) => text.slice(at(index.lines.start, line), end));
}

/** A structure and the milliseconds it took. */
export function timed(text: string): { readonly structure: Structure; readonly ms: number } {
  const index = indexText(text);
  const started = performance.now();
  const structure = analyseStructure(index);
  return { structure, ms: performance.now() - started };
}
