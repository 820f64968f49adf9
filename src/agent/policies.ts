import type { PolicyName } from '../policy/policy';

/** What each policy keeps, in the words of the help; its keys are the names that the command line takes. */
export const POLICY_WORDS: Readonly<Record<PolicyName, string>> = {
  learned: 'what the trained network scores highest (default)',
  attention: 'what receives most attention',
  h2o: 'sinks, recent text and what received most attention in all',
  snapkv: 'sinks and what the question, or the end of the text, attends to',
  truncation: 'head and tail',
  'sliding-window': 'the first 5 % and the most recent text',
  fifo: 'the most recent text',
  lru: 'what was used most recently',
  summarization: 'the sentences nearest the centre of each turn',
  random: 'a seeded draw, to compare with',
  oracle: 'the lines named by --evidence, then recent text',
};

export const POLICY_NAMES = Object.keys(POLICY_WORDS) as readonly PolicyName[];

/** The policy of that name, or undefined. */
export const policyNamed = (name: string): PolicyName | undefined =>
  POLICY_NAMES.find((each) => each === name);
