import type { Comparison } from '../compress/result';
import type { PolicyName } from '../policy/policy';
import type { CompareWords, PolicyNames } from './compareWords';

/** All that the view shows; the host sends it whole whenever anything of it changes. */
export interface CompareState {
  /** Name of the document; undefined once it is closed. */
  readonly document: string | undefined;
  /** Whether there is anything to compare: a result with its budget. */
  readonly hasResult: boolean;
  /** The last comparison, even while a new one is made. */
  readonly comparison: Comparison | undefined;
  /** The policy that is applied; undefined while the model decides alone. */
  readonly current: PolicyName | undefined;
  /** The policy that the editor shows for the moment. */
  readonly previewed: PolicyName | undefined;
  /** The comparison is of an earlier state of the document. */
  readonly stale: boolean;
  /** A comparison is being made; the share done in [0, 1], undefined while that is unknown. */
  readonly work: { readonly share: number | undefined } | undefined;
  /** One sentence on why there is no fresh comparison. */
  readonly failure: string | undefined;
}

/** What the host tells the view. */
export type ToView =
  | { readonly type: 'words'; readonly words: CompareWords; readonly names: PolicyNames }
  | { readonly type: 'state'; readonly state: CompareState };

/** What the view tells the host. Policies come as strings: what a page sends is checked. */
export type ToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'preview'; readonly policy: string | undefined }
  | { readonly type: 'apply'; readonly policy: string }
  | { readonly type: 'difference'; readonly first: string; readonly second: string }
  | { readonly type: 'refresh' }
  | { readonly type: 'cancel' }
  | { readonly type: 'compress' };

/** A message of the page, or undefined for anything else. */
export function parseToHost(message: unknown): ToHost | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  const text = (key: string): string | undefined => {
    const value: unknown = Object.entries(message).find(([name]) => name === key)?.[1];
    return typeof value === 'string' ? value : undefined;
  };
  switch (message.type) {
    case 'ready':
    case 'refresh':
    case 'cancel':
    case 'compress':
      return { type: message.type };
    case 'preview':
      return { type: 'preview', policy: text('policy') };
    case 'apply': {
      const policy = text('policy');
      return policy === undefined ? undefined : { type: 'apply', policy };
    }
    case 'difference': {
      const first = text('first');
      const second = text('second');
      return first === undefined || second === undefined ? undefined : { type: 'difference', first, second };
    }
    default:
      return undefined;
  }
}
