import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as Onnx from 'onnxruntime-node';
import type { InferenceSession } from '../scoring/scorer';
import { EngineError } from './service';

/**
 * Threads of one inference. Logical processors are mostly two to a core; two alone are taken for two cores
 * (virtual machines). Four at most, so that the editor keeps the others.
 */
export function defaultThreads(processors = availableParallelism()): number {
  return processors <= 2 ? Math.max(1, processors) : Math.min(4, Math.max(2, Math.floor(processors / 2)));
}

/**
 * Opens an ONNX file in the runtime, on the CPU. The native library is loaded on the first call, with its
 * telemetry off; a process that starts with ORT_DISABLE_TELEMETRY=1 does not depend on that.
 * @param threads Threads of one inference; 0 takes `defaultThreads()`.
 * @throws EngineError with reason `binding` (no native library) or `model-invalid`.
 */
export async function createOnnxSession(
  path: string,
  { threads }: { readonly threads: number },
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
      // With the arena, one window of 4,096 leaves the process at 1.3 GB instead of 0.2 GB, for 5 % of the time.
      enableCpuMemArena: false,
      enableMemPattern: false,
      // On a busy machine, threads that spin while they wait take 2.8 times as long and use 1.8 times the
      // processor (two threads, eight runnable processes on two cores).
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw new EngineError({
      reason: 'model-invalid',
      message: `The model file ${path} cannot be loaded; reinstall the extension or choose another model folder.`,
      detail: String(error),
    });
  }

  return {
    outputNames: session.outputNames,
    async run(ids, mask, batch, length, outputs) {
      const shape = [batch, length];
      const result = await session.run(
        {
          input_ids: new onnx.Tensor('int64', ids, shape),
          attention_mask: new onnx.Tensor('int64', mask, shape),
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
