import assert from 'node:assert/strict';
import { DownloadError, type DownloadFailure } from '../../../src/download/errors';
import { OFFICIAL_FILES } from '../../../src/download/official';
import { consentWords, failureWords, progressWords, Rate } from '../../../src/editor/downloadWords';

const t = (message: string, ...args: (string | number | boolean)[]): string =>
  message.replace(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)]));

describe('words of the download', () => {
  it('ask with host, files, sizes, place, what is sent and what it is checked against', () => {
    const { question, detail } = consentWords(OFFICIAL_FILES, '/storage/models', 0, t);
    assert.match(question, /huggingface\.co.*276\.2 MB/);
    for (const part of [
      'kompress-int8-wo.onnx (274.0 MB), chopratejas/kompress-v2-base',
      'tokenizer.json (2.1 MB), answerdotai/ModernBERT-base',
      '/storage/models',
      'Nothing of your text is sent',
      'SHA-256',
      'taken from huggingface.co now',
    ])
      assert.ok(detail.includes(part), part);
    assert.doesNotMatch(detail, /earlier download/);
    assert.match(consentWords(OFFICIAL_FILES, '/a', 5e7, t).detail, /50\.0 MB of 276\.2 MB are here/);
  });

  it('say every failure in one or two plain sentences', () => {
    const facts = { host: 'cdn.hf.co', file: 'model.onnx', status: 404, needed: 3e8, free: 1e6 };
    const reasons: Record<DownloadFailure, RegExp> = {
      cancelled: /kept/,
      busy: /Another window/,
      'disk-space': /300\.0 MB are needed, 1\.0 MB are free/,
      network: /cdn\.hf\.co/,
      stalled: /cdn\.hf\.co/,
      refused: /model\.onnx.*404/,
      server: /cdn\.hf\.co/,
      redirect: /cdn\.hf\.co.*huggingface\.co/,
      changed: /another version of model\.onnx/,
      unnamed: /could not be checked/,
      mismatch: /SHA-256.*deleted/,
      write: /disk/,
    };
    for (const [reason, expected] of Object.entries(reasons)) {
      for (const each of [facts, {}]) {
        const said = failureWords(new DownloadError(reason as DownloadFailure, 'detail', each), t);
        assert.match(said, /^[A-Zc]?.*\.$/);
        assert.doesNotMatch(said, /undefined|\{\d\}|\n/);
        if (each === facts) assert.match(said, expected);
      }
    }
  });

  it('tell how far it is and how fast, over the last seconds', () => {
    const rate = new Rate();
    const total = 276_000_000;
    assert.equal(progressWords({ done: 0, total }, rate.add(0, 0), t), '0 B of 276.0 MB');
    assert.equal(rate.add(1_000_000, 500), undefined);
    assert.equal(
      progressWords({ done: 12_300_000, total }, rate.add(12_300_000, 3000), t),
      '12.3 MB of 276.0 MB · 4.1 MB/s',
    );
    for (let second = 4; second <= 20; second++)
      rate.add(12_300_000 + (second - 3) * 1_000_000, second * 1000);
    assert.equal(Math.round(rate.add(30_300_000, 21_000) ?? 0), 1_000_000);
    // A host made us start over.
    assert.equal(rate.add(0, 22_000), undefined);
  });
});
