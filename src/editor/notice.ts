import * as vscode from 'vscode';
import { unlinked } from './markdown';

/** Work that takes longer says so in a notification with Cancel. */
const NOTICE_AFTER_MS = 500;

/** Listens to progress: calls back with the share done, in [0, 1]. */
export type Follow = (report: (share: number) => void) => vscode.Disposable;

/** Settles as `work` does; meanwhile, after a moment, a notification names it and can abort it. */
export async function noticed<T>(
  title: string,
  controller: AbortController,
  work: Promise<T>,
  follow?: Follow,
): Promise<T> {
  const notice = setTimeout(() => show(title, controller, work, follow), NOTICE_AFTER_MS);
  try {
    return await work;
  } finally {
    clearTimeout(notice);
  }
}

function show(
  title: string,
  controller: AbortController,
  work: Promise<unknown>,
  follow: Follow | undefined,
): void {
  void vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: unlinked(title), cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => controller.abort());
      let shown = 0;
      const listener = follow?.((share) => {
        const now = Math.floor(share * 100);
        if (now > shown) progress.report({ increment: now - shown, message: `${now} %` });
        shown = Math.max(shown, now);
      });
      try {
        await work;
      } catch {
        // Whoever waits for the work reports its failure.
      } finally {
        listener?.dispose();
      }
    },
  );
}
