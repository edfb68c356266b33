import { expect, test, vi } from 'vitest';
import type { Session } from '../../../src/engine/session.ts';
import { loadAnew } from '../support/editor.ts';

interface Pty {
  open(size: { readonly columns: number; readonly rows: number }): void;
  handleInput(text: string): void;
  close(): void;
}

const { opened, disposed } = vi.hoisted(() => ({ opened: [] as Pty[], disposed: [] as Pty[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  ThemeIcon: Object,
  workspace: { isTrusted: true },
  window: {
    createTerminal({ pty }: { readonly pty: Pty }) {
      opened.push(pty);
      return { show() {}, dispose: () => void disposed.push(pty) };
    },
  },
}));

loadAnew();

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

test.each([
  ['a shell that was left', true, { exitCode: 0 }, true],
  ['a shell that failed', true, { exitCode: 130 }, false],
  ['a shell whose container was stopped', true, { exitCode: 0, message: 'It was stopped.' }, false],
  ['a program that has ended', false, { exitCode: 0 }, false],
])('the terminal of %s goes or stays', async (_, isShell, end, goes) => {
  const { openSession } = await import('../../../src/commands/terminals.ts');
  const session = {
    tty: true,
    output: (async function* () {})(),
    write: async () => {},
    resize: async () => {},
    ended: Promise.resolve({ detached: false, message: undefined, ...end }),
  } as unknown as Session;
  const before = disposed.length;
  const done = openSession('shell', 'terminal', async () => session, { isShell });
  const pty = opened.at(-1);
  pty?.open({ columns: 80, rows: 24 });
  await done;
  await new Promise((resolve) => setImmediate(resolve));
  expect(disposed.slice(before)).toEqual(goes ? [pty] : []);
});

/** What goes on until it is given up. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('given up'))),
  );

test('closing the terminal gives up the start of a process that does not stand yet', async () => {
  const { openSession } = await import('../../../src/commands/terminals.ts');
  const done = openSession('shell', 'terminal', (_, signal) => untilAborted(signal));
  opened.at(-1)?.open({ columns: 80, rows: 24 });
  opened.at(-1)?.close();
  await expect(done).rejects.toThrow('given up');
});

test.each(['the terminal', 'the command'])(
  'closing %s ends the build to a failed step',
  async (by) => {
    const { openFailedStepShell } = await import('../../../src/commands/builds/debug.ts');
    const command = new AbortController();
    const builds = { debug: (...[, , , signal]: unknown[]) => untilAborted(signal as AbortSignal) };
    const run = { builds, busy: (work: Promise<unknown>) => work } as never;
    const options = { context: '/', dockerfile: '/Dockerfile', tags: [] };
    const done = openFailedStepShell(run, 'app', options, command.signal);
    opened.at(-1)?.open({ columns: 80, rows: 24 });
    if (by === 'the terminal') opened.at(-1)?.close();
    else command.abort();
    await expect(done).rejects.toThrow('given up');
  },
);
