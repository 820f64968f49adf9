import type { DownloadError } from '../download/errors';
import { OFFICIAL_HOST, type ModelFiles } from '../download/official';
import { size, type Translate } from './numbers';

/** What the person is asked before anything is downloaded. */
export interface Consent {
  readonly question: string;
  readonly detail: string;
}

/**
 * The words of the consent: host, files, sizes, place, what is sent, and what the files are checked against.
 * @param there bytes of an unfinished download.
 */
export function consentWords(files: ModelFiles, folder: string, there: number, t: Translate): Consent {
  const total = files.model.bytes + files.tokenizer.bytes;
  const paragraphs = [
    `${files.model.name} (${size(files.model.bytes)}), chopratejas/kompress-v2-base\n${files.tokenizer.name} (${size(files.tokenizer.bytes)}), answerdotai/ModernBERT-base`,
    t('They are stored in {0}.', folder),
    t('Nothing of your text is sent: the host and those it keeps large files on see what a download shows.'),
    t(
      'The tokenizer is held to a SHA-256 that is part of Kompress. That of the model is taken from {0} now, for one fixed version, and the file is held to it from then on.',
      OFFICIAL_HOST,
    ),
  ];
  if (there > 0)
    paragraphs.push(
      t('{0} of {1} are here from an earlier download, which goes on from there.', size(there), size(total)),
    );
  return {
    question: t('Download the official Kompress model from {0}, {1}?', OFFICIAL_HOST, size(total)),
    detail: paragraphs.join('\n\n'),
  };
}

/** One sentence for a download that did not come to its end. */
export function failureWords({ reason, facts }: DownloadError, t: Translate): string {
  const host = facts.host ?? OFFICIAL_HOST;
  const file = facts.file ?? '';
  switch (reason) {
    case 'cancelled':
      return t('The download is stopped. What has come so far is kept for the next time.');
    case 'busy':
      return t('Another window is downloading the model.');
    case 'disk-space':
      return facts.needed === undefined || facts.free === undefined
        ? t('There is not enough room on the disk for the model.')
        : t(
            'There is not enough room on the disk for the model: {0} are needed, {1} are free.',
            size(facts.needed),
            size(facts.free),
          );
    case 'network':
      return t('{0} cannot be reached, or the connection broke off. What has come so far is kept.', host);
    case 'stalled':
      return t('{0} has stopped answering. What has come so far is kept.', host);
    case 'refused':
      return t('{0} does not give the file {1} (status {2}).', host, file, facts.status ?? 0);
    case 'server':
      return t('{0} is in trouble. What has come so far is kept.', host);
    case 'redirect':
      return t(
        'The download was sent to {0}, which is not a place of {1}, and stopped.',
        host,
        OFFICIAL_HOST,
      );
    case 'changed':
      return t('{0} offers another version of {1} than the known one, so it was not downloaded.', host, file);
    case 'unnamed':
      return t('{0} does not say what {1} must be, so it could not be checked.', host, file);
    case 'mismatch':
      return t('What came as {0} is not the right file (its SHA-256 differs) and was deleted.', file);
    case 'write':
      return t('The model cannot be written to the disk.');
  }
}

/** "12.3 MB of 276.2 MB · 4.1 MB/s" */
export function progressWords(
  { done, total }: { readonly done: number; readonly total: number },
  rate: number | undefined,
  t: Translate,
): string {
  const amount = t('{0} of {1}', size(done), size(total));
  return rate === undefined ? amount : `${amount} · ${size(Math.round(rate))}/s`;
}

/** How long back the rate looks, milliseconds. */
const RATE_MS = 5000;

/** Measures bytes a second over the last seconds. */
export class Rate {
  private samples: { readonly at: number; readonly bytes: number }[] = [];

  /** @returns undefined until there is a second to look at. */
  add(bytes: number, now: number): number | undefined {
    if ((this.samples.at(-1)?.bytes ?? 0) > bytes) this.samples = [];
    this.samples.push({ at: now, bytes });
    while ((this.samples[1]?.at ?? Infinity) <= now - RATE_MS) this.samples.shift();
    const first = this.samples[0];
    if (first === undefined || now - first.at < 1000) return undefined;
    return ((bytes - first.bytes) * 1000) / (now - first.at);
  }
}
