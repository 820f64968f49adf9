import { lineHead } from '../structure/kinds';
import type { Structure } from '../structure/segments';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import { TOKEN_TYPES } from './records';

const CODE = TOKEN_TYPES.indexOf('code');
const COMMENT = TOKEN_TYPES.indexOf('comment');
const CHAT = TOKEN_TYPES.indexOf('chat');
const BOILERPLATE = TOKEN_TYPES.indexOf('boilerplate');

const COMMENT_HEAD = /^\s*(?:#|\/\/)/;
const CHAT_HEAD = /^\s*(?:User:|Assistant:|>)/;
const BOILERPLATE_HEAD = /^\s*(?:import\b|from\s+\S+\s+import\b|(?:LICENSE|Copyright)\b|---|```)/;

/**
 * Semantic type of what a line says, index into TOKEN_TYPES, after the published SuperCompress: a comment begins
 * with `#` or `//` or has a `/*`; chat begins with `User:`, `Assistant:` or `>`; boilerplate is an import, a licence
 * or copyright line, a rule, a fence or nothing; all else is code. Only the beginning of a line is looked at.
 */
export function typeOfLine(head: string): number {
  if (COMMENT_HEAD.test(head) || head.includes('/*')) return COMMENT;
  if (CHAT_HEAD.test(head)) return CHAT;
  return head.trim() === '' || BOILERPLATE_HEAD.test(head) ? BOILERPLATE : CODE;
}

/** The types of all lines. The head lines of turns in a rendered transcript are chat: they are its `User:`. */
export function lineTypes(index: IndexedText, structure: Structure): Uint8Array {
  const types = new Uint8Array(index.lines.count);
  for (let line = 0; line < types.length; line++) {
    const blank = at(index.lines.firstWord, line) === at(index.lines.firstWord, line + 1);
    if (structure.lineFrame[line] === 1) types[line] = CHAT;
    else types[line] = blank ? BOILERPLATE : typeOfLine(lineHead(index, line));
  }
  return types;
}

/** The published base of a token's attention by its type, in the order of TOKEN_TYPES. */
const BASE_ATTENTION = [0.55, 0.25, 0.35, 0.08] as const;

/**
 * What stands in for the attention of a token where the model gives none: the published base by semantic type plus
 * 0.15 · recency. The published terms for noise and for tokens of the question or of the answer are left out: the
 * one is not deterministic, the other tells the policy what it is to find.
 * @param type index into TOKEN_TYPES
 * @param recency in [0, 1]
 * @returns in [0.08, 0.7]
 */
export function standInAttention(type: number, recency: number): number {
  return (BASE_ATTENTION[type] ?? 0) + 0.15 * recency;
}
