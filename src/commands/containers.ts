import * as vscode from 'vscode';
import {
  commitContainer,
  inspectContainer,
  killContainer,
  pauseContainer,
  pruneContainers,
  removeContainer,
  renameContainer,
  restartContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from '../engine/containers.ts';
import type { Client } from '../engine/client.ts';
import { addressOf } from '../engine/hostUrl.ts';
import { webPorts } from '../engine/model.ts';
import type { Container } from '../engine/model.ts';
import { splitTag } from '../engine/reference.ts';
import { count, formatBytes, listNames, shortId } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { askFor, choose, confirm, each } from './ask.ts';
import { copies } from './copy.ts';
import { checkName, checkReference } from './names.ts';
import type { Handlers } from './run.ts';
import type { Run } from './services.ts';
import { attachTo, openShell } from './sessions.ts';
import { confirmPrune, findUnused } from './unused.ts';

type ContainerRun = Run<Container>;

const names = (targets: readonly Container[]) => listNames(targets.map(({ name }) => name));

/** A handler that does one thing to each target. */
const forEach =
  (act: (client: Client, id: string, signal: AbortSignal) => Promise<unknown>) =>
  async ({ targets, client, signal, busy }: ContainerRun): Promise<void> => {
    const engine = await client();
    await busy(
      each(
        targets,
        ({ name }) => name,
        ({ id }) => act(engine, id, signal),
      ),
    );
  };

export const containerHandlers = {
  'container.start': forEach(startContainer),
  'container.stop': forEach((client, id, signal) => stopContainer(client, id, {}, signal)),
  'container.restart': forEach((client, id, signal) => restartContainer(client, id, {}, signal)),
  'container.pause': forEach(pauseContainer),
  'container.unpause': forEach(unpauseContainer),

  async 'container.kill'(run) {
    await run.client();
    await confirm(
      vscode.l10n.t('Kill {0}?', names(run.targets)),
      vscode.l10n.t('Kill'),
      vscode.l10n.t('It gets no chance to finish what it is doing.'),
    );
    await forEach((client, id, signal) => killContainer(client, id, {}, signal))(run);
  },

  async 'container.remove'(run) {
    const { targets } = run;
    const alive = targets.filter(
      ({ state }) => state !== 'exited' && state !== 'created' && state !== 'dead',
    );
    await confirm(
      targets.length === 1
        ? vscode.l10n.t('Remove the container {0}?', names(targets))
        : vscode.l10n.t('Remove {0}: {1}?', count(targets.length, 'container'), names(targets)),
      vscode.l10n.t('Remove'),
      alive.length
        ? vscode.l10n.t(
            'Still running, and killed first: {0}. Its anonymous volumes go with it.',
            names(alive),
          )
        : vscode.l10n.t('Its anonymous volumes go with it.'),
    );
    await forEach((client, id, signal) =>
      removeContainer(client, id, { force: true, volumes: true }, signal),
    )(run);
  },

  async 'container.prune'(run) {
    const { containers, engine } = await findUnused(run);
    await confirmPrune(
      containers,
      'stopped container',
      vscode.l10n.t('Their anonymous volumes stay.'),
    );
    const { removed, bytes } = await run.busy(pruneContainers(await engine(), run.signal));
    void inform(
      vscode.l10n.t(
        'Removed {0}, {1} reclaimed.',
        count(removed.length, 'container'),
        formatBytes(bytes),
      ),
    );
  },

  async 'container.rename'({ targets: [container], client, signal, answers }) {
    if (!container) return;
    const engine = await client();
    await askFor(
      answers,
      `rename/${container.id}`,
      vscode.l10n.t('New name of {0}', container.name),
      { value: container.name, check: checkName },
      async (name) => {
        if (name !== container.name) await renameContainer(engine, container.id, name, signal);
      },
    );
  },

  async 'container.commit'({ targets: [container], client, signal, busy, answers }) {
    if (!container) return;
    const engine = await client();
    await askFor(
      answers,
      `commit/${container.id}`,
      vscode.l10n.t('Image to commit {0} to', container.name),
      { placeHolder: 'repository:tag', check: checkReference },
      async (text) => {
        const { repository, tag } = splitTag(text);
        const reference = { repository, tag: tag || 'latest' };
        const id = await busy(commitContainer(engine, container.id, { reference }, signal));
        void inform(vscode.l10n.t('Committed to {0} ({1}).', text, shortId(id)));
      },
    );
  },

  async 'container.shell'(run) {
    const [container] = run.targets;
    if (container) await openShell(run, container);
  },

  async 'container.attach'(run) {
    const [container] = run.targets;
    if (container) await attachTo(run, container, run.settings.get('terminal.detachKeys'));
  },

  async 'container.inspect'({ targets: [container], client, signal, showDocument }) {
    if (!container) return;
    await showDocument(`container/${container.name}.json`, async () =>
      inspectContainer(await client(), container.id, signal),
    );
  },

  async 'container.openPort'({ targets: [container], current }) {
    if (!container) return;
    const ports = webPorts(container);
    const address = (port: number) => addressOf(current.endpoint?.host, port);
    const port =
      ports.length > 1
        ? (
            await choose(
              vscode.l10n.t('Which port of {0}?', container.name),
              ports.map((number) => ({
                label: String(number),
                description: address(number),
                number,
              })),
            )
          ).number
        : ports[0];
    if (port !== undefined) await vscode.env.openExternal(vscode.Uri.parse(address(port)));
  },

  'container.copyId': copies(({ id }) => id),
  'container.copyName': copies(({ name }) => name),
  'container.copyImage': copies(({ image }) => image),
} satisfies Partial<Handlers>;
