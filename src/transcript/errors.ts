/** Why a transcript cannot be opened: the file itself, or what is in it. The message is one sentence. */
export class TranscriptError extends Error {
  readonly reason: 'file' | 'format';
  constructor(reason: 'file' | 'format', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TranscriptError';
    this.reason = reason;
  }
}
