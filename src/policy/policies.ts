import { attention } from './attention';
import { fifo } from './fifo';
import { h2o } from './h2o';
import { createLearned } from './learned';
import { lru } from './lru';
import type { Network } from './network';
import { oracle } from './oracle';
import type { Policy, PolicyName } from './policy';
import { createRandom } from './random';
import { slidingWindow } from './sliding-window';
import { snapkv } from './snapkv';
import { summarization } from './summarization';
import { truncation } from './truncation';

export interface PolicyOptions {
  /** The learned policy's, 9 inputs. */
  readonly network: Network;
  /** Of the random policy; default 1. */
  readonly seed?: number;
}

/** The policy of a name. */
export function policyOf(name: PolicyName, { network, seed = 1 }: PolicyOptions): Policy {
  switch (name) {
    case 'learned':
      return createLearned(network);
    case 'attention':
      return attention;
    case 'h2o':
      return h2o;
    case 'snapkv':
      return snapkv;
    case 'truncation':
      return truncation;
    case 'sliding-window':
      return slidingWindow;
    case 'fifo':
      return fifo;
    case 'lru':
      return lru;
    case 'summarization':
      return summarization;
    case 'random':
      return createRandom(seed);
    case 'oracle':
      return oracle;
  }
}
