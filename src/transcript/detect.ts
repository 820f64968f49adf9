import * as v from 'valibot';
import { CLAUDE_CODE } from './claude-code';
import { readJsonl, type JsonlItem } from './jsonl';

export type Detection =
  { readonly format: 'claude-code' } | { readonly format: undefined; readonly reason: string };

const LOOKED_AT = 200;

const markSchema = v.object({
  type: v.string(),
  sessionId: v.optional(v.string()),
  uuid: v.optional(v.string()),
  leafUuid: v.optional(v.string()),
  messageId: v.optional(v.string()),
  message: v.optional(v.looseObject({})),
});
const SIDE_RECORDS = new Set([
  'summary',
  'file-history-snapshot',
  'queue-operation',
  'last-prompt',
  'ai-title',
  'custom-title',
  'progress',
  'attachment',
  'system',
]);

/** What the first records of a file say about its format; where they say nothing, why in one sentence. */
export async function detectFormat(
  path: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Detection> {
  let looked = 0;
  let broken = 0;
  for await (const item of readJsonl(path, { signal: options.signal })) {
    looked += 1;
    if (item.kind === 'broken') broken += 1;
    if (isClaudeCode(item)) return { format: CLAUDE_CODE };
    if (looked >= LOOKED_AT) break;
  }
  if (looked === 0) return { format: undefined, reason: 'The file has no records.' };
  if (broken === looked) return { format: undefined, reason: 'The file does not hold JSON lines.' };
  return { format: undefined, reason: 'The file holds JSON lines, but no records of Claude Code.' };
}

function isClaudeCode(item: JsonlItem): boolean {
  if (item.kind === 'broken') return false;
  const parsed = v.safeParse(markSchema, item.value);
  if (!parsed.success) return false;
  const { type, sessionId, uuid, leafUuid, messageId, message } = parsed.output;
  if (type === 'user' || type === 'assistant')
    return message !== undefined && (uuid !== undefined || sessionId !== undefined);
  return SIDE_RECORDS.has(type) && (sessionId ?? leafUuid ?? messageId) !== undefined;
}
