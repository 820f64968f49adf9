import type { PolicyName } from '../policy/policy';

/** How a policy is drawn; told apart by dashes and marker alike, never by colour alone. */
export interface Mark {
  /** Class that names one of the theme's colours. */
  readonly colour: 'blue' | 'cyan' | 'green' | 'purple' | 'red' | 'yellow' | 'plain';
  /** `stroke-dasharray`; empty for a whole line. */
  readonly dash: string;
  /** Path of the marker around the origin, about 8 pixels wide. */
  readonly marker: string;
  /** Whether the marker is filled. */
  readonly filled: boolean;
}

const CIRCLE = 'M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z';
const SQUARE = 'M-3 -3h6v6h-6z';
const DIAMOND = 'M0 -4.2L4.2 0L0 4.2L-4.2 0z';
const UP = 'M0 -4L4 3H-4z';
const DOWN = 'M0 4L4 -3H-4z';
const CROSS = 'M-3 -3L3 3M-3 3L3 -3';
const PLUS = 'M0 -4V4M-4 0H4';

export const MARKS: Readonly<Record<PolicyName, Mark>> = {
  learned: { colour: 'blue', dash: '', marker: CIRCLE, filled: true },
  attention: { colour: 'purple', dash: '6 3', marker: SQUARE, filled: true },
  h2o: { colour: 'cyan', dash: '8 3 2 3', marker: DIAMOND, filled: true },
  snapkv: { colour: 'green', dash: '4 2', marker: UP, filled: true },
  truncation: { colour: 'red', dash: '10 4', marker: DOWN, filled: true },
  'sliding-window': { colour: 'yellow', dash: '2 3', marker: SQUARE, filled: false },
  fifo: { colour: 'red', dash: '2 2', marker: CIRCLE, filled: false },
  lru: { colour: 'green', dash: '8 2 2 2 2 2', marker: DIAMOND, filled: false },
  summarization: { colour: 'purple', dash: '12 3', marker: UP, filled: false },
  random: { colour: 'plain', dash: '1 4', marker: CROSS, filled: false },
  oracle: { colour: 'plain', dash: '', marker: PLUS, filled: false },
};
