import { KIND } from './kinds';

/** Languages of written text, whose lines are analysed one by one. */
const ANALYSED = new Set([
  'plaintext',
  'markdown',
  'mdx',
  'quarto',
  'rmd',
  'org',
  'textile',
  'mediawiki',
  'restructuredtext',
  'asciidoc',
  'latex',
  'tex',
  'html',
  'git-commit',
  'scminput',
  'prompt',
  'instructions',
  'chatagent',
  'chatmode',
  'skill',
  'kompress',
]);

const KINDS: ReadonlyMap<string, number> = new Map([
  ['json', KIND.json],
  ['jsonc', KIND.json],
  ['json5', KIND.json],
  ['jsonl', KIND.json],
  ['jsonlines', KIND.json],
  ['ndjson', KIND.json],
  ['log', KIND.log],
  ['search-result', KIND.log],
  ['diff', KIND.diff],
  ['patch', KIND.diff],
  ['csv', KIND.table],
  ['tsv', KIND.table],
]);

/**
 * The kind that a VS Code language id gives every line of its text; undefined where the lines must be looked at.
 * An id that is not known counts as a programming language: there are hundreds, and code must stay whole.
 */
export function kindOfLanguage(languageId: string | undefined): number | undefined {
  if (languageId === undefined || languageId === '' || ANALYSED.has(languageId)) return undefined;
  return KINDS.get(languageId) ?? KIND.code;
}

const TEXT_FENCES = new Set(['text', 'txt', 'plain', 'plaintext', 'markdown', 'md', 'output']);

/**
 * The kind of a fenced block by its info string (`js`, `diff`, `console` …); undefined where it names none and the
 * content decides.
 */
export function kindOfFence(info: string): number | undefined {
  const language = /^[^\s{,:]{0,40}/.exec(info.trim().toLowerCase())?.[0] ?? '';
  if (language === '' || TEXT_FENCES.has(language)) return undefined;
  if (language === 'console' || language === 'terminal' || language === 'shell-session') return KIND.log;
  return KINDS.get(language) ?? KIND.code;
}
