import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/engine/client.ts';
import { hasContainerdStore } from '../../src/engine/imageStore.ts';
import { folder, startBuild } from './buildkit/support.ts';
import { bedEndpoint, generation } from './support/engine.ts';

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
