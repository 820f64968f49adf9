import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { CLAUDE_CODE } from './claude-code';
import { readRecord } from './claude-records';
import { displayText } from './display';
import { readJsonl } from './jsonl';
import type { SessionSummary } from './model';
import { oneLine } from './one-line';
import { TextStore } from './retain';

const MOST_SESSIONS = 500;
const AT_ONCE = 8;
const MOST_RECORDS = 300;
const MOST_BYTES = 4 * 1024 * 1024;
const FIRST_READ = 64 * 1024;

interface Found {
  readonly path: string;
  readonly slug: string;
  readonly bytes: number;
  readonly modified: number;
}

/**
 * The Claude Code sessions under a home directory, newest first, 500 at most. Reads only the beginning of each file,
 * up to the person's first words. What cannot be read is left out; only an abort rejects.
 */
export async function listSessions(
  home: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly SessionSummary[]> {
  const { signal } = options;
  const root = join(home, '.claude', 'projects');
  const slugs = await namesIn(root);
  const files = (await inTurns(slugs, signal, (slug) => sessionsIn(root, slug))).flat();
  files.sort((a, b) => b.modified - a.modified || (a.path < b.path ? -1 : 1));
  const sessions = await inTurns(files.slice(0, MOST_SESSIONS), signal, (file) => summarize(file, signal));
  return sessions.filter((session) => session !== undefined);
}

async function sessionsIn(root: string, slug: string): Promise<Found[]> {
  const names = (await namesIn(join(root, slug))).filter(
    // Files of sub-agents lie beside their session in some versions.
    (name) => name.endsWith('.jsonl') && !name.startsWith('agent-'),
  );
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(root, slug, name);
      try {
        const info = await stat(path);
        if (!info.isFile() || info.size === 0) return undefined;
        return { path, slug, bytes: info.size, modified: info.mtimeMs };
      } catch {
        return undefined;
      }
    }),
  );
  return found.filter((file) => file !== undefined);
}

/** Undefined where the file cannot be read or holds no words of a person or an agent. */
async function summarize(file: Found, signal: AbortSignal | undefined): Promise<SessionSummary | undefined> {
  const { path, slug, bytes, modified } = file;
  let project: string | undefined;
  let words = '';
  let answers = 0;
  let title = '';
  try {
    let looked = 0;
    for await (const item of readJsonl(path, { signal, chunkBytes: FIRST_READ })) {
      looked += 1;
      if (item.kind === 'record') {
        project ??= folderOf(item.value);
        const { entry, facts } = readRecord(item.value, item.line, new TextStore(MOST_BYTES));
        if (facts.title !== undefined) title = facts.title.text;
        if (entry?.kind === 'assistant') answers += 1;
        const first = entry?.blocks.find((block) => block.kind === 'text');
        if (entry?.kind === 'prompt' && !entry.sideChain && first?.kind === 'text') {
          const text = first.text();
          // A slash command alone says little: the words after it are taken where there are some.
          if (!/^\/\S+$/.test(text.trim())) {
            words = text;
            break;
          }
          if (words === '') words = text;
        }
      }
      if (looked >= MOST_RECORDS || item.end >= MOST_BYTES) break;
    }
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return undefined;
  }
  if (words === '' && title === '' && answers === 0) return undefined;
  return {
    path,
    format: CLAUDE_CODE,
    project: project ?? slug,
    firstWords: oneLine(displayText((words || title).slice(0, 1000))),
    bytes,
    modified,
  };
}

const placeSchema = v.object({ cwd: v.string() });

function folderOf(value: unknown): string | undefined {
  const parsed = v.safeParse(placeSchema, value);
  return parsed.success ? parsed.output.cwd : undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** Runs a task for each item, a few at a time, and keeps the order. */
async function inTurns<T, R>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of queue) {
      signal?.throwIfAborted();
      results.set(i, await task(item));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return items.flatMap((_, i) => {
    const result = results.get(i);
    return result === undefined ? [] : [result];
  });
}
