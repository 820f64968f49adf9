import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createEngineClient, type EngineClient, type EngineClientOptions } from '../../../src/engine/client';

/** The bundled programs; `npm run test:unit` builds them before the tests. */
export const dist = path.resolve(process.env['KOMPRESS_DIST'] ?? 'dist');
export const engineFile = path.join(dist, 'engine.js');
export const modelFolder = path.resolve('models/kompress-small');
export const policyFolder = path.resolve('models/eviction-policy');

export type TestClient = EngineClient & {
  readonly states: readonly string[];
  readonly lines: readonly string[];
};

/** A client of the real engine with what it said and the states it went through. */
export function clientOf(options: Partial<EngineClientOptions> = {}): TestClient {
  const states: string[] = [];
  const lines: string[] = [];
  const client = createEngineClient({
    serverFile: engineFile,
    options: () => ({ modelFolder, policyFolder, threads: 1 }),
    log: { info: (line) => void lines.push(line), error: (line) => void lines.push(line) },
    ...options,
  });
  client.onDidChangeState((state) => void states.push(state));
  // Keeps the getters of the client, which a spread would read once.
  return Object.defineProperties(client, {
    states: { value: states },
    lines: { value: lines },
  }) as TestClient;
}

/** Prose of about `words` words that no other call gets: results are remembered by content. */
export function prose(words: number): string {
  const sentences: string[] = [];
  for (let i = 0, length = 0; length < words; i++) {
    const sentence = `In step ${number++} the worker reads the next record, checks its size and writes the result to the table that was opened before.`;
    sentences.push(sentence, i % 5 === 4 ? '\n\n' : ' ');
    length += sentence.split(' ').length;
  }
  return sentences.join('').trimEnd();
}
let number = 1;

/** Whether a process with this number still runs; one that only waits to be collected by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export async function until(condition: () => boolean, withinMs = 5000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The number of the running engine's process. */
export function pidOf(client: EngineClient): number {
  if (client.pid === undefined) throw new Error('no engine is running');
  return client.pid;
}

if (!existsSync(engineFile)) throw new Error(`${engineFile} is missing: run node esbuild.mjs first`);
