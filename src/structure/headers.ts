/** Headers of blocks that end with a colon (`if x > 0:`), and the lead-ins of English that look like them. */

const HEADER =
  /^\s*(if|elif|for|while|with|except|else|try|finally|match|case)\b((?:[^.?!"]|\.(?=\w)|!(?==)){0,160}):\s*(?:#.*)?$/;
/** Two names in a row, as no expression has them. */
const ADJACENT_NAMES =
  /(?<![\w'])(?!(?:and|or|not|in|is|as|if|else|lambda|for|async|await)\b)[A-Za-z_]\w*\s+(?!(?:and|or|not|in|is|as|if|else|for)\b)[A-Za-z_]/;
const SIGN =
  /[\w)\]]\(|^\s*\(|[=<>[\]]|[A-Za-z_]\.[A-Za-z_]|\bis (?:not )?None\b|\bnot in\b|\w_\w|[a-z][A-Z]|\bnot \w\s*$|^\s*\w\s*$/;
const LOOP = /^\s+(\w+(?:\s*,\s*\w+)*|\([^()]{1,60}\))\s+in\s+\S/;

/**
 * Whether a line opens a block of a program: 2 surely, 1 only if the lines below it are code, 0 not at all.
 */
export function headerEvidence(head: string): number {
  const match = HEADER.exec(head);
  if (match === null) return 0;
  const keyword = match[1] ?? '';
  const rest = (match[2] ?? '').replace(/'[^']*'/g, '0');
  if (/^(?:else|try|finally)$/.test(keyword)) return rest.trim() === '' ? 2 : 0;
  if (ADJACENT_NAMES.test(rest)) return 0;
  if (keyword === 'except') return /^\s*(?:$|\(|[A-Z])/.test(rest) ? 2 : 1;
  if (rest.trim() === '') return 0;
  if (keyword !== 'for') return SIGN.test(rest) ? 2 : 1;
  const target = LOOP.exec(rest)?.[1];
  if (target === undefined) return 0;
  return target.length <= 1 || SIGN.test(rest) || /[,(]/.test(target) ? 2 : 1;
}
