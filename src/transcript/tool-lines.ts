import { diffLines } from './line-diff';

/** Lines that belong under a tool call: written text, or arguments and file content. */
export interface ToolBody {
  readonly as: 'markdown' | 'output';
  readonly lines: readonly string[];
}

/** A tool call as a person would write it: `name  summary`, and what does not fit on that line. */
export interface ToolView {
  readonly name: string;
  readonly summary: string;
  readonly body: readonly ToolBody[];
}

type Input = Readonly<Record<string, unknown>>;
interface Context {
  readonly input: Input;
  /** A path as it is best read: relative to the project where it lies in it. */
  readonly path: (key: string) => string;
  readonly text: (key: string) => string;
}
type Describe = (context: Context) => Omit<ToolView, 'name'>;

const HEAD_CHARACTERS = 160;
const output = (text: string): ToolBody[] => (text === '' ? [] : [{ as: 'output', lines: text.split('\n') }]);
const markdown = (text: string): ToolBody[] =>
  text === '' ? [] : [{ as: 'markdown', lines: text.split('\n') }];

/** Describes a call of any tool; a tool that is not known is shown with its arguments. */
export function describeTool(name: string, input: unknown, project: string | undefined): ToolView {
  const fields = asInput(input);
  if (fields === undefined)
    return { name, summary: '', body: output(input === undefined ? '' : plain(input)) };
  const text = (key: string): string => (typeof fields[key] === 'string' ? fields[key] : '');
  const context: Context = { input: fields, text, path: (key) => relativeTo(project, text(key)) };
  const describe = TOOLS.get(name) ?? anyTool;
  const view = describe(context);
  // A known tool called in an unknown way shows its arguments as they are.
  const { summary, body } = view.summary === '' && view.body.length === 0 ? anyTool(context) : view;
  return { name, summary: oneHeadLine(summary), body };
}

const TOOLS: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  [
    'Bash',
    ({ text, input }) => command(text('command'), text('description'), input['run_in_background'] === true),
  ],
  ['Read', ({ path, input }) => ({ summary: joined([path('file_path'), lineRange(input)]), body: [] })],
  [
    'Edit',
    ({ path, text, input }) => edits(path('file_path'), [[text('old_string'), text('new_string')]], input),
  ],
  ['MultiEdit', ({ path, input }) => edits(path('file_path'), editPairs(input['edits']), input)],
  ['Write', ({ path, text }) => written(path('file_path'), text('content'))],
  ['NotebookEdit', ({ path, text }) => written(path('notebook_path'), text('new_source'))],
  [
    'Grep',
    ({ text, path }) => ({
      summary: joined([
        text('pattern') === '' ? '' : `/${text('pattern')}/`,
        inPlace(path('path')),
        text('glob'),
        text('type'),
      ]),
      body: [],
    }),
  ],
  ['Glob', ({ text, path }) => ({ summary: joined([text('pattern'), inPlace(path('path'))]), body: [] })],
  ['LS', ({ path }) => ({ summary: path('path'), body: [] })],
  ['Task', agentCall],
  ['Agent', agentCall],
  ['TodoWrite', ({ input }) => todos(input['todos'])],
  ['WebFetch', ({ text }) => ({ summary: text('url'), body: markdown(text('prompt')) })],
  ['WebSearch', ({ text }) => ({ summary: text('query'), body: [] })],
  ['ToolSearch', ({ text }) => ({ summary: text('query'), body: [] })],
  ['Skill', ({ text }) => ({ summary: joined([text('skill') || text('command'), text('args')]), body: [] })],
  ['ExitPlanMode', ({ text }) => ({ summary: '', body: markdown(text('plan')) })],
  ['AskUserQuestion', ({ input }) => questions(input['questions'])],
]);

function command(line: string, description: string, background: boolean): Omit<ToolView, 'name'> {
  const suffix = background ? ' (in the background)' : '';
  const whole = line.trim();
  if (!whole.includes('\n') && whole.length <= HEAD_CHARACTERS) return { summary: whole + suffix, body: [] };
  const [first = ''] = whole.split('\n', 1);
  const summary = description === '' ? clip(first, 80) : description;
  return { summary: summary + suffix, body: output(whole) };
}

function edits(
  path: string,
  pairs: readonly (readonly [string, string])[],
  input: Input,
): Omit<ToolView, 'name'> {
  let added = 0;
  let removed = 0;
  const body = pairs.map(([before, after], i): ToolBody => {
    const lines = diffLines(before, after);
    for (const { sign } of lines) {
      if (sign === '+') added += 1;
      if (sign === '-') removed += 1;
    }
    const shown = lines.map(({ sign, text }) => `${sign} ${text}`.trimEnd());
    return { as: 'output', lines: i === 0 ? shown : ['@@', ...shown] };
  });
  const everywhere = input['replace_all'] === true ? 'everywhere' : '';
  const changed = added + removed > 0;
  return { summary: joined([path, changed ? `+${added} −${removed}` : '', everywhere]), body };
}

function editPairs(value: unknown): [string, string][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): [string, string][] => {
    const edit = asInput(item);
    const before = edit?.['old_string'];
    const after = edit?.['new_string'];
    return typeof before === 'string' && typeof after === 'string' ? [[before, after]] : [];
  });
}

function written(path: string, content: string): Omit<ToolView, 'name'> {
  const lines = content === '' ? [] : content.replace(/\n$/, '').split('\n');
  return {
    summary: joined([path, lines.length === 0 ? '' : counted(lines.length, 'line')]),
    body: lines.length === 0 ? [] : [{ as: 'output', lines }],
  };
}

function agentCall({ text }: Context): Omit<ToolView, 'name'> {
  const type = text('subagent_type');
  return {
    summary: joined([text('description'), type === '' ? '' : `(${type})`], ' '),
    body: markdown(text('prompt')),
  };
}

const MARKS: Readonly<Record<string, string>> = { completed: '[x]', in_progress: '[~]' };

function todos(value: unknown): Omit<ToolView, 'name'> {
  if (!Array.isArray(value)) return { summary: '', body: [] };
  let done = 0;
  const lines = value.map((item: unknown) => {
    const todo = asInput(item);
    const status = plain(todo?.['status'] ?? '');
    if (status === 'completed') done += 1;
    return `${MARKS[status] ?? '[ ]'} ${plain(todo?.['content'] ?? item)}`;
  });
  return {
    summary: `${done} of ${value.length} done`,
    body: lines.length === 0 ? [] : [{ as: 'output', lines }],
  };
}

function questions(value: unknown): Omit<ToolView, 'name'> {
  if (!Array.isArray(value)) return { summary: '', body: [] };
  const lines = value.flatMap((item: unknown) => {
    const question = asInput(item);
    const options: readonly unknown[] = Array.isArray(question?.['options']) ? question['options'] : [];
    return [
      plain(question?.['question'] ?? item),
      ...options.map((option) => {
        const fields = asInput(option);
        const description = plain(fields?.['description'] ?? '');
        return `- ${plain(fields?.['label'] ?? option)}${description === '' ? '' : `: ${description}`}`;
      }),
    ];
  });
  return {
    summary: counted(value.length, 'question'),
    body: lines.length === 0 ? [] : [{ as: 'markdown', lines }],
  };
}

/** `key: value` on the head line where that is short, else one argument a line and long texts as they are. */
function anyTool({ input }: Context): Omit<ToolView, 'name'> {
  const entries = Object.entries(input).map(([key, value]) => [key, plain(value)] as const);
  const inline = entries.map(([key, value]) => `${key}: ${value}`).join(', ');
  if (inline.length <= HEAD_CHARACTERS && !inline.includes('\n')) return { summary: inline, body: [] };
  const lines = entries.flatMap(([key, value]) =>
    value.includes('\n')
      ? [`${key}:`, ...value.split('\n').map((line) => `  ${line}`)]
      : [`${key}: ${value}`],
  );
  return { summary: '', body: [{ as: 'output', lines }] };
}

function lineRange(input: Input): string {
  const { offset, limit } = input as { offset?: unknown; limit?: unknown };
  const first = typeof offset === 'number' ? Math.max(1, offset) : undefined;
  if (typeof limit === 'number') return `${first ?? 1}–${(first ?? 1) + limit - 1}`;
  return first === undefined ? '' : `from line ${first}`;
}

/** A path relative to a folder where it lies in it, else unchanged. */
export function relativeTo(folder: string | undefined, path: string): string {
  if (folder === undefined || folder === '' || !path.startsWith(folder)) return path;
  const rest = path.slice(folder.length);
  if (rest === '') return '.';
  return /^[\\/]/.test(rest) ? rest.slice(1) : /[\\/]$/.test(folder) ? rest : path;
}

/** `1 line`, `2,140 lines`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function asInput(value: unknown): Input | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Input) : undefined;
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

const inPlace = (path: string): string => (path === '' || path === '.' ? '' : `in ${path}`);
const joined = (parts: readonly string[], by = '  '): string => parts.filter((part) => part !== '').join(by);
const oneHeadLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ↵ ');

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
