import { expect, onTestFinished, test, vi } from 'vitest';
import type { Client } from '../../../src/engine/client.ts';
import type { Run } from '../../../src/commands/services.ts';
import { loadAnew } from '../support/editor.ts';

const { questions, meanwhile } = vi.hoisted(() => ({
  questions: [] as string[],
  /** What happens while a question waits for its answer. */
  meanwhile: { happens: () => {} },
}));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: {
    async showQuickPick(
      items: readonly unknown[],
      { canPickMany = false }: { readonly canPickMany?: boolean },
    ) {
      meanwhile.happens();
      return canPickMany ? items : items.at(-1);
    },
    showInformationMessage: async () => undefined,
    async showWarningMessage(text: string, { detail }: { readonly detail: string }, yes: string) {
      questions.push(`${text}\n${detail}`);
      meanwhile.happens();
      return yes;
    },
  },
}));

loadAnew();

const running = {
  name: 'web',
  state: 'running',
  imageId: 'sha256:web',
  networks: ['front'],
  mounts: [{ source: 'pages' }],
};
const stopped = {
  name: 'database',
  state: 'exited',
  imageId: 'sha256:database',
  networks: ['back'],
  mounts: [{ source: 'rows' }],
};
const items: Readonly<Record<string, readonly unknown[]>> = {
  container: [running, stopped],
  image: [
    { id: 'sha256:web', tags: ['web:1'] },
    { id: 'sha256:database', tags: ['database:1'] },
  ],
  network: [{ name: 'front' }, { name: 'back' }, { name: 'bridge', builtIn: true }],
  volume: [{ name: 'pages' }, { name: 'rows' }, { name: 'spare' }],
};

/** A run of a command on an engine that notes what it is asked to remove. */
function runOn(client: () => Client) {
  const store = { load: async () => {}, list: (kind: string) => items[kind] ?? [] };
  return {
    client: async () => client(),
    current: { store },
    busy: async <R>(work: Promise<R>) => work,
  } as unknown as Run<never>;
}

function engine(url = 'unix:///one', podman?: string) {
  const pruned: string[] = [];
  const client = {
    endpoint: { url },
    engine: { podman },
    apiVersion: '1.43',
    async request({ path }: { readonly path: string }) {
      pruned.push(path.replace(/\?.*/, ''));
      return {};
    },
  } as unknown as Client;
  return { client, pruned };
}

test('what only stopped containers use is named when it goes with them', async () => {
  const { systemHandlers } = await import('../../../src/commands/system.ts');
  const { client, pruned } = engine();
  questions.length = 0;
  await systemHandlers['system.prune'](runOn(() => client));
  const [question = ''] = questions;
  for (const line of [
    'Stopped containers: database',
    'Unused networks: back',
    'All unused images: database:1',
    'All unused volumes: rows, spare',
  ])
    expect(question.split('\n')).toContain(line);
  expect(question).not.toMatch(/pages|front|web/);
  expect(pruned).toContain('/volumes/prune');
});

test.each([
  { name: 'Docker', podman: undefined, named: ['Remove 1 unused network: back?\n'] },
  { name: 'Podman', podman: '4.3.1', named: [] },
])('$name: networks of stopped containers are named as they are removed', async (has) => {
  const { networkHandlers } = await import('../../../src/commands/networks.ts');
  const { client, pruned } = engine('unix:///one', has.podman);
  questions.length = 0;
  const work = networkHandlers['network.prune'](runOn(() => client));
  await work.catch((error: unknown) => expect(String(error)).toBe('Error'));
  expect(questions).toEqual(has.named);
  expect(pruned).toEqual(has.named.length > 0 ? ['/networks/prune'] : []);
});

test('nothing is removed of an engine that was chosen while the question stood', async () => {
  const { systemHandlers } = await import('../../../src/commands/system.ts');
  const { containerHandlers } = await import('../../../src/commands/containers.ts');
  const { volumeHandlers } = await import('../../../src/commands/volumes.ts');
  onTestFinished(() => {
    meanwhile.happens = () => {};
  });
  for (const handle of [
    systemHandlers['system.prune'],
    containerHandlers['container.prune'],
    volumeHandlers['volume.prune'],
  ]) {
    const [one, two] = [engine('unix:///one'), engine('unix:///two')];
    let chosen = one;
    meanwhile.happens = () => (chosen = two);
    await expect(handle(runOn(() => chosen.client))).rejects.toMatchObject({ reason: 'conflict' });
    expect([...one.pruned, ...two.pruned]).toEqual([]);
  }
});
