import type { Entry } from './claude-records';

/** A part of the session that stands aside of the live conversation. */
export interface Aside {
  readonly kind: 'abandoned' | 'sub-agent';
  /** Position of the entry that it follows, or -1. */
  readonly after: number;
  readonly entries: readonly Entry[];
}

export interface Conversation {
  /** The live branch, in the order of the file. */
  readonly live: readonly Entry[];
  /** Position of each live entry among all. */
  readonly positions: readonly number[];
  readonly asides: readonly Aside[];
}

const MOST_ROUNDS = 8;

/**
 * Splits a session into the branch that leads to its last message, the branches that a person left by going back to
 * an earlier prompt, and the chains of sub-agents. An entry without a known parent follows the one before it, so
 * that a lost line or a compaction does not hide what came before. Linear in the number of entries.
 */
export function splitBranches(all: readonly Entry[], callIdsOf: (entry: Entry) => CallIds): Conversation {
  const entries = withoutRepeats(all);
  const onlySide = entries.every((entry) => entry.sideChain || entry.kind === 'link');
  const isMain = (entry: Entry): boolean => onlySide || !entry.sideChain;
  const byUuid = new Map<string, number>();
  const parents: number[] = [];
  let lastMain = -1;
  entries.forEach((entry, i) => {
    const known = entry.parent === undefined ? undefined : byUuid.get(entry.parent);
    parents.push(known ?? (isMain(entry) ? lastMain : -1));
    if (entry.uuid !== undefined) byUuid.set(entry.uuid, i);
    if (isMain(entry)) lastMain = i;
  });
  const main = entries.flatMap((entry, i) => (isMain(entry) ? [i] : []));
  const abandoned = findAbandoned(entries, parents, main, callIdsOf);
  const positions = main.filter((i) => !abandoned.has(i) && entries[i]?.kind !== 'link');
  const asides = [...groups(entries, parents, abandoned), ...sideChains(entries, parents, isMain)];
  return { live: positions.flatMap((i) => entries[i] ?? []), positions, asides };
}

export interface CallIds {
  readonly calls: readonly string[];
  readonly results: readonly string[];
}

/** A resumed session may write a record again. */
function withoutRepeats(all: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  return all.filter((entry) => {
    if (entry.uuid === undefined) return true;
    if (seen.has(entry.uuid)) return false;
    seen.add(entry.uuid);
    return true;
  });
}

/** The entries of `main` that lie on abandoned branches, each with the first entry of its branch. */
function findAbandoned(
  entries: readonly Entry[],
  parents: readonly number[],
  main: readonly number[],
  callIdsOf: (entry: Entry) => CallIds,
): ReadonlyMap<number, number> {
  const live = new Set<number>();
  const speaks = (i: number): boolean => entries[i]?.kind === 'prompt' || entries[i]?.kind === 'assistant';
  const walk = (from: number): void => {
    for (let i = from; i >= 0 && !live.has(i); i = parents[i] ?? -1) live.add(i);
  };
  const leaf =
    main.findLast((i) => entries[i]?.kind !== 'link' && entries[i]?.kind !== 'context') ?? main.at(-1) ?? -1;
  walk(leaf);
  for (let round = 0; ; round += 1) {
    joinSiblings(entries, main, live, callIdsOf);
    const branchOf = new Map<number, number>();
    const first = new Map<number, number>();
    const last = new Map<number, number>();
    for (const i of main) {
      if (live.has(i)) continue;
      const root = branchOf.get(parents[i] ?? -1) ?? i;
      branchOf.set(i, root);
      if (!speaks(i)) continue;
      if (!first.has(root)) first.set(root, i);
      last.set(root, i);
    }
    // One branch of remarks and results, or one that no other words replaced, is part of the story.
    const next = firstLiveWords(main, parents, live, speaks);
    const found = [...last].filter(([root]) => {
      const own = entries[first.get(root) ?? -1]?.kind;
      const other = entries[next.get(parents[root] ?? -1) ?? -1]?.kind;
      return other === undefined || (own === 'assistant' && other === 'prompt');
    });
    for (const [, to] of round < MOST_ROUNDS ? found : []) walk(to);
    if (found.length > 0 && round < MOST_ROUNDS) continue;
    for (const [i, root] of branchOf) if (!last.has(root)) branchOf.delete(i);
    return branchOf;
  }
}

/** Blocks of one message, and results of calls that are live, hang side by side rather than in one chain. */
function joinSiblings(
  entries: readonly Entry[],
  main: readonly number[],
  live: Set<number>,
  callIdsOf: (entry: Entry) => CallIds,
): void {
  const messages = new Set<string>();
  for (const i of live) {
    const id = entries[i]?.messageId;
    if (id !== undefined) messages.add(id);
  }
  const calls = new Set<string>();
  for (const i of main) {
    const entry = entries[i];
    if (entry === undefined) continue;
    if (entry.messageId !== undefined && messages.has(entry.messageId)) live.add(i);
    const ids = callIdsOf(entry);
    if (live.has(i)) for (const id of ids.calls) calls.add(id);
    else if (entry.kind === 'results' && ids.results.some((id) => calls.has(id))) live.add(i);
  }
}

/** For each live entry, the first live entry after it on its own path that is a prompt or an answer. */
function firstLiveWords(
  main: readonly number[],
  parents: readonly number[],
  live: ReadonlySet<number>,
  speaks: (i: number) => boolean,
): ReadonlyMap<number, number> {
  const next = new Map<number, number>();
  for (let k = main.length - 1; k >= 0; k -= 1) {
    const i = main[k] ?? -1;
    if (!live.has(i)) continue;
    const words = speaks(i) ? i : next.get(i);
    const parent = parents[i] ?? -1;
    if (words !== undefined) next.set(parent, words);
  }
  return next;
}

function groups(
  entries: readonly Entry[],
  parents: readonly number[],
  branchOf: ReadonlyMap<number, number>,
): Aside[] {
  const found = new Map<number, Entry[]>();
  for (const [i, root] of branchOf) {
    const entry = entries[i];
    if (entry === undefined || entry.kind === 'link') continue;
    const group = found.get(root);
    if (group === undefined) found.set(root, [entry]);
    else group.push(entry);
  }
  return [...found].map(([root, group]) => ({
    kind: 'abandoned',
    after: parents[root] ?? -1,
    entries: group,
  }));
}

function sideChains(
  entries: readonly Entry[],
  parents: readonly number[],
  isMain: (entry: Entry) => boolean,
): Aside[] {
  const chains = new Map<string, { after: number; entries: Entry[] }>();
  const keys: string[] = [];
  let lastMain = -1;
  entries.forEach((entry, i) => {
    if (isMain(entry)) {
      keys.push('');
      if (entry.kind !== 'link') lastMain = i;
      return;
    }
    const parent = parents[i] ?? -1;
    const inherited = keys[parent] ?? '';
    const key = entry.agent === undefined ? (inherited === '' ? `#${i}` : inherited) : `@${entry.agent}`;
    keys.push(key);
    if (entry.kind === 'link') return;
    const chain = chains.get(key);
    if (chain !== undefined) chain.entries.push(entry);
    else chains.set(key, { after: parent >= 0 && inherited === '' ? parent : lastMain, entries: [entry] });
  });
  return [...chains.values()].map((chain) => ({ kind: 'sub-agent', ...chain }));
}
