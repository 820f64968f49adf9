import { parseArgs } from 'node:util';
import { sentences } from './words';
import type { Budget } from '../compress/result';

const FORMATS = ['auto', 'text', 'claude-code'] as const;
export type InputFormat = (typeof FORMATS)[number];

export interface CompressCommand {
  readonly kind: 'compress';
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly budget: Budget;
  readonly format: InputFormat;
  readonly model: string | undefined;
  readonly json: boolean;
}

export type Command =
  | CompressCommand
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads the command line's arguments (without the program's name). Never throws: `wrong` says what is. */
export function parseCommand(argv: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        json: { type: 'boolean' },
        ratio: { type: 'string' },
        format: { type: 'string' },
        model: { type: 'string' },
      },
    });
    if (values.help === true || positionals[0] === 'help') return { kind: 'help' };
    if (values.version === true) return { kind: 'version' };
    const [name, file, ...more] = positionals;
    if (name === undefined) return wrong(sentences.noCommand);
    if (name !== 'compress') return wrong(sentences.unknownCommand(name));
    if (file === undefined || file === '') return wrong(sentences.noFile);
    if (more.length > 0) return wrong(sentences.manyFiles);
    const ratio = values.ratio === undefined ? undefined : parseRatio(values.ratio);
    if (values.ratio !== undefined && ratio === undefined) return wrong(sentences.badRatio(values.ratio));
    const format = FORMATS.find((each) => each === (values.format ?? 'auto'));
    if (format === undefined) return wrong(sentences.badFormat(values.format ?? ''));
    return {
      kind: 'compress',
      file,
      budget: ratio === undefined ? { kind: 'model' } : { kind: 'ratio', ratio },
      format,
      model: values.model,
      json: values.json === true,
    };
  } catch (error) {
    // parseArgs adds advice after its first sentence that is about its own syntax.
    const said = error instanceof Error ? error.message : String(error);
    return wrong(/^[^\n]*?\.(?=\s|$)/.exec(said)?.[0] ?? said);
  }
}

/** A number in (0, 1], or undefined. */
function parseRatio(value: string): number | undefined {
  if (!/^(\d+(\.\d*)?|\.\d+)(e-?\d+)?$/i.test(value)) return undefined;
  const ratio = Number(value);
  return ratio > 0 && ratio <= 1 ? ratio : undefined;
}

const wrong = (message: string): Command => ({ kind: 'wrong', message });
