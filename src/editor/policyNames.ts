import type { PolicyName } from '../policy/policy';
import type { Translate } from './numbers';

export interface PolicyWords {
  readonly label: string;
  readonly description: string;
}

/** What each policy is called, and how it chooses, in one line. */
export function policyWords(t: Translate): Readonly<Record<PolicyName, PolicyWords>> {
  return {
    learned: {
      label: t('Learned'),
      description: t('A small trained network weighs relevance, attention, place and kind of each line'),
    },
    attention: {
      label: t('Attention'),
      description: t('What receives the most attention in the model’s last layer'),
    },
    h2o: {
      label: 'H2O',
      description: t('The beginning, the most recent, and what gathers the most attention in all layers'),
    },
    snapkv: {
      label: 'SnapKV',
      description: t('What the question looks at, or without one the end of the text'),
    },
    truncation: { label: t('Head and tail'), description: t('The beginning and the end; the middle goes') },
    'sliding-window': {
      label: t('Sliding window'),
      description: t('The first twentieth, then the most recent'),
    },
    fifo: { label: 'FIFO', description: t('The most recent; what came first goes first') },
    lru: {
      label: 'LRU',
      description: t('What was used most recently; what was not named for longest goes first'),
    },
    summarization: {
      label: t('Summarization'),
      description: t('The sentences nearest the centre of each turn; nothing is rewritten'),
    },
    random: {
      label: t('Random'),
      description: t('By chance, the same each time: a yardstick for the others'),
    },
    oracle: {
      label: t('Oracle'),
      description: t('The lines marked as evidence first, then the most recent'),
    },
  };
}

/** Policies that a person may choose: the oracle needs lines marked as evidence, which a document has not. */
export const CHOOSABLE = [
  'learned',
  'attention',
  'h2o',
  'snapkv',
  'summarization',
  'truncation',
  'sliding-window',
  'fifo',
  'lru',
  'random',
] as const satisfies readonly PolicyName[];
