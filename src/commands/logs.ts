import * as vscode from 'vscode';
import { createLogBook } from '../engine/logs/book.ts';
import { documentText } from '../engine/logs/text.ts';
import { wholeView } from '../engine/logs/view.ts';
import type { Container } from '../engine/model.ts';
import { count, noIcons } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { ask, choose } from './ask.ts';
import type { Handlers } from './run.ts';
import type { LogRequest, Run } from './services.ts';

type LogRun = Run<Container>;

const PROJECT = 'com.docker.compose.project';

/** Whose logs are meant: all of a project stand for the project, with the containers that it will have. */
function selectionOf({ targets, current }: LogRun): Pick<LogRequest, 'containers' | 'label'> {
  const project = targets[0]?.labels[PROJECT];
  const ids = new Set(targets.map(({ id }) => id));
  const all = (current.store?.list('container') ?? []).filter(
    ({ labels }) => project !== undefined && labels[PROJECT] === project,
  );
  const isProject =
    targets.length > 1 && all.length === targets.length && all.every(({ id }) => ids.has(id));
  if (isProject) return { label: `${PROJECT}=${project}` };
  return { containers: targets.map(({ id, name }) => ({ id, name })) };
}

interface Beginning extends vscode.QuickPickItem {
  readonly tail: number;
  /** Seconds before now. */
  readonly ago?: number;
}

const BEGINNINGS: readonly Beginning[] = [
  { label: 'The last 100 lines', tail: 100 },
  { label: 'The last 10,000 lines', tail: 10_000 },
  { label: 'The last 5 minutes', tail: 0, ago: 300 },
  { label: 'The last hour', tail: 0, ago: 3600 },
  { label: 'The last day', tail: 0, ago: 86_400 },
  { label: 'Only what comes from now on', tail: 0, ago: 0 },
  { label: 'All of it', tail: 0 },
];

export const logHandlers = {
  async 'container.logs'(run) {
    await run.client();
    const { settings } = run;
    const start = { tail: settings.get('logs.tail'), follow: settings.get('logs.follow') };
    await run.openLogs({ ...selectionOf(run), ...start });
  },

  async 'container.logsSince'(run) {
    await run.client();
    const title = vscode.l10n.t('View Logs Since');
    const lines = vscode.l10n.t('Another number of lines…');
    const { label, tail, ago } = await choose(title, [
      ...BEGINNINGS,
      { label: lines, tail: -1 } as Beginning,
    ]);
    const start =
      label === lines
        ? Number(
            await ask(title, {
              prompt: vscode.l10n.t('How many of the last lines?'),
              value: String(run.settings.get('logs.tail')),
              check: (text) =>
                /^[1-9]\d{0,8}$/.test(text) ? undefined : vscode.l10n.t('A whole number, please.'),
            }),
          )
        : tail;
    await run.openLogs({
      ...selectionOf(run),
      tail: start,
      follow: run.settings.get('logs.follow'),
      ...(ago !== undefined && { since: String(Math.floor(Date.now() / 1000) - ago) }),
    });
  },

  async 'container.logsLabel'(run) {
    const { current, settings } = run;
    await run.client();
    await current.store?.load('container');
    const containers = current.store?.list('container') ?? [];
    const counts = new Map<string, number>();
    for (const { labels } of containers)
      for (const [name, value] of Object.entries(labels)) {
        const label = `${name}=${value}`;
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
    const items = [...counts]
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .map(([value, number]) => ({
        label: noIcons(value),
        description: count(number, 'container'),
        value,
      }));
    if (items.length === 0) {
      void inform(vscode.l10n.t('No container has a label.'));
      return;
    }
    const { value: label } = await choose(
      vscode.l10n.t('Logs of all containers with a label'),
      items,
      {
        matchOnDescription: true,
      },
    );
    await run.openLogs({
      label,
      tail: settings.get('logs.tail'),
      follow: settings.get('logs.follow'),
    });
  },

  async 'container.logsDocument'(run) {
    await run.client();
    const text = await run.busy(readAll(run));
    const [first, ...others] = run.targets;
    const name = others.length > 0 ? `${first?.name} and ${others.length} more` : first?.name;
    await run.showDocument(`logs/${name}.log`, async () => text);
  },
} satisfies Partial<Handlers>;

/** What containers have written so far, as far as a document may hold it. */
async function readAll({ current, targets, signal }: LogRun): Promise<string> {
  const containers = targets.map(({ id, name }) => ({ id, name }));
  const limits = { lines: 1_000_000, bytes: 64_000_000 };
  const start = { tail: 'all', follow: false } as const;
  const book = createLogBook(current, { containers }, start, limits);
  const stop = () => book.dispose();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await book.ended;
    signal.throwIfAborted();
    const { ring, sources } = book;
    const names = sources.map(({ name }) => name);
    return await documentText({
      ring,
      view: wholeView(ring),
      names,
      from: ring.first,
      to: ring.end,
    });
  } finally {
    signal.removeEventListener('abort', stop);
    book.dispose();
  }
}
