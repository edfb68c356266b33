import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Session } from '../../../src/engine/session.ts';

interface Pty {
  open(size: { readonly columns: number; readonly rows: number }): void;
  handleInput(text: string): void;
}

const { opened } = vi.hoisted(() => ({ opened: [] as Pty[] }));

// The editor's own module exists in the editor alone.
vi.mock('vscode', () => ({
  EventEmitter: class {
    fire() {}
  },
  ThemeIcon: Object,
  l10n: { t: (text: string) => text },
  window: {
    createTerminal({ pty }: { readonly pty: Pty }) {
      opened.push(pty);
      return { show() {}, dispose() {} };
    },
  },
}));

// Test files share what is loaded, and with it the `vscode` that it was loaded with.
const loadAnew = () => {
  vi.resetModules();
};
beforeAll(loadAnew);
afterAll(loadAnew);

test.each([
  ['with a terminal', true, ['ls\r', 'exit\r']],
  ['without one', false, ['ls\n', 'exit\n']],
])('what is typed before a process %s stands reaches it', async (_, tty, expected) => {
  const { openSession } = await import('../../../src/commands/terminals.ts');
  const got: unknown[] = [];
  const session = {
    tty,
    output: (async function* () {})(),
    write: async (text: string) => void got.push(text),
    resize: async () => {},
    ended: new Promise(() => {}),
  } as unknown as Session;
  let stands: (session: Session) => void = () => {};
  const started = new Promise<Session>((resolve) => (stands = resolve));
  const done = openSession('shell', 'terminal', () => started);
  const pty = opened.at(-1);
  pty?.open({ columns: 80, rows: 24 });
  pty?.handleInput('ls\r');
  stands(session);
  await done;
  pty?.handleInput('exit\r');
  expect(got).toEqual(expected);
});
