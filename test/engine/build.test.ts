import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { buildImage } from '../../src/engine/build.ts';
import type { BuildOptions } from '../../src/engine/build.ts';
import type { BuildEvent } from '../../src/engine/buildEvents.ts';
import { createClassicReader } from '../../src/engine/builds/classic.ts';
import { createBuildRecord } from '../../src/engine/builds/record.ts';
import { logText } from '../../src/engine/builds/stepLog.ts';
import { inspectImage, removeImage } from '../../src/engine/images.ts';
import { uncached, podman, SHELL_IMAGE, suiteClient, unique } from './support/engine.ts';

const client = await suiteClient();
let context: string;
beforeEach(async () => {
  context = await mkdtemp(join(tmpdir(), 'stevedore-build-'));
  return () => rm(context, { recursive: true });
});

async function build(dockerfileText: string, more: Partial<BuildOptions> = {}) {
  const events: BuildEvent[] = [];
  const onEvent = (event: BuildEvent) => void events.push(event);
  const id = await buildImage(client, { context, dockerfileText, onEvent, ...uncached, ...more });
  onTestFinished(async () => {
    await removeImage(client, id, { force: true }).catch((error: { reason?: string }) => {
      // A build of the same had the same image.
      if (error.reason !== 'not-found') throw error;
    });
  });
  const output = events.flatMap((event) => (event.type === 'log' ? event.text : [])).join('');
  return { id, events, output };
}

describe('a build', () => {
  it('tells its steps, its output and its image', async () => {
    const tag = `localhost/${unique('built')}:1`;
    await writeFile(join(context, 'file'), 'content');
    const { id, events, output } = await build(
      `FROM ${SHELL_IMAGE}\nARG WHO\nCOPY file /\nRUN echo "hello $WHO" && cat /file\n`,
      { tags: [tag], buildArgs: { WHO: '$(you) "x"' }, labels: { 'a,b': '"c"\n' } },
    );
    expect(output).toContain('hello $(you) "x"\ncontent');
    const steps = events.flatMap((event) => (event.type === 'step' ? event.text : []));
    expect(steps[0]).toBe(`FROM ${SHELL_IMAGE}`);
    expect(steps[3]).toContain('RUN echo');
    const image = await inspectImage(client, tag);
    expect(image.Id).toContain(id.replace('sha256:', ''));
    expect(image.Config.Labels).toMatchObject({ 'a,b': '"c"\n' });
  });

  it('asks before it sends more than it may', async () => {
    await writeFile(join(context, 'large'), Buffer.alloc(300_000));
    const text = 'FROM scratch\nCOPY large /\n';
    const allow = (ask: () => Promise<void>) => ({ allowance: { bytes: 200_000, ask } });
    await expect(
      build(
        text,
        allow(() => Promise.reject(new Error('declined'))),
      ),
    ).rejects.toThrow('declined');
    let asked = 0;
    await build(
      text,
      allow(async () => void asked++),
    );
    expect(asked).toBe(1);
  });

  it('gives what RUN runs the network, the hosts and the limits that are asked for', async () => {
    const text = `FROM ${SHELL_IMAGE}\nRUN ls /sys/class/net; cat /etc/hosts; ulimit -n; ulimit -Hn; df -k /dev/shm | tail -n 1 # ${unique('x')}\n`;
    const { output } = await build(text, {
      network: 'none',
      addHosts: ['db.test:10.0.0.7', 'cache.test=10.0.0.8'],
      ulimits: ['nofile=100:200'],
      shmSize: 8 * 1024 ** 2,
    });
    expect(output).toMatch(/^lo$/m);
    expect(output).not.toMatch(/^eth0$/m);
    expect(output).toMatch(/^10\.0\.0\.7\s+db\.test$/m);
    expect(output).toMatch(/^10\.0\.0\.8\s+cache\.test$/m);
    expect(output).toMatch(/^100\n200\n\S+ +8192 /m);
  });

  it('tells what was cached', async () => {
    const text = `FROM ${SHELL_IMAGE}\nRUN echo ${unique('x')}\n`;
    const cached = async (noCache: boolean) =>
      (await build(text, { noCache })).events.flatMap((e) =>
        e.type === 'done' && e.step === 2 ? e.cached : [],
      );
    expect(await cached(false)).toEqual([false]);
    expect(await cached(false)).toEqual([true]);
    expect(await cached(true)).toEqual([false]);
  });

  it('of several stages is steps of stages, with their lines', async () => {
    const text = [
      `FROM ${SHELL_IMAGE} AS one`,
      `ENV A=${unique('a')}`,
      'RUN echo said >/o; echo said',
      'FROM one',
      'COPY --from=one /o /p',
      'RUN echo printed \\',
      '  again',
    ].join('\n');
    const { events } = await build(text);
    const reader = createClassicReader(text);
    const record = createBuildRecord(
      'ref',
      {
        dockerfile: 'Dockerfile',
        context,
        tags: [],
        buildArgs: [],
        platforms: [],
        secrets: [],
      },
      { dockerfile: text },
    );
    record.builtBy('classic');
    for (const event of events) record.update(reader.read(event));
    record.finish({ state: 'completed' });
    const steps = record.build().steps.filter(({ index }) => index !== undefined);
    expect(steps.map(({ stage, index, lines, state }) => [stage, index, lines, state])).toEqual([
      ['one', 1, [1, 1], 'completed'],
      ['one', 2, [2, 2], 'completed'],
      ['one', 3, [3, 3], 'completed'],
      ['1', 1, [4, 4], 'completed'],
      ['1', 2, [5, 5], 'completed'],
      ['1', 3, [6, 7], 'completed'],
    ]);
    expect(logText(record.log(steps[2]?.id ?? ''))).toContain('said\n');
    expect(logText(record.log(steps[5]?.id ?? ''))).toContain('printed again\n');
  });

  // Podman takes names of repositories for this, and reads them from a registry.
  it.skipIf(podman)('takes its cache from the images that are named', async () => {
    const [tag, other] = [`localhost/${unique('cache')}:1`, `localhost/${unique('other')}:1`];
    await build(`FROM ${SHELL_IMAGE}\nRUN echo ${unique('other')}\n`, { tags: [other] });
    const text = `FROM ${SHELL_IMAGE}\nRUN echo ${unique('x')}\n`;
    await build(text, { tags: [tag] });
    const cached = async (from: string) =>
      (await build(text, { cacheFrom: [from] })).events.flatMap((e) =>
        e.type === 'done' && e.step === 2 ? e.cached : [],
      );
    expect(await cached(other)).toEqual([false]);
    expect(await cached(tag)).toEqual([true]);
  });

  it.runIf(podman)(
    'names the link out of its context that Podman refuses without a word',
    async () => {
      await mkdir(join(context, 'app'));
      await symlink('../../shared', join(context, 'app/shared'));
      const text = 'FROM scratch\nCOPY app /app\n';
      await expect(build(text)).rejects.toMatchObject({
        reason: 'bad-request',
        message:
          '“app/shared” leads out of the build context, and this engine takes no such link: leave it out by .dockerignore.',
      });
      await writeFile(join(context, '.dockerignore'), 'app/shared\n');
      await build(text);
    },
  );

  it('stops at the stage it is told to', async () => {
    const text = `FROM ${SHELL_IMAGE} AS one\nLABEL stage=one\nFROM one\nLABEL stage=two\n`;
    const { id } = await build(text, { target: 'one' });
    expect((await inspectImage(client, id)).Config.Labels).toMatchObject({ stage: 'one' });
  });

  it('sends the context without what is ignored, and hides a Dockerfile from elsewhere', async () => {
    await mkdir(join(context, 'dir'));
    await writeFile(join(context, '.dockerignore'), '*.log\n.dockerignore\n');
    await writeFile(join(context, 'dir/a'), 'a');
    await writeFile(join(context, 'x.log'), 'x');
    const { output } = await build(`FROM ${SHELL_IMAGE}\nCOPY . /ctx\nRUN ls -A /ctx\n`);
    expect(output).toContain('dir');
    expect(output).not.toContain('x.log');
    if (!podman) expect(output).not.toContain('.dockerfile.');
  });

  it('that fails names the step and keeps the engine’s words', async () => {
    const failed = build(`FROM ${SHELL_IMAGE}\nRUN echo before && false\n`);
    await expect(failed).rejects.toMatchObject({
      name: 'BuildError',
      message: expect.stringMatching(/Step 2\/2.*failed|exit status 1/s) as string,
    });
    await expect(build('FORM x\n')).rejects.toThrow(/FORM|no FROM statement/i);
    await expect(build(`FROM ${SHELL_IMAGE}\nCOPY nope /\n`)).rejects.toThrow(/nope/);
    await expect(build('')).rejects.toMatchObject({ name: 'EngineError' });
    await expect(build('FROM 127.0.0.1:9/nope:1\n')).rejects.toMatchObject({ name: 'BuildError' });
  });

  // Podman 4.3 goes on with a step though nobody waits for it.
  if (!podman) {
    it('that is cancelled kills its running step', async () => {
      const seconds = String(4_000_000 + Math.floor(Math.random() * 1_000_000));
      const running = () => {
        const processes = execFileSync('ps', ['-eo', 'args']).toString();
        return processes.split('\n').filter((line) => line.includes(`sleep ${seconds}`)).length;
      };
      const controller = new AbortController();
      const building = buildImage(
        client,
        { context, dockerfileText: `FROM ${SHELL_IMAGE}\nRUN sleep ${seconds}\n`, noCache: true },
        controller.signal,
      );
      building.catch(() => {});
      await expect.poll(running, { timeout: 45_000 }).toBeGreaterThan(0);
      controller.abort();
      await expect(building).rejects.toMatchObject({ reason: 'cancelled' });
      await expect.poll(running, { timeout: 45_000 }).toBe(0);
    });
  }
});
