import type {
  CompareRequest,
  Comparison,
  CompressRequest,
  CompressResult,
  PartialResult,
  TextBase,
} from '../compress/result';
import type { SessionSummary, TranscriptDocument } from '../transcript/model';
import type { EngineFailure, FailureReason, TranscriptFormat } from './protocol';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, stage: string) => void;
}

/** The pipeline as the editor and the command line see it. Every method rejects with an EngineError. */
export interface CompressionService {
  /**
   * @param options.known an earlier result of the same text: what has not changed since is taken from it and not
   * sent again, so that another budget, question or pin is answered within a tenth of a second.
   */
  compress(
    request: Omit<CompressRequest, 'holds'>,
    options?: CallOptions & {
      readonly onPartial?: (partial: PartialResult) => void;
      readonly known?: TextBase | undefined;
    },
  ): Promise<CompressResult>;
  /** Runs the policies beside each other on one text. */
  compare(request: CompareRequest, options?: CallOptions): Promise<Comparison>;
  openTranscript(path: string, format: TranscriptFormat, options?: CallOptions): Promise<TranscriptDocument>;
  listSessions(home: string, options?: CallOptions): Promise<readonly SessionSummary[]>;
  /** Number of o200k tokens of each text. */
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
  /** Ends the process; the next call starts it again. */
  stop(): void;
  dispose(): void;
}

export class EngineError extends Error {
  readonly reason: FailureReason;
  readonly detail: string | undefined;
  constructor(failure: EngineFailure) {
    super(failure.message);
    this.name = 'EngineError';
    this.reason = failure.reason;
    this.detail = failure.detail;
  }
}
