import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { run } from '../../../scripts/lib/run.ts';
import { connect } from '../../../src/engine/client.ts';
import { putEntries } from '../../../src/engine/containerFiles/archive.ts';
import { newHeader } from '../../../src/engine/tar/pack.ts';
import { createContainerFiles } from '../../../src/engine/containerFiles/service.ts';
import {
  createContainer,
  removeContainer,
  startContainer,
} from '../../../src/engine/containers.ts';
import { ensureBaseImage } from '../../../test/engine/bed/base.ts';
import { counted, measured } from '../report.ts';
import type { BenchRow } from '../report.ts';

const FILES = 10_000;
const ROUNDS = 11;

/** A directory of `FILES` files of 1,000 bytes, to be put into a container. */
function* directory() {
  const content = Buffer.alloc(1000, 'x');
  yield { header: newHeader({ name: 'many', type: 'directory', mode: 0o755 }) };
  for (let i = 0; i < FILES; i++)
    yield {
      header: newHeader({ name: `many/file-${i}`, size: content.length }),
      content: (async function* () {
        yield content;
      })(),
    };
}

/**
 * Lists a directory of 10,000 files, in a container that runs, in turns with `docker exec ls -la`; and in one that was never
 * started, where there is nothing to compare with.
 */
export async function listing(): Promise<BenchRow[]> {
  const host = process.env['STEVEDORE_TEST_ENGINE'] ?? '';
  const image = await ensureBaseImage(host.slice('unix://'.length));
  const client = await connect({ name: 'bench', url: host, source: 'bench', host: 'localhost' });
  const files = createContainerFiles(
    () => Promise.resolve(client),
    (error) => console.error(error),
  );
  const { id } = await createContainer(client, { image, command: ['sleep', '1000000'] });
  const at = { source: { kind: 'container', id }, path: '/many' } as const;
  const list = async () => {
    const start = performance.now();
    const entries = await files.list(at, { fresh: true });
    if (entries.length !== FILES) throw new Error(`${entries.length} entries were listed`);
    return performance.now() - start;
  };
  try {
    await putEntries(client, id, '/', directory());
    await list();
    const stopped: number[] = [];
    for (let round = 0; round < ROUNDS; round++) stopped.push(await list());
    await startContainer(client, id);
    await list();
    const ours: number[] = [];
    const peer: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const said = await run('docker', ['--host', host, 'exec', id, 'ls', '-la', '/many']);
      peer.push(performance.now() - start);
      if (said.split('\n').length < FILES) throw new Error('docker listed too little');
      ours.push(await list());
    }
    const slowest = Math.round(Math.max(...stopped));
    return [
      measured({
        work: 'list a directory of 10,000 files, running container',
        ours,
        peer: { name: 'docker exec ls -la', times: peer },
        most: 1.5,
      }),
      counted('the same in a container that was never started, slowest', slowest, 10_000, 'ms'),
    ];
  } finally {
    await removeContainer(client, id, { force: true });
    await files.dispose();
    client.close();
  }
}
