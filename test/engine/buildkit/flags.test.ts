import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../src/engine/client.ts';
import { newRef } from '../../../src/engine/buildkit/ids.ts';
import type { BuildOptions } from '../../../src/engine/buildkit/request.ts';
import { inspectImage, removeImage } from '../../../src/engine/images.ts';
import { hasContainerdStore } from '../../../src/engine/imageStore.ts';
import { generation, podman, SHELL_IMAGE, suiteClient, unique } from '../support/engine.ts';
import { privateEngine } from '../support/privateEngine.ts';
import { build, buildx, builderOf, folder, named } from './support.ts';

const client = await suiteClient();

/** Builds as the extension does; the image goes with the test. */
async function run(text: string, more: Partial<BuildOptions> = {}, env: NodeJS.ProcessEnv = {}) {
  const dir = await folder();
  const ref = newRef();
  const options = { context: dir, dockerfile: join(dir, 'Dockerfile'), tags: [], ...more };
  await writeFile(options.dockerfile, text);
  const image = await builderOf(client, dir, env)(
    options,
    { ref, onStatus: () => {}, onSecret: () => {}, onBuilder: () => {} },
    new AbortController().signal,
  );
  if (image)
    onTestFinished(() => removeImage(client, image, { force: true }).then(undefined, () => {}));
  return { image, ref };
}

const jsonOf = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as object;

describe('--iidfile', () => {
  it('has the image id of a build that succeeded, and nothing of one that failed', async () => {
    const iidFile = join(await folder(), 'id');
    const { image } = await run(`FROM scratch\nLABEL x=${unique('x')}\n`, { iidFile });
    const id = await readFile(iidFile, 'utf8');
    expect(id).toBe(image);
    expect(id).toMatch(/^sha256:[\da-f]{64}$/);
    expect((await inspectImage(client, id)).Id.replace('sha256:', '')).toBe(id.slice(7));
    await expect(run('FROM scratch\nCOPY nothing /\n', { iidFile })).rejects.toThrow(/nothing/);
    await expect(readFile(iidFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('cannot be written: the build says so', async () => {
    const dir = await folder();
    const lost = join(dir, 'none/id');
    const text = `FROM scratch\nLABEL x=${unique('x')}\n`;
    await expect(run(text, { iidFile: lost })).rejects.toMatchObject({
      name: 'EngineError',
      message: `The build succeeded, but “${lost}” could not be written: there is no such file or folder.`,
    });
    await mkdir(join(dir, 'folder'));
    await expect(run(text, { iidFile: join(dir, 'folder') })).rejects.toThrow(/it is a directory/);
  });

  it.skipIf(podman).each(['local', 'tar'] as const)('is refused of files: %s', async (type) => {
    const dir = await folder();
    const more = { iidFile: join(dir, 'id'), outputs: [{ type, dest: join(dir, 'out') }] };
    await expect(run('FROM scratch\nCOPY . /\n', more)).rejects.toThrow(/no image id/);
  });
});

describe('--platform local', () => {
  it.each([[['local']], [['local', `linux/${client.engine.arch}`]]])(
    'is the engine’s own: %j',
    async (platforms) => {
      const { image = '' } = await run(`FROM scratch\nLABEL x=${unique('x')}\n`, { platforms });
      const { Os, Architecture } = await inspectImage(client, image);
      expect(`${Os}/${Architecture}`).toBe(`${client.engine.os}/${client.engine.arch}`);
    },
  );
});

describe('DOCKER_DEFAULT_PLATFORM', () => {
  const other = client.engine.arch === 'arm64' ? 'amd64' : 'arm64';
  const env = { DOCKER_DEFAULT_PLATFORM: `linux/${other}` };
  const archOf = async (more: Partial<BuildOptions>) => {
    const { image = '' } = await run(`FROM scratch\nLABEL x=${unique('x')}\n`, more, env);
    return (await inspectImage(client, image)).Architecture;
  };

  it('is built for where nothing else is said, as docker does', async () => {
    expect(await archOf({})).toBe(other);
    expect(await archOf({ platforms: [] })).toBe(other);
    expect(await archOf({ platforms: ['local'] })).toBe(client.engine.arch);
  });
});

describe('--allow', () => {
  const allow = ['security.insecure'];

  it.runIf(podman)('is refused by the classic builder', async () => {
    await expect(run('FROM scratch\n', { allow })).rejects.toThrow(/no entitlements/);
  });

  // The frontend of Docker 20.10 has no RUN --network.
  it.runIf(generation === 'new')('lets RUN have the network of the host', async () => {
    const text = `FROM ${SHELL_IMAGE}\nRUN --network=host echo ${unique('x')}\n`;
    await expect(run(text)).rejects.toThrow(/network\.host, which the build does not allow/);
    await run(text, { allow: ['network.host'] });
  });

  it.skipIf(podman)('is refused by an engine that does not grant it', async () => {
    await expect(run('FROM scratch\nCOPY . /\n', { allow })).rejects.toThrow(
      /No build may have security\.insecure on this engine/,
    );
  });

  it.skipIf(podman)(
    'is taken by an engine whose configuration grants it',
    async () => {
      const file = join(await folder(), 'daemon.json');
      const entitlements = { 'security-insecure': true };
      await writeFile(file, JSON.stringify({ builder: { entitlements } }));
      const engine = await privateEngine(() => ['--config-file', file]);
      onTestFinished(() => engine.end());
      const own = await connect(engine.endpoint);
      onTestFinished(() => own.close());
      const { image } = await build(own, await folder(), 'FROM scratch\nCOPY . /\n', { allow });
      expect(image).toMatch(/^sha256:/);
    },
    120_000,
  );
});

describe.runIf(podman)('the classic builder', () => {
  it('has the network, the hosts and the limits that are asked for', async () => {
    const text = `FROM ${SHELL_IMAGE}\nRUN cat /etc/hosts | while read ip name; do test "$ip" = 10.0.0.7 && test "$(ulimit -n)" = 100 && exit 3; done; exit $?\n`;
    const more = { addHosts: ['db.test:10.0.0.7'], ulimits: ['nofile=100:200'] };
    await expect(run(text, { ...more, network: 'host' })).rejects.toThrow(/\b3\b/);
  });

  it('takes no host-gateway', async () => {
    const addHosts = ['me:host-gateway'];
    await expect(run('FROM scratch\n', { addHosts })).rejects.toThrow(/no host-gateway/);
  });
});

describe.runIf(podman)('several platforms', () => {
  it('are refused by the classic builder', async () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    await expect(run('FROM scratch\n', { platforms })).rejects.toThrow(/no several platforms/);
  });
});

describe('--annotation', () => {
  const annotations = ['a=b'];

  it.runIf(podman)('is refused by the classic builder', async () => {
    await expect(run('FROM scratch\n', { annotations })).rejects.toThrow(/no annotations/);
  });

  it.skipIf(podman)('is refused where it would be lost', async () => {
    const outputs = [{ type: 'local', dest: await folder() }] as const;
    const built = run('FROM scratch\nCOPY . /\n', { annotations, outputs });
    await expect(built).rejects.toThrow('Only an image has annotations.');
    if (await hasContainerdStore(client)) return;
    await expect(run('FROM scratch\nCOPY . /\n', { annotations })).rejects.toMatchObject({
      reason: 'not-supported',
      message: expect.stringMatching(/^This engine keeps its images itself, .* containerd keeps/),
    });
  });
});

describe.runIf(podman)('--attest', () => {
  it('is refused by the classic builder', async () => {
    const attestations = [{ type: 'sbom', attrs: {} }];
    await expect(run('FROM scratch\n', { attestations })).rejects.toThrow(/no attestations/);
  });
});

describe('--output type=cacheonly', () => {
  const outputs = [{ type: 'cacheonly' }] as const;

  it.runIf(podman)('is refused by the classic builder', async () => {
    await expect(run('FROM scratch\n', { outputs })).rejects.toThrow(/no other outputs/);
  });

  it.skipIf(podman)('builds, and leaves nothing but the cache', async () => {
    const tag = `localhost/${unique('cached')}:1`;
    const text = `FROM ${SHELL_IMAGE}\nRUN echo ${unique('made')}\n`;
    const dir = await folder();
    const metadataFile = join(dir, 'about.json');
    const { image, ref } = await run(text, { outputs, tags: [tag], metadataFile });
    expect(image).toBeUndefined();
    expect(await jsonOf(metadataFile)).toEqual({ 'buildx.build.ref': `default/default/${ref}` });
    await expect(inspectImage(client, tag)).rejects.toMatchObject({ reason: 'not-found' });
    const { told } = await build(client, dir, text);
    expect(named(told, 'RUN echo')?.cached).toBe(true);
  });

  it.skipIf(podman)('fails where a step does, and has nothing to push', async () => {
    const text = `FROM ${SHELL_IMAGE}\nRUN echo ${unique('x')} && false\n`;
    await expect(run(text, { outputs })).rejects.toMatchObject({ name: 'BuildError' });
    await expect(run(text, { outputs, tags: ['a/b'], push: true })).rejects.toThrow(
      /can be pushed/,
    );
  });
});

describe('--metadata-file', () => {
  it.runIf(podman)('is refused by the classic builder', async () => {
    const metadataFile = join(await folder(), 'about.json');
    await expect(run('FROM scratch\n', { metadataFile })).rejects.toThrow(/has no metadata of/);
  });

  it.skipIf(podman)('is as the exporter told, with the names and the reference', async () => {
    const metadataFile = join(await folder(), 'about.json');
    const tags = [`localhost/${unique('about')}:1`, `localhost/${unique('about')}:2`];
    const text = `FROM scratch\nLABEL x=${unique('x')}\n`;
    const { image, ref } = await run(text, { metadataFile, tags });
    expect(await jsonOf(metadataFile)).toMatchObject({
      'buildx.build.ref': `default/default/${ref}`,
      'containerimage.digest': image,
      ...(generation !== 'old' && {
        'containerimage.config.digest': expect.stringMatching(/^sha256:/),
        'image.name': tags.join(','),
      }),
    });
  });

  it.runIf(generation === 'new')('is as buildx writes it', async () => {
    const [ours, theirs] = [join(await folder(), 'a.json'), join(await folder(), 'b.json')];
    const tag = `${process.env['STEVEDORE_TEST_REGISTRY']}/${unique('about')}:1`;
    // Both have the same image; what buildx adds beside it is its own.
    const text = `FROM scratch\nLABEL x=${unique('x')}\n`;
    const off = ['--provenance=false', '--sbom=false'];
    for (const push of [false, true]) {
      await run(text, { metadataFile: ours, tags: [tag], push });
      await buildx(text, '-t', tag, ...off, ...(push ? ['--push'] : []), '--metadata-file', theirs);
      const [own, others] = [await jsonOf(ours), await jsonOf(theirs)];
      const named = { 'buildx.build.ref': expect.stringMatching(/^default\/default\/\w{25}$/) };
      const { 'buildx.build.provenance': _, ...rest } = others as Record<string, unknown>;
      expect(own).toEqual({ ...rest, ...named });
      expect(Object.keys(own)).toEqual(Object.keys(rest));
    }
  });

  it.skipIf(podman)(
    'says nothing of an image where there is none, and is left of a failure',
    async () => {
      const dir = await folder();
      const metadataFile = join(dir, 'about.json');
      const outputs = [{ type: 'local', dest: join(dir, 'out') }] as const;
      const { ref } = await run('FROM scratch\nCOPY . /\n', { metadataFile, outputs });
      const written = await jsonOf(metadataFile);
      expect(written).toEqual({ 'buildx.build.ref': `default/default/${ref}` });
      await expect(run('FROM scratch\nCOPY none /\n', { metadataFile })).rejects.toThrow(/none/);
      expect(await jsonOf(metadataFile)).toEqual(written);
    },
  );
});
