import { toFailure } from './failures';
import type { CompressAnswer, EngineMessage, EngineRequest, EngineValue, TranscriptFormat } from './protocol';
import type { CompareRequest, Comparison, CompressRequest, PartialResult } from '../compress/result';
import type { SessionSummary, TranscriptDocument } from '../transcript/model';

export interface OperationContext {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, stage: string) => void;
}

/** What the engine can do; each rejects with whatever went wrong, and with an AbortError when cancelled. */
export interface EngineOperations {
  compress(
    request: CompressRequest,
    context: OperationContext & { readonly onPartial: (partial: PartialResult) => void },
  ): Promise<CompressAnswer>;
  compare(request: CompareRequest, context: OperationContext): Promise<Comparison>;
  openTranscript(
    path: string,
    format: TranscriptFormat,
    context: OperationContext,
  ): Promise<TranscriptDocument>;
  listSessions(home: string, context: OperationContext): Promise<readonly SessionSummary[]>;
  countTokens(texts: readonly string[], context: OperationContext): Promise<readonly number[]>;
}

export interface Dispatcher {
  /** Never rejects: every request is answered by exactly one `done` or `failed`, a cancelled one included. */
  handle(request: EngineRequest): Promise<void>;
  /** Numbers of the requests that have no answer yet. */
  readonly open: readonly number[];
}

/** Turns requests into operations and their outcome into messages. */
export function createDispatcher(parts: {
  readonly operations: EngineOperations;
  readonly send: (message: EngineMessage) => void;
}): Dispatcher {
  const { operations, send } = parts;
  const controllers = new Map<number, AbortController>();

  const perform = (
    request: Exclude<EngineRequest, { type: 'cancel' }>,
    signal: AbortSignal,
  ): Promise<EngineValue> => {
    const { id } = request;
    const onProgress = (done: number, total: number, stage: string): void => {
      if (!signal.aborted) send({ type: 'progress', id, done, total, stage });
    };
    const onPartial = (partial: PartialResult): void => {
      if (!signal.aborted) send({ type: 'partial', id, partial });
    };
    switch (request.type) {
      case 'compress':
        return operations.compress(request.request, { signal, onProgress, onPartial });
      case 'compare':
        return operations.compare(request.request, { signal, onProgress });
      case 'transcript':
        return operations.openTranscript(request.path, request.format, { signal, onProgress });
      case 'sessions':
        return operations.listSessions(request.home, { signal, onProgress });
      case 'count':
        return operations.countTokens(request.texts, { signal, onProgress });
    }
  };

  return {
    get open() {
      return [...controllers.keys()];
    },
    async handle(request) {
      const { id } = request;
      if (request.type === 'cancel') {
        controllers.get(id)?.abort();
        return;
      }
      const controller = new AbortController();
      controllers.set(id, controller);
      try {
        const value = await perform(request, controller.signal);
        controller.signal.throwIfAborted();
        send({ type: 'done', id, value });
      } catch (error) {
        send({ type: 'failed', id, error: toFailure(error, controller.signal.aborted) });
      } finally {
        controllers.delete(id);
      }
    },
  };
}
