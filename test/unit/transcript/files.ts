import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A hand-written session of test/fixtures/claude-code. Tests run from the root of the project. */
export function fixture(name: string): string {
  return join(process.cwd(), 'test', 'fixtures', 'claude-code', name);
}

/** Runs a test with a folder of its own, which is gone afterwards. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'kompress-transcript-'));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a test with a file of the given content. */
export function withFile<T>(content: string | Buffer, run: (path: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const path = join(folder, 'session.jsonl');
    await writeFile(path, content);
    return run(path);
  });
}

/** A record of a person's words, one line of a session. */
export function said(uuid: string, text: string, parent: string | null = null): string {
  return JSON.stringify({
    type: 'user',
    uuid,
    parentUuid: parent,
    sessionId: 's',
    timestamp: '2026-03-12T09:00:00.000Z',
    message: { role: 'user', content: text },
  });
}

/** A record with one block of an agent's message, one line of a session. */
export function answered(uuid: string, parent: string, id: string, block: unknown): string {
  return JSON.stringify({
    type: 'assistant',
    uuid,
    parentUuid: parent,
    sessionId: 's',
    timestamp: '2026-03-12T09:01:00.000Z',
    message: { role: 'assistant', id, model: 'claude-opus-4-6', content: [block] },
  });
}
