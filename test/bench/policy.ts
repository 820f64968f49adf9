import { buildRecords } from '../../src/policy/build-records';
import { createLearned } from '../../src/policy/learned';
import { createNetwork } from '../../src/policy/network';
import { FEATURE_COUNT } from '../../src/policy/records';
import type { Units } from '../../src/policy/units';
import type { TokenEncodings, TokenScores } from '../../src/scoring/scorer';
import type { Structure } from '../../src/structure/segments';
import { at } from '../../src/text/spans';
import { indexText, type IndexedText } from '../../src/text/words';

const SIZES = [1_000, 10_000, 100_000, 1_000_000] as const;
const HIDDEN = 64;
const LINES = [
  'The parser reads the header first and then hands the rest to the decoder,',
  'export function readHeader(buffer: Uint8Array, offset = 0): Header {',
  '  if (buffer.length < offset + 8) return undefined;',
  '  const size = view.getUint32(offset, true);',
  '// sizes are little-endian',
  '12:04:31 INFO worker 3 took 18 ms for 240 records',
  "import { decode } from './decode';",
  'because nothing else in the file says how long a record is.',
  '}',
  '| setting | default | what it does |',
];

interface Sample {
  readonly index: IndexedText;
  readonly units: Units;
  readonly structure: Structure;
  readonly tokens: TokenScores;
  readonly encodings: TokenEncodings;
  readonly lineRelevance: Float32Array;
}

/** A text of that many tokens with made-up attention: the time hangs on how many there are, not on what they are. */
function sampleOf(count: number): Sample {
  const lines: string[] = [];
  const tokenLine: number[] = [];
  const tokenWord: number[] = [];
  let words = 0;
  while (tokenWord.length < count) {
    const line = LINES[lines.length % LINES.length] ?? '';
    for (const word of line.split(/\s+/).filter((part) => part !== '')) {
      for (let i = 0; i < word.length; i += 5) {
        tokenWord.push(words);
        tokenLine.push(lines.length);
      }
      words++;
    }
    lines.push(line);
  }
  const index = indexText(lines.join('\n'));
  const numbers = (length: number, factor: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => (i * factor) % 1);
  const total = tokenWord.length;
  return {
    index,
    units: {
      count: lines.length,
      firstWord: index.lines.firstWord,
      line: Int32Array.from(lines, (_, i) => i),
      endLine: Int32Array.from(lines, (_, i) => i + 1),
    },
    structure: {
      lineKind: new Uint8Array(lines.length),
      lineFrame: new Uint8Array(lines.length),
      markEnd: index.lines.start,
      atoms: new Int32Array(0),
      atomKind: new Uint8Array(0),
    },
    tokens: {
      word: Int32Array.from(tokenWord),
      keep: numbers(total, 0.37),
      final: numbers(total, 0.41),
      textIndex: new Uint32Array(total),
      table: [''],
    },
    encodings: {
      line: Int32Array.from(tokenLine),
      attentionMass: numbers(total, 0.618),
      layerAttentionMean: numbers(total, 0.271),
      vectors: undefined,
      weights: undefined,
      vectorSize: 0,
    },
    lineRelevance: numbers(lines.length, 0.577),
  };
}

function network() {
  const numbers = (length: number): Float64Array =>
    Float64Array.from({ length }, (_, i) => Math.sin(i * 12.9898) / 4);
  return createNetwork({
    inputs: FEATURE_COUNT,
    hidden: HIDDEN,
    weights: {
      in: { weight: numbers(HIDDEN * FEATURE_COUNT), bias: numbers(HIDDEN) },
      norm: { weight: numbers(HIDDEN), bias: numbers(HIDDEN) },
      middle: { weight: numbers(HIDDEN * HIDDEN), bias: numbers(HIDDEN) },
      out: { weight: numbers(HIDDEN), bias: numbers(1) },
    },
  });
}

/** Milliseconds (median, warm) per 1,000 tokens for a text's features and the learned policy's choice, by its tokens. */
export async function benchPolicy(): Promise<Record<string, number>> {
  const policy = createLearned(network());
  const figures: Record<string, number> = {};
  for (const size of SIZES) {
    const sample = sampleOf(size);
    const tokens = sample.tokens.word.length;
    const times: number[] = [];
    for (let round = 0, rounds = Math.max(5, 300_000 / size); round < rounds; round++) {
      const started = performance.now();
      const kept = policy.prepare(buildRecords(sample)).select(Math.floor(tokens * 0.35));
      times.push(performance.now() - started);
      if (kept.length === 0) throw new Error('the policy keeps nothing');
      await new Promise((resolve) => setImmediate(resolve));
    }
    times.sort((a, b) => a - b);
    figures[String(size)] = (at(times, times.length >> 1) / tokens) * 1000;
  }
  return figures;
}
