import { byLargest, gather, largestWithin, rankOf, shifted, smooth } from './columns';
import type { FeatureTable } from './features';
import type { ReadQuestion } from './question';
import type { Reading } from './reading';

/** BM25 (Robertson et al. 1994) with the usual constants. */
const K1 = 1.2;
const B = 0.75;
/** A question of names may hit every line; a name is looked for at most this often in a text. */
const MOST_HITS = 100_000;

/** Where the terms of a question stand in a text. Three arrays of one length, in the order of the text. */
interface Hits {
  readonly line: Int32Array;
  readonly term: Uint8Array;
  readonly times: Uint16Array;
  /** Of each term: lines that have it. */
  readonly lines: Int32Array;
}

/** One look at every term of the text: some nanoseconds each. */
function findHits({ terms, firstTerm, lineCount }: Reading, wanted: Uint32Array): Hits {
  const slots = new Int16Array(4096).fill(-1);
  const slotOf = (term: number): number => Math.imul(term, 0x9e3779b1) >>> 20;
  for (const [i, term] of wanted.entries()) {
    let slot = slotOf(term);
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & 4095;
    slots[slot] = i;
  }
  const lineOf: number[] = [];
  const termOf: number[] = [];
  const times: number[] = [];
  const lines = new Int32Array(wanted.length);
  const lastLine = new Int32Array(wanted.length).fill(-1);
  const lastHit = new Int32Array(wanted.length);
  for (let line = 0; line < lineCount; line++) {
    const end = firstTerm[line + 1] ?? 0;
    for (let i = firstTerm[line] ?? 0; i < end; i++) {
      const term = terms[i] ?? 0;
      let slot = slotOf(term);
      let found = slots[slot] ?? -1;
      while (found >= 0 && wanted[found] !== term) {
        slot = (slot + 1) & 4095;
        found = slots[slot] ?? -1;
      }
      if (found < 0) continue;
      if (lastLine[found] === line) {
        const hit = lastHit[found] ?? 0;
        times[hit] = (times[hit] ?? 0) + 1;
        continue;
      }
      lastLine[found] = line;
      lastHit[found] = times.length;
      lines[found] = (lines[found] ?? 0) + 1;
      lineOf.push(line);
      termOf.push(found);
      times.push(1);
    }
  }
  return {
    line: Int32Array.from(lineOf),
    term: Uint8Array.from(termOf),
    times: Uint16Array.from(times, (value) => Math.min(value, 0xffff)),
    lines,
  };
}

/** BM25 and coverage of groups of lines (a line, a block, a turn). Arrays of one entry a group. */
interface Matches {
  readonly bm25: Float32Array;
  /** Σ idf of the question's terms in the group / Σ idf of those that occur in the text. */
  readonly coverage: Float32Array;
  readonly rarest: Float32Array;
}

/** @param groupOf group of each line, rising; -1 for lines in none. */
function matchGroups(reading: Reading, hits: Hits, groupOf: Int32Array | undefined, groups: number): Matches {
  const { firstTerm, lineCount } = reading;
  const length = new Float64Array(groups);
  let filled = 0;
  for (let line = 0; line < lineCount; line++) {
    const group = groupOf === undefined ? line : (groupOf[line] ?? -1);
    if (group < 0) continue;
    const terms = (firstTerm[line + 1] ?? 0) - (firstTerm[line] ?? 0);
    length[group] = (length[group] ?? 0) + terms;
    filled += terms;
  }
  const mean = Math.max(0.1, filled / Math.max(1, groups));

  const termCount = hits.lines.length;
  const frequency = new Int32Array(termCount);
  const last = new Int32Array(termCount).fill(-1);
  const groupOfHit = new Int32Array(hits.line.length);
  for (let hit = 0; hit < hits.line.length; hit++) {
    const line = hits.line[hit] ?? 0;
    const group = groupOf === undefined ? line : (groupOf[line] ?? -1);
    groupOfHit[hit] = group;
    const term = hits.term[hit] ?? 0;
    if (group < 0 || last[term] === group) continue;
    last[term] = group;
    frequency[term] = (frequency[term] ?? 0) + 1;
  }
  const idf = Float64Array.from(frequency, (n) => Math.log(1 + (groups - n + 0.5) / (n + 0.5)));
  let total = 0;
  for (let term = 0; term < termCount; term++) if ((frequency[term] ?? 0) > 0) total += idf[term] ?? 0;
  if (total === 0) total = 1;

  const result = {
    bm25: new Float32Array(groups),
    coverage: new Float32Array(groups),
    rarest: new Float32Array(groups),
  };
  const times = new Float64Array(termCount);
  const touched: number[] = [];
  const close = (group: number): void => {
    const norm = K1 * (1 - B + (B * (length[group] ?? 0)) / mean);
    let score = 0;
    let covered = 0;
    let rarest = 0;
    for (const term of touched) {
      const weight = idf[term] ?? 0;
      const f = times[term] ?? 0;
      score += (weight * f * (K1 + 1)) / (f + norm);
      covered += weight;
      if (weight > rarest) rarest = weight;
      times[term] = 0;
    }
    touched.length = 0;
    result.bm25[group] = score;
    result.coverage[group] = covered / total;
    result.rarest[group] = rarest;
  };
  let open = -1;
  for (let hit = 0; hit < groupOfHit.length; hit++) {
    const group = groupOfHit[hit] ?? -1;
    if (group < 0) continue;
    if (group !== open && open >= 0) close(open);
    open = group;
    const term = hits.term[hit] ?? 0;
    if (times[term] === 0) touched.push(term);
    times[term] = (times[term] ?? 0) + (hits.times[hit] ?? 0);
  }
  if (open >= 0) close(open);
  return result;
}

/** Share of the question's terms, by idf, that stand within two lines. */
function jointCoverage(reading: Reading, hits: Hits): Float32Array {
  const { lineCount } = reading;
  const idf = Float64Array.from(hits.lines, (n) => Math.log(1 + (lineCount - n + 0.5) / (n + 0.5)));
  let total = 0;
  for (const [term, n] of hits.lines.entries()) if (n > 0) total += idf[term] ?? 0;
  const result = new Float32Array(lineCount);
  const covered = new Int32Array(hits.lines.length).fill(-1);
  for (let hit = 0; hit < hits.line.length; hit++) {
    const line = hits.line[hit] ?? 0;
    const term = hits.term[hit] ?? 0;
    const from = Math.max(line - 2, (covered[term] ?? -1) + 1, 0);
    const to = Math.min(line + 2, lineCount - 1);
    for (let near = from; near <= to; near++) result[near] = (result[near] ?? 0) + (idf[term] ?? 0);
    covered[term] = to;
  }
  return total > 0 ? result.map((value) => value / total) : result;
}

/** How many of the texts each line has in it. Each is looked for once, at most MOST_HITS times. */
function countOccurrences({ text, start, end, lineCount }: Reading, wanted: readonly string[]): Float32Array {
  const result = new Float32Array(lineCount);
  for (const part of wanted) {
    let line = 0;
    let from = text.indexOf(part);
    for (let hits = 0; from >= 0 && hits < MOST_HITS; hits++) {
      while (line < lineCount && (end[line] ?? 0) <= from) line++;
      if (line === lineCount) break;
      if ((start[line] ?? 0) <= from) result[line] = (result[line] ?? 0) + 1;
      from = text.indexOf(part, Math.max(from + 1, end[line] ?? 0));
    }
  }
  return result;
}

function gramOverlap({ grams, firstGram, lineCount }: Reading, wanted: Uint8Array): Float32Array {
  const result = new Float32Array(lineCount);
  for (let line = 0; line < lineCount; line++) {
    const from = firstGram[line] ?? 0;
    const to = firstGram[line + 1] ?? 0;
    let common = 0;
    for (let i = from; i < to; i++) common += wanted[grams[i] ?? 0] ?? 0;
    result[line] = common / Math.max(8, 4 * Math.sqrt(to - from));
  }
  return result;
}

/** Bit i of a line's value: one of its terms belongs to word i of the question. */
function wordBits({ lineCount }: Reading, hits: Hits, wordsOfTerm: Uint32Array): Uint32Array {
  const bits = new Uint32Array(lineCount);
  for (let hit = 0; hit < hits.line.length; hit++) {
    const line = hits.line[hit] ?? 0;
    bits[line] = (bits[line] ?? 0) | (wordsOfTerm[hits.term[hit] ?? 0] ?? 0);
  }
  return bits;
}

/** Number of each line's turn, counted by the heads of turns. */
export function turnsOf({ kinds, lineCount }: Reading): {
  readonly turn: Int32Array;
  readonly count: number;
} {
  const turn = new Int32Array(lineCount);
  let count = 0;
  for (let line = 0; line < lineCount; line++) {
    if (kinds.turnHead[line] === 1 && line > 0) count++;
    turn[line] = count;
  }
  return { turn, count: count + 1 };
}

/**
 * Puts the lexical features into the table.
 * @returns which words of the question each line has.
 */
export function putLexicalFeatures(
  reading: Reading,
  question: ReadQuestion,
  table: Pick<FeatureTable, 'put' | 'all'>,
): Uint32Array {
  const { kinds, lineCount, tokens, block } = reading;
  const hits = findHits(reading, question.terms);
  const line = matchGroups(reading, hits, undefined, lineCount);
  const blocks = matchGroups(reading, hits, block, reading.blockCount);
  const turns = turnsOf(reading);
  const turn = matchGroups(reading, hits, turns.turn, turns.count);
  const overlap = gramOverlap(reading, question.grams);
  const coverage = byLargest(line.coverage);
  const bm25 = byLargest(line.bm25);

  table.put('bm25/max', bm25);
  table.put('coverage/max', coverage);
  table.put('rarest idf/6', line.rarest, 1 / 6);
  table.put('identifiers of the question/3', countOccurrences(reading, question.names), 1 / 3);
  table.put('4-gram overlap/max', byLargest(overlap));
  table.put('bm25 smoothed 2/max', byLargest(smooth(line.bm25, 2)));
  table.put('bm25 smoothed 6/max', byLargest(smooth(line.bm25, 6)));
  table.put('bm25 smoothed 20/max', byLargest(smooth(line.bm25, 20)));
  table.put('max coverage within 3', largestWithin(coverage, 3));
  table.put('max coverage within 10', largestWithin(coverage, 10));
  table.put('4-gram smoothed 4/max', byLargest(smooth(overlap, 4)));
  table.put('coverage', line.coverage);
  table.put('coverage of the line above', shifted(line.coverage, 1));
  table.put('coverage of the line below', shifted(line.coverage, -1));
  table.put('joint coverage within 2', jointCoverage(reading, hits));
  table.put('bm25/10', line.bm25, 1 / 10);
  table.put('4-gram overlap', overlap);
  table.put('bm25 rank', rankOf(line.bm25));
  table.put(
    'literals of the question',
    countOccurrences(reading, question.literals),
    1 / Math.max(1, question.literals.length),
  );
  table.put('head coverage', gather(line.coverage, kinds.head));
  table.put('head bm25/max', gather(bm25, kinds.head));
  table.put('turn bm25/max', gather(byLargest(turn.bm25), turns.turn));

  const blockBest = byLargest(blocks.bm25);
  table.put('block bm25/max', gather(blockBest, block));
  table.put('block coverage', gather(blocks.coverage, block));
  const around = blocks.bm25.map(
    (score, i) => score + 0.6 * Math.max(blocks.bm25[i - 1] ?? 0, blocks.bm25[i + 1] ?? 0),
  );
  table.put('block bm25, neighbours at 0.6', gather(byLargest(around), block));
  table.put('block bm25 rank', gather(rankOf(blocks.bm25), block));

  table.put('log tokens/5', tokens.map(Math.log), 1 / 5);
  table.put(
    'position',
    Float32Array.from(tokens, (_, i) => i / lineCount),
  );
  table.put('line seen before', reading.seen);
  table.put('user turn', kinds.user);
  table.put('agent turn', kinds.agent);
  table.put('in fence', kinds.fenced);
  table.put('turn head', kinds.turnHead);
  table.put('blank', kinds.blank);
  table.put('list, heading, quote or table mark', kinds.mark);
  table.put('tag or tool use', kinds.tool);
  table.put('prose', kinds.prose);
  table.put('heading', kinds.heading);
  table.put('digits', kinds.digits);
  table.put('path', kinds.path);
  table.put('quoted', kinds.quoted);
  table.put('comment', kinds.comment);
  table.put('key and value', kinds.keyValue);
  table.put('log1p lines since head/5', kinds.sinceHead.map(Math.log1p), 1 / 5);
  putBlockPlaces(reading, table);

  table.all('log question terms/4', Math.log1p(question.terms.length) / 4);
  table.all('question: goal', question.asks.goal);
  table.all('question: number', question.asks.number);
  table.all('question: place', question.asks.place);
  table.all('question: reason', question.asks.reason);
  table.all('question: manner', question.asks.manner);
  table.all('question: choice', question.asks.choice);
  table.all('question: list', question.asks.list);
  return wordBits(reading, hits, question.wordsOfTerm);
}

function putBlockPlaces(
  { block, blockSize, firstOfBlock, rows, lineCount }: Reading,
  table: Pick<FeatureTable, 'put' | 'all'>,
): void {
  const size = new Float32Array(lineCount);
  const first = new Float32Array(lineCount);
  const place = new Float32Array(lineCount);
  for (const line of rows) {
    const number = block[line] ?? 0;
    const lines = blockSize[number] ?? 1;
    const above = line - (firstOfBlock[number] ?? 0);
    size[line] = Math.log1p(lines) / 4;
    first[line] = above === 0 ? 1 : 0;
    place[line] = above / lines;
  }
  table.put('log1p block size/4', size);
  table.put('first line of block', first);
  table.put('place in block', place);
}
