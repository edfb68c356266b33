import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../src/engine/client.ts';
import { engineSource } from '../../../src/engine/source.ts';
import { serveEngine } from './support/servers.ts';

it('asks for many containers in a line that proxies take, and answers with those alone', async () => {
  const there = Array.from({ length: 300 }, (_, n) => ({ Id: String(n).padStart(64, '0') }));
  const lines: string[] = [];
  const { endpoint } = await serveEngine({
    onRequest(request, response) {
      lines.push(request.url ?? '');
      response.end(JSON.stringify(there));
    },
  });
  const client = await connect(endpoint);
  onTestFinished(() => client.close());
  const source = engineSource(client, () => {});
  const ids = there.slice(50, 250).map(({ Id }) => Id);
  const { signal } = new AbortController();
  const { items, failed } = await source.read('container', [...ids, 'gone'], signal);
  expect(items.map(({ id }) => id)).toEqual(ids);
  expect(failed).toEqual([]);
  await source.read('container', ids.slice(0, 100), signal);
  expect(lines).toHaveLength(2);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(8192);
  expect(lines[1]).toContain(ids[0]);
});

it('tells one size of an image, where containerd keeps the images', async () => {
  const id = `sha256:${'a'.repeat(64)}`;
  const { endpoint } = await serveEngine({
    onRequest({ url = '' }, response) {
      // What Docker 26 answers: the content's size, and that with what it takes unpacked.
      const answer = url.endsWith('/info')
        ? { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }
        : url.includes('/images/json')
          ? [{ Id: id, Size: 3_072_980 }]
          : { Id: id, Size: 1_066_795 };
      response.end(JSON.stringify(answer));
    },
  });
  const client = await connect(endpoint);
  onTestFinished(() => client.close());
  const source = engineSource(client, () => {});
  const { signal } = new AbortController();
  const { items } = await source.read('image', ['localhost/x:1'], signal);
  expect(items).toMatchObject([{ id, size: 3_072_980 }]);
});
