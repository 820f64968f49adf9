import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import * as v from 'valibot';

const FOLDER = 'src/editor';
const BUNDLE = 'l10n/bundle.l10n.json';

/** The first argument of every call of `t(…)` or `….t(…)`. */
function sentencesOf(file: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const { expression: callee } = node;
      const name = ts.isIdentifier(callee)
        ? callee.text
        : ts.isPropertyAccessExpression(callee)
          ? callee.name.text
          : '';
      if (name === 't') {
        const [first] = node.arguments;
        assert.ok(first !== undefined && ts.isStringLiteralLike(first), `${file}: t() takes a literal`);
        found.push(first.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
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
