import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { pruneCache } from '../../src/engine/buildkit/cache.ts';
import type { CacheSpec } from '../../src/engine/buildkit/request.ts';
import { connect } from '../../src/engine/client.ts';
import type { Client } from '../../src/engine/client.ts';
import { buildxArguments } from '../../src/engine/builds/buildxLine.ts';
import {
  inspectImage,
  pullImage,
  pushImage,
  removeImage,
  tagImage,
} from '../../src/engine/images.ts';
import { hasContainerdStore } from '../../src/engine/imageStore.ts';
import { analyseImage } from '../../src/engine/layers/analyse.ts';
import { imageFacts } from '../../src/engine/layers/facts.ts';
import { createStore } from '../../src/engine/store.ts';
import type { FedStore } from '../../src/engine/store.ts';
import { newRef } from '../../src/engine/buildkit/ids.ts';
import { lendPort, startSecondEngine } from './bed/engines.ts';
import { build, builderOf, buildxOn, folder, named, startBuild } from './buildkit/support.ts';
import { bedEndpoint, generation, SHELL_IMAGE, testClient, unique } from './support/engine.ts';

/*
 * Engines whose images containerd keeps, as Docker 29 has it from the start. One is started for this file, beside the bed's,
 * whose store is the classic one unless it was asked for otherwise.
 */
describe.runIf(generation === 'new')('an engine whose images containerd keeps', () => {
  const registry = process.env['STEVEDORE_TEST_REGISTRY'] ?? '';
  let client: Client;
  const ends: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    const engine = await startSecondEngine([], { imageStore: 'containerd' });
    ends.push(engine.stop);
    ends.push(await lendPort(engine, Number(registry.split(':')[1])));
    client = await testClient({ ...bedEndpoint, url: `unix://${engine.socket}` });
    ends.push(() => client.close());
  }, 120_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('is told from others', async () => {
    expect(await hasContainerdStore(client)).toBe(true);
  });

  /** A store that follows the engine, with its images. */
  async function followed(): Promise<FedStore> {
    const end = new AbortController();
    const store = createStore();
    const live = new Promise<void>((onLive) => {
      void store.follow(client, { signal: end.signal, onLive });
    });
    onTestFinished(() => end.abort());
    await live;
    await store.load('image');
    return store;
  }

  it('tells one size of an image, however it comes to be read', async () => {
    const tag = `localhost/${unique('sized')}:1`;
    const store = await followed();
    const sizeOf = (name: string) =>
      store.list('image').find(({ tags }) => tags.includes(name))?.size;
    const before = sizeOf(SHELL_IMAGE);
    expect(before).toBeGreaterThan(0);
    await tagImage(client, SHELL_IMAGE, tag);
    await expect.poll(() => sizeOf(tag)).toBe(before);
    await removeImage(client, tag);
    await expect.poll(() => sizeOf(tag)).toBeUndefined();
    expect(sizeOf(SHELL_IMAGE)).toBe(before);
  });

  it('shows what was built, and whose a name is, whether events tell of it or not', async () => {
    const store = await followed();
    const tag = `${registry}/${unique('moving')}:1`;
    const had = () => store.list('image').filter(({ tags }) => tags.includes(tag));
    const dir = await folder();
    const run = builderOf(client, dir, {}, store);
    const hooks = {
      ref: '',
      onBuilder: () => {},
      onStatus: () => {},
      onSecret: () => {},
      onSent: () => {},
    };
    const built = async () => {
      const text = `FROM ${SHELL_IMAGE}\nLABEL x=${unique('x')}\n`;
      const options = { context: dir, dockerfile: join(dir, 'Dockerfile'), dockerfileText: text };
      const { signal } = new AbortController();
      return run({ ...options, tags: [tag] }, { ...hooks, ref: newRef() }, signal);
    };
    const first = await built();
    await expect.poll(() => had().map(({ id }) => id)).toEqual([first]);
    await pushImage(client, tag);
    const second = await built();
    await expect.poll(() => had().map(({ id }) => id)).toEqual([second]);
    // containerd clears away what the first image was made of, and may do so while that comes back.
    await vi.waitFor(() => pullImage(client, tag), { timeout: 45_000, interval: 1000 });
    await expect.poll(() => had().map(({ id }) => id)).toEqual([first]);
  });

  it('builds upon the image that it has, whatever a registry has by that name', async () => {
    const base = `${registry}/${unique('base')}:1`;
    const dir = await folder();
    const madeBy = (who: string) =>
      build(client, dir, `FROM ${SHELL_IMAGE}\nRUN echo ${who} > /made\n`, { tags: [base] });
    await madeBy('others');
    await pushImage(client, base);
    await madeBy('me');
    const text = `FROM ${base}\nRUN cat /made # ${unique('x')}\n`;
    expect((await build(client, dir, text)).output).toBe('me\n');
    expect((await build(client, dir, text, { pull: true })).output).toBe('others\n');
  });

  it('has an image with a provenance for one of a single platform', async () => {
    const tag = `localhost/${unique('proven')}:1`;
    const dir = await folder();
    await writeFile(join(dir, 'Dockerfile'), `FROM ${SHELL_IMAGE}\nLABEL x=${unique('x')}\n`);
    const buildx = ['-H', client.endpoint.url, 'buildx', 'build', '--provenance=mode=max'];
    execFileSync('docker', [...buildx, '-t', tag, dir], { stdio: 'pipe' });
    onTestFinished(() => void removeImage(client, tag));
    const { image, inspected } = await analyseImage(client, tag);
    expect(image.layers).toHaveLength(1);
    expect(image.layers[0]?.files.count).toBeGreaterThan(1);
    expect(JSON.stringify(imageFacts(inspected, []))).not.toContain('unknown');
    const [listed, ...others] = (await client.docker.listImages()).filter(({ RepoTags }) =>
      RepoTags?.includes(tag),
    );
    expect(others).toEqual([]);
    expect(listed?.Id).toBe(inspected['Id']);
  });

  it('has an image of several platforms for one image, and reads the layers of its own', async () => {
    const tag = `localhost/${unique('several')}:1`;
    const dir = await folder();
    await writeFile(join(dir, 'file'), 'content');
    const { image: built } = await build(
      client,
      dir,
      'FROM scratch\nARG TARGETARCH\nCOPY file /of-$TARGETARCH\n',
      { tags: [tag], platforms: ['linux/amd64', 'linux/arm64'] },
    );
    const store = await followed();
    expect(store.list('image').filter(({ tags }) => tags.includes(tag))).toMatchObject([
      { id: built },
    ]);
    const { image, whole } = await analyseImage(client, tag);
    const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
    expect(whole.present[image.tree.find(`/of-${own}`) ?? -1]).toBe(1);
  });

  /** A Dockerfile whose step takes something that nobody has. */
  const stepped = () => `FROM ${SHELL_IMAGE}\nRUN echo ${unique('step')} > /made\n`;
  const local = (attrs: Record<string, string>): CacheSpec => ({ type: 'local', attrs });

  describe('a cache', () => {
    it('goes to a folder and comes back from it', async () => {
      const [dir, home] = [await folder(), await folder()];
      const dest = join(home, 'made for it/cäche');
      const text = stepped();
      await build(client, dir, text, { cacheTo: [local({ dest, mode: 'max' })] });
      expect((await readdir(dest)).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
      for (const hex of await readdir(join(dest, 'blobs/sha256'))) {
        const bytes = await readFile(join(dest, 'blobs/sha256', hex));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(hex);
      }
      await pruneCache(client, { all: true });
      const { told } = await build(client, dir, text, { cacheFrom: [local({ src: dest })] });
      expect(named(told, 'RUN echo')?.cached).toBe(true);
      expect(told.problems).toEqual([]);
      expect(told.warnings).toEqual([]);
    });

    it('is written beside another one, and over one of its name', async () => {
      const [dir, dest] = [await folder(), await folder()];
      const [first, second] = [stepped(), stepped()];
      const tags = async () => {
        const index = JSON.parse(await readFile(join(dest, 'index.json'), 'utf8')) as {
          manifests: { digest: string; annotations: Record<string, string> }[];
        };
        return index.manifests.map(
          ({ annotations }) => annotations['org.opencontainers.image.ref.name'],
        );
      };
      await build(client, dir, first, { cacheTo: [local({ dest })] });
      await build(client, dir, second, { cacheTo: [local({ dest, tag: 'second' })] });
      await build(client, dir, first, { cacheTo: [local({ dest })] });
      expect(await tags()).toEqual(['second', 'latest']);
      await pruneCache(client, { all: true });
      const cacheFrom = [local({ src: dest, tag: 'second' })];
      const { told } = await build(client, dir, second, { cacheFrom });
      expect(named(told, 'RUN echo')?.cached).toBe(true);
    });

    it('is read by an engine that keeps its images itself', async () => {
      const bed = await testClient();
      onTestFinished(() => bed.close());
      const [dir, dest] = [await folder(), await folder()];
      // No base image, for that of another engine is another one.
      await writeFile(join(dir, 'file'), unique('content'));
      const text = 'FROM scratch\nCOPY file /made\n';
      await build(client, dir, text, { cacheTo: [local({ dest })] });
      const { told, image } = await build(bed, dir, text, { cacheFrom: [local({ src: dest })] });
      expect(named(told, 'COPY file')?.cached).toBe(true);
      expect(image).toMatch(/^sha256:/);
    });

    it('goes to buildx and comes from it', async () => {
      const [dir, dest] = [await folder(), await folder()];
      const text = stepped();
      await writeFile(join(dir, 'Dockerfile'), text);
      const buildx = (...more: readonly string[]) => {
        const args = ['-H', client.endpoint.url, 'buildx', 'build', '--progress=plain'];
        const { stderr } = spawnSync('docker', [...args, ...more, dir], { encoding: 'utf8' });
        return stderr;
      };
      buildx('--cache-to', `type=local,dest=${dest}`);
      await pruneCache(client, { all: true });
      const { told } = await build(client, dir, text, {
        cacheFrom: [local({ src: dest })],
        cacheTo: [local({ dest, tag: 'ours' })],
      });
      expect(named(told, 'RUN echo')?.cached).toBe(true);
      await pruneCache(client, { all: true });
      expect(buildx('--cache-from', `type=local,src=${dest},tag=ours`)).toMatch(
        /\[2\/2\] RUN echo[^\n]*\n#\d+ CACHED/,
      );
    });

    it('that is not there yet is said, and hinders nothing', async () => {
      const src = join(await folder(), 'none');
      const { told } = await build(client, await folder(), stepped(), {
        cacheFrom: [local({ src })],
      });
      expect(told.warnings.map(({ message }) => message)).toEqual([
        `There is no cache “latest” in “${src}” yet.`,
      ]);
    });

    it('that is damaged is not taken for what it was', async () => {
      const [dir, dest] = [await folder(), await folder()];
      const text = stepped();
      await build(client, dir, text, { cacheTo: [local({ dest })] });
      for (const hex of await readdir(join(dest, 'blobs/sha256'))) {
        const path = join(dest, 'blobs/sha256', hex);
        const bytes = await readFile(path);
        await writeFile(path, Buffer.alloc(bytes.length, 'x'));
      }
      await pruneCache(client, { all: true });
      const { done, told } = startBuild(client, dir, text, { cacheFrom: [local({ src: dest })] });
      await done;
      expect(named(told, 'RUN echo')?.cached).toBe(false);
      expect(told.warnings.map(({ message }) => message)).toEqual([
        expect.stringContaining(`The folder “${dest}” is damaged`),
      ]);
      // What a build fails of is something else.
      const failing = `${text}RUN false\n`;
      const again = startBuild(client, dir, failing, { cacheFrom: [local({ src: dest })] });
      await expect(again.done).rejects.toThrow(/exit code:? 1/);
      expect(again.told.warnings.map(({ message }) => message)).toEqual([
        expect.stringContaining(`The folder “${dest}” is damaged`),
      ]);
    });

    it('goes to a registry and comes back from it', async () => {
      const dir = await folder();
      const text = stepped();
      const ref = `${registry}/${unique('cache')}:1`;
      const spec: CacheSpec = { type: 'registry', attrs: { ref } };
      await build(client, dir, text, {
        cacheTo: [{ ...spec, attrs: { ref, mode: 'max' } }],
      });
      await pruneCache(client, { all: true });
      const { told } = await build(client, dir, text, { cacheFrom: [spec] });
      expect(named(told, 'RUN echo')?.cached).toBe(true);
    });
  });

  describe('an OCI layout', () => {
    /** A layout of an image with one file, as a build leaves it. */
    async function layout(tag: string): Promise<string> {
      const [dir, home] = [await folder(), await folder()];
      const dest = join(home, 'out.tar');
      await writeFile(join(dir, 'file'), 'from the layout\n');
      await build(client, dir, 'FROM scratch\nCOPY file /from-layout\n', {
        outputs: [{ type: 'oci', dest }],
        tags: [tag],
      });
      const root = join(home, 'layout');
      await mkdir(root);
      execFileSync('tar', ['-xf', dest, '-C', root]);
      return root;
    }

    it('serves as a named context, and as a base', async () => {
      const root = await layout('localhost/some/name:1');
      const text = [
        `FROM ${SHELL_IMAGE}`,
        'COPY --from=other /from-layout /copy',
        `RUN cat /copy # ${unique('x')}`,
      ].join('\n');
      for (const source of [`oci-layout://${root}`, `oci-layout://${root}:1`]) {
        const { output } = await build(client, await folder(), text, {
          contexts: { other: source },
          noCache: true,
        });
        expect(output).toBe('from the layout\n');
      }
      await build(client, await folder(), `FROM base\nLABEL x=${unique('x')}\n`, {
        contexts: { base: `oci-layout://${root}` },
      });
    });

    it('is there for a shell in a failed step, too', async () => {
      const root = await layout('localhost/some/name:1');
      const dir = await folder();
      const { session } = await builderOf(client, dir).debug(
        {
          context: dir,
          dockerfile: join(dir, 'Dockerfile'),
          dockerfileText: `FROM ${SHELL_IMAGE}\nCOPY --from=other /from-layout /copy\nRUN exit 7\n`,
          tags: [],
          contexts: { other: `oci-layout://${root}` },
          // What makes it cannot be had, and is not needed to look at a step.
          attestations: [{ type: 'sbom', attrs: { generator: 'localhost:1/none' } }],
        },
        { onStatus: () => {}, onSecret: () => {} },
        { columns: 80, rows: 24 },
        new AbortController().signal,
      );
      await session.write('cat /copy; exit\n');
      let seen = '';
      for await (const { data } of session.output) seen += data.toString();
      expect(seen).toContain('from the layout');
    });

    it('of which a part leads elsewhere is refused', async () => {
      const root = await layout('localhost/some/name:1');
      const elsewhere = await folder();
      execFileSync('cp', ['-r', join(root, 'blobs'), elsewhere]);
      await rm(join(root, 'blobs'), { recursive: true });
      execFileSync('ln', ['-s', join(elsewhere, 'blobs'), join(root, 'blobs')]);
      const { done } = startBuild(client, await folder(), 'FROM base\nLABEL x=y\n', {
        contexts: { base: `oci-layout://${root}` },
      });
      await expect(done).rejects.toMatchObject({ reason: 'bad-request' });
    });
  });

  it('gives an image the annotations that buildx gives it, in the store and in an archive', async () => {
    const dir = await folder();
    const text = `FROM ${SHELL_IMAGE}\nRUN echo ${unique('x')} > /x\n`;
    const annotations = ['org.test.one=1', 'manifest-descriptor:org.test.two=2'];
    const [ours, theirs] = [`localhost/${unique('ours')}:1`, `localhost/${unique('theirs')}:1`];
    const { image } = await build(client, dir, text, { tags: [ours], annotations });
    const line = buildxArguments({ context: dir, dockerfile: '', tags: [], annotations });
    const flags = line.filter((_, at) => at > 1 && at < line.length - 1);
    await buildxOn(client.endpoint.url, text, '-t', theirs, '--provenance=false', ...flags);
    onTestFinished(() => removeImage(client, theirs).then(() => {}));
    expect((await inspectImage(client, theirs)).Id).toBe(image);
    const dest = join(dir, 'out.tar');
    await build(client, dir, text, { outputs: [{ type: 'oci', dest }], annotations });
    const archive = await readFile(dest, 'latin1');
    expect(archive).toContain('"org.test.one": "1"');
    expect(archive).toContain('"org.test.two":"2"');
  });

  it('attests what is asked for, as buildx does, and nothing else', async () => {
    const [dir, dest] = [await folder(), join(await folder(), 'out.tar')];
    const text = `FROM ${SHELL_IMAGE}\nRUN echo ${unique('x')} > /x\n`;
    const outputs = [{ type: 'oci', dest }] as const;
    /** The kinds of attestations in the archive, and parts of a provenance. */
    const found = async () => {
      const archive = await readFile(dest, 'latin1');
      const parts = /"predicateType": ?"[^"]+"|"(?:llbDefinition|materials|invocation)":/g;
      return [...new Set(archive.match(parts))].toSorted();
    };
    await build(client, dir, text, { outputs });
    expect(await found()).toEqual([]);
    for (const attrs of [{}, { mode: 'max' }]) {
      const attestations = [{ type: 'provenance', attrs }];
      const line = buildxArguments({
        context: dir,
        dockerfile: '',
        tags: [],
        attestations,
        outputs,
      });
      await buildxOn(client.endpoint.url, text, ...line.slice(2, -1));
      const theirs = await found();
      expect(theirs).toContainEqual(expect.stringContaining('slsa.dev/provenance'));
      await build(client, dir, text, { outputs, attestations });
      expect(await found()).toEqual(theirs);
    }
    const attestations = [{ type: 'provenance', attrs: {} }];
    const tag = `localhost/${unique('attested')}:1`;
    const { image } = await build(client, dir, text, { attestations, tags: [tag] });
    expect((await inspectImage(client, tag)).Id).toBe(image);
    const archive = { attestations, outputs: [{ type: 'docker', dest } as const] };
    await expect(startBuild(client, dir, text, archive).done).rejects.toThrow(
      /takes no attestations.* type=oci/,
    );
  });

  it('writes an archive for docker load with all its names', async () => {
    const dest = join(await folder(), 'out.tar');
    const tags = [`localhost/${unique('one')}:1`, `localhost/${unique('two')}:2`];
    await build(client, await folder(), stepped(), { outputs: [{ type: 'docker', dest }], tags });
    const manifest = execFileSync('tar', ['-xOf', dest, 'manifest.json']).toString();
    expect(JSON.parse(manifest)).toMatchObject([{ RepoTags: tags }]);
  });
});

describe.runIf(generation === 'new' || generation === 'old')(
  'an engine that keeps its images',
  () => {
    it('refuses what only another store can do, and says what could be done', async () => {
      const client = await connect(bedEndpoint);
      onTestFinished(() => client.close());
      if (await hasContainerdStore(client)) return;
      const dir = await folder();
      for (const [more, words] of [
        [{ cacheTo: [{ type: 'local', attrs: { dest: join(dir, 'c') } }] }, /type=inline/],
        [{ cacheTo: [{ type: 'registry', attrs: { ref: 'localhost/x' } }] }, /type=inline/],
        [{ contexts: { base: `oci-layout://${dir}` } }, /docker-image:/],
        [{ attestations: [{ type: 'sbom', attrs: {} }] }, /no attestations/],
        [{ platforms: ['linux/amd64', 'linux/arm64'] }, /several platforms.* one at a time/],
        [
          {
            platforms: ['linux/amd64', 'linux/arm64'],
            outputs: [{ type: 'oci', dest: join(dir, 'image') }],
          },
          /several platforms.* one at a time/,
        ],
      ] as const) {
        const { done } = startBuild(client, dir, 'FROM scratch\n', more);
        const error: unknown = await done.catch((error: unknown) => error);
        expect(error).toMatchObject({ reason: 'not-supported' });
        expect(String(error)).toMatch(words);
        expect(String(error)).toContain('containerd-snapshotter');
      }
      expect(await readdir(dir)).toEqual([]);
    });
  },
);
