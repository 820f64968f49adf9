import { displayLines, displayText } from './display';
import { DocumentBuilder, MAX_DOCUMENT_BYTES } from './document-builder';
import type { Block, Transcript, TranscriptDocument, Turn } from './model';
import { createClock, shortModel } from './turn-heads';
import { oneLine } from './one-line';
import { counted, describeTool } from './tool-lines';

export interface DocumentOptions {
  /** IANA name; default is the zone of this machine. */
  readonly timeZone?: string | undefined;
  /** No document gets larger, counted in bytes of UTF-8. */
  readonly maxBytes?: number | undefined;
}

const AGENTS: Readonly<Record<string, string>> = { 'claude-code': 'Claude' };
const FORMATS: Readonly<Record<string, string>> = { 'claude-code': 'Claude Code' };
const LABEL_CHARACTERS = 80;
const LONG_RESULT_LINES = 4;
const LARGE_RESULT = 10_000;
const NAMED_PROBLEMS = 3;

/**
 * A transcript as a document that reads like a conversation. Every line of it lies in exactly one hint, in order;
 * turns, hints and folds come from the blocks themselves, never from reading the text again.
 */
export function renderTranscript(transcript: Transcript, options: DocumentOptions = {}): TranscriptDocument {
  const builder = new DocumentBuilder(options.maxBytes ?? MAX_DOCUMENT_BYTES);
  const clock = createClock(options.timeZone);
  const agent = AGENTS[transcript.format] ?? 'Agent';
  header(builder, transcript);
  let branch: number | undefined;
  const endBranch = (): void => {
    if (branch !== undefined) builder.fold('branch', branch);
    branch = undefined;
  };
  for (const [i, turn] of transcript.turns.entries()) {
    if (!turn.abandoned) endBranch();
    else if (branch === undefined) {
      branch = builder.lineCount;
      const length = transcript.turns.slice(i).findIndex((other) => !other.abandoned);
      builder.add('frame', [
        `⎇ Abandoned branch · ${counted(length < 0 ? transcript.turns.length - i : length, 'turn')}`,
        '',
      ]);
    }
    const before = builder.lineCount;
    builder.startTurn();
    builder.add('frame', [head(turn, i + 1, agent, clock(turn.time)), '']);
    for (const group of callGroups(turn.blocks)) block(builder, group, transcript.project);
    if (builder.isFull) {
      builder.cutTurn(before, transcript.turns.length - i, firstRecord(turn));
      break;
    }
    builder.endTurn({
      number: i + 1,
      role: turn.role,
      label: label(turn, transcript.project),
      sideChain: turn.sideChain,
    });
  }
  endBranch();
  return {
    title: oneLine(displayText(transcript.title), LABEL_CHARACTERS),
    format: transcript.format,
    ...builder.finish(),
    problems: transcript.problems,
    stats: transcript.stats,
  };
}

function header(builder: DocumentBuilder, transcript: Transcript): void {
  const { title, project, turns, problems, stats } = transcript;
  const facts = [FORMATS[transcript.format] ?? transcript.format, project, counted(turns.length, 'turn')];
  const lines = [
    `# ${oneLine(displayText(title), LABEL_CHARACTERS)}`,
    oneLine(displayText(facts.filter((fact) => fact !== undefined).join(' · ')), 1000),
  ];
  if (stats.skipped > 0) {
    const named = problems.slice(0, NAMED_PROBLEMS).map(({ line, reason }) => `line ${line}: ${reason}`);
    const more = stats.skipped > named.length ? '; …' : '';
    lines.push(`${counted(stats.skipped, 'record')} could not be read (${named.join('; ')}${more})`);
  }
  builder.add('frame', [...lines, '']);
}

function head(turn: Turn, number: number, agent: string, time: string): string {
  const who =
    turn.role === 'user'
      ? turn.sideChain
        ? `${agent} ↳ sub-agent`
        : 'You'
      : turn.role === 'assistant'
        ? turn.sideChain
          ? '↳ sub-agent'
          : agent
        : turn.role === 'tool'
          ? 'Tool'
          : 'System';
  const model = turn.role === 'assistant' ? shortModel(turn.model) : '';
  const parts = [`## ${number}`, who, time, model, turn.abandoned ? 'abandoned' : ''];
  return oneLine(displayText(parts.filter((part) => part !== '').join(' · ')), 200);
}

interface CallGroup {
  readonly block: Block;
  readonly results: readonly Extract<Block, { kind: 'tool-result' }>[];
}

/** Each block; a call together with the results that follow it. */
function callGroups(blocks: readonly Block[]): CallGroup[] {
  const groups: { block: Block; results: Extract<Block, { kind: 'tool-result' }>[] }[] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (block.kind === 'tool-result' && last?.block.kind === 'tool-call') last.results.push(block);
    else groups.push({ block, results: [] });
  }
  return groups;
}

function block(builder: DocumentBuilder, { block, results }: CallGroup, project: string | undefined): void {
  switch (block.kind) {
    case 'text':
      builder.add('markdown', [...trimmed(block.text), '']);
      return;
    case 'thinking': {
      const first = builder.lineCount;
      if (block.text === '') {
        builder.add('frame', ['✻ Thinking, not in the file', '']);
        return;
      }
      builder.add('frame', ['✻ Thinking']);
      builder.add('markdown', [...indented(trimmed(block.text)), '']);
      builder.fold('thinking', first);
      return;
    }
    case 'notice':
      notice(builder, trimmed(block.text));
      return;
    case 'image':
      builder.add('frame', [`[${displayText(block.mediaType).replace(/\s+/g, ' ')}]`, '']);
      return;
    case 'tool-result':
      result(builder, block);
      builder.add('frame', ['']);
      return;
    case 'tool-call':
      call(builder, block.name, block.input, project);
      if (results.length === 0) builder.add('frame', ['  └ no result in the file']);
      for (const one of results) result(builder, one);
      builder.add('frame', ['']);
      return;
  }
}

function notice(builder: DocumentBuilder, lines: readonly string[]): void {
  const [first = '', ...rest] = lines;
  const text = [`· ${first}`, ...indented(rest), ''];
  builder.add(rest.length === 0 ? 'frame' : 'markdown', text);
}

function call(builder: DocumentBuilder, name: string, input: unknown, project: string | undefined): void {
  const view = describeTool(name, input, project);
  const summary = view.summary === '' ? '' : `  ${view.summary}`;
  builder.add('frame', [displayText(`▸ ${view.name}${summary}`).replace(/\n/g, ' ')]);
  for (const { as, lines } of view.body) builder.add(as, indented(displayLines(lines.join('\n'))));
}

const EXIT = /^(?:Error: )?Exit code (\d+)(?:\n|$)/;
const DECLINED = /^The user doesn't want to (?:proceed|take this action)/;
// Says no more than the call and its `ok`.
const JUST_OK =
  /^(?:The file .{1,400} has been updated successfully\.|File created successfully at: .{1,400})$/;
const WRAPPED_ERROR = /^<tool_use_error>([\s\S]*)<\/tool_use_error>\s*$/;

function result(
  builder: DocumentBuilder,
  { text: raw, isError }: Extract<Block, { kind: 'tool-result' }>,
): void {
  const first = builder.lineCount;
  const exit = isError ? EXIT.exec(raw) : null;
  const text = exit === null ? (isError ? raw.replace(WRAPPED_ERROR, '$1') : raw) : raw.slice(exit[0].length);
  const lines = trimmed(text);
  const empty = lines.length === 1 && lines[0] === '';
  const state =
    exit === null ? (isError ? (DECLINED.test(raw) ? 'declined' : 'error') : 'ok') : `exit ${exit[1] ?? ''}`;
  const length = empty
    ? 'no output'
    : lines.length > 1 || text.length > LARGE_RESULT
      ? counted(lines.length, 'line')
      : '';
  const size =
    text.length > LARGE_RESULT ? `${Math.round(text.length / 1000).toLocaleString('en')}k characters` : '';
  builder.add('frame', [`  └ ${[state, length, size].filter((part) => part !== '').join(' · ')}`]);
  if (empty || (state === 'ok' && lines.length === 1 && JUST_OK.test(text))) return;
  builder.add('output', indented(lines));
  if (lines.length >= LONG_RESULT_LINES) builder.fold('result', first);
}

function label(turn: Turn, project: string | undefined): string {
  for (const { kind, ...rest } of turn.blocks)
    if ((kind === 'text' || kind === 'notice') && 'text' in rest && rest.text.trim() !== '')
      return oneLine(displayText(rest.text.slice(0, 1000)), LABEL_CHARACTERS);
  for (const block of turn.blocks)
    if (block.kind === 'tool-call') {
      const { name, summary } = describeTool(block.name, block.input, project);
      return oneLine(displayText(`▸ ${name}  ${summary}`), LABEL_CHARACTERS);
    }
  const [first] = turn.blocks;
  if (first?.kind === 'thinking')
    return oneLine(displayText(`✻ ${first.text.slice(0, 1000)}`), LABEL_CHARACTERS);
  return first?.kind === 'image' ? `[${first.mediaType}]` : 'Tool result';
}

function firstRecord(turn: Turn): number {
  return turn.blocks[0]?.source.firstLine ?? 0;
}

/** Lines to show, without blank lines before and after the text. */
function trimmed(text: string): string[] {
  const lines = displayLines(text);
  let start = 0;
  let end = lines.length;
  while (end > start + 1 && (lines[end - 1] ?? '').trim() === '') end -= 1;
  while (start < end - 1 && (lines[start] ?? '').trim() === '') start += 1;
  return lines.slice(start, end).map((line) => (line.trim() === '' ? '' : line));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
