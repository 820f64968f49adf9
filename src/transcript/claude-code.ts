import { splitBranches, type Aside, type CallIds } from './claude-branches';
import { isBeside, readRecord, type DraftBlock, type Entry } from './claude-records';
import type { JsonlItem } from './jsonl';
import type { Block, Problem, Transcript, Turn } from './model';
import { oneLine } from './one-line';
import { TextStore } from './retain';

export const CLAUDE_CODE = 'claude-code';

/** What the texts of a session may take in all, in bytes of the document made of them. */
const MAX_TEXT_BYTES = 40_000_000;
const MAX_PROBLEMS = 1000;

/**
 * Turns the records of a Claude Code session into turns. Never throws on a record: what cannot be read is skipped,
 * counted and named in `problems`. Texts beyond 40 MB in all lose their middle, the longest first.
 */
export async function parseClaudeCode(items: AsyncIterable<JsonlItem>): Promise<Transcript> {
  const store = new TextStore(MAX_TEXT_BYTES);
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  let records = 0;
  let skipped = 0;
  let bytes = 0;
  let project: string | undefined;
  let title: { readonly rank: number; readonly text: string } | undefined;
  const skip = (line: number, reason: string): void => {
    skipped += 1;
    if (problems.length < MAX_PROBLEMS) problems.push({ line, reason });
  };
  for await (const item of items) {
    records += 1;
    bytes = item.end;
    if (item.kind === 'broken') {
      skip(item.line, item.reason);
      continue;
    }
    const { entry, facts, problem } = readRecord(item.value, item.line, store);
    if (problem !== undefined) skip(item.line, problem);
    if (entry !== undefined) entries.push(entry);
    project ??= facts.cwd;
    if (facts.title !== undefined && facts.title.rank >= (title?.rank ?? 0)) title = facts.title;
  }
  const turns = assemble(entries);
  return {
    format: CLAUDE_CODE,
    title: title === undefined ? firstWords(turns) : oneLine(title.text),
    project,
    turns,
    problems,
    stats: { records, skipped, bytes },
  };
}

function assemble(entries: readonly Entry[]): Turn[] {
  const { live, positions, asides } = splitBranches(entries, callIdsOf);
  const results = new ResultIndex(entries);
  const turns: Turn[] = [];
  const byTurn = draftTurns(live);
  const pending = [...asides].sort((a, b) => a.after - b.after);
  let next = 0;
  const emitAsides = (before: number): void => {
    for (; next < pending.length && (pending[next]?.after ?? 0) < before; next += 1) {
      const aside = pending[next];
      if (aside !== undefined) turns.push(...asideTurns(aside, results));
    }
  };
  const indexOf = new Map(live.map((entry, i) => [entry, positions[i] ?? 0]));
  emitAsides(0);
  byTurn.forEach((draft, i) => {
    const following = byTurn[i + 1]?.entries[0];
    turns.push(...finishTurn(draft, results, false, false));
    const before = following === undefined ? undefined : indexOf.get(following);
    emitAsides(before ?? Number.POSITIVE_INFINITY);
  });
  emitAsides(Number.POSITIVE_INFINITY);
  return turns;
}

function asideTurns(aside: Aside, results: ResultIndex): Turn[] {
  const abandoned = aside.kind === 'abandoned';
  return draftTurns(aside.entries).flatMap((draft) => finishTurn(draft, results, !abandoned, abandoned));
}

interface DraftTurn {
  readonly entries: Entry[];
}

/** Records of one message make one turn, remarks that follow each other too; every prompt is a turn of its own. */
function draftTurns(entries: readonly Entry[]): DraftTurn[] {
  const turns: DraftTurn[] = [];
  const byMessage = new Map<string, DraftTurn>();
  for (const entry of entries) {
    const same = entry.messageId === undefined ? undefined : byMessage.get(entry.messageId);
    const last = turns.at(-1);
    if (same !== undefined) same.entries.push(entry);
    else if (entry.kind === 'results') last?.entries.push(entry);
    else if (entry.kind === 'context' && last !== undefined && isRemark(entry, last))
      last.entries.push(entry);
    else {
      const turn = { entries: [entry] };
      turns.push(turn);
      if (entry.messageId !== undefined) byMessage.set(entry.messageId, turn);
    }
    if (entry.kind === 'results' && last === undefined) turns.push({ entries: [entry] });
  }
  return turns;
}

function isRemark(entry: Entry, turn: DraftTurn): boolean {
  const kind = turn.entries[0]?.kind;
  return kind !== 'assistant' && entry.blocks.every(isBeside);
}

/** The results of each call; a result that another record repeats is kept once. */
class ResultIndex {
  private readonly byCall = new Map<string, DraftBlock[]>();
  private readonly calls = new Set<string>();

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) for (const block of entry.blocks) this.add(block);
  }

  take(callId: string): readonly DraftBlock[] {
    const found = this.byCall.get(callId) ?? [];
    this.byCall.delete(callId);
    return found;
  }

  hasCall(callId: string): boolean {
    return this.calls.has(callId);
  }

  private add(block: DraftBlock): void {
    if (block.kind === 'tool-call' && block.id !== undefined) this.calls.add(block.id);
    if (block.kind !== 'tool-result' || block.callId === undefined) return;
    const known = this.byCall.get(block.callId);
    if (known === undefined) this.byCall.set(block.callId, [block]);
    else if (!known.some((other) => other.kind === 'tool-result' && other.text() === block.text()))
      known.push(block);
  }
}

/** The turn with each result under its call; none where nothing of it is left to show. */
function finishTurn(draft: DraftTurn, results: ResultIndex, sideChain: boolean, abandoned: boolean): Turn[] {
  const first = draft.entries[0];
  if (first === undefined) return [];
  const blocks: Block[] = [];
  for (const entry of draft.entries)
    for (const block of entry.blocks) {
      if (block.kind === 'tool-result' && block.callId !== undefined) {
        if (results.hasCall(block.callId)) continue;
        for (const result of results.take(block.callId)) blocks.push(finishBlock(result));
        continue;
      }
      blocks.push(finishBlock(block));
      if (block.kind === 'tool-call' && block.id !== undefined)
        for (const result of results.take(block.id)) blocks.push(finishBlock(result));
    }
  if (blocks.length === 0) return [];
  return [
    {
      role: first.kind === 'results' ? 'tool' : first.role,
      time: first.time,
      model: first.model,
      sideChain: sideChain || first.sideChain,
      abandoned,
      blocks,
    },
  ];
}

function finishBlock(block: DraftBlock): Block {
  const source = { firstLine: block.line, lastLine: block.line };
  switch (block.kind) {
    case 'text':
    case 'thinking':
    case 'notice':
      return { kind: block.kind, text: block.text(), source };
    case 'tool-call':
      return { kind: 'tool-call', id: block.id, name: block.name, input: block.input, source };
    case 'tool-result':
      return {
        kind: 'tool-result',
        callId: block.callId,
        text: block.text(),
        isError: block.isError,
        source,
      };
    case 'image':
      return { kind: 'image', mediaType: block.mediaType, source };
  }
}

function callIdsOf(entry: Entry): CallIds {
  const calls: string[] = [];
  const results: string[] = [];
  for (const block of entry.blocks) {
    if (block.kind === 'tool-call' && block.id !== undefined) calls.push(block.id);
    if (block.kind === 'tool-result' && block.callId !== undefined) results.push(block.callId);
  }
  return { calls, results };
}

function firstWords(turns: readonly Turn[]): string {
  for (const turn of turns) {
    if (turn.role !== 'user') continue;
    for (const block of turn.blocks) if (block.kind === 'text') return oneLine(block.text);
  }
  return 'Claude Code session';
}
