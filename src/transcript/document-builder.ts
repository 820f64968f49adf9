import type { DocumentHint, DocumentTurn, TranscriptDocument } from './model';

/** VS Code hands no document above 50 MB to an extension. */
export const MAX_DOCUMENT_BYTES = 45_000_000;
const RESERVED_BYTES = 500;

type Fold = TranscriptDocument['folds'][number];

/** Collects the lines of a document with what each of them is; stops taking lines when the document is full. */
export class DocumentBuilder {
  private readonly lines: string[] = [];
  private readonly hints: DocumentHint[] = [];
  private readonly folds: Fold[] = [];
  private readonly turns: DocumentTurn[] = [];
  private readonly maxBytes: number;
  private bytes = 0;
  private turnStart = 0;
  private full = false;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes - RESERVED_BYTES;
  }

  /** Number of the next line. */
  get lineCount(): number {
    return this.lines.length;
  }

  get isFull(): boolean {
    return this.full;
  }

  add(as: DocumentHint['as'], lines: readonly string[]): void {
    if (this.full || lines.length === 0) return;
    let bytes = 0;
    for (const line of lines) bytes += Buffer.byteLength(line, 'utf8') + 1;
    if (this.bytes + bytes > this.maxBytes) {
      this.full = true;
      return;
    }
    this.bytes += bytes;
    const firstLine = this.lines.length;
    for (const line of lines) this.lines.push(line);
    const last = this.hints.at(-1);
    // A blank line after a block belongs to the block.
    if (last !== undefined && lines.length === 1 && lines[0] === '') this.extend(last);
    else this.hints.push({ firstLine, endLine: this.lines.length, as });
  }

  /** A fold from a line up to the last line that is not blank. */
  fold(kind: Fold['kind'], firstLine: number): void {
    const endLine = this.endOfText();
    if (endLine > firstLine + 1) this.folds.push({ firstLine, endLine, kind });
  }

  startTurn(): void {
    this.turnStart = this.lines.length;
  }

  endTurn(turn: Omit<DocumentTurn, 'firstLine' | 'endLine'>): void {
    this.turns.push({ ...turn, firstLine: this.turnStart, endLine: this.endOfText() });
    this.fold('turn', this.turnStart);
  }

  /** Takes back a turn that does not fit, and says what is missing from here on. */
  cutTurn(firstLine: number, turns: number, record: number): void {
    this.lines.length = firstLine;
    while ((this.hints.at(-1)?.endLine ?? 0) > firstLine) {
      const last = this.hints.pop();
      if (last !== undefined && last.firstLine < firstLine) this.hints.push({ ...last, endLine: firstLine });
    }
    const whole = this.folds.filter((fold) => fold.endLine <= firstLine);
    this.folds.splice(0, this.folds.length, ...whole);
    this.full = false;
    this.bytes = 0;
    const what = turns === 1 ? 'The last turn is' : `The last ${turns.toLocaleString('en')} turns are`;
    const max = Math.round(this.maxBytes / 1_000_000);
    this.add('frame', [
      `… ${what} not shown: the document would pass ${max} MB. The file has them from record ${record} on …`,
    ]);
  }

  finish(): Pick<TranscriptDocument, 'text' | 'turns' | 'hints' | 'folds'> {
    const folds = [...this.folds].sort((a, b) => a.firstLine - b.firstLine || b.endLine - a.endLine);
    return { text: this.lines.join('\n'), turns: this.turns, hints: this.hints, folds };
  }

  private extend(last: DocumentHint): void {
    this.hints[this.hints.length - 1] = { ...last, endLine: this.lines.length };
  }

  private endOfText(): number {
    let end = this.lines.length;
    while (end > 0 && this.lines[end - 1] === '') end -= 1;
    return end;
  }
}
