import { expect, onTestFinished, test, vi } from 'vitest';
import type { ImageTarget, Run } from '../../../src/commands/services.ts';
import { loadAnew } from '../support/editor.ts';

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  ProgressLocation: { Notification: 15 },
  window: {
    withProgress: async (_: unknown, work: (...given: readonly unknown[]) => unknown) =>
      work({ report() {} }, { onCancellationRequested() {} }),
  },
}));

loadAnew();

/** A run of a command on an engine that does nothing but note what it is asked for. */
function bed() {
  const asked: string[] = [];
  const client = {
    apiVersion: '1.43',
    engine: { os: 'linux', arch: 'amd64' },
    async request({ path }: { readonly path: string }) {
      asked.push(path);
      throw new Error('it does nothing');
    },
  };
  const run = {
    client: async () => client,
    credentials: { authConfigFor: async () => undefined },
  } as unknown as Run<ImageTarget>;
  return { run, asked };
}

test.each([
  ['linux/arm64', '&platform=linux%2Farm64', '?platform=linux%2Farm64'],
  [undefined, '', '?'],
])('what is pulled, and run, is for DOCKER_DEFAULT_PLATFORM: %s', async (set, pulled, made) => {
  vi.stubEnv('DOCKER_DEFAULT_PLATFORM', set);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { pullWithProgress } = await import('../../../src/commands/transfers.ts');
  const { runInteractively } = await import('../../../src/commands/runImage.ts');
  const { run, asked } = bed();
  await expect(pullWithProgress(run, 'app')).rejects.toThrow('it does nothing');
  const target = { reference: 'app:latest' } as ImageTarget;
  await expect(runInteractively(run, target)).rejects.toThrow('it does nothing');
  expect(asked).toEqual([
    `/images/create?fromImage=docker.io%2Flibrary%2Fapp&tag=latest${pulled}`,
    `/containers/create${made}`,
  ]);
});
