import { at } from '../text/spans';
import { isBlank, KIND, lineHead, type Draft } from './kinds';

/** How a line of pretty-printed JSON may begin. */
const JSON_LINE =
  /^\s*(?:"(?:[^"\\]|\\.){0,400}"?\s*(?::|,?\s*$)|[\]}]+\s*,?\s*$|[[{]\s*(?:$|["\]}[{]|-?\d|true|false|null)|(?:-?\d[\d.eE+-]*|true|false|null)\s*,?\s*$|"(?:[^"\\]|\\.)*$)/;
const OPENS = /^\s*(?:"[^"]{1,200}"\s*:\s*)?[[{]\s*(?:$|["{[])/;
const WHOLE =
  /^\s*(?:\{\s*"(?:[^"\\]|\\.){0,200}"\s*:|\[\s*(?:\{\s*"|"(?:[^"\\]|\\.){0,200}"\s*[,\]]|\[|-?\d[\d.]*\s*,))/;
/** A line longer than a head counts as JSON by its beginning alone. */
const MAX_PARSED = 600;

/** Marks JSON among prose lines: objects and arrays over several lines, and lines that hold a whole one. */
export function markJson(draft: Draft, first: number, end: number): void {
  const { index, lineKind } = draft;
  let line = first;
  while (line < end) {
    if (at(lineKind, line) !== KIND.prose || isBlank(index, line)) {
      line++;
      continue;
    }
    const head = lineHead(index, line);
    if (isWhole(head)) {
      lineKind[line++] = KIND.json;
      continue;
    }
    if (!OPENS.test(head)) {
      line++;
      continue;
    }
    let to = line + 1;
    let keys = /"\s*:/.test(head) ? 1 : 0;
    while (to < end && at(lineKind, to) === KIND.prose && !isBlank(index, to)) {
      const next = lineHead(index, to);
      if (!JSON_LINE.test(next)) break;
      if (/^\s*"(?:[^"\\]|\\.){0,400}"\s*[:,]?/.test(next)) keys++;
      to++;
    }
    if (to - line >= 2 && keys > 0) lineKind.fill(KIND.json, line, to);
    line = to;
  }
}

function isWhole(head: string): boolean {
  if (!WHOLE.test(head)) return false;
  if (head.length >= MAX_PARSED) return true;
  try {
    const value: unknown = JSON.parse(head.trim().replace(/,$/, ''));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
