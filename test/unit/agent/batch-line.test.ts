import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readBatchLine } from '../../../src/agent/batch-line';

const read = (line: string | Uint8Array, number = 7) =>
  readBatchLine({ line: number, start: 0, end: 0, bytes: Buffer.from(line) });

describe('line of a batch', () => {
  it('is read with what it asks for, and leaves the rest open', () => {
    const open = { question: undefined, budget: undefined, policy: undefined, languageId: undefined };
    assert.deepEqual(read('{"id":"a","text":""}'), { id: 'a', text: '', ...open });
    assert.deepEqual(read('\ufeff{"id":0,"text":"x","question":null,"ratio":null,"other":[1]}\r'), {
      id: 0,
      text: 'x',
      ...open,
    });
    assert.deepEqual(
      read('{"id":"a","text":"x","question":"Why?","ratio":1,"policy":"h2o","languageId":"log"}'),
      {
        id: 'a',
        text: 'x',
        question: 'Why?',
        budget: { kind: 'ratio', ratio: 1 },
        policy: 'h2o',
        languageId: 'log',
      },
    );
    const counted = read('{"id":"a","text":"x","tokens":12}');
    assert.deepEqual(counted, { id: 'a', text: 'x', ...open, budget: { kind: 'tokens', tokens: 12 } });
  });

  it('is passed over where it is blank', () => {
    for (const blank of ['', ' ', '\t\r', '\ufeff']) assert.equal(read(blank), undefined);
  });

  it('says in one sentence what is wrong, with its number, and its id where it has one', () => {
    const wrong: readonly (readonly [string | Uint8Array, RegExp, (string | number)?])[] = [
      ['{"id":"a","text":', /not JSON/],
      ['{"id":"a","text":"x","ratio":NaN}', /not JSON/],
      [Uint8Array.of(0x22, 0xff, 0x22), /not UTF-8/],
      ['[]', /not a JSON object|id is missing/],
      ['null', /not a JSON object/],
      ['"text"', /not a JSON object/],
      ['{"text":"x"}', /id is missing/],
      ['{"id":null,"text":"x"}', /id is missing/],
      ['{"id":{},"text":"x"}', /id is missing/],
      ['{"id":"a"}', /text is missing/, 'a'],
      ['{"id":"a","text":5}', /text is missing, or is not text/, 'a'],
      ['{"id":3,"text":"x","ratio":0}', /ratio is not a number above 0/, 3],
      ['{"id":3,"text":"x","ratio":-1}', /ratio is not a number above 0/, 3],
      ['{"id":3,"text":"x","ratio":1.5}', /ratio is not a number above 0/, 3],
      ['{"id":3,"text":"x","ratio":"0.5"}', /ratio is not a number above 0/, 3],
      ['{"id":3,"text":"x","tokens":0}', /tokens is not a whole number above 0/, 3],
      ['{"id":3,"text":"x","tokens":2.5}', /tokens is not a whole number above 0/, 3],
      ['{"id":3,"text":"x","tokens":5,"ratio":1}', /Both a ratio and a number of tokens/, 3],
      ['{"id":3,"text":"x","policy":"best"}', /policy is none of learned, .* or oracle/, 3],
      ['{"id":3,"text":"x","policy":"oracle"}', /oracle policy needs known evidence/, 3],
      ['{"id":3,"text":"x","question":""}', /question is empty/, 3],
      ['{"id":3,"text":"x","question":["a"]}', /question is not text/, 3],
      ['{"id":3,"text":"x","languageId":1}', /languageId is not text/, 3],
    ];
    for (const [line, message, id] of wrong) {
      const failure = read(line);
      assert.ok(failure !== undefined && 'error' in failure, String(line));
      assert.match(failure.error, message);
      assert.match(failure.error, /^[A-Z][^\n]*\.$/);
      assert.deepEqual([failure.line, failure.id], [7, id]);
    }
    const long = readBatchLine({ line: 2, start: 0, end: 9, bytes: undefined });
    assert.ok(long !== undefined && 'error' in long && /longer than \d+ MB/.test(long.error));
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          const value = read(bytes);
          assert.ok(value === undefined || 'error' in value || typeof value.text === 'string');
        },
      ),
    );
    assert.ok('error' in (read('['.repeat(1_000_000)) ?? {}));
  });
});
