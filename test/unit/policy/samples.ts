import { createNetwork, type Network } from '../../../src/policy/network';
import { FEATURE_COUNT, type TokenRecords } from '../../../src/policy/records';
import type { Units } from '../../../src/policy/units';
import type { Structure } from '../../../src/structure/segments';
import type { IndexedText } from '../../../src/text/words';

/** Milliseconds of processor time that this process has used: other work on the machine does not count. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Every line with words is a unit. */
export function lineUnits({ lines, words }: IndexedText): Units {
  const rows = Array.from({ length: lines.count }, (_, i) => i).filter(
    (i) => (lines.firstWord[i + 1] ?? 0) > (lines.firstWord[i] ?? 0),
  );
  return {
    count: rows.length,
    firstWord: Int32Array.from([...rows.map((i) => lines.firstWord[i] ?? 0), words.count]),
    line: Int32Array.from(rows),
    endLine: Int32Array.from(rows, (i) => i + 1),
  };
}

/** All prose, nothing framed. */
export function plainStructure({ lines }: IndexedText): Structure {
  return {
    lineKind: new Uint8Array(lines.count),
    lineFrame: new Uint8Array(lines.count),
    markEnd: lines.start,
    atoms: new Int32Array(0),
    atomKind: new Uint8Array(0),
  };
}

/** Records with a token a number, cut into units of `sizes` tokens; what is not given is flat. */
export function recordsOf(
  sizes: readonly number[],
  columns: Partial<
    Pick<
      TokenRecords,
      | 'attentionMass'
      | 'layerAttentionMean'
      | 'observed'
      | 'identity'
      | 'relevance'
      | 'turn'
      | 'vectors'
      | 'vectorSize'
      | 'evidence'
      | 'type'
    >
  > = {},
): TokenRecords {
  const unit = Int32Array.from(sizes.flatMap((size, u) => new Array<number>(size).fill(u)));
  const count = unit.length;
  const firstToken = Int32Array.from([
    0,
    ...sizes.map((_, u) => sizes.slice(0, u + 1).reduce((sum, size) => sum + size, 0)),
  ]);
  return {
    count,
    unitCount: sizes.length,
    unit,
    firstToken,
    cost: Float64Array.from(sizes),
    attentionMass: new Float32Array(count),
    layerAttentionMean: new Float32Array(count),
    observed: new Float32Array(count),
    attention: 'encoder',
    type: new Uint8Array(count),
    relevance: new Float32Array(sizes.length),
    turn: new Int32Array(sizes.length),
    keep: new Float32Array(sizes.length).fill(NaN),
    identity: Int32Array.from(unit, (_, i) => i),
    vectors: undefined,
    vectorSize: 0,
    evidence: undefined,
    ...columns,
  };
}

/** A network whose logit rises with relevance alone: its hidden units are relevance, 1 and −1. */
export function relevanceNetwork(): Network {
  const weight = new Float64Array(3 * FEATURE_COUNT);
  weight[3] = 1;
  return createNetwork({
    inputs: FEATURE_COUNT,
    hidden: 3,
    weights: {
      in: { weight, bias: Float64Array.of(0, 1, -1) },
      norm: { weight: Float64Array.of(1, 1, 1), bias: new Float64Array(3) },
      middle: { weight: Float64Array.of(4, 0, 0, 0, 0, 0, 0, 0, 0), bias: Float64Array.of(4, 0, 0) },
      out: { weight: Float64Array.of(1, 0, 0), bias: Float64Array.of(0) },
    },
  });
}
