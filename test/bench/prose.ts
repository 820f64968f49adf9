/** Plain English of any length, the same for the same seed: prose as agents write it, with names, numbers and lists. */
export function prose(words: number, seed = 1): string {
  let state = seed >>> 0;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = (list: readonly string[]): string => list[random(list.length)] ?? '';
  const parts: string[] = [];
  let count = 0;
  while (count < words) {
    const sentence = `${pick(OPENINGS)} ${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)} ${pick(REASONS)} ${random(900)} ${pick(ENDS)}`;
    count += sentence.split(' ').length;
    parts.push(random(9) === 0 ? `${sentence}\n\n` : random(7) === 0 ? `${sentence}\n- ` : `${sentence} `);
  }
  return parts.join('').split(' ').slice(0, words).join(' ');
}

const OPENINGS = [
  'As far as I can tell,',
  'After reading the whole file again,',
  'To be honest,',
  'It turns out that',
  'Before we go on,',
  'Of course',
  'In the second run',
  'I think that',
];
const SUBJECTS = [
  'the date parser',
  'our build script',
  'the retry loop in the queue worker',
  'every request to the search service',
  'the migration',
  'this configuration file',
  'the newest release',
];
const VERBS = [
  'does not read',
  'rejects',
  'now rewrites',
  'has always cached',
  'no longer opens',
  'should validate',
  'drops',
];
const OBJECTS = [
  'the trailing time zone',
  'an empty list of headers',
  'more than one connection at a time',
  'the lock that the other process holds',
  'any value without a unit',
  'the index of the archive',
];
const REASONS = [
  'because the check runs before the value is trimmed, and it fails after',
  'unless the flag is set by hand, which nobody does; we measured it in',
  'rather than waiting for the writer, which in the end costs about',
  'and that is why the test on the slow machine stopped with exit code',
  'which is really quite a common mistake, and it happened in line',
];
const ENDS = [
  'as well.',
  'milliseconds.',
  'of the log.',
  'times in a row, I believe.',
  'before the fix was merged.',
  'on that day.',
];
