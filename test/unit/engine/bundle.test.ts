import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { dockerodePlugin } from '../../../scripts/bundle/dockerode.mjs';

describe('the bundle of the client', () => {
  it('holds dockerode, and none of what our own modem replaces', async () => {
    const { metafile, outputFiles } = await build({
      entryPoints: ['src/engine/client.ts'],
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'cjs',
      metafile: true,
      write: false,
      logLevel: 'silent',
      plugins: [dockerodePlugin],
    });
    const packages = new Set(
      Object.keys(metafile.inputs).flatMap(
        (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
      ),
    );
    expect(packages).toContain('dockerode');
    for (const name of [
      'ssh2',
      'cpu-features',
      'protobufjs',
      'tar-fs',
      'docker-modem',
      'debug',
      '@balena/dockerignore',
    ])
      expect(packages).not.toContain(name);
    expect([...packages].filter((name) => name.startsWith('@grpc'))).toEqual([]);
    expect(outputFiles[0]?.contents.length).toBeLessThan(120_000);
  });
});
