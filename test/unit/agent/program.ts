import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { JsonOutput } from '../../../src/agent/report';
import { dist } from '../engine/built';

/** How the program ended, and all that it said. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  readonly program?: string;
  /** Called with all of standard error so far. */
  readonly onError?: (said: string, child: ChildProcess) => void;
}

/** Runs the real program. */
export function kompress(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [options.program ?? path.join(dist, 'cli.js'), ...args], {
      env: options.env ?? process.env,
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk;
      options.onError?.(err, child);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    // The program may have ended before it read everything.
    child.stdin.on('error', () => undefined);
    if (options.input !== undefined) child.stdin.end(options.input);
  });
}

/** The one object of a run with `--json` that went well. */
export const json = (outcome: Outcome): JsonOutput => {
  assert.equal(outcome.code, 0, outcome.err);
  assert.equal(outcome.out.indexOf('\n'), outcome.out.length - 1, 'one line');
  return JSON.parse(outcome.out) as JsonOutput;
};
export const pieces = (text: string, kept: JsonOutput['kept']): string =>
  kept.map(([start, end]) => text.slice(start, end)).join('');

/** A session of three records: a request, an answer with a tool call, and its result. */
export const TRANSCRIPT = [
  {
    type: 'user',
    message: {
      role: 'user',
      content:
        'Please find out why the parser fails on an empty file, and tell me before you change anything.',
    },
  },
  {
    type: 'assistant',
    message: {
      role: 'assistant',
      model: 'a-model',
      content: [
        {
          type: 'text',
          text: 'I will look at the parser first, because the message in the log comes from there and not from the reader.',
        },
        { type: 'tool_use', id: 'call-1', name: 'Bash', input: { command: 'npm test' } },
      ],
    },
  },
  {
    type: 'user',
    message: {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'call-1', content: '1 passing\n1 failing' }],
    },
  },
]
  .map((record, i) =>
    JSON.stringify({
      ...record,
      uuid: `00000000-0000-4000-8000-00000000000${i}`,
      parentUuid: i === 0 ? null : `00000000-0000-4000-8000-00000000000${i - 1}`,
      sessionId: '00000000-0000-4000-8000-000000000009',
      timestamp: `2025-01-02T03:04:0${i}.000Z`,
      cwd: '/project',
      version: '1.0.0',
      isSidechain: false,
      userType: 'external',
    }),
  )
  .join('\n');
