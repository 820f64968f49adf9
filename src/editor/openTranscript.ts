import * as vscode from 'vscode';
import { COMMANDS } from '../contributions';
import type { CompressionService } from '../engine/service';
import type { FailureReporter } from './failures';
import { noticed } from './notice';
import { grouped, type Translate } from './numbers';
import { pickTranscript } from './sessionPicker';
import type { TranscriptFacts, Transcripts } from './transcripts';
import type { Voice } from './voice';

export interface OpenTranscriptParts {
  readonly service: CompressionService;
  readonly transcripts: Transcripts;
  readonly failures: FailureReporter;
  readonly voice: Voice;
  readonly log: { warn(message: string): void };
  readonly t: Translate;
}

/** Opens a transcript as a readable document: the given file, or one that the person picks. */
export async function openTranscript(parts: OpenTranscriptParts, resource?: unknown): Promise<void> {
  const { service, transcripts, failures, voice, t } = parts;
  const source =
    resource instanceof vscode.Uri
      ? resource
      : await pickTranscript(service, (error) => failures.show(error), t);
  if (source === undefined) return;
  if (source.scheme !== 'file') {
    voice.show('information', t('Transcripts are read from a local disk only. Save the file first.'));
    return;
  }
  const file = source.fsPath;
  const controller = new AbortController();
  try {
    const { uri, facts } = await noticed(
      t('Opening the transcript'),
      controller,
      transcripts.prepare(file, { signal: controller.signal }),
    );
    try {
      await vscode.window.showTextDocument(uri, { preview: false });
    } catch (error) {
      transcripts.forget(uri);
      throw error;
    }
    if (facts.stats.skipped > 0) warn(parts, facts, file);
  } catch (error) {
    failures.show(error, () => void openTranscript(parts, source));
  }
}

function warn(
  { voice, log, t }: OpenTranscriptParts,
  { stats, problems }: TranscriptFacts,
  file: string,
): void {
  for (const problem of problems) log.warn(`${file}:${problem.line}: ${problem.reason}`);
  voice.show(
    'warning',
    t(
      '{0} of {1} records could not be read and were left out.',
      grouped(stats.skipped),
      grouped(stats.records),
    ),
    { label: t('Show Log'), run: () => void vscode.commands.executeCommand(COMMANDS.showLog) },
  );
}
