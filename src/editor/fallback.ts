import { EngineError, type CompressionService } from '../engine/service';
import type { FailureReason } from '../engine/protocol';

export interface FallbackParts<S extends CompressionService> {
  readonly service: S;
  /** The folder that the service works with now. */
  readonly folder: () => string;
  /** Makes the service work with the bundled model; false where it does already. */
  readonly giveUp: (folder: string) => boolean;
  /** Undoes `giveUp`. */
  readonly tryAgain: () => void;
  /** The bundled model did what the chosen one could not. */
  readonly onFallback: (cause: EngineError) => void;
}

const BY_MODEL: ReadonlySet<FailureReason> = new Set([
  'model-missing',
  'model-mismatch',
  'model-invalid',
  'selfcheck',
]);

/**
 * The service with the bundled model behind the chosen one: where that cannot be loaded, the bundled one does the same
 * work. Only if it cannot either, the call fails.
 */
export function withFallback<S extends CompressionService>({
  service,
  folder,
  giveUp,
  tryAgain,
  onFallback,
}: FallbackParts<S>): CompressionService {
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    const used = folder();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EngineError) || !BY_MODEL.has(error.reason)) throw error;
      if (!giveUp(used)) {
        // Another call gave up on it while this one waited.
        if (folder() === used) throw error;
        return work();
      }
      try {
        const result = await work();
        onFallback(error);
        return result;
      } catch (again) {
        tryAgain();
        throw again;
      }
    }
  };
  return {
    compress: (request, options) => attempt(() => service.compress(request, options)),
    compare: (request, options) => attempt(() => service.compare(request, options)),
    openTranscript: (...args) => service.openTranscript(...args),
    listSessions: (...args) => service.listSessions(...args),
    countTokens: (...args) => service.countTokens(...args),
    stop: () => service.stop(),
    dispose: () => service.dispose(),
  };
}
