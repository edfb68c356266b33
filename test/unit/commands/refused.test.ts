import { expect, test, vi } from 'vitest';
import { EngineError } from '../../../src/engine/errors.ts';
import type { Run } from '../../../src/commands/services.ts';
import { loadAnew } from '../support/editor.ts';

const { boxes } = vi.hoisted(() => ({ boxes: [] as (string | undefined)[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: {
    async showInputBox({ value }: { readonly value?: string }) {
      boxes.push(value);
      return 'typed';
    },
    showQuickPick: async (items: readonly unknown[]) => items.at(-1),
  },
}));

loadAnew();

const refuse = async () => {
  throw new EngineError('dropped', 'The connection broke.');
};

/** A run of a command on an engine that does nothing of what it is asked. */
function failingRun(target: unknown) {
  const kept = new Map<string, unknown>();
  return {
    targets: [target],
    client: refuse,
    busy: async <R>(work: Promise<R>) => work,
    answers: {
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: unknown) => void kept.set(key, value),
    },
    registries: { shown: async () => [], tryOut: refuse },
    files: { stat: refuse },
  } as unknown as Run<never>;
}

const file = { at: { source: { kind: 'container', id: 'c1' }, path: '/etc/passwd' }, owner: 'web' };
const registry = { host: 'registry.example.com', hub: false };

test.each([
  ['image.pull', undefined, undefined],
  ['image.push', { reference: 'app:1', image: { tags: ['app:1'] } }, 'app:1'],
  ['file.rename', file, 'passwd'],
  ['file.goTo', file, '/etc/passwd/'],
  ['registry.signIn', registry, undefined],
] as const)('%s offers again what was typed when it fails', async (id, target, first) => {
  const { imageHandlers } = await import('../../../src/commands/images.ts');
  const { fileHandlers } = await import('../../../src/commands/files/handlers.ts');
  const { registryHandlers } = await import('../../../src/commands/registries.ts');
  const handle = { ...imageHandlers, ...fileHandlers, ...registryHandlers }[id];
  const run = failingRun(target);
  boxes.length = 0;
  await expect(handle(run)).rejects.toMatchObject({ reason: 'dropped' });
  expect(boxes[0]).toBe(first);
  boxes.length = 0;
  await expect(handle(run)).rejects.toMatchObject({ reason: 'dropped' });
  expect(boxes[0]).toBe('typed');
});
