import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { connect } from '../../../src/engine/client.ts';
import type { Client } from '../../../src/engine/client.ts';
import { newHeader } from '../../../src/engine/tar/pack.ts';
import { padding, TAR_END, writeHeader } from '../../../src/engine/tar/header.ts';
import { createContainer, removeContainer } from '../../../src/engine/containers.ts';
import { removeImage } from '../../../src/engine/images.ts';
import { analyseImage } from '../../../src/engine/layers/analyse.ts';
import { followTransfer } from '../../../src/engine/progress.ts';
import type { lifetime } from '../../../scripts/lib/lifetime.ts';
import { counted, measured } from '../report.ts';
import type { BenchRow } from '../report.ts';

const IMAGE = 'stevedore-bench/layers:1';
const ROUNDS = 5;
const MEGABYTE = 1_000_000;
/** Three layers: large files, many small ones, and what the last one changes: 1,000 MB and 42,080 files. */
const LAYERS = [
  { large: 60, small: 2000 },
  { large: 8, small: 40_000 },
  { large: 12, small: 0 },
] as const;
const LARGE = 10 * MEGABYTE;
const SMALL = 4762;

/** The archive of a layer, made while it is read; what is random cannot be packed. */
function* layer(index: number): Generator<Buffer> {
  const { large, small } = LAYERS[index] ?? { large: 0, small: 0 };
  const file = function* (name: string, content: Buffer) {
    yield writeHeader(newHeader({ name, size: content.length }));
    yield content;
    yield Buffer.alloc(padding(content.length));
  };
  const content = Buffer.alloc(LARGE);
  for (let n = 0; n < large; n++) {
    randomFillSync(content);
    // The last layer writes over what the first one has.
    yield* file(`srv/${index === 2 ? 0 : index}/large-${n}`, Buffer.from(content));
  }
  for (let n = 0; n < small; n++)
    yield* file(
      `usr/lib/${index}/part-${n % 200}/module-${n}.js`,
      Buffer.from(content.subarray((n * 97) % MEGABYTE).subarray(0, SMALL)),
    );
  yield TAR_END;
}

/** Makes an image of 1 GB of nothing that is there: a layer is imported, the others are committed on top of it. */
async function makeImage(client: Client): Promise<void> {
  const query = new URLSearchParams({ fromSrc: '-', repo: 'stevedore-bench/layers', tag: '1' });
  query.set('changes', 'CMD ["none"]');
  const stream = await client.request({
    method: 'POST',
    path: `/images/create?${query.toString()}`,
    headers: { 'Content-Type': 'application/x-tar' },
    body: Readable.from(layer(0), { objectMode: false }),
    as: 'stream',
  });
  await followTransfer(stream);
  for (const index of [1, 2]) {
    const { id } = await createContainer(client, { image: IMAGE });
    await client.request({
      method: 'PUT',
      path: `/containers/${id}/archive?path=%2F`,
      headers: { 'Content-Type': 'application/x-tar' },
      body: Readable.from(layer(index), { objectMode: false }),
      as: 'bytes',
    });
    const commit = new URLSearchParams({ container: id, repo: 'stevedore-bench/layers', tag: '1' });
    await client.request({ method: 'POST', path: `/commit?${commit.toString()}`, as: 'json' });
    await removeContainer(client, id, { force: true });
  }
}

/** Reads the layers of an image of 1 GB, beside `docker save` into nothing; in turns. */
export async function layers(add: ReturnType<typeof lifetime>['add']): Promise<BenchRow[]> {
  const host = process.env['STEVEDORE_TEST_ENGINE'] ?? '';
  const client = await connect({ name: 'bench', url: host, source: 'bench', host: 'localhost' });
  add(() => client.close());
  await makeImage(client);
  add(() => removeImage(client, IMAGE, { force: true }).then(() => {}));
  const times = { ours: [] as number[], peer: [] as number[] };
  let most = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? [peer, ours] : [ours, peer];
    for (const work of order) await work();
  }

  async function peer(): Promise<void> {
    const begun = performance.now();
    const child = spawn('docker', ['--host', host, 'save', IMAGE], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.resume();
    const code = await new Promise((done) => child.once('exit', done));
    if (code !== 0) throw new Error(`docker save ended with ${String(code)}`);
    times.peer.push(performance.now() - begun);
  }

  async function ours(): Promise<void> {
    const used = () => {
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = used();
    let bytes = 0;
    let asked = 0;
    const begun = performance.now();
    const { image, waste, whole } = await analyseImage(client, IMAGE, (now) => {
      bytes = now;
      // To ask at each of tens of thousands of pieces would take as long as to read them.
      if (now < asked) return;
      asked = now + MEGABYTE;
      most = Math.max(most, used() - before);
    });
    times.ours.push(performance.now() - begun);
    most = Math.max(most, used() - before);
    const found = [image.layers.length, whole.files[0], waste.bytes].join(' ');
    const expected = [3, 42_068, 24 * LARGE].join(' ');
    if (found !== expected || bytes < 900 * MEGABYTE)
      throw new Error(`${found} of ${bytes} bytes, not ${expected}`);
  }

  return [
    measured({
      work: 'layers of an image of 1 GB in 42,068 files, analysed',
      ours: times.ours,
      peer: { name: '`docker save > /dev/null`', times: times.peer },
      most: 1,
    }),
    counted(
      'The same: memory in use, at the most, above what was before',
      Math.round(most / MEGABYTE),
      150,
      'MB',
    ),
  ];
}
