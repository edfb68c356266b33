import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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
import { build, builderOf, buildxOn, folder, startBuild } from './buildkit/support.ts';
import { generation, SHELL_IMAGE, unique } from './support/engine.ts';
import { containerdEngine, stepped } from './support/containerdEngine.ts';

/** An image's manifest, or the index of several. */
interface Manifest {
  readonly manifests?: readonly { readonly digest: string }[];
  readonly layers?: readonly { readonly mediaType: string }[];
  readonly annotations?: Readonly<Record<string, string>>;
}

describe.runIf(generation === 'new')('an engine whose images containerd keeps', () => {
  let client: Client;
  containerdEngine((made) => (client = made));
  const registry = process.env['STEVEDORE_TEST_REGISTRY'] ?? '';

  it('writes layers and annotations as an output says', async () => {
    const [dir, out] = [await folder(), await folder()];
    const dest = join(out, 'a.tar');
    const attrs = { compression: 'zstd', 'force-compression': 'true', 'annotation.who': 'me' };
    const tag = `${registry}/${unique('zstd')}:1`;
    const outputs = [{ type: 'image' }, { type: 'oci', dest, attrs }] as const;
    await build(client, dir, stepped(), { tags: [tag], outputs });
    const read = (path: string) =>
      JSON.parse(execFileSync('tar', ['-xOf', dest, path]).toString()) as Manifest;
    const pathOf = (digest: string) => `blobs/${digest.replace(':', '/')}`;
    let manifest = read('index.json');
    while (manifest.manifests) manifest = read(pathOf(manifest.manifests[0]?.digest ?? ''));
    const types = (manifest.layers ?? []).map(({ mediaType }) => mediaType);
    expect(new Set(types)).toEqual(new Set(['application/vnd.oci.image.layer.v1.tar+zstd']));
    expect(manifest.annotations).toMatchObject({ who: 'me' });
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
