import { getEventListeners, once } from 'node:events';
import { appendFile, chmod, mkdir, open, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWalker } from '../../../src/engine/buildkit/files/walker.ts';
import type { StatBatch } from '../../../src/engine/buildkit/files/statBatch.ts';
import type { Walker } from '../../../src/engine/buildkit/files/walker.ts';
import { connect as connectEngine } from '../../../src/engine/client.ts';
import { newRef } from '../../../src/engine/buildkit/ids.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { bedEndpoint, podman, SHELL_IMAGE, suiteClient, unique } from '../support/engine.ts';
import { endpointOf, privateEngine, runningContainer } from '../support/privateEngine.ts';
import { build, builderOf, folder, named, outputOf, startBuild } from './support.ts';
import type { Told } from './support.ts';

const client = await suiteClient();

/** Waits until a build has told something. */
async function until(told: Told, what: (told: Told) => unknown): Promise<void> {
  while (!what(told)) await sleep(20);
}

/** A step that runs until it is killed, and says so once it runs. */
const endless = () => `FROM ${SHELL_IMAGE}\nRUN echo ${unique('running')} && sleep 1000\n`;
const runs = (told: Told) => outputOf(told).includes('running-');

/**
 * Stands before the bed's engine. Once a connection has carried so many bytes towards it all are broken, or those of a
 * session alone; `cut` does so at once.
 */
async function cutter(mostBytes: number, only: 'session' | 'all' = 'all') {
  const path = join(await folder(), 'engine.sock');
  const open = new Set<Socket>();
  const sessions = new Set<Socket>();
  const cut = () => {
    for (const socket of only === 'all' ? open : sessions) socket.destroy();
  };
  const server = createServer((near) => {
    const far = connect(bedEndpoint.url.replace('unix://', ''));
    let bytes = 0;
    near.on('data', (chunk: Buffer) => {
      if (bytes === 0 && chunk.includes('POST /session')) sessions.add(near);
      bytes += chunk.length;
      if (bytes > mostBytes) cut();
    });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }).listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { endpoint: endpointOf(`unix://${path}`), cut };
}

/** A folder of 10 MB. */
async function bulky(): Promise<string> {
  const dir = await folder();
  for (let index = 0; index < 20; index++)
    await writeFile(join(dir, `file-${index}`), Buffer.alloc(500_000, index + 1));
  return dir;
}

/** A build on an engine of its own, whose step runs. */
async function runningOnOwn() {
  const engine = await privateEngine();
  onTestFinished(() => engine.end());
  const own = await connectEngine(engine.endpoint);
  onTestFinished(() => own.close());
  await runningContainer(own);
  const { done, told } = startBuild(
    own,
    await folder(),
    'FROM stevedore-test/sh\nRUN ["/bin/sh", "-c", "echo running-1 && /bin/sleep 1000"]\n',
  );
  done.catch(() => {});
  await until(told, runs);
  return { engine, done };
}

describe.skipIf(podman)('a build that goes wrong', () => {
  it('ends on the engine when it is cancelled, while another goes on', async () => {
    const controller = new AbortController();
    const [one, two] = [await folder(), await folder()];
    const cancelled = startBuild(client, one, endless(), { signal: controller.signal });
    const other = startBuild(
      client,
      two,
      `FROM ${SHELL_IMAGE}\nRUN sleep 3 && echo ${unique('done')}\n`,
    );
    cancelled.done.catch(() => {});
    await until(cancelled.told, runs);
    const start = Date.now();
    controller.abort();
    await expect(cancelled.done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(Date.now() - start).toBeLessThan(20_000);
    await other.done;
    expect(outputOf(other.told)).toContain('done-');
    // A step that still ran would hold the engine's lock on it: the same build begins anew, and is cancelled anew.
    const again = new AbortController();
    const repeat = startBuild(client, one, endless(), { signal: again.signal });
    repeat.done.catch(() => {});
    await until(repeat.told, runs);
    again.abort();
    await expect(repeat.done).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('says that it was cancelled when it never began', async () => {
    const { done } = startBuild(client, await folder(), endless(), { signal: AbortSignal.abort() });
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('says that the connection broke when the engine is killed', async () => {
    const { engine, done } = await runningOnOwn();
    process.kill(engine.pid(), 'SIGKILL');
    await expect(done).rejects.toMatchObject({ reason: 'dropped' });
    // It leaves processes behind, which the next one takes over and ends.
    await engine.start();
  }, 120_000);

  it('says that the connection broke when it is cut while files are sent', async () => {
    const dir = await bulky();
    const { endpoint } = await cutter(2_000_000);
    const cutClient = await connectEngine(endpoint);
    onTestFinished(() => cutClient.close());
    const text = `FROM scratch\nCOPY . /\nLABEL x=${unique('x')}\n`;
    const { done } = startBuild(cutClient, dir, text);
    await expect(done).rejects.toMatchObject({ reason: 'dropped' });
    // Nothing half-sent stays: the same folder builds.
    const { told } = await build(client, dir, text);
    expect(named(told, 'COPY . /')?.error).toBeUndefined();
  });

  it('fails, and was not cancelled, when only the connection that serves files is cut', async () => {
    const dir = await bulky();
    const { endpoint } = await cutter(2_000_000, 'session');
    const cutClient = await connectEngine(endpoint);
    onTestFinished(() => cutClient.close());
    const text = `FROM scratch\nCOPY . /\nLABEL x=${unique('x')}\n`;
    const error = await startBuild(cutClient, dir, text).done.catch((error: unknown) => error);
    expect(error).toMatchObject({ name: expect.stringMatching(/Error$/) });
    expect(error).not.toMatchObject({ reason: 'cancelled' });
  });

  it('says that the engine gave it up when the engine is stopped in order', async () => {
    const { engine, done } = await runningOnOwn();
    const stopped = engine.stop();
    const error = await done.catch((error: unknown) => error);
    await stopped;
    expect(error).toMatchObject({ name: expect.stringMatching(/Error$/) });
    expect(error).not.toMatchObject({ reason: 'cancelled' });
  }, 120_000);

  it('settles whenever it is cancelled, and leaves nothing behind', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    onTestFinished(() => void process.off('unhandledRejection', onUnhandled));
    const dir = await folder();
    for (let index = 0; index < 200; index++)
      await writeFile(join(dir, `file-${index}`), Buffer.alloc(100_000, index + 1));
    const text = () => `FROM ${SHELL_IMAGE}\nCOPY . /\nRUN echo ${unique('x')} && sleep 1000\n`;
    const controller = new AbortController();
    // From before the first connection until the last step runs.
    for (const wait of [0, 1, 3, 6, 10, 20, 40, 80, 160, 320, 640, 1280, 2560]) {
      const one = new AbortController();
      const signal = AbortSignal.any([controller.signal, one.signal]);
      const { done } = startBuild(client, dir, text(), { signal });
      setTimeout(() => one.abort(), wait);
      const start = Date.now();
      await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
      expect(Date.now() - start - wait).toBeLessThan(20_000);
    }
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await sleep(200);
    expect(unhandled).toEqual([]);
  });

  it('leaves no listener on a signal that lives on', async () => {
    const { signal } = new AbortController();
    const dir = await folder();
    await build(client, dir, `FROM ${SHELL_IMAGE}\nRUN echo ${unique('x')}\n`, { signal });
    const failing = startBuild(client, dir, `FROM ${SHELL_IMAGE}\nRUN false\n`, { signal });
    await expect(failing.done).rejects.toMatchObject({ name: 'BuildError' });
    await expect.poll(() => getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('names the command that failed while files are sent still', async () => {
    const dir = await folder();
    const file = await open(join(dir, 'large'), 'w');
    await file.truncate(3 * 1024 ** 3);
    await file.close();
    const text = [
      `FROM ${SHELL_IMAGE} AS one`,
      `RUN sleep 1 && echo ${unique('x')} && exit 9`,
      'FROM scratch',
      'COPY large /',
      'COPY --from=one /bin/sh /',
    ].join('\n');
    const error = await startBuild(client, dir, text).done.catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'BuildError', failure: { exitCode: 9 } });
  }, 120_000);

  /** Changes the folder once it is listed and before any of its files is sent. */
  const changing = (change: () => Promise<void> | void): Walker => {
    const inner = createWalker();
    onTestFinished(() => inner.close());
    return {
      ...inner,
      walk: async function* (request, signal) {
        const batches: StatBatch[] = [];
        for await (const batch of inner.walk(request, signal)) batches.push(batch);
        const { include, follow } = request.filter;
        // Those two are asked for by themselves, before the files.
        const early = /Dockerfile|\.dockerignore/.test([...include, ...follow].join());
        if (!early && !request.override) await change();
        yield* batches;
      },
    };
  };

  it.each([
    ['is deleted', 'not-found', (path: string) => rm(path)],
    [
      'may not be read',
      'permission',
      async (path: string) => {
        await chmod(path, 0);
        // Root may read everything.
        process.seteuid?.(65534);
      },
    ],
    [
      'becomes a folder',
      'conflict',
      async (path: string) => {
        await rm(path);
        await mkdir(path);
      },
    ],
  ])(
    'names a file that %s while it is sent, and is not built in another way',
    async (_, reason, change) => {
      const dir = await folder();
      await chmod(dir, 0o755);
      await writeFile(join(dir, 'Dockerfile'), `FROM scratch\nCOPY . /\nLABEL x=${unique('x')}\n`);
      await mkdir(join(dir, 'sub'));
      await writeFile(join(dir, 'sub/file'), 'content of it');
      const walker = changing(() => change(join(dir, 'sub/file')));
      const { done } = startBuild(client, dir, '', {
        dockerfileText: undefined,
        surroundings: { walker },
      });
      const error = await done.catch((error: unknown) => error);
      process.seteuid?.(0);
      expect(error).toMatchObject({ name: 'EngineError', reason, status: undefined });
      expect(String(error)).toContain('“sub/file”');
    },
  );

  // Docker 28 crashes where two instructions copy: moby's patternmatcher uses what it could not compile the second time.
  it('sends no engine a pattern of .dockerignore that is none, and says which', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'file'), '');
    await writeFile(join(dir, '.dockerignore'), '*.md\nbuild\\logs\n');
    const text = `FROM ${SHELL_IMAGE}\nCOPY file /a\nCOPY file /b\n`;
    await expect(startBuild(client, dir, text).done).rejects.toMatchObject({
      reason: 'bad-request',
      message: expect.stringMatching(/"build\\logs" on line 2: .*backslash/),
    });
    await writeFile(join(dir, '.dockerignore'), '*.md\nbuild/logs\n');
    await build(client, dir, text);
  });

  it('says why a Dockerfile could not be read: the builder knows its own folder alone', async () => {
    const dir = await folder();
    const other = await folder();
    await writeFile(join(other, 'shared'), 'FROM scratch\nLABEL a=1\n');
    await symlink(join(other, 'shared'), join(dir, 'linked'));
    await mkdir(join(dir, 'Dockerfile'));
    const said = async (name: string) => {
      const more = { dockerfile: join(dir, name), dockerfileText: undefined };
      const error: unknown = await startBuild(client, dir, '', more).done.catch((e: unknown) => e);
      return error instanceof EngineError ? error.message : String(error);
    };
    const what = (name: string) => `“${join(dir, name)}” could not be read: `;
    expect(await said('moved')).toBe(`${what('moved')}there is no such file or folder.`);
    expect(await said('Dockerfile')).toBe(`${what('Dockerfile')}it is a directory.`);
    expect(await said('linked')).toBe(
      `${what('linked')}it is a link to “${join(other, 'shared')}”, and the builder follows none out of the folder. Build that file.`,
    );
  });

  it('says which context is not there, and does not try another builder', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
    const build = builderOf(client, dir);
    const builders: string[] = [];
    const built = build(
      { context: join(dir, 'nowhere'), dockerfile: join(dir, 'Dockerfile'), tags: [] },
      {
        ref: newRef(),
        onStatus: () => {},
        onSecret: () => {},
        onBuilder: (builder) => builders.push(builder),
      },
      new AbortController().signal,
    );
    await expect(built).rejects.toThrow(`“${join(dir, 'nowhere')}” could not be read`);
    expect(builders).toEqual([]);
  });

  it('sends all of a file that grows, however large it becomes, and builds with all of it again', async () => {
    const dir = await folder();
    const text = `FROM ${SHELL_IMAGE}\nCOPY file /\nRUN cat /file | wc -c # ${unique('x')}\n`;
    const large = 'x'.repeat(600_000);
    for (const more of [' and after', large]) {
      await writeFile(join(dir, 'file'), 'before');
      const walker = changing(() => appendFile(join(dir, 'file'), more));
      const { output } = await build(client, dir, text, { surroundings: { walker } });
      expect(output.trim()).toBe(String('before'.length + more.length));
    }
    const { output, told } = await build(client, dir, `${text}RUN wc -c </file\n`);
    expect(output.trim().split('\n').at(-1)).toBe(String('before'.length + large.length));
    // As it is listed now, it has another time.
    expect(told.sent.bytes).toBeGreaterThan(large.length);
  });

  it('sends what is left of files that shrink, as docker does', async () => {
    const dir = await folder();
    const text = `FROM ${SHELL_IMAGE}\nCOPY . /in\nRUN cd /in && wc -c large small # ${unique('x')}\n`;
    await writeFile(join(dir, 'large'), 'x'.repeat(600_000));
    await writeFile(join(dir, 'small'), 'before');
    const walker = changing(async () => {
      await truncate(join(dir, 'large'), 300_000);
      await truncate(join(dir, 'small'), 2);
    });
    const { output } = await build(client, dir, text, { surroundings: { walker } });
    expect(output).toMatch(/\b300000 large\n\s*2 small\n/);
  });

  it('says which secret has no file, though the step could go on without it', async () => {
    const text = `FROM ${SHELL_IMAGE}\nRUN --mount=type=secret,id=token echo ${unique('x')}\n`;
    const { done } = startBuild(client, await folder(), text, {
      secrets: [{ id: 'token', file: '/nowhere/token' }],
    });
    await expect(done).rejects.toThrow(
      'secret token is to come from /nowhere/token, which does not exist',
    );
  });

  it('says what a credential helper says, and which registry refuses', async () => {
    const registry = process.env['STEVEDORE_TEST_REGISTRY_TOKEN'] ?? '';
    const text = `FROM ${registry}/${unique('private')}/app:1\nCOPY . /\n`;
    const asked: string[] = [];
    const attempt = (token: () => Promise<{ token: string; seconds: number }>) =>
      startBuild(client, process.cwd(), text, {
        context: '/tmp',
        surroundings: {
          auth: {
            credential: async (host) => {
              asked.push(host);
              return { username: 'tester', secret: 'wr0ng' };
            },
            fetchToken: token,
          },
        },
      }).done;
    const refused = attempt(() =>
      Promise.reject(new Error(`${registry} did not accept the sign-in.`)),
    );
    await expect(refused).rejects.toThrow(registry);
    await expect(refused).rejects.not.toThrow(/wr0ng/);
    expect(new Set(asked)).toEqual(new Set([registry]));
    await expect(attempt(async () => ({ token: 'nonsense', seconds: 60 }))).rejects.toMatchObject({
      name: 'BuildError',
    });
  });
});
