import * as v from 'valibot';
import { splitWrappers, type TextPart } from './claude-wrappers';
import type { Role } from './model';
import { boundArguments, type TextStore } from './retain';

/** A block before the file is read to its end: its text may still lose its middle. */
export type DraftBlock =
  | { readonly kind: 'text' | 'thinking' | 'notice'; readonly text: () => string; readonly line: number }
  | {
      readonly kind: 'tool-call';
      readonly id: string | undefined;
      readonly name: string;
      readonly input: unknown;
      readonly line: number;
    }
  | {
      readonly kind: 'tool-result';
      readonly callId: string | undefined;
      readonly text: () => string;
      readonly isError: boolean;
      readonly line: number;
    }
  | { readonly kind: 'image'; readonly mediaType: string; readonly line: number };

/** A record that matters to the conversation, or to the chain of parents. */
export interface Entry {
  readonly line: number;
  readonly uuid: string | undefined;
  readonly parent: string | undefined;
  /** The sub-agent it belongs to, where the file says. */
  readonly agent: string | undefined;
  readonly sideChain: boolean;
  /** `link`: shows nothing, but others name it as their parent. */
  readonly kind: 'prompt' | 'assistant' | 'results' | 'context' | 'link';
  readonly role: Role;
  readonly messageId: string | undefined;
  readonly time: number | undefined;
  readonly model: string | undefined;
  readonly blocks: readonly DraftBlock[];
}

/** What a record says about the session as a whole. */
export interface SessionFacts {
  readonly cwd?: string | undefined;
  readonly title?: { readonly rank: number; readonly text: string } | undefined;
}

export interface ReadRecord {
  readonly entry: Entry | undefined;
  readonly facts: SessionFacts;
  /** Why a record that should have content shows none. */
  readonly problem: string | undefined;
}

const maybe = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined);
const string = maybe(v.string());
const flag = v.fallback(v.boolean(), false);

/** The keys that are read of a record. Others are let go, wrong types count as absent. */
const recordSchema = v.object({
  type: v.string(),
  subtype: string,
  uuid: string,
  parentUuid: string,
  logicalParentUuid: string,
  timestamp: string,
  cwd: string,
  agentId: string,
  isSidechain: flag,
  isMeta: flag,
  isCompactSummary: flag,
  message: v.optional(v.unknown()),
  toolUseResult: v.optional(v.unknown()),
  content: v.optional(v.unknown()),
  attachment: v.optional(v.unknown()),
  summary: string,
  aiTitle: string,
  customTitle: string,
  error: v.optional(v.unknown()),
});
type ClaudeRecord = v.InferOutput<typeof recordSchema>;

const messageSchema = v.object({
  role: string,
  id: string,
  model: string,
  content: v.union([v.string(), v.array(v.unknown())]),
});

const blockSchema = v.object({
  type: v.string(),
  text: string,
  thinking: string,
  id: string,
  name: string,
  input: v.optional(v.unknown()),
  tool_use_id: string,
  content: v.optional(v.unknown()),
  is_error: flag,
  source: maybe(v.object({ media_type: string })),
  tool_name: string,
});

const attachmentSchema = v.object({
  type: string,
  prompt: v.optional(v.unknown()),
  filename: string,
  displayPath: string,
  path: string,
  content: v.optional(v.unknown()),
});

const SHORT_NOTE = 200;

/** Reads one record of a Claude Code session. Never throws. */
export function readRecord(value: unknown, line: number, store: TextStore): ReadRecord {
  const parsed = v.safeParse(recordSchema, value);
  if (!parsed.success) return { entry: undefined, facts: {}, problem: 'the record has no type' };
  const record = parsed.output;
  const facts: SessionFacts = { cwd: record.cwd, title: titleOf(record) };
  const { type } = record;
  if (type === 'user' || type === 'assistant' || record.message !== undefined) {
    const message = v.safeParse(messageSchema, record.message);
    if (message.success)
      return { entry: messageEntry(record, message.output, line, store), facts, problem: undefined };
    const expected = type === 'user' || type === 'assistant';
    const problem = expected ? `the ${type} record has no readable message` : undefined;
    return { entry: linkOnly(record, line), facts, problem };
  }
  const blocks =
    type === 'system' ? systemBlocks(record, line, store) : attachmentBlocks(record.attachment, line, store);
  if (blocks.length === 0) return { entry: linkOnly(record, line), facts, problem: undefined };
  const prompt = type === 'attachment' && blocks[0]?.kind === 'text';
  return {
    entry: {
      ...base(record, line),
      kind: prompt ? 'prompt' : 'context',
      role: prompt ? 'user' : 'system',
      messageId: undefined,
      model: undefined,
      blocks,
    },
    facts,
    problem: undefined,
  };
}

function base(
  record: ClaudeRecord,
  line: number,
): Pick<Entry, 'line' | 'uuid' | 'parent' | 'agent' | 'sideChain' | 'time'> {
  const time = record.timestamp === undefined ? Number.NaN : Date.parse(record.timestamp);
  return {
    line,
    uuid: record.uuid,
    parent: record.parentUuid ?? record.logicalParentUuid,
    agent: record.agentId,
    sideChain: record.isSidechain,
    time: Number.isNaN(time) ? undefined : time,
  };
}

function linkOnly(record: ClaudeRecord, line: number): Entry | undefined {
  if (record.uuid === undefined) return undefined;
  return {
    ...base(record, line),
    kind: 'link',
    role: 'system',
    messageId: undefined,
    model: undefined,
    blocks: [],
  };
}

function titleOf(record: ClaudeRecord): SessionFacts['title'] {
  if (record.type === 'custom-title' && record.customTitle) return { rank: 3, text: record.customTitle };
  if (record.type === 'ai-title' && record.aiTitle) return { rank: 2, text: record.aiTitle };
  if (record.type === 'summary' && record.summary) return { rank: 1, text: record.summary };
  return undefined;
}

function messageEntry(
  record: ClaudeRecord,
  message: v.InferOutput<typeof messageSchema>,
  line: number,
  store: TextStore,
): Entry {
  const assistant = (message.role ?? record.type) === 'assistant';
  const meta = record.isMeta || record.isCompactSummary;
  const blocks =
    typeof message.content === 'string'
      ? textBlocks(message.content, assistant, line, store)
      : message.content.flatMap((block) => contentBlocks(block, assistant, record, line, store));
  const results =
    blocks.length > 0 && blocks.every((block) => block.kind === 'tool-result' && block.callId !== undefined);
  const injected = meta || (!assistant && blocks.length > 0 && blocks.every(isBeside));
  const kind = assistant ? 'assistant' : results ? 'results' : injected ? 'context' : 'prompt';
  return {
    ...base(record, line),
    kind: blocks.length === 0 ? 'link' : kind,
    role: assistant ? 'assistant' : injected ? 'system' : 'user',
    messageId: assistant ? message.id : undefined,
    model: message.model === '<synthetic>' ? undefined : message.model,
    blocks: kind === 'context' ? blocks.map((block) => asNotice(block)) : blocks,
  };
}

/** A remark of Claude Code, or the output of a command that the person ran: nobody's own words. */
export function isBeside(block: DraftBlock): boolean {
  return block.kind === 'notice' || (block.kind === 'tool-result' && block.callId === undefined);
}

/** A short text that Claude Code sent in the person's name reads as a remark, a long one (a skill) as a text. */
function asNotice(block: DraftBlock): DraftBlock {
  if (block.kind !== 'text') return block;
  const text = block.text();
  return text.length <= SHORT_NOTE && !text.includes('\n') ? { ...block, kind: 'notice' } : block;
}

function textBlocks(text: string, assistant: boolean, line: number, store: TextStore): DraftBlock[] {
  if (text.trim() === '' || text.trim() === '(no content)') return [];
  const parts = assistant ? [{ kind: 'text' as const, text }] : splitWrappers(text).map(asInterruption);
  return parts.map((part): DraftBlock => {
    const held = store.hold(part.text, line);
    return part.kind === 'output'
      ? { kind: 'tool-result', callId: undefined, text: held, isError: part.isError, line }
      : { kind: part.kind, text: held, line };
  });
}

/** Claude Code writes an interruption as if the person had typed it. */
function asInterruption(part: TextPart): TextPart {
  return part.kind === 'text' && part.text.startsWith('[Request interrupted by user')
    ? { kind: 'notice', text: part.text }
    : part;
}

function contentBlocks(
  value: unknown,
  assistant: boolean,
  record: ClaudeRecord,
  line: number,
  store: TextStore,
): DraftBlock[] {
  if (typeof value === 'string') return textBlocks(value, assistant, line, store);
  const parsed = v.safeParse(blockSchema, value);
  if (!parsed.success) return [];
  const block = parsed.output;
  if (block.type === 'thinking' || block.type === 'redacted_thinking')
    return [{ kind: 'thinking', text: store.hold((block.thinking ?? '').trim(), line), line }];
  if (block.type === 'image' || block.type === 'document')
    return [{ kind: 'image', mediaType: block.source?.media_type ?? block.type, line }];
  if (block.type.endsWith('tool_use')) {
    const input = boundArguments(block.input, store, line);
    return [{ kind: 'tool-call', id: block.id, name: block.name ?? 'tool', input, line }];
  }
  if (block.type.endsWith('tool_result')) {
    const own = resultText(block.content);
    const text = store.hold(own === '' ? repeatedResult(record.toolUseResult) : own, line);
    return [{ kind: 'tool-result', callId: block.tool_use_id ?? '', text, isError: block.is_error, line }];
  }
  if (block.text !== undefined) return textBlocks(block.text, assistant, line, store);
  return [{ kind: 'notice', text: store.hold(`[${block.type}]`, line), line }];
}

/** The text of a tool result's content: a string, or text, images and references in a list. */
function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((item: unknown) => {
      const parsed = v.safeParse(blockSchema, item);
      if (!parsed.success) return typeof item === 'string' ? item : '';
      const { type, text, source, tool_name: tool, name } = parsed.output;
      return (
        text ?? (type === 'image' ? `[${source?.media_type ?? 'image'}]` : `[${type} ${tool ?? name ?? ''}]`)
      );
    })
    .filter((text) => text !== '')
    .join('\n');
}

const shellSchema = v.object({ stdout: v.fallback(v.string(), ''), stderr: v.fallback(v.string(), '') });

/** Claude Code repeats a result beside the message; it is read only where the message has none. */
function repeatedResult(value: unknown): string {
  if (typeof value === 'string') return value;
  const shell = v.safeParse(shellSchema, value);
  return shell.success
    ? [shell.output.stdout, shell.output.stderr].filter((text) => text !== '').join('\n')
    : '';
}

const errorSchema = v.object({
  status: v.optional(v.number()),
  message: string,
  error: maybe(v.object({ message: string, error: maybe(v.object({ message: string })) })),
});

function systemBlocks(record: ClaudeRecord, line: number, store: TextStore): DraftBlock[] {
  const notice = (text: string): DraftBlock[] => [{ kind: 'notice', text: store.hold(text, line), line }];
  if (record.subtype === 'api_error') {
    const parsed = v.safeParse(errorSchema, record.error);
    if (!parsed.success) return notice('The request to the model failed');
    const { status, message, error } = parsed.output;
    const why = error?.error?.message ?? error?.message ?? message;
    return notice(
      `The request to the model failed${status === undefined ? '' : ` (${status})`}${why ? `: ${why}` : ''}`,
    );
  }
  const content = typeof record.content === 'string' ? record.content : '';
  if (record.subtype === 'compact_boundary')
    return notice(content === '' ? 'Conversation compacted' : content);
  return textBlocks(content, false, line, store).map((block) => asNotice(block));
}

/** What the person attached or queued; lists of tools, reminders and the like that only the model needs show nothing. */
function attachmentBlocks(value: unknown, line: number, store: TextStore): DraftBlock[] {
  const parsed = v.safeParse(attachmentSchema, value);
  if (!parsed.success) return [];
  const { type, prompt, filename, displayPath, path, content } = parsed.output;
  if (type === 'queued_command') {
    if (typeof prompt === 'string') return textBlocks(prompt, false, line, store);
    return textBlocks(resultText(prompt), false, line, store);
  }
  if (type !== 'file' && type !== 'directory' && type !== 'edited_text_file') return [];
  const name = displayPath ?? filename ?? path ?? type;
  const said = type === 'edited_text_file' ? `Changed outside of the session: ${name}` : `Attached: ${name}`;
  const blocks: DraftBlock[] = [{ kind: 'notice', text: store.hold(said, line), line }];
  const text = attachedText(content);
  if (text !== '')
    blocks.push({
      kind: 'tool-result',
      callId: undefined,
      text: store.hold(text, line),
      isError: false,
      line,
    });
  return blocks;
}

const fileSchema = v.object({ content: string, file: maybe(v.object({ content: string })) });

function attachedText(content: unknown): string {
  if (typeof content === 'string') return content;
  const parsed = v.safeParse(fileSchema, content);
  return parsed.success ? (parsed.output.file?.content ?? parsed.output.content ?? '') : '';
}
