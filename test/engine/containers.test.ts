import { describe, expect, it, onTestFinished } from 'vitest';
import { attachContainer } from '../../src/engine/attach.ts';
import type { AttachOptions } from '../../src/engine/attach.ts';
import {
  containerTerminal,
  createContainer,
  inspectContainer,
  killContainer,
  pauseContainer,
  removeContainer,
  restartContainer,
  runContainer,
  stopContainer,
} from '../../src/engine/containers.ts';
import { startExec } from '../../src/engine/exec.ts';
import { parseMount, parsePort } from '../../src/engine/runSpec.ts';
import type { RunSpec } from '../../src/engine/runSpec.ts';
import type { Session } from '../../src/engine/session.ts';
import { findShell, runExec } from '../../src/engine/shell.ts';
import { removeVolume } from '../../src/engine/volumes.ts';
import { BARE_IMAGE, labelledSuite, podman, SHELL_IMAGE, unique } from './support/engine.ts';

const { client, label } = await labelledSuite('containers');

const spec = (more: Partial<RunSpec> = {}): RunSpec => ({
  image: SHELL_IMAGE,
  command: ['sleep', '1000'],
  labels: { [label]: '' },
  ...more,
});
const run = async (more?: Partial<RunSpec>) => (await runContainer(client, spec(more))).id;

async function read(session: Session): Promise<string> {
  let text = '';
  for await (const { data } of session.output) text += data.toString();
  return text;
}

/** Waits for `text` in what a terminal shows, then types. */
async function converse(session: Session, steps: readonly (readonly [string, string])[]) {
  let text = '';
  let from = 0;
  const left = [...steps];
  for await (const { data } of session.output) {
    text += data.toString();
    while (left[0] && text.indexOf(left[0][0], from) >= 0) {
      from = text.length;
      await session.write(left.shift()?.[1] ?? '');
    }
  }
  return text;
}

describe('a container', () => {
  it('runs as it was asked for', async () => {
    const name = unique('spec');
    const volume = unique('vol');
    const id = await run({
      name,
      env: ['A=$(b) "c"'],
      ports: [parsePort('127.0.0.1::80'), parsePort('53/udp')],
      mounts: [parseMount(`${volume}:/data`)],
      workdir: '/data',
      labels: { [label]: '', 'x"y': 'a,b\n' },
    });
    onTestFinished(async () => {
      await removeContainer(client, id, { force: true });
      await removeVolume(client, volume);
    });
    const { Config, HostConfig } = await inspectContainer(client, id);
    expect(Config.Env).toContain('A=$(b) "c"');
    expect(Config.WorkingDir).toBe('/data');
    expect(Config.Labels).toMatchObject({ 'x"y': 'a,b\n' });
    expect(Object.keys(HostConfig.PortBindings as object).sort()).toEqual(['53/udp', '80/tcp']);
    const { stdout } = await runExec(client, id, {
      cmd: ['sh', '-c', 'touch here; echo "$A"; ls'],
    });
    expect(stdout).toBe('$(b) "c"\nhere\n');
  });

  it('that cannot start leaves nothing behind and says why', async () => {
    const name = unique('broken');
    const broken = runContainer(client, spec({ name, command: ['/no/such/program'] }));
    await expect(broken).rejects.toThrow(/no such file|not found/i);
    await expect(inspectContainer(client, name)).rejects.toMatchObject({ reason: 'not-found' });
  });

  // Podman makes one of what it has.
  it.skipIf(podman)(
    'of an image for another platform is not made, and it is said why',
    async () => {
      const platform = `linux/${client.engine.arch === 'arm64' ? 'amd64' : 'arm64'}`;
      await expect(run({ platform })).rejects.toMatchObject({
        reason: 'not-found',
        message: `“${SHELL_IMAGE}” is not on this engine for ${platform}, which DOCKER_DEFAULT_PLATFORM asks for: pull it, or have VS Code started without that variable.`,
      });
      await expect(run({ image: 'localhost/none:1', platform })).rejects.toThrow(
        /none:1” is not on/,
      );
      await expect(run({ platform: `linux/${client.engine.arch}` })).resolves.toMatch(
        /^[\da-f]{64}$/,
      );
    },
  );

  it('that is unknown, in use or named twice gives a reason', async () => {
    await expect(stopContainer(client, 'no such?x')).rejects.toMatchObject({ reason: 'not-found' });
    const id = await run({ name: unique('twice') });
    const { name } = await containerTerminal(client, id);
    await expect(createContainer(client, spec({ name }))).rejects.toMatchObject({
      name: 'EngineError',
      ...(!podman && { reason: 'conflict' }),
    });
    await expect(removeContainer(client, id)).rejects.toMatchObject({
      name: 'EngineError',
      ...(!podman && { reason: 'conflict' }),
    });
  });

  it('stops, restarts, and stopping is cancelled', async () => {
    const id = await run();
    // Podman stays in the middle of a stop that is broken off.
    if (podman) return stopContainer(client, id, { seconds: 0 });
    const controller = new AbortController();
    const stopping = stopContainer(client, id, { seconds: 60 }, controller.signal);
    setTimeout(() => controller.abort(), 200);
    await expect(stopping).rejects.toMatchObject({ reason: 'cancelled' });
    await restartContainer(client, id, { seconds: 0 });
    expect((await containerTerminal(client, id)).running).toBe(true);
    await stopContainer(client, id, { seconds: 0 });
    expect((await containerTerminal(client, id)).running).toBe(false);
  });
});

describe('a program in a container', () => {
  it('has its streams and its exit code apart', async () => {
    const id = await run();
    const cmd = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
    expect(await runExec(client, id, { cmd })).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const session = await startExec(client, id, { cmd: ['cat'] });
    await session.write('héllo');
    session.endInput();
    expect(await read(session)).toBe('héllo');
    expect(await session.ended).toEqual({ exitCode: 0, detached: false, message: undefined });
  });

  it('has a terminal of the size that was asked for, which can be changed', async () => {
    const id = await run();
    const session = await startExec(client, id, { cmd: ['sh'], tty: true, cols: 101, rows: 33 });
    const shown = await converse(session, [
      ['# ', 'sleep 0.5; stty size\n'],
      ['33 101', 'exit 4\n'],
    ]);
    expect(shown).toContain('33 101');
    expect(await session.ended).toMatchObject({ exitCode: 4, message: undefined });
  });

  it('ends with a clear message when its container is removed', async () => {
    const id = await run();
    const session = await startExec(client, id, { cmd: ['sh'], tty: true });
    setTimeout(() => void removeContainer(client, id, { force: true }), 300);
    await read(session);
    const { message, detached } = await session.ended;
    expect(message).toMatch(/^The container was (removed|stopped)\.$/);
    expect(detached).toBe(false);
    await session.write('nobody reads this');
    await session.resize(10, 10);
  });

  it('ends with a clear message when its container is killed', async () => {
    const id = await run();
    const session = await startExec(client, id, { cmd: ['sh'], tty: true });
    setTimeout(() => void killContainer(client, id), 300);
    await read(session);
    expect((await session.ended).message).toBe('The container was stopped.');
  });

  it('can be let go of', async () => {
    const id = await run();
    const session = await startExec(client, id, { cmd: ['sleep', '100'] });
    setTimeout(() => session.close(), 100);
    await read(session);
    expect(await session.ended).toEqual({
      exitCode: undefined,
      detached: true,
      message: undefined,
    });
  });
});

describe('the shell of a container', () => {
  it('is found', async () => {
    const id = await run();
    expect(await findShell(client, id)).toBe('sh');
    // A user’s own shell is preferred; here it is a link to the only one there is.
    const make =
      'cat >/etc/passwd <<E\nroot:x:0:0::/:/bin/zsh\nE\ntest -e /bin/zsh || cat /bin/busybox >/bin/bash';
    const { exitCode } = await runExec(client, id, {
      cmd: ['sh', '-c', `busybox mkdir -p /etc; ${make}; busybox chmod 755 /bin/bash`],
    });
    expect(exitCode).toBe(0);
    expect(await findShell(client, id)).toBe('/bin/bash');
  });

  it('is said not to be there, or not to be reachable', async () => {
    const bare = await run({ image: BARE_IMAGE, command: ['/sleep', '1000'] });
    await expect(findShell(client, bare)).rejects.toMatchObject({
      reason: 'not-supported',
      message: expect.stringContaining('has no shell') as string,
    });
    await killContainer(client, bare);
    await expect(findShell(client, bare)).rejects.toMatchObject({
      reason: 'conflict',
      message: expect.stringContaining('is not running') as string,
    });
  });

  if (!podman) {
    it('is not reachable in a paused container', async () => {
      const id = await run();
      await pauseContainer(client, id);
      await expect(findShell(client, id)).rejects.toMatchObject({ reason: 'conflict' });
    });
  }
});

describe('attaching', () => {
  const start = async (more: Partial<RunSpec>, options: AttachOptions = {}) => {
    const { id } = await createContainer(client, spec(more));
    return { id, session: await attachContainer(client, id, { start: true, ...options }) };
  };

  it('runs a container like docker run -it --rm', async () => {
    const { id, session } = await start(
      { command: ['sh'], tty: true, interactive: true, autoRemove: true },
      { cols: 90, rows: 20 },
    );
    await converse(session, [['# ', 'sleep 0.5; exit 5\n']]);
    expect(await session.ended).toMatchObject({ exitCode: 5, detached: false, message: undefined });
    await expect
      .poll(() => containerTerminal(client, id).catch((error: unknown) => error), {
        timeout: 45_000,
      })
      .toMatchObject({ reason: 'not-found' });
  });

  it('misses nothing of a short one, its streams apart', async () => {
    const { session } = await start({ command: ['sh', '-c', 'echo out; echo err >&2; exit 7'] });
    const seen = { stdout: '', stderr: '' };
    for await (const { stream, data } of session.output) seen[stream] += data.toString();
    expect(seen).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    expect(await session.ended).toMatchObject({ exitCode: 7 });
  });

  it('ends by the detach keys, and the container goes on', async () => {
    const id = await run({ command: ['sh'], tty: true, interactive: true });
    const session = await attachContainer(client, id, { detachKeys: 'ctrl-b' });
    setTimeout(() => void session.write('\x02'), 300);
    await read(session);
    expect(await session.ended).toMatchObject({ detached: true, message: undefined });
    expect((await containerTerminal(client, id)).running).toBe(true);
  });

  // Podman closes the container's input with the connection.
  if (!podman) {
    it('ends by closing, and the container goes on', async () => {
      const id = await run({ command: ['cat'], interactive: true });
      const session = await attachContainer(client, id);
      setTimeout(() => session.close(), 100);
      await read(session);
      expect((await session.ended).detached).toBe(true);
      expect((await containerTerminal(client, id)).running).toBe(true);
    });
  }

  it('is refused for one that is not running', async () => {
    const { id } = await createContainer(client, spec());
    await expect(attachContainer(client, id)).rejects.toMatchObject({ reason: 'conflict' });
  });
});
