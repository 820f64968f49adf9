import * as os from 'node:os';
import * as vscode from 'vscode';
import type { CompressionService } from '../engine/service';
import type { SessionSummary } from '../transcript/model';
import { DisposableStore } from './disposables';
import { age, size, type Translate } from './numbers';

interface SessionItem extends vscode.QuickPickItem {
  readonly file?: string;
  readonly choose?: true;
}

/** Lets the person choose one of the sessions found on this machine, or any file. */
export async function pickTranscript(
  service: CompressionService,
  onError: (error: unknown) => void,
  t: Translate,
): Promise<vscode.Uri | undefined> {
  const store = new DisposableStore();
  const controller = new AbortController();
  const pick = store.add(vscode.window.createQuickPick<SessionItem>());
  pick.title = t('Open Agent Transcript');
  pick.placeholder = t('Type to filter by project or first words');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const refresh: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('refresh'),
    tooltip: t('Refresh'),
  };
  const folder: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('folder-opened'),
    tooltip: t('Choose a file…'),
  };
  pick.buttons = [refresh, folder];
  const load = async (): Promise<void> => {
    pick.busy = true;
    try {
      const sessions = await service.listSessions(os.homedir(), { signal: controller.signal });
      if (!controller.signal.aborted) pick.items = items(sessions, t);
    } catch (error) {
      if (controller.signal.aborted) return;
      pick.items = items([], t);
      onError(error);
    } finally {
      if (!controller.signal.aborted) pick.busy = false;
    }
  };
  const chosen = await new Promise<SessionItem | undefined>((resolve) => {
    store.add(
      pick.onDidAccept(() => {
        // Enter before the list is there chooses nothing yet.
        if (!pick.busy || pick.selectedItems.length > 0) resolve(pick.selectedItems[0]);
      }),
    );
    store.add(pick.onDidHide(() => resolve(undefined)));
    store.add(
      pick.onDidTriggerButton((button) => {
        if (button === refresh) void load();
        else resolve({ label: '', choose: true });
      }),
    );
    pick.show();
    void load();
  });
  controller.abort();
  store.dispose();
  if (chosen?.choose === true) return chooseFile(t);
  return chosen?.file === undefined ? undefined : vscode.Uri.file(chosen.file);
}

function items(sessions: readonly SessionSummary[], t: Translate): SessionItem[] {
  const now = Date.now();
  const choose: SessionItem = {
    label: `$(folder-opened) ${t('Choose a file…')}`,
    choose: true,
    alwaysShow: true,
    ...(sessions.length === 0
      ? {
          detail: t(
            'No Claude Code session was found under {0}. Choose a transcript file instead.',
            '~/.claude/projects',
          ),
        }
      : {}),
  };
  if (sessions.length === 0) return [choose];
  return [
    ...sessions.map((session) => ({
      label: session.firstWords === '' ? t('(no words yet)') : session.firstWords,
      detail: [session.project, age(session.modified, now, t), size(session.bytes)].join(' · '),
      file: session.path,
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    choose,
  ];
}

async function chooseFile(t: Translate): Promise<vscode.Uri | undefined> {
  const files = await vscode.window.showOpenDialog({
    title: t('Choose a transcript'),
    openLabel: t('Open'),
    filters: { [t('Transcripts')]: ['jsonl', 'json'], [t('All files')]: ['*'] },
  });
  return files?.[0];
}
