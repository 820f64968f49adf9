import type { TurnHint } from '../compress/result';
import type { TranscriptFacts } from './transcripts';

/**
 * Who speaks in a transcript. Sub-agents are tools of the agent, and what an abandoned branch says nobody says any
 * more: neither is a request of the user or an answer of the agent.
 */
export function turnHints({ turns, folds }: Pick<TranscriptFacts, 'turns' | 'folds'>): TurnHint[] {
  const branches = folds.filter(({ kind }) => kind === 'branch');
  let next = 0;
  return turns.map(({ firstLine, endLine, role, sideChain }) => {
    while ((branches[next]?.endLine ?? Infinity) <= firstLine) next++;
    const abandoned = (branches[next]?.firstLine ?? Infinity) <= firstLine;
    return { firstLine, endLine, role: sideChain || abandoned ? 'tool' : role };
  });
}
