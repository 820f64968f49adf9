import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listSessions } from '../../../src/transcript/discover';
import { said, withFolder } from './files';

async function session(
  home: string,
  slug: string,
  name: string,
  lines: readonly string[],
  minute: number,
): Promise<string> {
  const folder = join(home, '.claude', 'projects', slug);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  await writeFile(path, lines.join('\n'));
  const time = new Date(Date.UTC(2026, 2, 12, 9, minute));
  await utimes(path, time, time);
  return path;
}

const withCwd = (line: string, cwd: string): string =>
  line.replace('"sessionId"', `"cwd":"${cwd}","sessionId"`);

describe('listSessions', () => {
  it('lists sessions newest first, with project, first words, size and age', () =>
    withFolder(async (home) => {
      const meta = said('m', 'Caveat').replace('"type":"user"', '"type":"user","isMeta":true');
      const old = await session(
        home,
        '-home-dev-shop',
        'a',
        [
          meta,
          said('c', '<command-name>/clear</command-name>'),
          withCwd(said('u', 'Sort the\nshelves, please.'), '/home/dev/shop'),
        ],
        1,
      );
      const recent = await session(home, '-home-dev-bank', 'b', [said('u', 'Count the money.')], 2);
      const sessions = await listSessions(home);
      assert.deepEqual(
        sessions.map(({ path, project, firstWords, format }) => [path, project, firstWords, format]),
        [
          [recent, '-home-dev-bank', 'Count the money.', 'claude-code'],
          [old, '/home/dev/shop', 'Sort the shelves, please.', 'claude-code'],
        ],
      );
      assert.deepEqual(
        [sessions[0]?.bytes, sessions[0]?.modified],
        [Buffer.byteLength(said('u', 'Count the money.')), Date.UTC(2026, 2, 12, 9, 2)],
      );
    }));

  it('finds first words that stand behind a lot of other records', () =>
    withFolder(async (home) => {
      await session(
        home,
        'p',
        'a',
        [
          ...Array.from({ length: 100 }, () => `{"type":"progress","data":"${'x'.repeat(2000)}"}`),
          said('u', 'At last.'),
        ],
        1,
      );
      assert.equal((await listSessions(home))[0]?.firstWords, 'At last.');
    }));

  it('leaves out what is no session, and what cannot be read', () =>
    withFolder(async (home) => {
      await session(home, 'p', 'empty', [], 1);
      await session(home, 'p', 'text', ['no json'], 1);
      await session(home, 'p', 'agent-1', [said('u', 'A sub-agent.')], 1);
      await session(home, 'p', 'good', [said('u', 'A session.')], 1);
      await mkdir(join(home, '.claude', 'projects', 'p', 'folder.jsonl'));
      await writeFile(join(home, '.claude', 'projects', 'loose.jsonl'), said('u', 'Loose.'));
      assert.deepEqual(
        (await listSessions(home)).map(({ firstWords }) => firstWords),
        ['A session.'],
      );
    }));

  it('lists nothing where nothing is', () =>
    withFolder(async (home) => assert.deepEqual(await listSessions(join(home, 'missing')), [])));

  it('stops when aborted', () =>
    withFolder(async (home) => {
      await session(home, 'p', 'a', [said('u', 'Words.')], 1);
      const reason = new Error('closed');
      await assert.rejects(listSessions(home, { signal: AbortSignal.abort(reason) }), reason);
    }));
});
