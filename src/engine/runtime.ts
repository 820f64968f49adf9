import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as Onnx from 'onnxruntime-node';
import { asksForAttention, WITH_ATTENTION } from '../scoring/outputs';
import type { InferenceSession } from '../scoring/scorer';
import { EngineError } from './service';

/**
 * Threads of one inference. Logical processors are mostly two to a core; two alone are taken for two cores
 * (virtual machines). Four at most, so that the editor keeps the others.
 */
export function defaultThreads(processors = availableParallelism()): number {
  return processors <= 2 ? Math.max(1, processors) : Math.min(4, Math.max(2, Math.floor(processors / 2)));
}

/** Longer windows leave the runtime's own memory too large to keep between them. */
const KEPT_MEMORY_WINDOW = 1024;

/**
 * Opens an ONNX file in the runtime, on the CPU. The native library is loaded on the first call, with its
 * telemetry off; a process that starts with ORT_DISABLE_TELEMETRY=1 does not depend on that.
 * @param threads Threads of one inference; 0 takes `defaultThreads()`.
 * @param window Tokens of a window, default 512.
 * @throws EngineError with reason `binding` (no native library) or `model-invalid`.
 */
export async function createOnnxSession(
  path: string,
  { threads, window = 512 }: { readonly threads: number; readonly window?: number },
): Promise<InferenceSession> {
  const onnx = loadRuntime();
  let session: Onnx.InferenceSession;
  try {
    session = await onnx.InferenceSession.create(path, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads > 0 ? threads : defaultThreads(),
      interOpNumThreads: 1,
      // With the arena, windows of 512 take three quarters of the time and the process 117 MB instead of 159 MB (fresh
      // memory from the system costs 7,000 page faults a window); one window of 4,096 leaves it at 1.3 GB, though.
      enableCpuMemArena: window <= KEPT_MEMORY_WINDOW,
      enableMemPattern: false,
      // Two hundred operators wait for each other in a window: threads that go to sleep each time take a fifth longer.
      // On a busy machine, threads that spin for long take 2.8 times as long and use 1.8 times the processor (two
      // threads, eight runnable processes on two cores); with 50 µs neither shows.
      extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '50' } } },
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw new EngineError({
      reason: 'model-invalid',
      message: `The model file ${path} cannot be loaded; reinstall the extension or choose another model folder.`,
      detail: String(error),
    });
  }

  const choosesAttention = session.inputNames.includes(WITH_ATTENTION);
  return {
    outputNames: session.outputNames,
    async run(ids, mask, batch, length, outputs) {
      const shape = [batch, length];
      const result = await session.run(
        {
          input_ids: new onnx.Tensor('int64', ids, shape),
          attention_mask: new onnx.Tensor('int64', mask, shape),
          ...(choosesAttention && {
            [WITH_ATTENTION]: new onnx.Tensor('bool', [asksForAttention(outputs)], []),
          }),
        },
        outputs,
      );
      return Object.fromEntries(
        Object.entries(result).map(([name, tensor]) => [name, floatsOf(name, tensor, batch, length)]),
      );
    },
    dispose: () => session.release(),
  };
}

function floatsOf(name: string, tensor: Onnx.Tensor, batch: number, length: number): Float32Array {
  const { data, dims } = tensor;
  if (!(data instanceof Float32Array) || dims[0] !== batch || dims[1] !== length)
    throw new EngineError({
      reason: 'model-invalid',
      message: `The model gives no usable output ${name}; reinstall the extension or choose another model folder.`,
      detail: `${name}: ${tensor.type} [${dims.join(', ')}] instead of float32 [${batch}, ${length}, …]`,
    });
  return data;
}

function loadRuntime(): typeof Onnx {
  process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
  try {
    return createRequire(__filename)('onnxruntime-node') as typeof Onnx;
  } catch (error) {
    const target = `${process.platform}-${process.arch}`;
    throw new EngineError({
      reason: 'binding',
      message:
        process.platform === 'win32'
          ? `The inference runtime for ${target} cannot be loaded; install the Visual C++ runtime and the extension built for this platform.`
          : `Kompress has no inference runtime for ${target}; install the extension built for this platform.`,
      detail: String(error),
    });
  }
}
