import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { openTranscriptFile } from '../../../src/transcript/open';
import { fixture } from './files';

const ruleSchema = v.object({ match: v.optional(v.string()), begin: v.optional(v.string()) });
const grammarSchema = v.object({
  scopeName: v.literal('text.kompress-transcript'),
  patterns: v.array(v.object({ include: v.string() })),
  repository: v.record(v.string(), ruleSchema),
});

describe('transcript grammar', () => {
  const path = join(process.cwd(), 'media', 'transcript.tmLanguage.json');
  const { patterns, repository } = v.parse(grammarSchema, JSON.parse(readFileSync(path, 'utf8')));

  /** The first rule that takes a line from its start, as an editor tries them. */
  const ruleOf = (line: string): string | undefined =>
    patterns
      .map(({ include }) => include.slice(1))
      .find((name) => {
        const rule = repository[name];
        const source = (rule?.match ?? rule?.begin ?? '(?!)').replace('\\A', '(?!)');
        return new RegExp(source).exec(line)?.index === 0;
      });

  it('has a rule for everything it includes', () => {
    for (const { include } of patterns) assert.ok(repository[include.slice(1)] !== undefined, include);
  });

  it('colours the heads of turns, calls, results and thinking that the document writes', async () => {
    const { text, turns } = await openTranscriptFile(fixture('sample.jsonl'), 'auto', { timeZone: 'UTC' });
    const lines = text.split('\n');
    for (const { firstLine } of turns) assert.equal(ruleOf(lines[firstLine] ?? ''), 'turn-head');
    const counts = new Map<string, number>();
    for (const line of lines) {
      const rule = ruleOf(line);
      if (rule !== undefined) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
    assert.deepEqual([counts.get('turn-head'), counts.get('tool-call')], [turns.length, 13]);
    assert.deepEqual([counts.get('result'), counts.get('thinking')], [13, 4]);
  });
});
