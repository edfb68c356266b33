import * as vscode from 'vscode';
import type { TransferProgress } from '../engine/progress.ts';
import { formatBytes, noIcons, noLinks } from '../util/format.ts';

/** Tells how far the work is: a line of text, and the share done (0 to 1) where it is known. */
export type Report = (message: string, share?: number) => void;

/**
 * Shows a notification with progress and a cancel button while `work` runs. Cancelling aborts the signal, and
 * through it what the engine is doing.
 * @returns what `work` resolves to; rejects with what it rejects with
 */
export async function withProgress<T>(
  title: string,
  work: (report: Report, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: noLinks(title), cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      let shown = 0;
      const report: Report = (message, share) => {
        // VS Code adds increments up; a share that falls back, as when a new layer turns up, adds nothing.
        const percent = share === undefined ? shown : Math.min(100, share * 100);
        progress.report({ message: noLinks(message), increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      };
      return work(report, controller.signal);
    },
  );
}

/**
 * Shows in the status bar that `work` runs, for what is seen and cancelled elsewhere: a notification would lie over it.
 * Of `$(date)` in a command the status bar would make an icon.
 * @returns what `work` resolves to; rejects with what it rejects with
 */
export async function withQuietProgress<T>(
  title: string,
  work: (report: (message: string) => void) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: noIcons(title) },
    async (progress) => work((message) => progress.report({ message: noIcons(message) })),
  );
}

/** One line for a transfer: how many layers are done, and the bytes of the first few in work. */
export function describeTransfer({ layers, layer, message }: TransferProgress): string {
  if (!layers.length) return message ?? '';
  const done = layers.filter((one) => one.done).length;
  const busy = layers
    .filter((one) => !one.done && one.current !== undefined)
    .slice(0, 3)
    .map(
      ({ id, current, total }) =>
        `${id} ${formatBytes(current ?? 0)}${total ? ` / ${formatBytes(total)}` : ''}`,
    );
  const status = busy.length === 0 && layer ? [`${layer.id} ${layer.status}`] : busy;
  return [`${done}/${layers.length}`, ...status].join(' · ');
}

/** The share of a transfer that is done, 0 to 1; undefined while its size is unknown. */
export function shareOf({ layers, current, total }: TransferProgress): number | undefined {
  if (total > 0) return Math.min(1, current / total);
  return layers.length ? layers.filter(({ done }) => done).length / layers.length : undefined;
}
