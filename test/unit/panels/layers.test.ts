import { describe, expect, it } from 'vitest';
import { imageComparison } from '../../../src/commands/imageComparison.ts';
import { analysisOf } from '../../../src/engine/layers/analyse.ts';
import { imageFacts } from '../../../src/engine/layers/facts.ts';
import { layerHeads, mapMessage } from '../../../src/panels/layerModel.ts';
import { readFromLayers, readLayersMemory } from '../../../src/webviews/protocol/layers.ts';
import { entries, imageWith } from '../engine/layers/support/images.ts';
import { rpmDatabase } from '../engine/layers/support/rpm.ts';

describe('what a page sends', () => {
  const view = { layer: 1, sort: 'name', changesOnly: true, filter: 'a' };
  it('is taken when it is what pages send', () => {
    for (const message of [
      { type: 'ready' },
      { type: 'read' },
      { type: 'cancel' },
      { type: 'view', view },
      { type: 'view', view, keep: 3 },
      { type: 'rows', generation: 1, from: 0, to: 100 },
      { type: 'toggle', node: 5 },
      { type: 'map', node: 0 },
      { type: 'reveal', node: 5, layer: 0 },
    ])
      expect(readFromLayers(message)).toEqual(message);
  });

  it('is left when it is anything else', () => {
    for (const message of [
      undefined,
      null,
      [],
      { type: 'run', command: 'rm' },
      { type: 'view', view: { ...view, filter: 'x'.repeat(100_000) } },
      { type: 'view', view: { ...view, layer: -1 } },
      { type: 'rows', generation: 1, from: 0, to: 1e9 },
      { type: 'toggle', node: '5' },
      { type: 'open', node: 1.5 },
      { type: 'reveal', node: 5 },
    ])
      expect(readFromLayers(message)).toBeUndefined();
  });

  it('and what it remembers is read as far as it is whole', () => {
    const opened = { id: 'sha256:a', name: 'x' };
    expect(readLayersMemory({ opened, tab: 'map', current: 3, top: 4, folder: 5 })).toEqual({
      opened,
      tab: 'map',
      current: 3,
      top: 4,
      folder: 5,
    });
    expect(readLayersMemory({ opened, tab: 'evil', top: 'x' })).toMatchObject({
      tab: 'files',
      top: 0,
    });
    expect(readLayersMemory({ opened: { id: 1 } })).toBeUndefined();
  });
});

it('the map names the largest, and gathers the rest', async () => {
  const many = Array.from({ length: 100 }, (_, n) => `d/f${n}=${'x'.repeat(n + 1)}`);
  const { image, whole } = analysisOf(await imageWith([entries(...many, 'e=xxx')]), {});
  const map = mapMessage(image, whole, image.tree.find('/d') ?? -1);
  if (map.type !== 'map') throw new Error(map.type);
  expect(map.trail.map(({ name }) => name)).toEqual(['/', 'd']);
  expect(map.items).toHaveLength(81);
  expect(map.items[0]).toMatchObject({ name: 'f99', size: 100, folder: false });
  expect(map.items.at(-1)).toMatchObject({ node: -1, name: '20 more', size: 210 });
  expect(map.items.reduce((sum, { size }) => sum + size, 0)).toBe(map.size);
  expect(mapMessage(image, whole, 10_000)).toMatchObject({ trail: [{ name: '/' }], size: 5053 });
});

describe('two images compared', () => {
  const config = (more: object) => ({
    Id: 'sha256:1',
    Os: 'linux',
    Architecture: 'amd64',
    Config: more,
  });
  it('tell what differs in configuration, packages and files', async () => {
    const status = (version: string) => ({
      name: 'var/lib/dpkg/status',
      text: `Package: curl\nStatus: install ok installed\nVersion: ${version}\n`,
    });
    const base = entries('same=1');
    const before = analysisOf(
      await imageWith([base, [...entries('old|name`=12'), status('8.1')]]),
      config({ Env: ['A=1', 'B=2'], Cmd: ['a'] }),
    );
    const after = analysisOf(
      await imageWith([base, [...entries('new=123'), status('8.2')]]),
      config({ Env: ['A=1', 'B=3'], Entrypoint: ['/x', 'y z'] }),
    );
    const text = imageComparison(
      { name: 'a:1', analysis: before },
      { name: 'a:2', analysis: after },
    );
    for (const line of [
      '| Layers | 2 | 2 | 1 shared |',
      '| `Environment: B` | `2` | `3` |',
      '| `Entrypoint` | – | `/x "y z"` |',
      '| `Command` | `a` | – |',
      '| `deb curl` | `8.1` | `8.2` |',
      '1 added, 1 changed, 1 removed.',
      '| added | `/new` |  | 3 B | +3 B |  |',
      '| removed | `` /old\\|name` `` | 2 B |  | −2 B |  |',
    ])
      expect(text).toContain(line);
    expect(text).not.toContain('Environment: A');
  });

  it('tell of packages of rpm, and of a database that could not be read', async () => {
    const rpm = (content: Buffer) =>
      imageWith([[{ name: 'var/lib/rpm/rpmdb.sqlite', text: content }]]);
    const fresh = rpmDatabase('sqlite-fresh');
    const [before, after, cut] = await Promise.all(
      [fresh, rpmDatabase('sqlite-used'), fresh.subarray(0, 300_000)].map(async (content) => ({
        name: 'a',
        analysis: analysisOf(await rpm(content), config({})),
      })),
    );
    if (!before || !after || !cut) throw new Error('Nothing was read.');
    const text = imageComparison(before, after);
    for (const line of [
      '| `rpm stevedore-1` | `2:1.0~beta-1.el9` | `2:1.0~beta-2.el9` |',
      '| `rpm stevedore-24` | `2:1.0~beta-1.el9` | – |',
    ])
      expect(text).toContain(line);
    expect(text).not.toContain('rpm stevedore-0');
    expect(text).not.toContain('rpm other');
    expect(imageComparison(before, cut)).toMatch(
      /^After: `\/var\/lib\/rpm\/rpmdb\.sqlite`\. It is damaged: \d+ of its entries cannot be read\.$/m,
    );
    expect(imageComparison(before, before)).toContain('41 packages, the same in both.');
  });

  it('tell packages of several architectures apart', async () => {
    const one = (arch: string) =>
      `Package: libc6\nVersion: 2.41\nStatus: install ok installed\nArchitecture: ${arch}\n`;
    const image = async (...archs: readonly string[]) => ({
      name: 'a',
      analysis: analysisOf(
        await imageWith([[{ name: 'var/lib/dpkg/status', text: archs.map(one).join('\n') }]]),
        config({}),
      ),
    });
    expect(imageComparison(await image('amd64'), await image('amd64', 'i386'))).toContain(
      '| `deb libc6` | `2.41` | `2.41 amd64, 2.41 i386` |',
    );
  });

  it('that are the same say so', async () => {
    const one = { name: 'a', analysis: analysisOf(await imageWith([entries('f=1')]), config({})) };
    const text = imageComparison(one, one);
    expect(text).toContain('## Configuration\n\nIt is the same.');
    expect(text).toContain('## Files\n\nThey are the same.');
    expect(text).not.toContain('## Packages');
  });
});

it('a health check that a shell runs is told as it was written', () => {
  const Test = ['CMD-SHELL', 'curl -f "http://localhost" || exit 1'];
  expect(imageFacts({ Config: { Healthcheck: { Test } } }, [])).toEqual([
    { title: 'Health check', values: [{ text: 'curl -f "http://localhost" || exit 1' }] },
  ]);
});

it('a layer without an instruction has the comment of its history', async () => {
  const history = [{ created_by: '', comment: 'Imported from -' }, { created_by: 'COPY a /a' }];
  const image = await imageWith([entries('a=1'), entries('b=2')], history);
  const heads = layerHeads(analysisOf(image, {}), new Set());
  expect(heads.map(({ instruction, comment }) => [instruction, comment])).toEqual([
    ['', 'Imported from -'],
    ['COPY a /a', ''],
  ]);
});

it('facts of an image leave out what nothing is said of, and name its containers', () => {
  const facts = imageFacts(
    {
      Id: 'sha256:1',
      RepoTags: ['a:1'],
      Os: 'linux',
      Architecture: 'arm64',
      Variant: 'v8',
      Manifests: [
        {
          Kind: 'image',
          Available: true,
          ImageData: { Platform: { os: 'linux', architecture: 'amd64' } },
        },
        {
          Kind: 'image',
          Available: false,
          ImageData: { Platform: { os: 'linux', architecture: 's390x' } },
        },
        { Kind: 'attestation', Available: true },
      ],
      Config: {
        Env: ['A=b=c'],
        ExposedPorts: { '80/tcp': {} },
        Healthcheck: { Test: ['CMD', 'x y'] },
      },
    },
    [
      { name: 'web', imageId: 'sha256:1', state: 'running' },
      { name: 'other', imageId: 'sha256:2', state: 'running' },
    ],
  );
  expect(Object.fromEntries(facts.map(({ title, values }) => [title, values]))).toEqual({
    Tags: [{ text: 'a:1' }],
    Id: [{ text: 'sha256:1' }],
    Platforms: [{ text: 'linux/arm64/v8' }, { text: 'linux/amd64' }],
    Ports: [{ text: '80/tcp' }],
    'Health check': [{ text: 'CMD "x y"' }],
    Environment: [{ name: 'A', text: 'b=c' }],
    Containers: [{ name: 'web', text: 'running' }],
  });
});
