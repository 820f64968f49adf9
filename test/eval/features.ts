// Writes the features of every line for every question, made by the code that ships, for training:
// node out/test/eval/features.js --data DIR --out FILE --questions train [--only FILE] [--words]
// [--join N] [--cache DIR]
// FILE.json names the features and lists the questions; FILE.f32 holds the rows, FILE.i32 the line of each row.
// --only FILE takes the windows of a JSON list of ids; --words leaves the late interaction out, so that nothing is
// encoded. --join puts N - 1 other windows around each, as in a long session.
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { createFeatureTable, LATE_FEATURES, LEXICAL_FEATURES } from '../../src/policy/relevance/features';
import { putLateFeatures, similarities } from '../../src/policy/relevance/late';
import { putLexicalFeatures } from '../../src/policy/relevance/lexical';
import { readQuestion } from '../../src/policy/relevance/question';
import { readText } from '../../src/policy/relevance/reading';
import { indexText } from '../../src/text/words';
import { createRememberingEncoder, joinEncodings, openEncoder, readQuestions, readWindows } from './windows';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    questions: { type: 'string', default: 'train' },
    join: { type: 'string', default: '1' },
    only: { type: 'string' },
    words: { type: 'boolean', default: false },
    cache: { type: 'string' },
    model: { type: 'string', default: path.resolve('models/kompress-small') },
  },
});

/** The windows that stand around one, the same in every run: those that follow it in the file. */
function neighbours(ids: readonly string[], id: string, count: number): { ids: string[]; own: number } {
  const at = ids.indexOf(id);
  const others = Array.from({ length: count - 1 }, (_, i) => ids[(at + 1 + i * 7) % ids.length] ?? id);
  const own = at % count;
  return { ids: [...others.slice(0, own), id, ...others.slice(own)], own };
}

const FEATURES = [...LEXICAL_FEATURES, ...LATE_FEATURES];

async function main(): Promise<void> {
  const { data, out } = values;
  if (data === undefined || out === undefined) {
    console.error('Give --data DIR and --out FILE.');
    process.exit(2);
  }
  const join = Number(values.join);
  const windows = readWindows(data);
  const only =
    values.only === undefined
      ? undefined
      : new Set(v.parse(v.array(v.string()), JSON.parse(readFileSync(values.only, 'utf8'))));
  const questions = readQuestions(data, values.questions, windows).filter(({ id }) => only?.has(id) ?? true);
  const encoder = createRememberingEncoder(await openEncoder(values.model), values.cache);
  // Windows of the same kind only: those that have a question in this file.
  const ids = [...new Set(questions.map(({ id }) => id))];
  const rowsFile = openSync(`${out}.f32`, 'w');
  const linesFile = openSync(`${out}.i32`, 'w');
  const listed = [];
  let row = 0;
  for (const id of ids) {
    const around = neighbours(ids, id, join);
    const parts = around.ids.map((name) => (windows.get(name) ?? []).join('\n'));
    const index = indexText(parts.join('\n'));
    const counts = around.ids.map((name) => windows.get(name)?.length ?? 0);
    const first = counts.slice(0, around.own).reduce((sum, lines) => sum + lines, 0);
    const encodings = [];
    if (!values.words)
      for (const [i, part] of parts.entries())
        encodings.push({ encodings: await encoder.text(part), lines: counts[i] ?? 0 });
    const encoded = joinEncodings(encodings);
    const reading = readText(index);
    for (const { question, lines } of questions.filter((asked) => asked.id === id)) {
      const asked = readQuestion(question);
      const table = createFeatureTable(FEATURES, reading.rows);
      putLexicalFeatures(reading, asked, table);
      if (!values.words) {
        const encoding = await encoder.question(question);
        const similar = similarities(reading, encoding, encoded);
        if (similar === undefined) throw new Error('The model gives no vectors.');
        putLateFeatures(reading, asked, encoding, similar, table);
      }
      writeSync(rowsFile, new Uint8Array(table.values.buffer));
      writeSync(linesFile, new Uint8Array(reading.rows.slice().buffer));
      const evidence = lines.map((line) => first + line - 1);
      listed.push({ id, question, row, rows: reading.rows.length, lines: reading.lineCount, evidence });
      row += reading.rows.length;
    }
  }
  closeSync(rowsFile);
  closeSync(linesFile);
  writeFileSync(`${out}.json`, JSON.stringify({ features: FEATURES, questions: listed }));
  console.log(`${listed.length} questions, ${row} rows of ${FEATURES.length} features`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
