import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Client } from '../../../src/engine/client.ts';
import { isStray, ownerText, TOOLBOX_LABEL } from '../../../src/engine/strayToolboxes.ts';
import { createToolbox } from '../../../src/engine/toolbox.ts';

test('one that was cancelled while the engine made it is removed', async () => {
  const leaving = new AbortController();
  const removed: string[] = [];
  const client = {
    async request({ signal }: { readonly signal?: AbortSignal }) {
      leaving.abort();
      // The engine has made it already.
      signal?.throwIfAborted();
      return { Id: 'made' };
    },
    docker: {
      getContainer: (id: string) => ({ remove: async () => void removed.push(id) }),
    },
  } as unknown as Client;
  const making = createToolbox(client, { id: 'c', name: 'web' }, 'tools', leaving.signal);
  await expect(making).rejects.toMatchObject({ reason: 'cancelled' });
  expect(removed).toEqual(['made']);
});

test('those of windows of this machine are stray once their process has ended', () => {
  const [machine] = ownerText().split(' ');
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  const stray = (owner: string) => isStray({ [TOOLBOX_LABEL]: owner });
  expect(stray(`${machine} ${ended}`)).toBe(true);
  expect(stray(ownerText())).toBe(false);
  expect(stray(`${machine} 1`)).toBe(false);
  for (const text of ['', `${machine}`, `${machine} x`, `${'0'.repeat(16)} ${ended}`])
    expect(stray(text), text).toBe(false);
  expect(isStray({})).toBe(false);
});
