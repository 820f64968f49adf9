import assert from 'node:assert/strict';
import type { Comparison } from '../../../src/compress/result';
import { parseToHost, type CompareState } from '../../../src/editor/compareMessages';
import { CompareSession, type CompareTarget, type CurrentChoice } from '../../../src/editor/compareSession';
import type { PolicyName } from '../../../src/policy/policy';

const comparison = (question?: string): Comparison => ({
  question,
  tokens: { before: 1000, tokenizer: 'o200k_base' },
  asked: 350,
  entities: [],
  rows: (['learned', 'fifo'] as const).map((policy) => ({
    policy,
    ms: 1,
    tokens: 350,
    ratio: 0.35,
    evidenceRecall: undefined,
    entityRecall: undefined,
    mustKeepRecall: 1,
    answerQuality: undefined,
    curve: [],
  })),
  warnings: [],
});

const choice = (settings: string, ...texts: string[]): CurrentChoice => ({
  policy: 'learned',
  settings,
  texts,
});

/** A document whose comparisons are answered by hand. */
class Document implements CompareTarget {
  readonly name = 'notes.txt';
  now: CurrentChoice | undefined = choice('35 %', 'text');
  readonly log: string[] = [];
  readonly runs: {
    readonly signal: AbortSignal;
    readonly answer: (comparison: Comparison) => void;
    readonly fail: (error: Error) => void;
  }[] = [];

  current(): CurrentChoice | undefined {
    return this.now;
  }
  preview(policy: PolicyName | undefined): void {
    this.log.push(`preview ${policy ?? 'nothing'}`);
  }
  apply(policy: PolicyName): void {
    this.log.push(`apply ${policy}`);
  }
  compare({ signal }: { readonly signal: AbortSignal }): Promise<Comparison> {
    return new Promise((answer, fail) => {
      this.runs.push({ signal, answer, fail });
    });
  }
  showDifference(first: PolicyName, second: PolicyName): Promise<void> {
    this.log.push(`difference ${first} ${second}`);
    return Promise.resolve();
  }
  compress(): void {
    this.log.push('compress');
  }
}

const rest = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function open(document = new Document()): {
  document: Document;
  session: CompareSession;
  states: CompareState[];
} {
  const states: CompareState[] = [];
  const session = new CompareSession({
    target: document,
    post: (state) => states.push(state),
    sentence: (error) => (error instanceof Error ? error.message : undefined),
    restMs: 5,
  });
  return { document, session, states };
}

/** A session that has compared once. */
async function compared(): Promise<ReturnType<typeof open>> {
  const all = open();
  const work = all.session.compare();
  all.document.runs[0]?.answer(comparison());
  await work;
  return all;
}

describe('compare session', () => {
  it('shows the comparison with the policy that is applied', async () => {
    const { session, states } = await compared();
    assert.deepEqual(states[0]?.work, { share: undefined });
    const { state } = session;
    assert.equal(state.comparison?.rows.length, 2);
    assert.equal(state.current, 'learned');
    assert.equal(state.work, undefined);
    assert.equal(state.stale, false);
  });

  it('previews, takes back and applies policies of the comparison only', async () => {
    const { document, session } = await compared();
    session.receive({ type: 'preview', policy: 'fifo' });
    assert.equal(session.state.previewed, 'fifo');
    session.receive({ type: 'preview', policy: undefined });
    session.receive({ type: 'preview', policy: 'fifo' });
    session.receive({ type: 'apply', policy: 'fifo' });
    assert.equal(session.state.previewed, undefined);
    session.receive({ type: 'apply', policy: 'rm -rf' });
    session.receive({ type: 'difference', first: 'fifo', second: 'learned' });
    session.receive({ type: 'difference', first: 'fifo', second: 'oracle' });
    assert.deepEqual(document.log, [
      'preview fifo',
      'preview nothing',
      'preview fifo',
      'apply fifo',
      'difference fifo learned',
    ]);
  });

  it('compares again when the budget changes, and is stale until then', async () => {
    const { document, session } = await compared();
    document.now = choice('20 %', 'text');
    session.documentChanged();
    assert.equal(session.state.stale, true);
    session.documentChanged();
    await rest();
    assert.equal(document.runs.length, 2);
    document.runs[1]?.answer(comparison('why'));
    await rest();
    assert.equal(session.state.stale, false);
    assert.equal(session.state.comparison?.question, 'why');
  });

  it('is stale, but waits to be asked, when the text changes', async () => {
    const { document, session } = await compared();
    document.now = choice('35 %', 'text, changed');
    session.documentChanged();
    await rest();
    assert.equal(session.state.stale, true);
    assert.equal(document.runs.length, 1);
    session.receive({ type: 'refresh' });
    assert.equal(document.runs.length, 2);
  });

  it('stays quiet after a cancel and a failure, and compares again when asked', async () => {
    const { document, session } = open();
    const first = session.compare();
    session.receive({ type: 'cancel' });
    assert.equal(document.runs[0]?.signal.aborted, true);
    document.runs[0].fail(new Error('cancelled'));
    await first;
    session.documentChanged();
    await rest();
    assert.equal(document.runs.length, 1);
    assert.equal(session.state.failure, undefined);
    const second = session.compare();
    document.runs[1]?.fail(new Error('The model is missing.'));
    await second;
    await rest();
    assert.equal(session.state.failure, 'The model is missing.');
    assert.equal(document.runs.length, 2);
    session.receive({ type: 'refresh' });
    assert.equal(session.state.failure, undefined);
    assert.equal(document.runs.length, 3);
  });

  it('drops an answer that a later comparison has overtaken', async () => {
    const { document, session } = open();
    const first = session.compare();
    const second = session.compare();
    document.runs[1]?.answer(comparison('new'));
    await second;
    document.runs[0]?.answer(comparison('old'));
    await first;
    assert.equal(session.state.comparison?.question, 'new');
  });

  it('begins once there is a result', async () => {
    const { document, session } = open();
    document.now = undefined;
    await session.compare();
    assert.equal(session.state.hasResult, false);
    assert.equal(document.runs.length, 0);
    document.now = choice('35 %', 'text');
    session.documentChanged();
    await rest();
    assert.equal(document.runs.length, 1);
  });

  it('does nothing while hidden, and takes its preview back', async () => {
    const { document, session } = await compared();
    session.receive({ type: 'preview', policy: 'fifo' });
    session.setShown(false);
    assert.deepEqual(document.log, ['preview fifo', 'preview nothing']);
    document.now = choice('20 %', 'text');
    session.documentChanged();
    await rest();
    assert.equal(document.runs.length, 1);
    session.setShown(true);
    await rest();
    assert.equal(document.runs.length, 2);
  });

  it('says that the document is gone', async () => {
    const { document, session } = await compared();
    session.documentClosed();
    assert.equal(session.state.document, undefined);
    await session.compare();
    assert.equal(document.runs.length, 1);
  });
});

describe('messages of the compare page', () => {
  it('are taken by their type and their strings', () => {
    assert.deepEqual(parseToHost({ type: 'apply', policy: 'fifo', more: 1 }), {
      type: 'apply',
      policy: 'fifo',
    });
    assert.deepEqual(parseToHost({ type: 'preview' }), { type: 'preview', policy: undefined });
    for (const message of [null, 'ready', {}, { type: 'eval' }, { type: 'apply', policy: 3 }, []])
      assert.equal(parseToHost(message), undefined);
  });
});
