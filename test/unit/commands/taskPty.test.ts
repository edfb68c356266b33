import { expect, test, vi } from 'vitest';
import { createTaskPty } from '../../../src/commands/builds/taskPty.ts';
import type { Builds } from '../../../src/engine/builds/service.ts';
import { loadAnew } from '../support/editor.ts';
import { build } from '../views/samples.ts';

vi.mock('vscode', async () => {
  const { createEmitter } = await import('../../../src/util/emitter.ts');
  return {
    ...(await import('../support/editor.ts')).EDITOR,
    workspace: { isTrusted: true },
    EventEmitter: class {
      readonly #made = createEmitter<unknown>();
      readonly event = this.#made.event;
      readonly fire = this.#made.fire;
    },
  };
});

loadAnew();

/** A name of a folder that would put what it likes on the clipboard of whose terminal shows it. */
const CLIPBOARD = '\x1b]52;c;cm0gLXJm\x07';

/** All that the terminal of a task is given. */
async function writtenBy(builds: Partial<Builds>): Promise<string> {
  const fields = { type: 'stevedore-build', dockerfile: 'Dockerfile' };
  const pty = createTaskPty(builds as Builds, fields, '/src', false);
  let written = '';
  pty.onDidWrite((text) => (written += text));
  const ended = new Promise((resolve) => pty.onDidClose?.(resolve));
  pty.open(undefined);
  await ended;
  return written;
}

test('the name of a Dockerfile is no command to the terminal of its task', async () => {
  const ended = build({
    state: 'failed',
    request: { ...build().request, dockerfile: `/src/${CLIPBOARD}/Dockerfile` },
    failure: { message: 'it failed', lines: [2, 2] },
  });
  const written = await writtenBy({
    start: async () => ({ id: ended.id, done: Promise.resolve(ended) }),
    get: () => ended,
    dockerfile: () => undefined,
    tail: () => [],
    onDidChange: () => ({ dispose() {} }),
  });
  expect(written).toMatch(/\/src\/.*Dockerfile:2: error: it failed\r\n$/);
  expect(written).not.toContain('\x1b]');
});

test('nor is what is said of a task that cannot be read', async () => {
  const written = await writtenBy({
    start: async () => {
      throw new Error(`There is no ${CLIPBOARD}`);
    },
  });
  expect(written).toContain('There is no');
  expect(written).not.toContain('\x1b]');
});
