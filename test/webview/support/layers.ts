import { createHash } from 'node:crypto';
import { analysisOf } from '../../../src/engine/layers/analyse.ts';
import { readExport } from '../../../src/engine/layers/exportReader.ts';
import { imageOf } from '../../../src/engine/layers/manifest.ts';
import type { Finding } from '../../../src/engine/layers/scan/findings.ts';
import type { ScannerName } from '../../../src/engine/layers/scan/scanners.ts';
import type { Container } from '../../../src/engine/model.ts';
import { createLayerPanel } from '../../../src/panels/layerPanel.ts';
import type { LayerDeeds } from '../../../src/panels/layerPanel.ts';
import { readFromLayers } from '../../../src/webviews/protocol/layers.ts';
import type { FromLayers, ToLayers } from '../../../src/webviews/protocol/layers.ts';
import { archive, exported, inPieces } from '../../unit/engine/layers/support/archives.ts';
import type { Entry, HistoryEntry } from '../../unit/engine/layers/support/archives.ts';
import { joined } from './joined.ts';
import type { PanelPage } from './page.ts';

export const IMAGE = { id: `sha256:${'a'.repeat(64)}`, name: 'shop/web:1.4' };

const file = (name: string, kilobytes: number, fill = name): Entry => ({
  name,
  text: Buffer.alloc(kilobytes * 1000, fill),
});

/** An image as people have them: a base, packages, an application, and what should have been left out. */
export const SHOP: readonly (readonly Entry[])[] = [
  [
    { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
    { name: 'etc', type: 'directory', mode: 0o755 },
    file('etc/passwd', 2),
    { name: 'etc/shadow', text: 'x', mode: 0o640, gid: 42 },
    { name: 'usr/bin/su', text: Buffer.alloc(70_000, 's'), mode: 0o4755 },
    file('usr/bin/bash', 1200),
    file('usr/lib/libc.so.6', 1900),
    file('usr/lib/libcrypto.so.3', 4700),
    file('usr/share/doc/copyright', 300),
    {
      name: 'var/lib/dpkg/status',
      text: ['bash 5.2', 'libc6 2.41-12', 'openssl 3.5.1']
        .map((one) => one.split(' '))
        .map(
          ([name, version]) =>
            `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n\n`,
        )
        .join(''),
    },
  ],
  [
    { name: 'etc', type: 'directory', mode: 0o755 },
    file('usr/bin/node', 9800),
    file('var/cache/apt/archives/node.deb', 3100),
    file('var/cache/apt/pkgcache.bin', 1400),
    file('etc/passwd', 2, 'n'),
  ],
  [
    ...Array.from({ length: 40 }, (_, n) =>
      file(`app/node_modules/part-${n}/index.js`, 20 + n * 7),
    ),
    {
      name: 'app/node_modules/left-pad/package.json',
      text: '{"name":"left-pad","version":"1.3.0"}',
    },
    file('app/node_modules/lodash/lodash.js', 540),
    file('app/vendor/lodash.js', 540, 'app/node_modules/lodash/lodash.js'),
    file('app/server.js', 48),
    { name: 'app/.env', text: 'SECRET=1' },
  ],
  [
    { name: 'var/cache/.wh.apt' },
    { name: 'app/.wh..env' },
    { ...file('app/server.js', 48), uid: 1000, gid: 1000 },
    { ...file('app/node_modules/lodash/lodash.js', 540), uid: 1000, gid: 1000 },
  ],
];

export const SHOP_HISTORY: readonly HistoryEntry[] = [
  { created_by: '/bin/sh -c #(nop) ADD file:6a5f0b2cd1f5e6c1a1b1 in / ' },
  { created_by: '/bin/sh -c #(nop)  CMD ["bash"]', empty_layer: true },
  {
    created_by:
      'RUN |1 NODE_VERSION=22.21.0 /bin/sh -c apt-get update && apt-get install -y --no-install-recommends nodejs # buildkit',
  },
  { created_by: 'ENV NODE_ENV=production', empty_layer: true },
  { created_by: 'COPY . /app # buildkit' },
  { created_by: 'RUN /bin/sh -c rm -rf /var/cache/apt /app/.env && chown -R 1000 /app # buildkit' },
  { created_by: 'CMD ["node" "/app/server.js"]', empty_layer: true },
];

/** What its layers are called by programs that look for weaknesses. */
export const layerIds = () =>
  SHOP.map((layer) => `sha256:${createHash('sha256').update(archive(layer)).digest('hex')}`);

const INSPECTED = {
  Id: IMAGE.id,
  RepoTags: ['shop/web:1.4', 'shop/web:latest'],
  Os: 'linux',
  Architecture: 'amd64',
  Created: '2026-11-28T12:00:00Z',
  Config: {
    Env: ['PATH=/usr/bin', 'NODE_ENV=production'],
    Cmd: ['node', '/app/server.js'],
    ExposedPorts: { '8080/tcp': {} },
    Labels: { 'org.opencontainers.image.source': 'https://shop.test/web' },
    User: '1000',
  },
};

export interface LayerOptions {
  readonly layers?: readonly (readonly Entry[])[];
  readonly history?: readonly HistoryEntry[];
  /** Bytes of the export after which its reading waits until it is cancelled, or fails. */
  readonly stuck?: number;
  readonly broken?: boolean;
  readonly begin?: boolean;
  readonly scanners?: readonly ScannerName[] | undefined;
  readonly scan?: (signal: AbortSignal) => Promise<Finding[]>;
}

/** The extension's side of a layer explorer, joined to a page; all between an engine's export and the page is real. */
export function layerExplorer(first: PanelPage, options: LayerOptions = {}) {
  const { layers = SHOP, history = SHOP_HISTORY, begin = true } = options;
  const deeds: string[] = [];
  let tries = 0;
  const own = joined<ToLayers, FromLayers>(first, readFromLayers);
  const isDescribed = layers === SHOP || options.history !== undefined;
  const bytes = exported('oci', layers, isDescribed ? { history } : {});
  const does: LayerDeeds = {
    async analyse(_image, onProgress, signal) {
      const isFirst = tries++ === 0;
      async function* source() {
        let sent = 0;
        for await (const piece of inPieces(bytes, 100_000)) {
          sent += piece.length;
          onProgress(sent);
          yield piece;
          if (options.broken && isFirst) return;
          if (options.stuck !== undefined && isFirst && sent > options.stuck)
            await new Promise((_, fail) =>
              signal.addEventListener('abort', () => fail(new Error('aborted'))),
            );
        }
      }
      return analysisOf(imageOf(await readExport(source())), INSPECTED);
    },
    expected: () => bytes.length,
    containers: async () =>
      [{ name: 'shop-web-1', imageId: IMAGE.id, state: 'running' }] as unknown as Container[],
    openFile: async (_image, path) => void deeds.push(`open ${path}`),
    linked: async () => new Set([4]),
    openInstruction: async (_image, _history, entry) => void deeds.push(`instruction ${entry}`),
    scanners: async () => options.scanners,
    manageTrust: async () => void deeds.push('trust'),
    async scan(scanner, _opened, signal) {
      deeds.push(`scan ${scanner}`);
      return options.scan?.(signal) ?? [];
    },
    dockerfile: async ({ name }) => void deeds.push(`dockerfile ${name}`),
    compare: async ({ name }) => void deeds.push(`compare ${name}`),
  };
  const report = (error: unknown) => own.errors.push(String(error));
  createLayerPanel(IMAGE, does, report, begin, own.make, () => {});
  return { ...own, deeds };
}
