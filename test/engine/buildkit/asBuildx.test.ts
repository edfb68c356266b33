import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { attributeReader } from '../../../src/engine/buildkit/files/attributes.ts';
import { cacheRecords, pruneCache } from '../../../src/engine/buildkit/cache.ts';
import { buildxArguments } from '../../../src/engine/builds/buildxLine.ts';
import { withProxies } from '../../../src/engine/builds/proxyArgs.ts';
import { inspectImage, pushImage, removeImage } from '../../../src/engine/images.ts';
import {
  bedEndpoint,
  generation,
  podman,
  SHELL_IMAGE,
  suiteClient,
  unique,
} from '../support/engine.ts';
import { build, folder, named, outputOf, startBuild } from './support.ts';

const client = await suiteClient();

const registry = process.env['STEVEDORE_TEST_REGISTRY'] ?? '';

/** A folder with docker's configuration, in which there are proxies. */
let config = '';
beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'stevedore-docker-'));
  // The bed's has buildx in it.
  const bed = process.env['DOCKER_CONFIG'] ?? '';
  for (const name of await readdir(bed))
    if (name !== 'config.json') await symlink(join(bed, name), join(config, name));
  const proxies = {
    default: { httpProxy: 'http://default.test:1', noProxy: 'a.test,b.test' },
    [bedEndpoint.url]: { httpProxy: 'http://own.test:2', httpsProxy: 'http://own.test:3' },
  };
  await writeFile(join(config, 'config.json'), JSON.stringify({ proxies }));
});
afterAll(() => rm(config, { recursive: true }));

/** Builds with docker's own client; answers all that it says. */
function buildx(context: string, ...args: readonly string[]): string {
  return buildxWith({}, context, ...args);
}

function buildxWith(
  env: Readonly<Record<string, string>>,
  context: string,
  ...args: readonly string[]
): string {
  // By the shell, for what it says goes to where errors go.
  return execFileSync(
    'sh',
    [
      '-c',
      'exec docker --host "$0" build --progress plain "$@" 2>&1',
      bedEndpoint.url,
      ...args,
      context,
    ],
    {
      env: {
        ...process.env,
        DOCKER_BUILDKIT: '1',
        DOCKER_CONFIG: config,
        // Where containerd keeps the images, buildx adds one that says when the build was: no two images would be the same.
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
        ...env,
      },
    },
  ).toString();
}

/** Has the engine forget what a step made, and what was built on it. */
async function forgetStep(words: string): Promise<void> {
  const records = await cacheRecords(client);
  const gone = new Set<string>();
  for (let before = -1; before < gone.size;) {
    before = gone.size;
    for (const { id, description, parents } of records)
      if (description.includes(words) || parents.some((parent) => gone.has(parent))) gone.add(id);
  }
  expect(gone.size).toBeGreaterThan(0);
  await pruneCache(client, { ids: [...gone] });
  const left = await cacheRecords(client);
  expect(left.some(({ description }) => description.includes(words))).toBe(false);
}

const forget = (image: string) =>
  onTestFinished(async () => {
    await removeImage(client, image, { force: true }).catch((error: { reason?: string }) => {
      if (error.reason !== 'not-found') throw error;
    });
  });

describe.skipIf(podman)('a build', () => {
  let dir: string;
  let text: string;
  let mark: string;
  beforeEach(async () => {
    dir = await folder();
    mark = unique('x');
    await writeFile(join(dir, 'file'), 'content\n');
    text = [
      `FROM ${SHELL_IMAGE} AS base`,
      'ARG WHO=nobody',
      `RUN echo ${mark} $WHO > /made`,
      'FROM base',
      'COPY --chown=1:2 --chmod=640 file /file',
      'WORKDIR /work',
      'ENV A=1',
    ].join('\n');
    await writeFile(join(dir, 'Dockerfile'), text);
  });

  it('makes the image that buildx has made, to its id', async () => {
    const tag = `localhost/${unique('theirs')}:1`;
    buildx(dir, '-t', tag, '--build-arg', 'WHO=you', '--label', 'a.b=c');
    forget(tag);
    const theirs = await inspectImage(client, tag);
    const { image } = await build(client, dir, '', {
      dockerfileText: undefined,
      buildArgs: { WHO: 'you' },
      labels: { 'a.b': 'c' },
    });
    expect(image).toBe(theirs.Id);
  });

  // Of the engine's own user that is root: others may not set capabilities.
  it.skipIf(!attributeReader() || process.getuid?.() !== 0)(
    'counts extended attributes of files as buildx does, both ways',
    async () => {
      const copying = `FROM ${SHELL_IMAGE}\nCOPY file /${mark}\n`;
      await writeFile(join(dir, 'Dockerfile'), copying);
      const image = `${mark}:1`;
      const theirs = () => {
        const said = buildx(dir, '-t', image);
        const [, step] = /^#(\d+) \[2\/2\] COPY/m.exec(said) ?? [];
        return said.includes(`\n#${step} CACHED`);
      };
      const ours = async () => {
        const { told } = await build(client, dir, copying);
        return named(told, /COPY file/)?.cached;
      };
      /** Gives the file an attribute, and a time by which the engine sees that it is another one. */
      const mend = async (name: string, value: string) => {
        await writeFile(join(dir, 'file'), 'content\n');
        execFileSync('setfattr', ['-n', name, '-v', value, join(dir, 'file')]);
      };
      forget(image);
      expect(theirs()).toBe(false);
      expect(await ours()).toBe(true);
      await mend('user.mark', mark);
      expect(await ours()).toBe(false);
      expect(theirs()).toBe(true);
      await mend('user.mark', `${mark} again`);
      expect(theirs()).toBe(false);
      expect(await ours()).toBe(true);
      await mend('security.capability', '0sAQAAAgAgAAAAAAAAAAAAAAAAAAA=');
      expect(await ours()).toBe(false);
      expect(theirs()).toBe(true);
    },
  );

  it('takes the time of the image from the environment as buildx does', async () => {
    const env = { SOURCE_DATE_EPOCH: '1000000000' };
    const tag = `localhost/${unique('dated')}:1`;
    buildxWith(env, dir, '-t', tag);
    forget(tag);
    const theirs = await inspectImage(client, tag);
    const { image = '' } = await build(client, dir, '', {
      dockerfileText: undefined,
      surroundings: { env },
    });
    expect(image).toBe(theirs.Id);
    const { Created } = await inspectImage(client, image);
    // Docker 20.10 has no such argument.
    if (generation === 'new') expect(Created).toBe('2001-09-09T01:46:40Z');
    else expect(Created).not.toContain('2001');
  });

  it('shares a cache in the image with buildx, both ways', async () => {
    const ours = `${registry}/${unique('inline')}/app:1`;
    await build(client, dir, '', {
      dockerfileText: undefined,
      tags: [ours],
      cacheTo: [{ type: 'inline', attrs: {} }],
    });
    await pushImage(client, ours);
    await removeImage(client, ours, { force: true });
    await forgetStep(mark);
    expect(buildx(dir, '--cache-from', ours)).toMatch(/CACHED/);

    await forgetStep(mark);
    const { told } = await build(client, dir, '', {
      dockerfileText: undefined,
      cacheFrom: [{ type: 'registry', attrs: { ref: ours } }],
    });
    expect(named(told, /RUN echo/)?.cached).toBe(true);
  });

  it('puts its cache into the image where a build argument says so, as buildx does', async () => {
    const tag = `localhost/${unique('inline')}:1`;
    const buildArgs = { BUILDKIT_INLINE_CACHE: '1' };
    buildx(dir, '-t', tag, '--build-arg', 'BUILDKIT_INLINE_CACHE=1');
    forget(tag);
    const theirs = await inspectImage(client, tag);
    const without = await build(client, dir, '', { dockerfileText: undefined });
    expect(without.image).not.toBe(theirs.Id);
    const { image } = await build(client, dir, '', { dockerfileText: undefined, buildArgs });
    expect(image).toBe(theirs.Id);
  });

  it.runIf(generation === 'old')('says that the builder would pass over limits', async () => {
    const done = build(client, dir, text, { ulimits: ['nofile=100:200'] });
    await expect(done).rejects.toMatchObject({ reason: 'not-supported' });
  });

  it.skipIf(generation === 'old')(
    'limits what RUN runs, and builds a stage anew, as buildx does',
    async () => {
      const limited = `FROM ${SHELL_IMAGE} AS kept\nRUN echo ${unique('kept')}\nFROM kept AS anew\nRUN ulimit -n; ulimit -Hn; df -k /dev/shm | tail -n 1\n`;
      await writeFile(join(dir, 'Dockerfile'), limited);
      const limits = {
        shmSize: 8 * 1024 ** 2,
        ulimits: ['nofile=100:200'],
        noCacheFilter: ['anew'],
      };
      await build(client, dir, limited, limits);
      const { output } = await build(client, dir, limited, limits);
      // The first stage is not built again.
      expect(output).toMatch(/^100\n200\n\S+ +8192 /);
      const flags = buildxArguments({
        context: dir,
        dockerfile: 'Dockerfile',
        tags: [],
        ...limits,
      });
      const theirs = buildx(dir, ...flags.slice(2, -1));
      expect(theirs).toMatch(/ 100\n.* 200\n.* \S+ +8192 /);
    },
  );

  it('names the host’s gateway as buildx does', async () => {
    const hosts = `FROM ${SHELL_IMAGE}\nRUN cat /etc/hosts\n`;
    await writeFile(join(dir, 'Dockerfile'), hosts);
    const line = /(\S+)\tgateway\.test/;
    const { output } = await build(client, dir, hosts, {
      noCache: true,
      addHosts: ['gateway.test:host-gateway'],
    });
    expect(output).toMatch(line);
    const theirs = buildx(dir, '--no-cache', '--add-host', 'gateway.test:host-gateway');
    expect(line.exec(output)?.[1]).toBe(line.exec(theirs)?.[1]);
  });

  it('gets the proxies of docker’s configuration that buildx gives it', async () => {
    const proxies = `FROM ${SHELL_IMAGE}\nRUN echo "told=$HTTP_PROXY,$http_proxy,$NO_PROXY,$HTTPS_PROXY,$https_proxy." && false\n`;
    await writeFile(join(dir, 'Dockerfile'), proxies);
    let theirs = '';
    try {
      theirs = buildx(dir, '--no-cache');
    } catch (error) {
      theirs = String((error as { stdout: Buffer }).stdout);
    }
    const machine = { env: { DOCKER_CONFIG: config }, home: '/nowhere' };
    const buildArgs = await withProxies({}, bedEndpoint.url, machine);
    const { done, told } = startBuild(client, dir, proxies, { noCache: true, buildArgs });
    await expect(done).rejects.toThrow();
    // What the build itself is given counts, however it is written.
    const mine = { http_proxy: 'http://mine.test:4' };
    expect(await withProxies(mine, bedEndpoint.url, machine)).toEqual({
      ...mine,
      HTTPS_PROXY: 'http://own.test:3',
    });
    const line = /told=.*\./;
    expect(line.exec(outputOf(told))?.[0]).toContain('http://own.test:3');
    expect(line.exec(outputOf(told))?.[0]).toBe(line.exec(theirs.replaceAll(/.*RUN.*/g, ''))?.[0]);
  });

  // Engines of Docker 20.10 know no named contexts.
  it.skipIf(generation === 'old')(
    'takes a named context by any way to write its name',
    async () => {
      const lib = await folder();
      await writeFile(join(lib, 'lib.txt'), 'from the library\n');
      const uses = `FROM ${SHELL_IMAGE}\nCOPY --from=docker.io/library/lib:latest lib.txt /\nRUN cat /lib.txt # ${mark}\n`;
      const { output } = await build(client, dir, uses, { contexts: { 'lib:latest': lib } });
      expect(output).toBe('from the library\n');
    },
  );
});
