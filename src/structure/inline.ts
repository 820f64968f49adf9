import { at } from '../text/spans';
import { ATOM_KINDS } from './segments';
import { isBlank, KIND, type Atom, type Draft } from './kinds';

const INLINE_CODE = ATOM_KINDS.indexOf('inline code');
const LINK = ATOM_KINDS.indexOf('link');
const HTML = ATOM_KINDS.indexOf('html');

const MAX_OPEN_BRACKETS = 1000;

const SPECIAL = /[`\\[\]<]|https?:\/\//g;
const URL_TAIL = /[^\s<>`"[\]]{1,4000}/y;
const AUTOLINK = /<(?:[A-Za-z][\w.+-]{1,31}:[^\s<>]{0,2000}|[\w.+-]{1,64}@[\w.-]{1,255})>/y;
const TAG = /<\/?[A-Za-z][\w-]{0,60}(?:\s[^<>]{0,1000})?\/?>|<!--[^<>]{0,1000}-->/y;
const DESTINATION =
  /\(\s{0,20}(?:<[^<>\n]{0,2000}>|[^\s()<>]{0,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500}){0,4})(?:\s{1,20}(?:"[^"]{0,500}"|'[^']{0,500}'|\([^()]{0,500}\)))?\s{0,20}\)/y;
const REFERENCE = /\[([^[\]]{0,300})\]/y;
const DEFINITION = /^\[([^[\]]{1,300})\]:\s*\S/;

/** Link labels defined in lines `[first, end)`, folded as CommonMark compares them. */
export function definedLabels(draft: Draft, first: number, end: number): ReadonlySet<string> {
  const labels = new Set<string>();
  const { text, lines } = draft.index;
  for (let line = first; line < end; line++) {
    const start = at(draft.markEnd, line);
    if (text.charAt(start) !== '[' || at(draft.lineKind, line) !== KIND.prose) continue;
    const label = DEFINITION.exec(text.slice(start, Math.min(at(lines.end, line), start + 400)))?.[1];
    if (label !== undefined) labels.add(fold(label));
  }
  return labels;
}

const fold = (label: string): string => label.trim().replace(/\s+/g, ' ').toLowerCase();

/**
 * Finds inline code, links, images, URLs and HTML tags in the prose of lines `[first, end)`, paragraph by paragraph,
 * after CommonMark's rules for code spans and links (https://spec.commonmark.org/0.31.2/). Linear in the text, which
 * a full inline parser is not.
 */
export function inlineAtoms(draft: Draft, first: number, end: number, labels: ReadonlySet<string>): Atom[] {
  const atoms: Atom[] = [];
  let line = first;
  while (line < end) {
    if (!isText(draft, line)) {
      line++;
      continue;
    }
    const from = line++;
    while (line < end && isText(draft, line) && at(draft.startsBlock, line) === 0) line++;
    scanParagraph(paragraphText(draft, from, line), at(draft.index.lines.start, from), labels, atoms);
  }
  return atoms;
}

const isText = (draft: Draft, line: number): boolean =>
  at(draft.lineKind, line) === KIND.prose && !isBlank(draft.index, line);

/** Lines `[from, to)` with their marks blanked out, so that offsets stay. */
function paragraphText(draft: Draft, from: number, to: number): string {
  const { text, lines } = draft.index;
  let out = '';
  for (let line = from; line < to; line++) {
    const start = at(lines.start, line);
    const mark = at(draft.markEnd, line);
    const next = line + 1 < to ? at(lines.start, line + 1) : at(lines.end, line);
    out += ' '.repeat(mark - start) + text.slice(mark, next);
  }
  return out;
}

function scanParagraph(text: string, base: number, labels: ReadonlySet<string>, atoms: Atom[]): void {
  SPECIAL.lastIndex = 0;
  let spans: CodeSpans | undefined;
  const brackets: number[] = [];
  const add = (start: number, end: number, kind: number): void => {
    atoms.push({ start: base + start, end: base + end, kind });
    SPECIAL.lastIndex = end;
  };
  for (let match = SPECIAL.exec(text); match !== null; match = SPECIAL.exec(text)) {
    const start = match.index;
    switch (match[0]) {
      case '\\':
        if (/[!-/:-@[-`{-~]/.test(text.charAt(start + 1))) SPECIAL.lastIndex = start + 2;
        break;
      case '`': {
        spans ??= new CodeSpans(text);
        const end = spans.endOf(start);
        if (end !== undefined) add(start, end, INLINE_CODE);
        else while (text.charAt(SPECIAL.lastIndex) === '`') SPECIAL.lastIndex++;
        break;
      }
      case '<': {
        const link = sticky(AUTOLINK, text, start);
        const tag = link === undefined ? sticky(TAG, text, start) : undefined;
        if (link !== undefined) add(start, link, LINK);
        else if (tag !== undefined) add(start, tag, HTML);
        break;
      }
      case '[':
        brackets.push(start);
        if (brackets.length > MAX_OPEN_BRACKETS) brackets.length = 0;
        break;
      case ']': {
        const open = brackets.pop();
        if (open === undefined) break;
        const end = linkEnd(text, open, start + 1, labels);
        if (end !== undefined) add(text.charAt(open - 1) === '!' ? open - 1 : open, end, LINK);
        break;
      }
      default: {
        const end = sticky(URL_TAIL, text, start);
        if (end !== undefined) add(start, trimUrl(text, start, end), LINK);
      }
    }
  }
}

/** Where the backtick runs of a text open code spans: each with the next run of its length. */
class CodeSpans {
  readonly #start: readonly number[];
  readonly #end: Int32Array;
  #next = 0;

  constructor(text: string) {
    const start: number[] = [];
    const length: number[] = [];
    for (let i = text.indexOf('`'); i >= 0; i = text.indexOf('`', i)) {
      const from = i;
      while (text.charCodeAt(i) === 96) i++;
      start.push(from);
      length.push(i - from);
    }
    this.#start = start;
    this.#end = new Int32Array(start.length).fill(-1);
    const following = new Map<number, number>();
    for (let run = start.length - 1; run >= 0; run--) {
      const size = at(length, run);
      const closer = following.get(size);
      if (closer !== undefined) this.#end[run] = closer + size;
      following.set(size, at(start, run));
    }
  }

  /** End of the span that the run at `position` opens, if it does. Positions must not fall from call to call. */
  endOf(position: number): number | undefined {
    while (this.#next < this.#start.length && at(this.#start, this.#next) < position) this.#next++;
    if (this.#next >= this.#start.length || at(this.#start, this.#next) !== position) return undefined;
    const end = at(this.#end, this.#next);
    return end < 0 ? undefined : end;
  }
}

/** End of a link whose text is `[open, close)`, undefined where the brackets are no link. */
function linkEnd(text: string, open: number, close: number, labels: ReadonlySet<string>): number | undefined {
  const destination = sticky(DESTINATION, text, close);
  if (destination !== undefined) return destination;
  if (labels.size === 0) return undefined;
  const label = fold(text.slice(open + 1, Math.min(close - 1, open + 400)));
  // A definition is one link with its target, to the end of its line.
  if (
    text.charAt(close) === ':' &&
    labels.has(label) &&
    /(?:^|[\r\n])\s{0,100}$/.test(text.slice(Math.max(0, open - 100), open))
  )
    return close + (/^[^\r\n]{0,4000}/.exec(text.slice(close, close + 4000))?.[0].trimEnd().length ?? 0);
  REFERENCE.lastIndex = close;
  const reference = REFERENCE.exec(text);
  if (reference !== null) {
    const named = fold(reference[1] ?? '');
    if (labels.has(named === '' ? label : named)) return close + reference[0].length;
  }
  return labels.has(label) ? close : undefined;
}

function sticky(pattern: RegExp, text: string, position: number): number | undefined {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** A URL's end without the punctuation of the sentence around it. */
function trimUrl(text: string, start: number, end: number): number {
  let last = end;
  const hasOpen = text.slice(start, last).includes('(');
  while (last > start && /[.,;:!?'*_]/.test(text.charAt(last - 1))) last--;
  if (!hasOpen && text.charAt(last - 1) === ')') {
    last--;
    while (last > start && /[.,;:!?)]/.test(text.charAt(last - 1))) last--;
  }
  return last;
}
