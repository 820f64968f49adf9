import * as vscode from 'vscode';
import { at } from '../text/spans';
import type { Edges } from './marks';
import { firstEndingAfter, regionEnd, type Region } from './region';

/** Where a region's lines lie in its document: positions without asking the document for each. */
export class RegionPlaces {
  private readonly base: vscode.Position;
  readonly edges: Edges;

  constructor(
    document: vscode.TextDocument,
    private readonly region: Region,
  ) {
    this.base = document.positionAt(region.start);
    const last = document.positionAt(regionEnd(region));
    const before = document.lineAt(this.base.line).text.slice(0, this.base.character);
    const after = document.lineAt(last.line).text.slice(last.character);
    this.edges = { openStart: before.trim() !== '', openEnd: after.trim() !== '' };
  }

  /** Position of an offset of the region. */
  position(offset: number): vscode.Position {
    const { start } = this.region.geometry.lines;
    const line = Math.max(0, firstEndingAfter(start, offset) - 1);
    const column = offset - at(start, line);
    return new vscode.Position(this.base.line + line, line === 0 ? this.base.character + column : column);
  }

  range(start: number, end: number): vscode.Range {
    return new vscode.Range(this.position(start), this.position(end));
  }

  /** The whole document lines `[firstLine, endLine)` of the region. */
  lines(firstLine: number, endLine: number): vscode.Range {
    return new vscode.Range(this.base.line + firstLine, 0, this.base.line + endLine - 1, 0);
  }

  /** The end of a line of the region. */
  endOf(line: number): vscode.Range {
    const end = at(this.region.geometry.lines.end, line);
    return this.range(end, end);
  }
}
