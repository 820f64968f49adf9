export type Role = 'user' | 'assistant' | 'system' | 'tool';

/** One piece of a turn as plain text. */
export type Block =
  | { readonly kind: 'text'; readonly text: string; readonly source: SourceRange }
  | { readonly kind: 'thinking'; readonly text: string; readonly source: SourceRange }
  | {
      readonly kind: 'tool-call';
      readonly id: string | undefined;
      readonly name: string;
      readonly input: unknown;
      readonly source: SourceRange;
    }
  | {
      readonly kind: 'tool-result';
      readonly callId: string | undefined;
      readonly text: string;
      readonly isError: boolean;
      readonly source: SourceRange;
    }
  | { readonly kind: 'image'; readonly mediaType: string; readonly source: SourceRange }
  | { readonly kind: 'notice'; readonly text: string; readonly source: SourceRange };

/** Where a block came from: record (line) numbers of the file, from 1, inclusive. */
export interface SourceRange {
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface Turn {
  readonly role: Role;
  /** Milliseconds since the epoch; undefined if the file does not say. */
  readonly time: number | undefined;
  readonly model: string | undefined;
  /** A sub-agent's turn, or one on a branch that was abandoned. */
  readonly sideChain: boolean;
  readonly abandoned: boolean;
  readonly blocks: readonly Block[];
}

/** Why something in a file could not be read. Never thrown: parsers collect these. */
export interface Problem {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface Transcript {
  readonly format: string;
  readonly title: string;
  readonly project: string | undefined;
  readonly turns: readonly Turn[];
  readonly problems: readonly Problem[];
  readonly stats: { readonly records: number; readonly skipped: number; readonly bytes: number };
}

/** What a range of lines `[firstLine, endLine)` is; structure, a later room, takes the same shape as its BlockHint. */
export interface DocumentHint {
  readonly firstLine: number;
  readonly endLine: number;
  readonly as: 'markdown' | 'frame' | 'output';
}

/** A transcript as a readable document, and what each of its lines is. Lines are numbered from 0. */
export interface TranscriptDocument {
  readonly title: string;
  readonly format: string;
  readonly text: string;
  readonly turns: readonly DocumentTurn[];
  readonly hints: readonly DocumentHint[];
  /** Foldable ranges: turns, long results, thinking; `[firstLine, endLine)`. */
  readonly folds: readonly {
    readonly firstLine: number;
    readonly endLine: number;
    readonly kind: 'turn' | 'result' | 'thinking' | 'branch';
  }[];
  readonly problems: readonly Problem[];
  readonly stats: Transcript['stats'];
}

export interface DocumentTurn {
  readonly number: number;
  readonly role: Role;
  /** First words, for the outline. */
  readonly label: string;
  readonly firstLine: number;
  readonly endLine: number;
  readonly sideChain: boolean;
}

/** One entry of the list of sessions found on this machine. */
export interface SessionSummary {
  readonly path: string;
  readonly format: string;
  readonly project: string;
  readonly firstWords: string;
  readonly bytes: number;
  /** Last change, milliseconds since the epoch. */
  readonly modified: number;
}
