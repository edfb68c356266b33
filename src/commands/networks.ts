import * as vscode from 'vscode';
import type { Client } from '../engine/client.ts';
import type { Network } from '../engine/model.ts';
import {
  connectNetwork,
  createNetwork,
  disconnectNetwork,
  inspectNetwork,
  pruneNetworks,
  removeNetwork,
} from '../engine/networks.ts';
import { count, listNames, noIcons } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { choose, confirm, each } from './ask.ts';
import { copies } from './copy.ts';
import { fillForm } from './form.ts';
import type { Field, Values } from './form.ts';
import { confirmPrune, findUnused } from './unused.ts';
import { checkName } from './names.ts';
import type { Handlers } from './run.ts';
import type { Run } from './services.ts';

const names = (targets: readonly Network[]) => listNames(targets.map(({ name }) => name));

const checkSubnet = (text: string) =>
  /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(text) ? undefined : vscode.l10n.t('A subnet: 172.28.0.0/16');
const checkAddress = (text: string) =>
  /^[0-9a-fA-F.:]+$/.test(text) ? undefined : vscode.l10n.t('An address: 172.28.0.1');

const fields = {
  name: {
    kind: 'text',
    label: 'Name',
    icon: 'symbol-string',
    hint: 'needed',
    prompt: 'Name of the network',
    check: checkName,
  },
  driver: {
    kind: 'text',
    label: 'Driver',
    icon: 'type-hierarchy',
    hint: 'bridge',
    prompt: 'bridge, overlay, macvlan, ipvlan or a plugin',
  },
  subnet: {
    kind: 'text',
    label: 'Subnet',
    icon: 'circuit-board',
    hint: 'chosen by the engine',
    prompt: 'In CIDR form',
    check: checkSubnet,
  },
  gateway: {
    kind: 'text',
    label: 'Gateway',
    icon: 'circuit-board',
    hint: 'chosen by the engine',
    prompt: 'Address of the gateway',
    check: checkAddress,
  },
  internal: { kind: 'switch', label: 'Internal, without a way out', icon: 'lock', hint: '' },
  attachable: {
    kind: 'switch',
    label: 'Attachable by containers of their own (overlay)',
    icon: 'link',
    hint: '',
  },
  ipv6: { kind: 'switch', label: 'IPv6', icon: 'globe', hint: '' },
} as const satisfies Record<string, Field>;

/** Lets the person choose a container; `on` tells which ones apply. */
async function chooseContainer(
  run: Run<Network>,
  title: string,
  on: (networks: readonly string[]) => boolean,
) {
  await run.client();
  await run.current.store?.load('container');
  const containers = run.current.store?.list('container') ?? [];
  const { container } = await choose(
    title,
    containers
      .filter(({ networks }) => on(networks))
      .map((container) => ({
        label: noIcons(container.name),
        description: noIcons(container.image),
        container,
      })),
    { placeHolder: vscode.l10n.t('Which container?') },
  );
  return container;
}

export const networkHandlers = {
  async 'network.create'(run) {
    const engine = await run.client();
    const refused = await run.answers.get<Partial<Values<typeof fields>>>('network.create');
    const answers = await fillForm(
      vscode.l10n.t('Create a network'),
      fields,
      {
        name: '',
        driver: 'bridge',
        subnet: '',
        gateway: '',
        internal: false,
        attachable: false,
        ipv6: false,
        ...refused,
      },
      ({ name }) => ({
        label: vscode.l10n.t('Create'),
        description: name || vscode.l10n.t('a name is needed first'),
      }),
      ({ name }) => (name ? undefined : 'name'),
    );
    // What the engine refuses is offered again.
    await run.answers.set('network.create', answers);
    const { subnet, gateway, driver, ...rest } = answers;
    await createNetwork(
      engine,
      {
        ...rest,
        driver: driver || undefined,
        subnet: subnet || undefined,
        gateway: gateway || undefined,
      },
      run.signal,
    );
    await run.answers.set('network.create', undefined);
    await hearOf(run, engine);
  },

  async 'network.inspect'({ targets: [network], client, signal, showDocument }) {
    if (!network) return;
    await showDocument(`network/${network.name}.json`, async () =>
      inspectNetwork(await client(), network.id, signal),
    );
  },

  async 'network.connect'(run) {
    const [network] = run.targets;
    if (!network) return;
    const container = await chooseContainer(
      run,
      vscode.l10n.t('Connect to {0}', network.name),
      (on) => !on.includes(network.name),
    );
    await connectNetwork(await run.client(), network.id, container.id, {}, run.signal);
  },

  async 'network.disconnect'(run) {
    const [network] = run.targets;
    if (!network) return;
    const container = await chooseContainer(
      run,
      vscode.l10n.t('Disconnect from {0}', network.name),
      (on) => on.includes(network.name),
    );
    await confirm(
      vscode.l10n.t('Disconnect {0} from {1}?', container.name, network.name),
      vscode.l10n.t('Disconnect'),
    );
    await disconnectNetwork(await run.client(), network.id, container.id, {}, run.signal);
  },

  'network.copyName': copies(({ name }: Network) => name),
  'network.copyId': copies(({ id }: Network) => id),

  async 'network.remove'(run) {
    const { targets, signal } = run;
    const engine = await run.client();
    await confirm(
      targets.length === 1
        ? vscode.l10n.t('Remove the network {0}?', names(targets))
        : vscode.l10n.t('Remove {0}: {1}?', count(targets.length, 'network'), names(targets)),
      vscode.l10n.t('Remove'),
    );
    await run.busy(
      each(
        targets,
        ({ name }) => name,
        ({ id }) => removeNetwork(engine, id, signal),
      ),
    );
    await hearOf(run, engine);
  },

  async 'network.prune'(run) {
    const unused = await findUnused(run);
    await confirmPrune(unused.networks, 'unused network', '');
    const engine = await unused.engine();
    const { removed } = await run.busy(pruneNetworks(engine, run.signal));
    await hearOf(run, engine);
    void inform(
      vscode.l10n.t('Removed {0}: {1}.', count(removed.length, 'network'), listNames(removed)),
    );
  },
} satisfies Partial<Handlers>;

/** Podman sends no events of networks, so the live model is told to read them again. */
async function hearOf({ current }: Run<unknown>, { engine }: Client): Promise<void> {
  if (engine.podman) await current.store?.refresh('network');
}
