export type ModelErrorReason = 'model-missing' | 'model-mismatch' | 'model-invalid' | 'selfcheck';

/** A model that cannot be used. `message` is for the person (what happened, what to do), `detail` for the log. */
export class ModelError extends Error {
  readonly reason: ModelErrorReason;
  readonly detail: string | undefined;
  constructor(reason: ModelErrorReason, message: string, detail?: string) {
    super(message);
    this.name = 'ModelError';
    this.reason = reason;
    this.detail = detail;
  }
}

/** Throws an AbortError if the signal is aborted, whatever reason it was aborted with. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new DOMException('The scoring was cancelled.', 'AbortError');
}

/** Lets the event loop take in messages, a cancel among them, before work goes on. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
