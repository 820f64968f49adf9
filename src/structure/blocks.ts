import { fromMarkdown } from 'mdast-util-from-markdown';
import { at } from '../text/spans';
import { markWhole, readsLikeText } from './detect';
import { sentenceLike } from './evidence';
import { FENCE, scanFences } from './fences';
import { isBlank, KIND, lineHead, lineText, type Draft } from './kinds';
import { kindOfFence } from './languages';

type Node = ReturnType<typeof fromMarkdown>['children'][number];

/** What the Markdown parser is given at most at once, and in one text: it is quadratic on hostile input. */
const MAX_CHUNK = 8 * 1024;
const MAX_PARSED = 192 * 1024;
const MAX_INDENT = 40;
/** Fences without an end that are passed over in one text. */
const MAX_HALVES = 3;
const MAX_QUOTES = 12;

/** Marks code and raw HTML blocks in lines `[first, end)`, read as one Markdown document. */
export function markBlocks(draft: Draft, first: number, end: number, halves = MAX_HALVES): void {
  const content = frontMatterEnd(draft, first, end);
  draft.lineKind.fill(KIND.code, first, content);
  const scan = scanFences(draft, content, end);
  const state = (line: number): number => at(scan.state, line - content);
  let stop = end;
  if (scan.unclosed !== undefined && halves > 0 && readsLikeText(draft, scan.unclosed + 1, end)) {
    // Half a fence, as a selection that starts inside one leaves it: the text after it is text.
    stop = scan.unclosed;
    draft.lineKind[stop] = KIND.code;
  }
  let budget = MAX_PARSED;
  for (const [from, to, parse] of chunks(draft, content, stop, state)) {
    const size = at(draft.index.lines.end, to - 1) - at(draft.index.lines.start, from);
    const exact = parse && size <= MAX_CHUNK && size <= budget && isTame(draft, from, to);
    if (exact) {
      budget -= size;
      markParsed(draft, from, to, state);
    } else markScanned(draft, from, to, state);
  }
  if (stop < end) markBlocks(draft, stop + 1, end, halves - 1);
}

/** First line after a front matter of YAML (`---`) or TOML (`+++`); `first` where there is none. */
function frontMatterEnd(draft: Draft, first: number, end: number): number {
  const fence = first < end ? lineText(draft.index, first).trimEnd() : '';
  if (first !== 0 || (fence !== '---' && fence !== '+++')) return first;
  for (let line = first + 1; line < Math.min(end, first + 200); line++) {
    const head = lineHead(draft.index, line).trimEnd();
    if (head === fence) return line + 1;
    if (!/^(?:[\w"'][^:=]{0,80}\s?[:=]|\s+\S|- |#|\[|$)/.test(head)) return first;
  }
  return first;
}

/**
 * Cuts lines into pieces that Markdown reads alike alone and together (at blank lines outside of fences before an
 * unindented line) and gives those that hold a block of code or HTML, with whether
 * the fence scan alone cannot tell.
 */
function* chunks(
  draft: Draft,
  first: number,
  end: number,
  state: (line: number) => number,
): Generator<readonly [from: number, to: number, parse: boolean]> {
  let from = first;
  let special = false;
  let parse = false;
  for (let line = first; line < end; line++) {
    const start = at(draft.index.lines.start, line);
    const char = draft.index.text.charAt(start);
    if (line > from && isBlank(draft.index, line - 1) && state(line) <= FENCE.open && !/[ \t]/.test(char)) {
      if (special || parse) yield [from, line, parse];
      from = line;
      special = false;
      parse = false;
    }
    if (parse || isBlank(draft.index, line)) continue;
    special ||= state(line) !== FENCE.none;
    parse ||= needsParser(draft, line, first, state(line));
  }
  if ((special || parse) && from < end) yield [from, end, parse];
}

/** Whether a line can only be understood with the blocks around it: indented code, a fence in a list, HTML. */
function needsParser(draft: Draft, line: number, first: number, fence: number): boolean {
  const { text, lines } = draft.index;
  const start = at(lines.start, line);
  const mark = at(draft.markEnd, line);
  if (fence === FENCE.open) return mark > start;
  if (fence !== FENCE.none) return false;
  if (text.charAt(mark) === '<') return /[A-Za-z/!?]/.test(text.charAt(mark + 1));
  if (mark === start) return false;
  const indent = text.slice(start, Math.min(mark, start + 200));
  // Indented code cannot interrupt a paragraph.
  const follows = line > first && !isBlank(draft.index, line - 1) && at(draft.startsBlock, line - 1) === 0;
  return (!follows && /^(?:[ >]* {4}|[ >]*\t)/.test(indent)) || /[-*+.)>](?: {5}| ?\t)/.test(indent);
}

function isTame(draft: Draft, from: number, to: number): boolean {
  for (let line = from; line < to; line++) {
    const start = at(draft.index.lines.start, line);
    const mark = draft.index.text.slice(start, at(draft.markEnd, line));
    if (mark.length > MAX_INDENT || (mark.match(/>/g) ?? []).length > MAX_QUOTES) return false;
  }
  return true;
}

/** Marks the lines of one small piece with a CommonMark parser. */
function markParsed(draft: Draft, from: number, to: number, state: (line: number) => number): void {
  const { index } = draft;
  const parts: string[] = [];
  for (let line = from; line < to; line++) {
    const start = at(index.lines.start, line);
    const mark = at(draft.markEnd, line);
    const head = index.text.slice(mark, Math.min(mark + 3, at(index.lines.end, line)));
    const plain = state(line) !== FENCE.raw && !/^(?:`{3}|~{3}|<|[-=*_]+$)/.test(head);
    // Only blocks are asked for: what could begin something inline is blanked, which keeps the parser linear.
    const body = index.text.slice(mark, at(index.lines.end, line));
    parts.push(
      index.text.slice(start, mark).replaceAll('\uFEFF', ' ') +
        (plain ? body.replace(/[^\sA-Za-z]/g, 'x') : body),
    );
  }
  const root = fromMarkdown(parts.join('\n'));
  visit(draft, root.children, from);
}

function visit(draft: Draft, nodes: readonly Node[], base: number): void {
  for (const node of nodes) {
    const { position } = node;
    if (position === undefined) continue;
    const first = base + position.start.line - 1;
    const end = base + position.end.line;
    if (node.type === 'code') {
      const fenced = isFence(draft, first);
      if (fenced) markFence(draft, first, end);
      else if (!readsLikeText(draft, first, end)) markWhole(draft, first, end, KIND.code);
    } else if (node.type === 'html') markHtml(draft, first, end);
    else if ('children' in node) visit(draft, node.children, base);
  }
}

const isFence = (draft: Draft, line: number): boolean =>
  /^(?:`{3}|~{3})/.test(draft.index.text.slice(at(draft.markEnd, line), at(draft.markEnd, line) + 3));

/** Marks the fenced block in lines `[first, end)`: by its info string, else by what it holds. */
function markFence(draft: Draft, first: number, end: number): void {
  const mark = at(draft.markEnd, first);
  const info = draft.index.text.slice(mark, Math.min(at(draft.index.lines.end, first), mark + 200));
  const kind = kindOfFence(info.replace(/^[`~]+/, ''));
  // A fence that nothing closes ends with its last line.
  const closed = end - first > 1 && isFence(draft, end - 1);
  if (kind !== undefined) draft.lineKind.fill(kind, first, end);
  else markWhole(draft, first + 1, closed ? end - 1 : end, KIND.code, true);
  // The fence lines go with what they hold.
  const inner = kind ?? (end - first > (closed ? 2 : 1) ? at(draft.lineKind, first + 1) : KIND.code);
  draft.lineKind[first] = inner;
  if (closed) draft.lineKind[end - 1] = inner;
}

const TAGS = /<[^<>]{0,400}>/g;

/** HTML blocks stay whole, save for lines of written text in them. */
function markHtml(draft: Draft, first: number, end: number): void {
  const raw = /^<(?:!|\?|script|pre|style|textarea|svg)/i.test(
    draft.index.text.slice(at(draft.markEnd, first), at(draft.markEnd, first) + 12),
  );
  for (let line = first; line < end; line++) {
    const words = lineHead(draft.index, line).replace(TAGS, ' ').trim();
    const text =
      !raw && (sentenceLike(words) || (/^[^<>{};=]*$/.test(words) && words.split(/\s+/).length >= 3));
    if (!text && !isBlank(draft.index, line)) draft.lineKind[line] = KIND.code;
  }
}

/** Marks fences and raw HTML alone, by the linear scan: for what is too large or too deep to be parsed. */
function markScanned(draft: Draft, from: number, to: number, state: (line: number) => number): void {
  for (let line = from; line < to; line++) {
    if (state(line) === FENCE.raw) draft.lineKind[line] = KIND.code;
    if (state(line) !== FENCE.open) continue;
    let end = line + 1;
    while (end < to && (state(end) === FENCE.inside || state(end) === FENCE.close)) {
      end++;
      if (state(end - 1) === FENCE.close) break;
    }
    markFence(draft, line, end);
    line = end - 1;
  }
}
