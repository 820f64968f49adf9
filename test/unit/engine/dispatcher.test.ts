import assert from 'node:assert/strict';
import { createDispatcher, type EngineOperations } from '../../../src/engine/dispatcher';
import type { EngineMessage } from '../../../src/engine/protocol';
import { TranscriptError } from '../../../src/transcript/errors';
import { ModelError } from '../../../src/scoring/errors';

const unexpected = (): Promise<never> => Promise.reject(new Error('not asked for'));
const none: EngineOperations = {
  compress: unexpected,
  compare: unexpected,
  openTranscript: unexpected,
  listSessions: unexpected,
  countTokens: unexpected,
};

function dispatcherOf(operations: Partial<EngineOperations>) {
  const sent: EngineMessage[] = [];
  const dispatcher = createDispatcher({
    operations: { ...none, ...operations },
    send: (message) => void sent.push(message),
  });
  return { dispatcher, sent };
}

describe('engine dispatcher', () => {
  it('answers each request with its own number, whichever ends first', async () => {
    const { dispatcher, sent } = dispatcherOf({
      countTokens: async (texts) => {
        for (let turns = Number(texts[0]); turns > 0; turns--) await Promise.resolve();
        return [Number(texts[0])];
      },
    });
    await Promise.all([
      dispatcher.handle({ type: 'count', id: 1, texts: ['50'] }),
      dispatcher.handle({ type: 'count', id: 2, texts: ['1'] }),
    ]);
    assert.deepEqual(sent, [
      { type: 'done', id: 2, value: [1] },
      { type: 'done', id: 1, value: [50] },
    ]);
    assert.deepEqual(dispatcher.open, []);
  });

  it('cancels one request and leaves the other alone', async () => {
    const { dispatcher, sent } = dispatcherOf({
      listSessions: (_home, { signal, onProgress }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            onProgress(1, 2, 'too late');
            reject(signal.reason as Error);
          });
        }),
      countTokens: (texts) => Promise.resolve(texts.map((text) => text.length)),
    });
    const waiting = dispatcher.handle({ type: 'sessions', id: 7, home: '/' });
    assert.deepEqual(dispatcher.open, [7]);
    await dispatcher.handle({ type: 'cancel', id: 7 });
    await dispatcher.handle({ type: 'cancel', id: 99 });
    await waiting;
    await dispatcher.handle({ type: 'count', id: 8, texts: ['abc'] });
    assert.deepEqual(
      sent.map((message) => (message.type === 'failed' ? [message.id, message.error.reason] : message.type)),
      [[7, 'cancelled'], 'done'],
    );
  });

  it('says cancelled even where the operation finished all the same', async () => {
    const { dispatcher, sent } = dispatcherOf({
      countTokens: async () => {
        await dispatcher.handle({ type: 'cancel', id: 1 });
        return [1];
      },
    });
    await dispatcher.handle({ type: 'count', id: 1, texts: [] });
    assert.deepEqual(
      sent.map((message) => message.type),
      ['failed'],
    );
  });

  it('names the reason of every kind of error, with one sentence', async () => {
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: '/a/b.jsonl' });
    const errors: readonly (readonly [Error, string])[] = [
      [new TranscriptError('format', 'This is no transcript.'), 'format'],
      [new ModelError('model-mismatch', 'The model file is another.', 'sha256 differs'), 'model-mismatch'],
      [new ModelError('selfcheck', 'The model computes something else.'), 'selfcheck'],
      [missing, 'file'],
      [new DOMException('Stopped.', 'AbortError'), 'cancelled'],
      [new RangeError('index 3 outside of 2 elements'), 'internal'],
    ];
    for (const [error, reason] of errors) {
      const { dispatcher, sent } = dispatcherOf({ openTranscript: () => Promise.reject(error) });
      await dispatcher.handle({ type: 'transcript', id: 1, path: '/a', format: 'auto' });
      const [message] = sent;
      assert.equal(message?.type, 'failed');
      assert.equal(message.error.reason, reason);
      assert.match(message.error.message, /\.$/);
      assert.doesNotMatch(message.error.message, /\n| {4}at /);
    }
  });

  it('passes progress on with the number of its request', async () => {
    const { dispatcher, sent } = dispatcherOf({
      countTokens: (_texts, { onProgress }) => {
        onProgress(1, 4, 'count');
        return Promise.resolve([]);
      },
    });
    await dispatcher.handle({ type: 'count', id: 5, texts: [] });
    assert.deepEqual(sent[0], { type: 'progress', id: 5, done: 1, total: 4, stage: 'count' });
  });
});
