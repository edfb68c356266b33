import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage } from '../../src/engine/build.ts';
import { connect } from '../../src/engine/client.ts';
import { EngineError } from '../../src/engine/errors.ts';
import { removeImage } from '../../src/engine/images.ts';
import { analyseImage } from '../../src/engine/layers/analyse.ts';
import type { Analysis } from '../../src/engine/layers/analyse.ts';
import { instructionText } from '../../src/engine/layers/createdBy.ts';
import { installedPackages } from '../../src/engine/layers/installed.ts';
import { reconstructDockerfile } from '../../src/engine/layers/reconstruct.ts';
import { MARKS, stackUpTo } from '../../src/engine/layers/stack.ts';
import { imageComparison } from '../../src/commands/imageComparison.ts';
import { rpmDatabase, rpmList } from '../unit/engine/layers/support/rpm.ts';
import { bedEndpoint, uncached, SHELL_IMAGE, suiteClient, unique } from './support/engine.ts';

const tag = `localhost/stevedore-test/${unique('layers')}:1`;
const [redhat, opensuse] = [tag.replace(/1$/, 'redhat'), tag.replace(/1$/, 'suse')];
const HOSTILE = '<img src=x onerror=alert(1)> $(reboot) "\n\u202e';
const client = await suiteClient();
let analysis: Analysis;

const DOCKERFILE = [
  `FROM ${SHELL_IMAGE}`,
  'COPY data /data',
  'ENV MODE=test',
  'RUN busybox chmod 700 /data/big && busybox rm /data/gone && echo changed > /data/edited',
  'RUN busybox rm -r /data/tree && busybox ln -s big /data/link',
  'CMD ["sh"]',
].join('\n');

beforeAll(async () => {
  const context = await mkdtemp(join(tmpdir(), 'stevedore-layers-'));
  const data = join(context, 'data');
  try {
    await mkdir(join(data, 'tree/deep'), { recursive: true });
    await mkdir(join(data, 'lib/apk/db'), { recursive: true });
    await writeFile(join(data, 'big'), Buffer.alloc(300_000, 'b'));
    await writeFile(join(data, 'twin'), Buffer.alloc(300_000, 'b'));
    await writeFile(join(data, 'gone'), Buffer.alloc(5000, 'g'));
    await writeFile(join(data, 'edited'), 'before');
    await writeFile(join(data, 'tree/deep/leaf'), Buffer.alloc(7000, 'l'));
    await writeFile(join(data, HOSTILE), 'hostile');
    await mkdir(join(data, 'node_modules/left-pad'), { recursive: true });
    const pack = '{"name":"left-pad","version":"1.3.0"}';
    await writeFile(join(data, 'node_modules/left-pad/package.json'), pack);
    await mkdir(join(context, 'rpm'));
    await writeFile(join(context, 'rpm/rpmdb.sqlite'), rpmDatabase('sqlite-fresh'));
    await writeFile(join(context, 'rpm/Packages.db'), rpmDatabase('ndb-used'));
    const options = { context, ...uncached };
    await buildImage(client, { ...options, dockerfileText: DOCKERFILE, tags: [tag] });
    const later = [`FROM ${tag}`, 'COPY rpm/rpmdb.sqlite /var/lib/rpm/'];
    await buildImage(client, { ...options, dockerfileText: later.join('\n'), tags: [redhat] });
    const suse = [`FROM ${tag}`, 'COPY rpm/Packages.db /usr/lib/sysimage/rpm/'];
    await buildImage(client, { ...options, dockerfileText: suse.join('\n'), tags: [opensuse] });
  } finally {
    await rm(context, { recursive: true });
  }
  analysis = await analyseImage(client, tag);
}, 120_000);
afterAll(async () => {
  for (const one of [redhat, opensuse, tag]) await removeImage(client, one, { force: true });
});

const made = () => analysis.image.layers.slice(-3);
const inOrder = (a: string, b: string) => (a < b ? -1 : 1);
const nodeOf = (path: string) => analysis.image.tree.find(path) ?? -1;

describe('the layers of an image', () => {
  it('stand in their order with what made them', () => {
    const texts = made().map(({ createdBy }) => instructionText(createdBy));
    expect(texts[0]).toMatch(/^COPY (?:data|dir:\w+ in) \/data/);
    expect(texts[1]).toMatch(/^RUN busybox chmod/);
    expect(texts[2]).toMatch(/^RUN busybox rm -r/);
    expect(new Set(analysis.image.layers.map(({ diffId }) => diffId)).size).toBe(
      analysis.image.layers.length,
    );
  });

  it('tell what each of them did', () => {
    const { image, waste } = analysis;
    // Where a command ran, engines leave what they mounted for it, such as an empty etc/resolv.conf.
    const marked = (last: number) => {
      const { mark } = stackUpTo(image, last);
      return [...mark.keys()].flatMap((node) => {
        const path = image.tree.path(node);
        return mark[node] && path.startsWith('/data/') ? [`${MARKS[mark[node]]} ${path}`] : [];
      });
    };
    const last = image.layers.length - 1;
    expect(waste.counts[last - 2]).toEqual({ added: 7, changed: 0, deleted: 0 });
    expect(marked(last - 1).sort(inOrder)).toEqual([
      'changed /data/big',
      'changed /data/edited',
      'deleted /data/gone',
    ]);
    expect(marked(last).sort(inOrder)).toEqual([
      'added /data/link',
      'deleted /data/tree',
      'deleted /data/tree/deep',
      'deleted /data/tree/deep/leaf',
    ]);
    const sizes = made().map(({ files }) => files.bytes);
    expect(sizes[0]).toBeGreaterThan(612_000);
    expect(sizes[1]).toBe(300_008);
    expect(sizes[2]).toBe(0);
  });

  it('give the tree as a container would see it', () => {
    const { whole, image } = analysis;
    const at = (path: string) => whole.present[nodeOf(path)];
    expect([at('/data/big'), at('/data/gone'), at('/data/tree'), at('/data/link')]).toEqual([
      1, 0, 0, 1,
    ]);
    expect(at(`/data/${HOSTILE}`)).toBe(1);
    expect(whole.size[nodeOf('/data/edited')]).toBe(8);
    const before = stackUpTo(image, image.layers.length - 3);
    expect(before.size[nodeOf('/data/tree')]).toBe(7000);
    const big = image.layers[whole.layer[nodeOf('/data/big')] ?? -1]?.files;
    expect(big?.mode[whole.entry[nodeOf('/data/big')] ?? -1]).toBe(0o700);
  });

  it('tell what is wasted', () => {
    const { waste, image, duplicates } = analysis;
    const shown = waste.paths.map(({ node, bytes, deleted, same }) => [
      image.tree.path(node),
      bytes,
      deleted,
      same,
    ]);
    expect(shown.slice(0, 2)).toEqual([
      ['/data/big', 600_000, false, true],
      ['/data/gone', 5000, true, false],
    ]);
    expect(waste.folders.map(({ node, bytes }) => [image.tree.path(node), bytes])).toEqual([
      ['/data/tree', 7000],
    ]);
    expect(waste.efficiency).toBeGreaterThan(0.5);
    expect(waste.efficiency).toBeLessThan(0.999);
    const twins = duplicates.find(({ size }) => size === 300_000);
    expect(twins?.nodes.map(image.tree.path).sort()).toEqual(['/data/big', '/data/twin']);
  });

  it('tell of packages', () => {
    const found = installedPackages(analysis.image, analysis.whole);
    expect(found.map(({ kind, name, version }) => `${kind} ${name} ${version}`)).toEqual([
      'npm left-pad 1.3.0',
    ]);
  });

  it('tell of packages of rpm, which differ between two images', async () => {
    const [before, after] = [
      await analyseImage(client, redhat),
      await analyseImage(client, opensuse),
    ];
    const found = installedPackages(before.image, before.whole);
    const lines = found
      .filter(({ kind, name }) => kind === 'rpm' && name !== 'stevedore-7')
      .map(({ name, version, arch, size }) => `${name}|${version}|${arch}|${size}`);
    expect(lines.sort(inOrder)).toEqual(
      rpmList('sqlite-fresh').filter((line) => !line.startsWith('stevedore-7|')),
    );
    const text = imageComparison(
      { name: redhat, analysis: before },
      { name: opensuse, analysis: after },
    );
    expect(text).toContain('| `rpm stevedore-1` | `2:1.0~beta-1.el9` | `2:1.0~beta-2.el9` |');
    expect(text).toContain('| `rpm stevedore-25` | `2:1.0~beta-1.el9` | – |');
    expect(text).not.toContain('rpm stevedore-0`');
  });

  it('give back a Dockerfile', () => {
    const text = reconstructDockerfile(tag, analysis.image.history);
    expect(text).toMatch(/^ENV MODE=test$/m);
    expect(text).toMatch(/^RUN busybox rm -r \/data\/tree && busybox ln -s big \/data\/link$/m);
    expect(text).toMatch(/^CMD \["sh"\]$/m);
  });
});

describe('an export', () => {
  it('is the same by the id, and tells its progress', async () => {
    const bytes: number[] = [];
    const id = (analysis.inspected['Id'] as string).replace(/^sha256:/, '');
    const again = await analyseImage(client, id, (now) => bytes.push(now));
    expect(again.image.layers.map(({ diffId }) => diffId)).toEqual(
      analysis.image.layers.map(({ diffId }) => diffId),
    );
    expect(bytes.at(-1)).toBeGreaterThan(600_000);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  });

  it('of an image that is not there is an error', async () => {
    await expect(analyseImage(client, 'no/such:image')).rejects.toMatchObject({
      reason: 'not-found',
    });
  });

  it('is ended by its signal, and with it the request', async () => {
    const between = await cutting(Number.POSITIVE_INFINITY);
    const through = await connect({ ...bedEndpoint, url: between.url });
    const stop = new AbortController();
    const work = analyseImage(through, tag, () => stop.abort(), stop.signal);
    await expect(work).rejects.toMatchObject({ reason: 'cancelled' });
    await between.closed;
    through.close();
    between.close();
  });

  it('that is cut off is an error, in one sentence', async () => {
    for (const after of [10, 5000, 400_000]) {
      const between = await cutting(after);
      const through = await connect({ ...bedEndpoint, url: between.url });
      const error: unknown = await analyseImage(through, tag).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error).toBeInstanceOf(EngineError);
      expect((error as EngineError).reason).toBe('dropped');
      expect((error as EngineError).message).toMatch(/^[^\n]+\.$/);
      through.close();
      between.close();
    }
  });
});

/** Stands before the engine, and breaks the connection after so many bytes of an export. */
async function cutting(after: number) {
  let closed = () => {};
  const closing = new Promise<void>((done) => (closed = done));
  const socketPath = bedEndpoint.url.replace('unix://', '');
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const asked = request({ socketPath, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      const isExport = path?.endsWith('/get') ?? false;
      let sent = 0;
      answer.on('data', (piece: Buffer) => {
        if (isExport && sent + piece.length > after) {
          if (sent < after)
            outgoing.write(piece.subarray(0, after - sent), () => outgoing.destroy());
          answer.destroy();
        } else outgoing.write(piece);
        sent += piece.length;
      });
      answer.on('end', () => outgoing.end());
      if (isExport)
        outgoing.on('close', () => {
          answer.destroy();
          closed();
        });
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `tcp://127.0.0.1:${port}`,
    /** Once the other side has ended its request for an export. */
    closed: closing,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
