import type {
  Choice,
  CompareRequest,
  Comparison,
  CompressRequest,
  PartialResult,
  TextBase,
} from '../compress/result';
import type { SessionSummary, TranscriptDocument } from '../transcript/model';

/** What is asked of the engine process; `id` names the request in its answers. */
export type EngineRequest =
  | { readonly type: 'compress'; readonly id: number; readonly request: CompressRequest }
  | { readonly type: 'compare'; readonly id: number; readonly request: CompareRequest }
  | {
      readonly type: 'transcript';
      readonly id: number;
      readonly path: string;
      readonly format: TranscriptFormat;
    }
  | { readonly type: 'sessions'; readonly id: number; readonly home: string }
  | { readonly type: 'count'; readonly id: number; readonly texts: readonly string[] }
  | { readonly type: 'cancel'; readonly id: number };

/** What the engine process says. */
export type EngineMessage =
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly done: number;
      readonly total: number;
      readonly stage: string;
    }
  | { readonly type: 'partial'; readonly id: number; readonly partial: PartialResult }
  | { readonly type: 'done'; readonly id: number; readonly value: EngineValue }
  | { readonly type: 'failed'; readonly id: number; readonly error: EngineFailure }
  | { readonly type: 'loaded'; readonly model: string; readonly ms: number };

/** A result; its base is left out where the asker holds it already (`CompressRequest.holds`). */
export interface CompressAnswer {
  readonly base: TextBase | undefined;
  readonly choice: Choice;
}

export type EngineValue =
  CompressAnswer | Comparison | TranscriptDocument | readonly SessionSummary[] | readonly number[];

export type TranscriptFormat = 'auto' | 'claude-code';

/** Why the engine could not do it; each has one sentence (`message`) for the person. */
export type FailureReason =
  | 'cancelled'
  | 'model-missing'
  | 'model-mismatch'
  | 'model-invalid'
  | 'selfcheck'
  | 'binding'
  | 'crashed'
  | 'file'
  | 'format'
  | 'request'
  | 'internal';

export interface EngineFailure {
  readonly reason: FailureReason;
  readonly message: string;
  /** For the log only. */
  readonly detail?: string;
}

/** Settings the server reads once at its start, as JSON in the environment variable KOMPRESS_ENGINE. */
export interface EngineOptions {
  /** Folder with kompress.json. */
  readonly modelFolder: string;
  /** Folder with the weights of the eviction policy and the relevance network. */
  readonly policyFolder: string;
  /** Threads of one inference; 0 lets the engine choose. */
  readonly threads: number;
}
