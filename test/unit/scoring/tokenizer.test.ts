import { Tokenizer as Reference } from '@huggingface/tokenizers';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { byteSymbols } from '../../../src/scoring/bytes';
import { isBlank, MAX_SLICE, sliceEnd } from '../../../src/scoring/pieces';
import { createTokenizer, type Tokenizer } from '../../../src/scoring/tokenizer';
import { tokenizeText } from '../../../src/scoring/tokens';
import { indexText, wordAt } from '../../../src/text/words';
import { bundledFolder, loadBundled, readTokenizerJson } from './bundled';

const NEWLINE = 203;
const layout = { words: 'layout', newline: NEWLINE } as const;

describe('tokenizer of the bundled model', function () {
  this.timeout(30_000);
  let tokenizer: Tokenizer;
  let reference: Reference;
  before(async () => {
    ({ tokenizer } = await loadBundled());
    reference = new Reference(await readTokenizerJson(bundledFolder), {});
  });
  const whole = (line: string): number[] => reference.encode(line, { add_special_tokens: false }).ids;
  const lineIds = async (line: string): Promise<number[]> => [
    ...(await tokenizeText(indexText(line), tokenizer, { words: 'layout', newline: undefined })).ids,
  ];

  it('gives the recorded ids of selfcheck.json', async () => {
    const cases = JSON.parse(await readFile(path.join(bundledFolder, 'selfcheck.json'), 'utf8')) as {
      lines?: string[];
      ids: number[];
      line_of_token?: number[];
    }[];
    const texts = cases.flatMap(({ lines, ids, line_of_token }) =>
      lines === undefined ? [] : [{ lines, ids, lineOfToken: line_of_token ?? [] }],
    );
    assert.ok(texts.length >= 2);
    for (const { lines, ids, lineOfToken } of texts) {
      const tokens = await tokenizeText(indexText(lines.join('\n')), tokenizer, layout);
      assert.deepEqual([...tokens.ids], ids.slice(1, -1));
      assert.deepEqual([...tokens.line], lineOfToken.slice(1, -1));
    }
  });

  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 10 }),
    fc.constantFrom(
      "don't",
      "we'll've",
      'naïve',
      'nai\u0308ve',
      '日本語',
      '👩‍👩‍👧',
      '\u0301',
      'ﬁ',
      '가',
      '\u1100\u1161',
      "'s",
    ),
  );
  const blank = fc.constantFrom(
    ' ',
    '  ',
    '\t',
    '\t ',
    ' \t',
    '    ',
    '\u00a0',
    '\u2000',
    '\u3000',
    '\ufeff',
    '\v',
  );
  const line = fc
    .array(fc.oneof(word, blank, fc.constant(' ')), { maxLength: 24 })
    .map((parts) => parts.join('').replace(/[\r\n]/g, ''))
    .filter((text) => !/\[(PAD|UNK|CLS|SEP|MASK|unused)/.test(text));

  it('gives piece by piece the tokens of the whole line', async () => {
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        assert.deepEqual(await lineIds(text), whole(text));
      }),
      { numRuns: 1500 },
    );
  });

  it('gives composed and decomposed spellings the same tokens', async () => {
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        assert.deepEqual(await lineIds(text.normalize('NFD')), await lineIds(text.normalize('NFC')));
      }),
    );
  });

  it('gives every token to the word that its visible characters lie in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 4 }), async (lines) => {
        const index = indexText(lines.join('\n'));
        const tokens = await tokenizeText(index, tokenizer, layout);
        const seen = new Set<number>();
        let previous = 0;
        for (const [i, owner] of tokens.word.entries()) {
          const text = tokenizer.tokenText(tokens.ids[i] ?? -1);
          if (owner === -1) {
            assert.match(text, /^(\s|\\x[0-9A-F]{2})+$/);
            continue;
          }
          assert.ok(owner >= previous && owner < index.words.count);
          assert.equal(index.words.line[owner], tokens.line[i]);
          assert.doesNotMatch(text, /^\s+$/);
          previous = owner;
          seen.add(owner);
        }
        assert.equal(seen.size, index.words.count);
      }),
      { numRuns: 500 },
    );
  });

  it('holds a blank that belongs to a grapheme against the word of that grapheme', async () => {
    const index = indexText('one  \u0308two');
    assert.equal(wordAt(index.words, 4), 1);
    const { ids, word: owners } = await tokenizeText(index, tokenizer, layout);
    const texts = [...ids].map((id) => tokenizer.tokenText(id));
    assert.equal(owners[texts.indexOf('one')], 0);
    assert.equal(owners.at(-2), 1);
  });

  it('reads the names of special tokens as plain text', () => {
    for (const literal of [
      '[CLS]',
      '[SEP]',
      '[MASK]',
      '[PAD]',
      '[UNK]',
      '[Q]',
      '[unused16381]',
      '<|endoftext|>',
    ]) {
      const { ids } = tokenizer.encodePiece(` ${literal}`);
      assert.ok(ids.length > 1, literal);
      assert.ok(ids.every((id) => id > 4 && id < 16381));
      assert.equal(ids.map((id) => tokenizer.tokenText(id)).join(''), ` ${literal}`);
    }
  });

  it('reads lone surrogates as U+FFFD', async () => {
    const text = 'a\ud800b \udc00\udc00 👩\ud83d';
    assert.deepEqual(await lineIds(text), whole('a\ufffdb \ufffd\ufffd 👩\ufffd'));
  });

  it('shows parts of characters as bytes and keeps blanks', () => {
    const { ids } = tokenizer.encodePiece(' \u{1f9ff}');
    const texts = ids.map((id) => tokenizer.tokenText(id));
    assert.ok(texts.some((text) => /\\x[0-9A-F]{2}/.test(text)));
    assert.ok(texts[0]?.startsWith(' '));
    assert.equal(tokenizer.tokenText(2), '[CLS]');
    assert.equal(tokenizer.tokenText(NEWLINE), '\n');
  });

  it('leaves the tokens of long ASCII words as they are', async () => {
    const chunk = fc.constantFrom('abc', 'Def', '12', '9876', '-', '/', '.ts', '_', '==', "'s", "it'll", '"');
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { minLength: 400, maxLength: 1500 }), async (parts) => {
        assert.deepEqual(await lineIds(parts.join('')), whole(parts.join('')));
      }),
      { numRuns: 20 },
    );
  });

  it('adds no newline token for an empty last line', async () => {
    const ids = async (text: string) => [...(await tokenizeText(indexText(text), tokenizer, layout)).ids];
    assert.deepEqual(await ids(''), []);
    assert.deepEqual(await ids('a\n'), await ids('a'));
    assert.deepEqual(await ids('a\r\n\r\nb'), await ids('a\n\nb'));
    assert.equal((await ids('\n\n')).length, 2);
  });

  it('cuts 5 MB lines of any kind in seconds and can be cancelled', async function () {
    this.timeout(60_000);
    const signs = Array.from({ length: 1 << 16 }, (_, i) => String.fromCharCode(33 + ((i * i * 7 + i) % 94)));
    const kinds = [signs.join(''), 'a', ' ', '漢', '\ud800', '👩‍👩‍👧'] as const;
    for (const [i, unit] of kinds.entries()) {
      const index = indexText(unit.repeat(Math.ceil((i < 2 ? 5_000_000 : 500_000) / unit.length)));
      const started = performance.now();
      const { ids } = await tokenizeText(index, tokenizer, layout);
      assert.ok(ids.length > 30_000);
      assert.ok(performance.now() - started < 15_000);

      const controller = new AbortController();
      const cancelled = tokenizeText(index, tokenizer, { ...layout, signal: controller.signal });
      setImmediate(() => controller.abort());
      const asked = performance.now();
      await assert.rejects(cancelled, { name: 'AbortError' });
      assert.ok(performance.now() - asked < 1_000);
    }
  });

  it('remembers short pieces and forgets the least used ones', async () => {
    const fresh = createTokenizer(await readTokenizerJson(bundledFolder));
    const first = fresh.encodePiece(' rebuilt');
    for (let i = 0; i < 30_000; i++) fresh.encodePiece(`${i}`);
    assert.equal(fresh.encodePiece(' rebuilt'), first);
    for (let i = 0; i < 90_000; i++) fresh.encodePiece(`${i}`);
    assert.notEqual(fresh.encodePiece(' rebuilt'), first);
    assert.deepEqual(fresh.encodePiece(' rebuilt'), first);
  });

  it('knows tokens that are named like the members of an object', async () => {
    for (const piece of ['prototype', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])
      assert.deepEqual(await lineIds(piece), whole(piece));
    const plain = { normalizer: null, pre_tokenizer: { type: 'ByteLevel' } };
    const names = ['prototype', 'constructor', '__proto__'];
    const vocab = JSON.parse(
      `{${[...byteSymbols, ...names].map((name, id) => `${JSON.stringify(name)}:${id}`).join()}}`,
    ) as object;
    const tokenizer = createTokenizer({ ...plain, model: { type: 'BPE', vocab, merges: [] } });
    assert.deepEqual(
      names.map((_, i) => tokenizer.tokenText(256 + i)),
      names,
    );
  });

  it('rejects a tokenizer of another kind', () => {
    const base = {
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel' },
      decoder: null,
      post_processor: null,
    };
    for (const json of [
      {},
      { ...base, model: { type: 'WordPiece', vocab: {}, merges: [] } },
      { ...base, model: { type: 'BPE', vocab: { a: 0 }, merges: [] } },
      { ...base, model: { type: 'BPE', vocab: { a: 'x' }, merges: [] } },
    ])
      assert.throws(() => createTokenizer(json), { name: 'ModelError', reason: 'model-invalid' });
  });
});

describe('pieces', () => {
  it('takes for blank what the words of a text take for blank', () => {
    for (let code = 0; code <= 0xffff; code++)
      assert.equal(isBlank(code), /\s/.test(String.fromCharCode(code)), code.toString(16));
  });

  it('cuts long pieces within reach and never inside a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 600, maxLength: 4000 }), (text) => {
        for (let from = 0; from < text.length;) {
          const to = sliceEnd(text, from, text.length);
          assert.ok(to > from && to - from <= MAX_SLICE);
          assert.ok(to === text.length || !/[\ud800-\udfff]/u.test(text.slice(from, to)));
          from = to;
        }
      }),
    );
  });
});
