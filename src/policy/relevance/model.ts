import * as v from 'valibot';
import { ModelError } from '../../scoring/errors';
import { createNetwork, parseNetwork, type Network } from '../network';
import type { QuestionEncoding } from '../../scoring/scorer';
import { bothTables, createFeatureTable, FEATURES, type FeatureName, type FeatureTable } from './features';
import { putLateFeatures, similarities, type Similarities } from './late';
import { putLexicalFeatures } from './lexical';
import { readQuestion, type ReadQuestion } from './question';
import { readText, type Reading } from './reading';
import type { LineRelevance, RelevanceModel } from './relevance';

const number = v.pipe(v.number(), v.finite());
const part = v.looseObject({
  features: v.pipe(v.array(v.picklist(FEATURES)), v.minLength(1)),
  squash: v.object({ offset: number, scale: v.pipe(number, v.gtValue(0)) }),
});
const file = v.looseObject({ words: part, meaning: part });

interface Ranker {
  readonly features: readonly FeatureName[];
  readonly network: Network;
  readonly squash: { readonly offset: number; readonly scale: number };
}

function createRanker(json: v.InferOutput<typeof part>): Ranker {
  const network = createNetwork(parseNetwork(json, json.features.length));
  return { features: json.features, network, squash: json.squash };
}

/**
 * The relevance networks behind the content of `relevance.json`: `words` for lexical features alone, and `meaning`
 * with late interaction, which also takes the logit of `words`. Each has the names of its features in order and the
 * offset and scale of the sigmoid that turns its logit into a relevance.
 * @throws ModelError with reason `model-invalid`.
 */
export function createRelevanceModel(json: unknown): RelevanceModel {
  const parsed = v.safeParse(file, json);
  if (!parsed.success)
    throw new ModelError(
      'model-invalid',
      'The weights of the relevance network cannot be used. Install the extension again.',
      v.summarize(parsed.issues),
    );
  const words = createRanker(parsed.output.words);
  const meaning = createRanker(parsed.output.meaning);
  return {
    read(index) {
      const reading = readText(index);
      return {
        score: (question, encoded) => {
          const asked = readQuestion(question);
          const similar = encoded && similarities(reading, encoded.question, encoded.text);
          // Nothing can be said by meaning of what has not been read yet.
          const unread = similar?.reading.rows.length === 0;
          if (encoded === undefined || similar === undefined || unread)
            return scoreByWords(words, reading, asked);
          return scoreByMeaning({ words, meaning }, reading, asked, encoded.question, similar);
        },
      };
    },
  };
}

function scoreByWords(words: Ranker, reading: Reading, asked: ReadQuestion): LineRelevance {
  const { rows, lineCount } = reading;
  // A question without a single term says nothing of any line.
  if (asked.terms.length === 0)
    return {
      line: new Float32Array(lineCount),
      words: asked.words,
      answers: new Uint32Array(lineCount),
      by: 'words',
    };
  const table = createFeatureTable(words.features, rows);
  const answers = putLexicalFeatures(reading, asked, table);
  const line = relevanceOf(words, logits(words, table, rows), reading);
  return { line, words: asked.words, answers, by: 'words' };
}

function scoreByMeaning(
  { words, meaning }: { readonly words: Ranker; readonly meaning: Ranker },
  reading: Reading,
  asked: ReadQuestion,
  encoding: QuestionEncoding,
  similar: Similarities,
): LineRelevance {
  const { rows, rowOfLine } = reading;
  const lexical = createFeatureTable(words.features, rows);
  const table = createFeatureTable(meaning.features, rows);
  const answers = putLexicalFeatures(reading, asked, bothTables(lexical, table));
  const byWords = logits(words, lexical, rows);
  table.put(
    'logit by words/5',
    Float32Array.from(rowOfLine, (row) => (row < 0 ? 0 : (byWords[row] ?? 0))),
    1 / 5,
  );
  const near = putLateFeatures(reading, asked, encoding, similar, table);
  for (let line = 0; line < near.length; line++) answers[line] = (answers[line] ?? 0) | (near[line] ?? 0);
  const line = relevanceOf(meaning, logits(meaning, table, rows), reading);
  const found = { line, words: asked.words, answers };
  const soFar = similar.reading;
  if (soFar === reading) return { ...found, by: 'meaning' };
  const lexically = relevanceOf(words, byWords, reading);
  // What stands out among few lines need not among all: the more of the text is read, the more meaning counts.
  const share = soFar.rows.length / rows.length;
  for (const each of rows) {
    const byWord = lexically[each] ?? 0;
    const read = (soFar.rowOfLine[each] ?? -1) >= 0;
    line[each] = read ? byWord + share * ((line[each] ?? 0) - byWord) : byWord;
  }
  return { ...found, by: 'words' };
}

/** One a line that is not blank. */
function logits({ network }: Ranker, { values }: FeatureTable, rows: Int32Array): Float32Array {
  const result = new Float32Array(rows.length);
  network.run(values, rows.length, result);
  return result;
}

function relevanceOf({ squash }: Ranker, logit: Float32Array, { rows, lineCount }: Reading): Float32Array {
  const result = new Float32Array(lineCount);
  for (let row = 0; row < rows.length; row++)
    result[rows[row] ?? 0] = 1 / (1 + Math.exp((squash.offset - (logit[row] ?? 0)) / squash.scale));
  return result;
}
