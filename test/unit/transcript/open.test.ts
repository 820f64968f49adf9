import assert from 'node:assert/strict';
import { join } from 'node:path';
import { detectFormat } from '../../../src/transcript/detect';
import { TranscriptError } from '../../../src/transcript/errors';
import { openTranscriptFile } from '../../../src/transcript/open';
import { fixture, said, withFile, withFolder } from './files';

async function failure(path: string, format: 'auto' | 'claude-code' = 'auto'): Promise<[string, string]> {
  try {
    await openTranscriptFile(path, format);
  } catch (error) {
    assert.ok(error instanceof TranscriptError, String(error));
    return [error.reason, error.message];
  }
  return assert.fail('it opened');
}

describe('openTranscriptFile', () => {
  it('opens a session with its title, turns and size', async () => {
    const seen: number[] = [];
    const document = await openTranscriptFile(fixture('sample.jsonl'), 'auto', {
      timeZone: 'UTC',
      onProgress: (done, total) => seen.push(done / total),
    });
    assert.equal(document.format, 'claude-code');
    assert.equal(document.turns.length, 15);
    assert.equal(seen.at(-1), 1);
    assert.ok(document.stats.bytes > 40_000);
  });

  it('says in one sentence why a file cannot be opened', async () => {
    await withFolder(async (folder) => {
      assert.deepEqual(await failure(join(folder, 'none.jsonl')), ['file', 'The file does not exist.']);
      assert.deepEqual(await failure(folder), ['file', 'This is a folder, not a transcript file.']);
    });
    const of = (content: string | Buffer, format?: 'claude-code'): Promise<[string, string]> =>
      withFile(content, (path) => failure(path, format));
    assert.deepEqual(await of(''), ['file', 'The file is empty.']);
    assert.deepEqual(await of(Buffer.from([0x50, 0x4b, 3, 4, 0, 0])), [
      'format',
      'The file is binary, not a transcript.',
    ]);
    assert.deepEqual(await of('# Notes\n\nJust text.\n'), ['format', 'The file does not hold JSON lines.']);
    assert.deepEqual(await of('{"type":"session_meta","payload":{}}\n'), [
      'format',
      'The file holds JSON lines, but no records of Claude Code.',
    ]);
    assert.deepEqual(await of('\n\n'), ['format', 'The file has no records.']);
    assert.match(
      (await of('{"type":"summary","summary":"x","leafUuid":"y"}\n'))[1],
      /^No turn of a conversation was found in 1 record/,
    );
    assert.match((await of('no\njson\n', 'claude-code'))[1], /: 2 of 2 records could not be read\.$/);
  });

  it('gives the reason of an abort, not an error of its own', async () => {
    const reason = new Error('closed');
    await assert.rejects(
      openTranscriptFile(fixture('sample.jsonl'), 'auto', { signal: AbortSignal.abort(reason) }),
      reason,
    );
    const controller = new AbortController();
    await withFile(`${said('u', 'x'.repeat(1000))}\n`.repeat(3000), (path) =>
      assert.rejects(
        openTranscriptFile(path, 'claude-code', {
          signal: controller.signal,
          onProgress: () => controller.abort(reason),
        }),
        reason,
      ),
    );
  });

  it('opens a text of 5 MB on one line', () =>
    withFile(said('u', 'word '.repeat(1_000_000)), async (path) => {
      const started = performance.now();
      const document = await openTranscriptFile(path, 'auto');
      assert.equal(document.turns.length, 1);
      assert.ok(document.text.length > 4_999_000);
      assert.ok(performance.now() - started < 5000);
    })).timeout(10_000);

  it('takes wrappers and escapes that never close without growing slow', () =>
    withFile(
      said(
        'u',
        `${'<system-reminder>'.repeat(100_000)}${'\u001b['.repeat(300_000)}${'\u001b]'.repeat(300_000)}`,
      ),
      async (path) => {
        const started = performance.now();
        await openTranscriptFile(path, 'auto');
        assert.ok(performance.now() - started < 5000);
      },
    )).timeout(10_000);
});

describe('detectFormat', () => {
  it('knows every fixture as a Claude Code session', async () => {
    for (const name of ['sample', 'broken-lines', 'branches', 'crlf-bom', 'meta-commands', 'images-unknown'])
      assert.deepEqual(await detectFormat(fixture(`${name}.jsonl`)), { format: 'claude-code' });
  });

  it('looks past records that say nothing', () =>
    withFile(`${'{"type":"unknown"}\n'.repeat(50)}${said('u', 'x')}\n`, async (path) =>
      assert.deepEqual(await detectFormat(path), { format: 'claude-code' }),
    ));
});
