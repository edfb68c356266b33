import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../src/engine/errors.ts';
import { readExport } from '../../../../src/engine/layers/exportReader.ts';
import { imageOf } from '../../../../src/engine/layers/manifest.ts';
import type { LayerFiles } from '../../../../src/engine/layers/layerFiles.ts';
import { rpmList, zstdLayer } from './support/rpm.ts';
import type { RpmDatabaseName } from './support/rpm.ts';
import { stackUpTo } from '../../../../src/engine/layers/stack.ts';
import { archive, exported, inPieces } from './support/archives.ts';
import type { Entry, Layout } from './support/archives.ts';

const LAYOUTS: readonly Layout[] = ['legacy', 'oci', 'podman'];
const read = async (bytes: Buffer, size?: number) =>
  imageOf(await readExport(inPieces(bytes, size)));

const inOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const names = (files: LayerFiles | undefined) =>
  [...(files?.packages.values() ?? [])]
    .flatMap(({ packages }) => packages.map(({ name }) => name))
    .sort(inOrder);
const namesOf = (name: RpmDatabaseName) =>
  rpmList(name)
    .map((line) => line.split('|')[0] ?? '')
    .sort(inOrder);

const BASE: readonly Entry[] = [
  { name: 'etc', type: 'directory', mode: 0o755 },
  { name: 'etc/one', text: 'one', mode: 0o640, uid: 7, gid: 8 },
  { name: 'etc/gone', text: 'gone' },
  { name: 'link', type: 'symlink', linkname: 'etc/one' },
];
const ABOVE: readonly Entry[] = [
  { name: 'etc', type: 'directory', mode: 0o755 },
  { name: 'etc/.wh.gone' },
  { name: 'etc/one', text: 'other' },
];

describe.each(LAYOUTS)('an export in the layout %s', (layout) => {
  it('is read in pieces of any size', async () => {
    const bytes = exported(layout, [BASE, ABOVE]);
    for (const size of [1, 7, 512, 100_000]) {
      const { layers, tree } = await read(bytes.subarray(0), size);
      expect(layers.map(({ createdBy, files }) => [createdBy, files.count, files.bytes])).toEqual([
        ['RUN /bin/sh -c step 0 # buildkit', 4, 7],
        ['RUN /bin/sh -c step 1 # buildkit', 2, 5],
      ]);
      const [first, second] = layers;
      expect([first?.files.mode[1], first?.files.uid[1], first?.files.gid[1]]).toEqual([
        0o640, 7, 8,
      ]);
      expect(first?.files.links.get(3)).toBe('etc/one');
      expect(second?.files.whiteouts.map(tree.path)).toEqual(['/etc/gone']);
    }
  });

  it('may have one layer twice', async () => {
    const { layers } = await read(exported(layout, [BASE, [], ABOVE, []]));
    expect(layers.map(({ files }) => files.count)).toEqual([4, 0, 2, 0]);
  });

  it('says that it was cut off, wherever that was', async () => {
    const bytes = exported(layout, [BASE, ABOVE]);
    const cuts = Array.from({ length: 40 }, (_, n) => Math.floor((bytes.length * n) / 40));
    for (const cut of [...cuts, 512, 1024, 1536]) {
      const failure = await read(bytes.subarray(0, cut)).then(
        (image) => image,
        (error: unknown) => error,
      );
      // What comes after the last thing that is needed may be missing.
      if (!(failure instanceof EngineError)) expect(cut).toBeGreaterThan(bytes.length - 4096);
      else expect(failure.reason).toBe('dropped');
    }
  });

  it('lets go of its source when something is wrong with it', async () => {
    let ended = false;
    async function* source() {
      try {
        yield* inPieces(exported(layout, [BASE]).fill('x', 0, 100));
      } finally {
        ended = true;
      }
    }
    await expect(readExport(source())).rejects.toThrow(EngineError);
    expect(ended).toBe(true);
  });
});

describe('layers', () => {
  it('may be compressed', async () => {
    const { layers } = await read(exported('oci', [BASE, ABOVE], { pack: zlib.gzipSync }));
    expect(layers.map(({ files }) => files.bytes)).toEqual([7, 5]);
  });

  it('may be compressed by zstd', async () => {
    const layer = zstdLayer();
    const { layers } = await read(exported('oci', [BASE], { pack: () => layer }));
    expect(names(layers[0]?.files)).toEqual(namesOf('ndb-used'));
    const cut = exported('oci', [BASE], { pack: () => layer.subarray(0, -1) });
    await expect(read(cut)).rejects.toThrow(EngineError);
  });

  it('that are damaged in their compression are an error', async () => {
    const bytes = exported('oci', [[{ name: 'f', text: 'x'.repeat(9000) }]], {
      pack: zlib.gzipSync,
    });
    const at = bytes.indexOf(Buffer.from([0x1f, 0x8b, 8]));
    bytes.fill(0xff, at + 12, at + 40);
    await expect(read(bytes)).rejects.toThrow('cannot be decompressed');
  });

  it('are matched with the history, where some entries made none', async () => {
    const history = [
      { created_by: 'COPY bin /bin # buildkit' },
      { created_by: 'ENV A=b', empty_layer: true as const },
      { created_by: 'RUN /bin/sh -c make # buildkit' },
      { created_by: 'CMD ["sh"]', empty_layer: true as const },
    ];
    const image = await read(exported('legacy', [BASE, ABOVE], { history }));
    expect(image.history.map(({ layer }) => layer)).toEqual([0, undefined, 1, undefined]);
    expect(image.layers.map(({ createdBy }) => createdBy)).toEqual([
      'COPY bin /bin # buildkit',
      'RUN /bin/sh -c make # buildkit',
    ]);
    const short = await read(exported('oci', [BASE, ABOVE], { history: history.slice(2) }));
    expect(short.layers.map(({ createdBy }) => createdBy)).toEqual([
      '',
      'RUN /bin/sh -c make # buildkit',
    ]);
  });

  it('of the platform that is meant are taken', async () => {
    const bytes = exported('legacy', [BASE]);
    const other = imageOf(await readExport(inPieces(bytes)));
    const two = await readExport(inPieces(bytes));
    const documents = new Map(two.documents);
    const [entry] = documents.get('manifest.json') as [Record<string, unknown>];
    documents.set('manifest.json', [{ ...entry, Config: 'arm.json' }, entry]);
    documents.set('arm.json', { rootfs: { diff_ids: ['sha256:other'] } });
    const id = other.layers[0]?.diffId ?? '';
    expect(imageOf({ ...two, documents }, [id]).layers[0]?.diffId).toBe(id);
  });

  it('with names that want to be elsewhere stay within the image', async () => {
    const names = [
      '../../up',
      '/abs/./file',
      'a//b/../c',
      'new\nline',
      '__proto__/constructor',
      'x'.repeat(300),
    ];
    const { tree, layers } = await read(
      exported('oci', [names.map((name) => ({ name, text: 'x' }))]),
    );
    const paths = [...(layers[0]?.files.node.subarray(0, names.length) ?? [])].map(tree.path);
    expect(paths).toEqual([
      '/up',
      '/abs/file',
      '/a/c',
      '/new\nline',
      '/__proto__/constructor',
      `/${'x'.repeat(300)}`,
    ]);
  });

  it('may nest their directories without end', async () => {
    const name = `${'d/'.repeat(1500)}file`;
    const image = await read(exported('legacy', [[{ name, text: 'x' }], [{ name: '.wh.d' }]]));
    expect(stackUpTo(image, 0).size[0]).toBe(1);
    expect(stackUpTo(image, 1).size[0]).toBe(0);
  });

  it('tell of packages', async () => {
    const { layers } = await read(
      exported('oci', [
        [
          {
            name: 'lib/apk/db/installed',
            text: 'C:Q1\nP:musl\nV:1.2.5-r0\nA:x86_64\nI:4096\n\nP:curl\nV:8.9\n\n',
          },
          {
            name: 'var/lib/dpkg/status',
            text:
              'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nInstalled-Size: 12\nVersion: 2.41-1\nDescription: x\n Package: no\n\n' +
              'Package: old\nStatus: deinstall ok config-files\nVersion: 1\n',
          },
          { name: 'var/lib/dpkg/status.d/tzdata', text: 'Package: tzdata\nVersion: 2026a\n' },
          { name: 'srv/node_modules/@a/b/package.json', text: '{"name":"@a/b","version":"1.0.0"}' },
          { name: 'srv/node_modules/c/lib/package.json', text: '{"name":"inner","version":"1"}' },
          { name: 'srv/node_modules/bad/package.json', text: '{"name":' },
          {
            name: 'usr/lib/python3/site-packages/requests-2.0.dist-info/METADATA',
            text: 'Metadata-Version: 2.1\nName: requests\nVersion: 2.0\n\nName: not\n',
          },
          { name: 'var/lib/rpm/rpmdb.sqlite', text: 'SQLite' },
          { name: 'usr/lib/sysimage/rpm/rpmdb.sqlite-wal', text: 'log' },
          { name: 'usr/share/rpm/rpmdb.sqlite-wal', text: '' },
        ],
      ]),
    );
    const files = [...(layers[0]?.files.packages.values() ?? [])];
    const found = files.flatMap(({ packages }) => packages);
    expect(found.map(({ kind, name, version }) => `${kind} ${name} ${version}`)).toEqual([
      'apk musl 1.2.5-r0',
      'apk curl 8.9',
      'deb libc6 2.41-1',
      'deb tzdata 2026a',
      'npm @a/b 1.0.0',
      'pip requests 2.0',
    ]);
    expect(found[0]).toMatchObject({ arch: 'x86_64', size: 4096 });
    expect(found[2]).toMatchObject({ arch: 'amd64', size: 12 * 1024 });
    expect(files.flatMap(({ problem }) => problem ?? [])).toEqual([
      'It is empty or was cut off.',
      'It may have changes that are not in the database yet: it is not read.',
    ]);
  });
});

it('what is no export of an image is an error', async () => {
  await expect(read(archive([{ name: 'hello', text: 'world' }]))).rejects.toThrow('does not say');
  await expect(read(Buffer.from('<html>'.repeat(500)))).rejects.toThrow('garbled');
});
