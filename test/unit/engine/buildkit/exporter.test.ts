import { describe, expect, it } from 'vitest';
import type { Client } from '../../../../src/engine/client.ts';
import { chooseExporters } from '../../../../src/engine/buildkit/exporter.ts';
import type { BuildOutput } from '../../../../src/engine/buildkit/request.ts';

/** What is chosen on an engine of an API version whose images it keeps itself, or containerd. */
function chosen(apiVersion: string, isContainerds: boolean, ...outputs: BuildOutput[]) {
  const status = isContainerds ? [['driver-type', 'io.containerd.snapshotter.v1']] : [];
  const client = {
    apiVersion,
    engine: {},
    request: async () => ({ DriverStatus: status }),
  } as unknown as Pick<Client, 'request' | 'apiVersion' | 'engine'>;
  return chooseExporters(client, { outputs, tags: ['a:1'] });
}

describe('what outputs are told beside where to', () => {
  const attrs = { compression: 'zstd', 'annotation.a': 'b' };

  it('is told the exporters of containerd’s images', async () => {
    const oci = { type: 'oci', dest: '/a', attrs: { compression: 'gzip' } } as const;
    const choice = await chosen('1.45', true, { type: 'image', attrs }, oci);
    expect(choice).toEqual({
      exporters: [
        { type: 'moby', attrs: { name: 'a:1', ...attrs } },
        { type: 'oci', attrs: { name: 'a:1', compression: 'gzip' }, output: oci },
      ],
      saves: [],
    });
  });

  it.each([
    [{ type: 'image', attrs: { compression: 'zstd' } }, /have no “compression”: leave it out/],
    [{ type: 'docker', dest: '/a', attrs: { compression: 'zstd' } }, /have no “compression”/],
    [{ type: 'image', attrs: { 'annotation.a': 'b' } }, /have no annotations/],
  ] as const)('is refused where the engine keeps images itself: %j', async (output, why) => {
    await expect(chosen('1.45', false, output)).rejects.toThrow(why);
  });

  it('is told the exporter of files, whoever keeps the images', async () => {
    const local = { type: 'local', dest: '/a', attrs: { 'platform-split': 'false' } } as const;
    const { exporters } = await chosen('1.44', false, local);
    expect(exporters).toEqual([{ type: 'local', attrs: local.attrs, output: local }]);
    await expect(chosen('1.43', false, local)).rejects.toThrow(
      'This engine passes over “platform-split” of an output: leave it out, or use an engine of Docker 25 or later.',
    );
    const dated = { type: 'image', attrs: { 'rewrite-timestamp': 'true' } } as const;
    await expect(chosen('1.44', true, dated)).rejects.toThrow(/Docker 26 or later/);
  });

  it('leaves an image and a saved archive as they were without', async () => {
    const archive = { type: 'docker', dest: '/a' } as const;
    expect(await chosen('1.41', false, archive)).toEqual({
      exporters: [{ type: 'moby', attrs: { name: 'a:1' } }],
      saves: ['/a'],
    });
  });
});
