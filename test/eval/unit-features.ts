// Writes the policy features of every unit of every window, made by the code that ships, for training:
// node out/test/eval/unit-features.js --data DIR --out FILE [--only FILE] [--cache DIR]
// FILE.json lists the windows with the lines and tokens of their units; FILE.f32 holds the mean records, 9 a unit.
// Feature 3, the relevance, is 0: training puts it in.
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { prepareText } from '../../src/compress/prepared';
import { buildRecords } from '../../src/policy/build-records';
import { writeUnitMean } from '../../src/policy/features';
import { FEATURE_COUNT } from '../../src/policy/records';
import { readModelFolder } from '../../src/scoring/model-folder';
import { createTokenizer } from '../../src/scoring/tokenizer';
import { tokenizeText } from '../../src/scoring/tokens';
import { createRememberingEncoder, openEncoder, readWindows } from './windows';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    only: { type: 'string' },
    cache: { type: 'string' },
    model: { type: 'string', default: path.resolve('models/kompress-small') },
  },
});

async function main(): Promise<void> {
  const { data, out, only, cache, model } = values;
  if (data === undefined || out === undefined) {
    console.error('Give --data DIR and --out FILE.');
    process.exit(2);
  }
  const windows = readWindows(data);
  const description = await readModelFolder(model);
  const tokenizer = createTokenizer(JSON.parse(readFileSync(description.tokenizerPath, 'utf8')));
  const encoder = createRememberingEncoder(await openEncoder(model), cache);
  const wanted =
    only === undefined
      ? [...windows.keys()]
      : v.parse(v.array(v.string()), JSON.parse(readFileSync(only, 'utf8')));
  const file = openSync(`${out}.f32`, 'w');
  const listed = [];
  let row = 0;
  for (const id of wanted) {
    const text = (windows.get(id) ?? []).join('\n');
    const prepared = prepareText({ text });
    const { index, structure } = prepared;
    const units = prepared.units(true);
    const { ids, word } = await tokenizeText(index, tokenizer, {
      words: description.words,
      newline: description.specialTokens.newline,
    });
    const none = new Float32Array(ids.length).fill(NaN);
    const tokens = { word, keep: none, final: none, textIndex: Uint32Array.from(ids), table: [] };
    const encodings = await encoder.text(text);
    const records = buildRecords({ index, structure, units, tokens, encodings });
    const rows = new Float32Array(units.count * FEATURE_COUNT);
    for (let unit = 0; unit < units.count; unit++) writeUnitMean(records, unit, rows, unit * FEATURE_COUNT);
    writeSync(file, new Uint8Array(rows.buffer));
    const sizes = Array.from(
      { length: units.count },
      (_, unit) => (records.firstToken[unit + 1] ?? 0) - (records.firstToken[unit] ?? 0),
    );
    listed.push({
      id,
      row,
      lines: index.lines.count,
      line: [...units.line],
      endLine: [...units.endLine],
      tokens: sizes,
    });
    row += units.count;
  }
  closeSync(file);
  writeFileSync(`${out}.json`, JSON.stringify({ windows: listed }));
  console.log(`${listed.length} windows, ${row} units`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
