import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import { oneLine } from '../util/format.ts';
import { readFromLogs, readLogMemory } from '../webviews/protocol/logs.ts';
import type { FromLogs, LogOpened, LogTimes, ToLogs } from '../webviews/protocol/logs.ts';
import { adoptPanel, openPanel } from './host.ts';
import type { Panel, PanelEvents, PanelKind, PanelPlace, PanelSet } from './host.ts';
import { openPlace, openUrl } from './logLinks.ts';
import { createLogPanel } from './logPanel.ts';
import type { LogDeeds, LogPanel } from './logPanel.ts';

export interface LogViewerParts {
  readonly current: CurrentEngine;
  readonly showDocument: (path: string, read: () => Promise<unknown>) => Promise<void>;
  readonly settings: { get(id: 'logs.timestamps'): LogTimes; get(id: 'logs.memory'): number };
}

const LOGS: PanelKind<FromLogs> = {
  viewType: 'stevedore.logs',
  bundle: 'logs',
  read: readFromLogs,
};

/** The log viewers of a window. */
export function createLogViewers(place: PanelPlace, parts: LogViewerParts): PanelSet<LogOpened> {
  const open = new Set<LogPanel>();
  const { current, settings } = parts;
  const deeds: LogDeeds = {
    copy: async (text) => vscode.env.clipboard.writeText(text),
    save,
    document: (name, text) => parts.showDocument(`logs/${name}`, async () => text),
    openUrl,
    openPlace: (text, container) => openPlace(text, current.store?.get('container', container)),
  };

  function add(opened: LogOpened, make: (events: PanelEvents<FromLogs>) => Panel<ToLogs>): void {
    const { report } = place;
    const own = { times: settings.get('logs.timestamps'), megabytes: settings.get('logs.memory') };
    const needed = { engine: current, deeds, settings: own, report };
    const panel = createLogPanel(opened, needed, make, () => open.delete(panel));
    open.add(panel);
  }

  return {
    async revive(panel, state) {
      const opened = readLogMemory(state)?.opened;
      if (opened === undefined) {
        panel.dispose();
        return;
      }
      // A label stands for containers that have to be known first; names and mounts are wanted in any case.
      current.start();
      await listed(current).catch(place.report);
      add(opened, (events) => adoptPanel(LOGS, place, panel, events));
    },
    open(opened) {
      const same = JSON.stringify(opened);
      for (const panel of open) if (JSON.stringify(panel.opened) === same) return panel.reveal();
      add(opened, (events) => openPanel(LOGS, place, titleOf(opened), events));
    },
    dispose() {
      for (const panel of open) panel.dispose();
    },
  };
}

async function listed(current: CurrentEngine): Promise<void> {
  await current.client();
  await current.store?.load('container');
}

function titleOf({ containers = [], label }: LogOpened): string {
  if (label !== undefined)
    return `Logs: ${oneLine(label.replace(/^com\.docker\.compose\.project=/, ''))}`;
  const [first] = containers;
  const more = containers.length > 1 ? ` and ${containers.length - 1} more` : '';
  return `Logs: ${oneLine(first?.name ?? '')}${more}`;
}

/** Asks where to, and writes piece by piece through a buffer of the whole: VS Code's file systems take files as one. */
async function save(name: string, pieces: AsyncIterable<string>): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Log'),
    filters: { [vscode.l10n.t('Logs')]: ['log', 'txt'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!uri) return undefined;
  const parts: Buffer[] = [];
  for await (const piece of pieces) parts.push(Buffer.from(piece));
  await vscode.workspace.fs.writeFile(uri, Buffer.concat(parts));
  return vscode.workspace.asRelativePath(uri);
}
