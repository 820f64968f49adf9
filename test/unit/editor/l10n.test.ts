import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';

const FOLDER = 'src/editor';
const BUNDLE = 'l10n/bundle.l10n.json';

/** The literals of every call of `t(…)` or `….t(…)`; a call with anything else fails. */
function sentencesOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  const calls = [...source.matchAll(/\bt\(/g)].length;
  const literals = [...source.matchAll(/\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"\\]*)")/g)];
  assert.equal(literals.length, calls, `${file}: t() takes a literal`);
  return literals.map((match) => (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1'));
}

describe('localization', () => {
  const sentences = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => sentencesOf(path.join(FOLDER, file)));

  it('has each sentence of the editor in the bundle for translators, and no other', () => {
    const bundle = v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync(BUNDLE, 'utf8')));
    assert.deepEqual(Object.keys(bundle).sort(), [...new Set(sentences)].sort());
    for (const [key, value] of Object.entries(bundle)) assert.equal(value, key);
  });

  it('speaks plainly: no exclamation marks, no jargon of errors', () => {
    assert.deepEqual(
      sentences.filter((sentence) => /!|\b(oops|sorry|whoops|failed to)\b/i.test(sentence)),
      [],
    );
  });
});
