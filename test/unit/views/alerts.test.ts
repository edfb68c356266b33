import { expect, test, vi } from 'vitest';
import type { CurrentEngine } from '../../../src/engine/current.ts';
import type { Container } from '../../../src/engine/model.ts';
import type { OutOfMemory } from '../../../src/engine/stats/outOfMemory.ts';
import type { Change } from '../../../src/engine/store.ts';
import type { Settings } from '../../../src/manifest/settings.ts';
import { createEmitter } from '../../../src/util/emitter.ts';
import { loadAnew } from '../support/editor.ts';

const { told } = vi.hoisted(() => ({ told: [] as string[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: { showWarningMessage: async (text: string) => void told.push(text) },
}));
loadAnew();

test('what becomes the matter with a container is told though something else is the matter still', async () => {
  const { createContainerAlerts } = await import('../../../src/views/alerts.ts');
  const items = createEmitter<Change>();
  const memory = createEmitter<OutOfMemory>();
  const container = (health: string) =>
    ({ id: 'c', name: 'web', state: 'running', health }) as Container;
  const none = () => ({ dispose() {} });
  const current = {
    store: { get: () => container(''), list: () => [] },
    onDidChange: none,
    onEvent: none,
    onDidChangeItems: items.event,
  } as unknown as CurrentEngine;
  const rules = { 'alerts.outOfMemory': true, 'alerts.unhealthy': true, 'alerts.notify': true };
  const settings = {
    get: (name: keyof typeof rules) => rules[name],
    onDidChange: none,
  } as unknown as Settings;
  const memento = { get: (_: string, other: unknown) => other } as never;
  const failed = (error: unknown) => {
    throw error;
  };
  const alerts = createContainerAlerts(
    current,
    { onDidRunOut: memory.event },
    settings,
    memento,
    failed,
  );
  const becomes = (health: string) =>
    items.fire({ kind: 'container', added: [], changed: [container(health)], removed: [] });
  memory.fire({ id: 'c', time: 1 });
  for (const health of ['unhealthy', 'unhealthy', 'healthy', 'unhealthy']) becomes(health);
  alerts.dispose();
  expect(told).toEqual([
    'web ran out of memory, and the kernel killed a process of it.',
    'web is unhealthy.',
    'web is unhealthy.',
  ]);
});
