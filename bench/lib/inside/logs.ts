import { spawn } from 'node:child_process';
import { runContainer, removeContainer } from '../../../src/engine/containers.ts';
import type { CurrentEngine } from '../../../src/engine/current.ts';
import { createLogBook } from '../../../src/engine/logs/book.ts';
import type { lifetime } from '../../../scripts/lib/lifetime.ts';
import { counted, measured } from '../report.ts';
import type { BenchRow } from '../report.ts';
import { benchEngine } from './engine.ts';

/** 105 bytes with their end: 200 MB of them. */
const LINE = '2026-11-28 15:28:54 [info] request served '.padEnd(104, 'x');
const LINES = 1_904_762;
const ROUNDS = 3;
const MEGABYTE = 1_000_000;

/** Reads 200 MB of a log into the viewer's model, beside `docker logs` into nothing; in turns. */
export async function logs(add: ReturnType<typeof lifetime>['add']): Promise<BenchRow[]> {
  const { engine, url, image } = await benchEngine(add);
  const client = await engine.client();
  const script = `busybox yes '${LINE}' | busybox head -n ${LINES}`;
  const { id } = await runContainer(client, { image, command: ['sh', '-c', script] });
  add(() => removeContainer(client, id, { force: true }));
  await client.request({ method: 'POST', path: `/containers/${id}/wait`, as: 'json' });
  const times = { ours: [] as number[], peer: [] as number[] };
  let most = 0;
  for (let round = 0; round < ROUNDS; round++) {
    times.peer.push(await byCli(url, id));
    const { ms, bytes } = await byModel(engine, id);
    times.ours.push(ms);
    most = Math.max(most, bytes);
  }
  return [
    measured({
      work: '200 MB of a log, 1.9 million lines, through to the viewer’s model',
      ours: times.ours,
      peer: { name: '`docker logs > /dev/null`', times: times.peer },
      most: 1,
    }),
    counted(
      'The same: memory in use, at the most, above what was before',
      Math.round(most / MEGABYTE),
      80,
      'MB',
    ),
  ];
}

async function byModel(engine: CurrentEngine, id: string): Promise<{ ms: number; bytes: number }> {
  const used = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  let most = before;
  const begun = performance.now();
  const limits = { lines: 1_000_000, bytes: 50_000_000 };
  const selection = { containers: [{ id, name: 'bench' }] };
  const book = createLogBook(engine, selection, { tail: 'all', follow: false }, limits);
  book.onDidChange(() => (most = Math.max(most, used())));
  await book.ended;
  const ms = performance.now() - begun;
  if (book.ring.end !== LINES) throw new Error(`${book.ring.end} lines, not ${LINES}`);
  book.dispose();
  return { ms, bytes: most - before };
}

async function byCli(host: string, id: string): Promise<number> {
  const begun = performance.now();
  const child = spawn('docker', ['--host', host, 'logs', id], { stdio: 'ignore' });
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`docker logs ended with ${String(code)}`);
  return performance.now() - begun;
}
