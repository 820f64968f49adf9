/** A part of a user record's text: what the person wrote, or what Claude Code put around or beside it. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'output'; readonly text: string; readonly isError: boolean };

const NOTICES: Readonly<Record<string, string>> = {
  'system-reminder': 'System reminder',
  'local-command-caveat': 'Note',
  'task-notification': 'Task notification',
  'user-prompt-submit-hook': 'Hook',
  'session-start-hook': 'Hook',
  ide_opened_file: 'Editor',
  ide_selection: 'Editor selection',
  'ide-selection': 'Editor selection',
  'post-tool-use-hook': 'Hook',
  'new-diagnostics': 'Diagnostics',
};
const TAG = new RegExp(
  `<(${[
    'command-name|command-message|command-args|command-contents',
    'local-command-stdout|local-command-stderr|bash-input|bash-stdout|bash-stderr|user-memory-input',
    ...Object.keys(NOTICES),
  ].join('|')})>`,
  'g',
);

/**
 * Takes the wrappers apart that Claude Code writes into user texts: a slash command becomes `/name arguments`, its
 * output a result, a reminder a notice. A wrapper that is not closed stays text. O(length).
 */
export function splitWrappers(text: string): TextPart[] {
  const parts: TextPart[] = [];
  const command = new Map<string, string>();
  const unclosed = new Set<string>();
  const add = (part: TextPart): void => {
    if (part.text.trim() !== '') parts.push(part);
  };
  const flush = (): void => {
    for (const part of commandParts(command)) add(part);
    command.clear();
  };
  let position = 0;
  TAG.lastIndex = 0;
  for (let match = TAG.exec(text); match !== null; match = TAG.exec(text)) {
    const tag = match[1] ?? '';
    const close = unclosed.has(tag) ? -1 : text.indexOf(`</${tag}>`, TAG.lastIndex);
    if (close < 0) {
      unclosed.add(tag);
      continue;
    }
    const between = text.slice(position, match.index);
    const inner = text.slice(TAG.lastIndex, close);
    if (between.trim() !== '') flush();
    add({ kind: 'text', text: between.trim() });
    position = close + tag.length + 3;
    TAG.lastIndex = position;
    if (tag.startsWith('command-')) {
      if (command.has(tag)) flush();
      command.set(tag, inner.trim());
      continue;
    }
    flush();
    add(partOf(tag, inner));
  }
  flush();
  add({ kind: 'text', text: position === 0 ? text : text.slice(position).trim() });
  return parts;
}

function partOf(tag: string, inner: string): TextPart {
  switch (tag) {
    case 'local-command-stdout':
    case 'bash-stdout':
      return { kind: 'output', text: inner, isError: false };
    case 'local-command-stderr':
    case 'bash-stderr':
      return { kind: 'output', text: inner, isError: true };
    case 'bash-input':
      return { kind: 'text', text: `! ${inner.trim()}` };
    case 'user-memory-input':
      return { kind: 'text', text: `# ${inner.trim()}` };
    default:
      return { kind: 'notice', text: `${NOTICES[tag] ?? tag}: ${inner.trim()}` };
  }
}

function commandParts(command: ReadonlyMap<string, string>): TextPart[] {
  const name = command.get('command-name') ?? '';
  const message = command.get('command-message') ?? '';
  const parts: TextPart[] = [];
  const args = command.get('command-args') ?? '';
  const call = name === '' ? (message === '' ? '' : `/${message}`) : name;
  if (call !== '' || args !== '') parts.push({ kind: 'text', text: `${call} ${args}`.trim() });
  const plain = name.replace(/^\//, '');
  if (name !== '' && message !== '' && message !== plain && message !== `${plain} is running…`)
    parts.push({ kind: 'notice', text: `Command: ${message}` });
  const contents = command.get('command-contents') ?? '';
  if (contents !== '') parts.push({ kind: 'text', text: contents });
  return parts;
}
