import { OFFICIAL_TOKENIZER } from '../scoring/official';

/** A file to download, and all that is known of it beforehand. */
export interface RemoteFile {
  /** What it is called in the folder. */
  readonly name: string;
  readonly url: string;
  /** Commit of the repository that the URL names; the host has to name the same. */
  readonly commit: string;
  readonly bytes: number;
  /** Lower-case hexadecimal; undefined where the host has to name it. */
  readonly sha256: string | undefined;
}

export const OFFICIAL_HOST = 'huggingface.co';
export const OFFICIAL_REPOSITORY = 'chopratejas/kompress-v2-base';
const TOKENIZER_REPOSITORY = 'answerdotai/ModernBERT-base';

const resolveUrl = (repository: string, commit: string, file: string): string =>
  `https://${OFFICIAL_HOST}/${repository}/resolve/${commit}/${file}`;

/** The commits that Headroom, the published program around the model, loads, or took its tokenizer from. */
const MODEL_COMMIT = 'b1563631b35bfdcee37587ad530147497d820d4c';
const TOKENIZER_COMMIT = '8949b909ec900327062f0ebf497f51aef5e6f0c8';

/**
 * The official Kompress v2 model in its weight-only int8 form, and its tokenizer. Commit and size of both are pinned.
 * The SHA-256 of the tokenizer is known. That of the model is not published outside of its host, so it is taken from
 * there at the first download, over HTTPS and for the pinned commit (`X-Linked-ETag`, the id of the Git LFS object),
 * and from then on held by kompress.json: trust on first use. The consent says so.
 */
export const OFFICIAL_TOKENIZER_FILE: RemoteFile = {
  name: OFFICIAL_TOKENIZER,
  url: resolveUrl(TOKENIZER_REPOSITORY, TOKENIZER_COMMIT, 'tokenizer.json'),
  commit: TOKENIZER_COMMIT,
  bytes: 2_132_967,
  sha256: '9fd55248d51d33976b324fc11592e28071da7d41e0e9401dfb7082e30574b7b1',
};
export const OFFICIAL_MODEL_FILE: RemoteFile = {
  name: 'kompress-int8-wo.onnx',
  url: resolveUrl(OFFICIAL_REPOSITORY, MODEL_COMMIT, 'onnx/kompress-int8-wo.onnx'),
  commit: MODEL_COMMIT,
  bytes: 274_049_435,
  sha256: undefined,
};

/** What is downloaded: the small file first, so that a refusal costs nothing. */
export interface ModelFiles {
  readonly tokenizer: RemoteFile;
  readonly model: RemoteFile;
}
export const OFFICIAL_FILES: ModelFiles = { tokenizer: OFFICIAL_TOKENIZER_FILE, model: OFFICIAL_MODEL_FILE };

/** Where a request may go: the host itself and the hosts it keeps large files on, over HTTPS at the usual port. */
export function isOfficialPlace({ protocol, hostname, port, username, password }: URL): boolean {
  if (protocol !== 'https:' || port !== '' || username !== '' || password !== '') return false;
  return hostname === OFFICIAL_HOST || hostname.endsWith(`.${OFFICIAL_HOST}`) || hostname.endsWith('.hf.co');
}
