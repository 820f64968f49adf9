import { FEATURE_COUNT, type TokenRecords } from './records';

const TYPE_FEATURE = 4;

/** Writes the 9 features of a token to `out[offset …]`, in the order that `TokenRecords` names. */
export function writeFeatures(
  records: TokenRecords,
  token: number,
  out: Float32Array | Float64Array,
  offset: number,
): void {
  const { count, attentionMass, layerAttentionMean, unit, relevance, type } = records;
  if (!(token >= 0 && token < count) || out.length < offset + FEATURE_COUNT)
    throw new RangeError(`token ${token} of ${count}`);
  out.fill(0, offset, offset + FEATURE_COUNT);
  out[offset] = attentionMass[token] ?? 0;
  out[offset + 1] = layerAttentionMean[token] ?? 0;
  out[offset + 2] = 1 - (count - 1 - token) / count;
  out[offset + 3] = relevance[unit[token] ?? 0] ?? 0;
  out[offset + TYPE_FEATURE + (type[token] ?? 0)] = 1;
}

/** Writes the mean of the feature rows of a unit's tokens to `out[offset …]`; zeros for a unit without tokens. */
export function writeUnitMean(
  records: TokenRecords,
  unit: number,
  out: Float32Array | Float64Array,
  offset: number,
): void {
  const { count, unitCount, attentionMass, layerAttentionMean, relevance, type, firstToken } = records;
  if (!(unit >= 0 && unit < unitCount) || out.length < offset + FEATURE_COUNT)
    throw new RangeError(`unit ${unit} of ${unitCount}`);
  const first = firstToken[unit] ?? 0;
  const end = firstToken[unit + 1] ?? 0;
  const tokens = end - first;
  for (let i = 0; i < FEATURE_COUNT; i++) out[offset + i] = 0;
  if (tokens <= 0) return;
  const share = 1 / tokens;
  let mass = 0;
  let layers = 0;
  for (let i = first; i < end; i++) {
    mass += attentionMass[i] ?? 0;
    layers += layerAttentionMean[i] ?? 0;
    const feature = offset + TYPE_FEATURE + (type[i] ?? 0);
    out[feature] = (out[feature] ?? 0) + share;
  }
  out[offset] = mass * share;
  out[offset + 1] = layers * share;
  out[offset + 2] = 1 - (count - 1 - (first + end - 1) / 2) / count;
  out[offset + 3] = relevance[unit] ?? 0;
}
