import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pruneCache } from '../../src/engine/buildkit/cache.ts';
import type { CacheSpec } from '../../src/engine/buildkit/request.ts';
import type { Client } from '../../src/engine/client.ts';
import { build, builderOf, folder, named, startBuild } from './buildkit/support.ts';
import { generation, SHELL_IMAGE, testClient, unique } from './support/engine.ts';
import { containerdEngine, stepped } from './support/containerdEngine.ts';

describe.runIf(generation === 'new')('an engine whose images containerd keeps', () => {
  let client: Client;
  containerdEngine((made) => (client = made));

  const registry = process.env['STEVEDORE_TEST_REGISTRY'] ?? '';
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
});
