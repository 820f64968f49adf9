import { writeFileSync } from 'node:fs';

const TOPICS = [
  'the date parser',
  'the retry loop',
  'the search index',
  'the upload form',
  'the build cache',
];
const FINDINGS = [
  'reads the zone before the value is trimmed',
  'keeps a lock that nobody releases',
  'rejects an empty list of headers',
  'never grows beyond its first block',
  'writes the index twice on a slow disk',
];

/** Writes the session of a coding agent about that many tokens long: turns of talk, and output of tools between them. */
export function writeSession(file: string, tokens: number): void {
  const lines: string[] = [];
  let parent: string | null = null;
  const add = (role: 'user' | 'assistant', content: unknown): void => {
    const uuid = `00000000-0000-4000-8000-${String(lines.length).padStart(12, '0')}`;
    lines.push(
      JSON.stringify({
        parentUuid: parent,
        isSidechain: false,
        userType: 'external',
        cwd: '/home/dev/calendar-kit',
        sessionId: '11111111-2222-4333-8444-555555555555',
        version: '2.1.40',
        type: role,
        message:
          role === 'user'
            ? { role, content }
            : { id: `msg_${lines.length}`, type: 'message', role, model: 'claude-opus-4-6', content },
        uuid,
        timestamp: new Date(Date.UTC(2026, 2, 12, 9) + lines.length * 20_000).toISOString(),
      }),
    );
    parent = uuid;
  };
  // A round is about 1,000 tokens.
  for (let round = 0; round < tokens / 1000; round++) {
    const topic = TOPICS[round % TOPICS.length] ?? '';
    const finding = FINDINGS[(round * 3) % FINDINGS.length] ?? '';
    add(
      'user',
      `Please have another look at ${topic}: since build ${4000 + round} it is red, and I honestly don't know why. ` +
        'Never change its public signature, other teams import it.',
    );
    const call = `toolu_${String(round).padStart(6, '0')}`;
    add('assistant', [
      {
        type: 'text',
        text: `Let me first of all run the tests of ${topic}, and then read the log very carefully.`,
      },
      { type: 'tool_use', id: call, name: 'Bash', input: { command: `npm test -- --build ${4000 + round}` } },
    ]);
    const log = Array.from(
      { length: 24 },
      (_, i) =>
        `2026-03-12T09:${String(i).padStart(2, '0')}:0${i % 10}Z ${i % 7 === 3 ? 'WARN ' : 'INFO '} worker-${i % 4} step ${round}.${i} took ${(round * 37 + i * 11) % 900} ms`,
    );
    if (round % 5 === 2)
      log[12] = `Error: request ${round} gave up after 3 tries: ECONNRESET in src/queue/worker-${round}.ts`;
    add('user', [{ type: 'tool_result', tool_use_id: call, content: log.join('\n') }]);
    add('assistant', [
      {
        type: 'text',
        text:
          `As it turns out, ${topic} ${finding}, which is really quite a common mistake. ` +
          `I have changed it in src/part-${round}.ts and basically run the whole suite again; ${round % 4} tests are left.`,
      },
    ]);
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
}
