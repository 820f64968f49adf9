import { at } from '../text/spans';
import { codeEvidence, sentenceLike } from './evidence';
import { isBlank, KIND, lineHead, type Draft } from './kinds';

const PROMPT =
  /^\s*(?:\([\w.-]{1,40}\)\s)?(?:\$\s+[A-Za-z_.~/]|[\w.-]{1,40}@[\w.-]{1,60}[: ][^\s$#%]{0,200}\s?[$#%]\s+\S|❯\s+\S)|^PS [A-Z]:\\[^>]{0,200}>\s*\S/u;

/** How a line is typed at a shell: after a prompt of its own, after `>`, which also quotes, or not at all. */
function promptOf(head: string): 'shell' | 'angle' | undefined {
  if (PROMPT.test(head) || (/^\s*%\s+[a-z][\w./~-]*(?:\s|$)/.test(head) && !sentenceLike(head)))
    return 'shell';
  return /^> \S/.test(head) && !sentenceLike(head) && codeEvidence(head.slice(2)) === 2 ? 'angle' : undefined;
}

/** Words from which on a sentence after a lone prompt is taken for an explanation of it. */
const LONG_SENTENCE = 13;

/**
 * The lines of `[first, end)` typed at shells and, up to the end of each paragraph, what the commands print. Linear:
 * no line is looked at more than a few times.
 */
export function promptLines(draft: Draft, first: number, end: number): number[] {
  const { index } = draft;
  const found: number[] = [];
  const free = (line: number): boolean =>
    line < end && !isBlank(index, line) && at(draft.startsBlock, line) === 0;
  for (let line = first; line < end; line++) {
    if (at(draft.lineKind, line) !== KIND.prose || !free(line)) continue;
    let prompt = promptOf(lineHead(index, line));
    if (prompt === undefined) continue;
    found.push(line);
    const output: number[] = [];
    let prompts = 1;
    for (; free(line + 1); line++) {
      // Blocks that are known already (JSON, a diff) stay what they are.
      if (at(draft.lineKind, line + 1) !== KIND.prose) continue;
      const head = lineHead(index, line + 1);
      const next = promptOf(head);
      if (next !== undefined) {
        prompt = next;
        prompts++;
      } else if (prompt === 'angle' && (sentenceLike(head) || head.startsWith('>'))) break;
      output.push(line + 1);
    }
    const head = output[0] === undefined ? '' : lineHead(index, output[0]);
    const explained = prompts === 1 && sentenceLike(head) && head.trim().split(/\s+/).length >= LONG_SENTENCE;
    if (!explained) for (const printed of output) found.push(printed);
  }
  return found;
}
