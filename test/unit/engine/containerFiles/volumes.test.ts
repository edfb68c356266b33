import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../../src/engine/client.ts';
import { newHeader } from '../../../../src/engine/tar/pack.ts';
import { createContainerFiles } from '../../../../src/engine/containerFiles/service.ts';
import type { FileSource } from '../../../../src/engine/containerFiles/source.ts';
import { TAR_END, writeHeader } from '../../../../src/engine/tar/header.ts';
import { serveEngine } from '../support/servers.ts';

const source: FileSource = { kind: 'volume', id: 'data' };

/** An engine with a volume `data`, of which `volume` says when it was made and which file is in it; undefined: it has none. */
async function engine(
  volume: () => { readonly created: string; readonly file: string } | undefined,
) {
  const asked: string[] = [];
  const { endpoint } = await serveEngine({
    onRequest(request, response) {
      const { method = '', url = '' } = request;
      const path = url.replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
      asked.push(`${method} ${path}`);
      request.resume();
      const there = volume();
      if (path === '/volumes/data' && !there)
        response.writeHead(404).end('{"message":"get data: no such volume"}');
      else if (path === '/volumes/data')
        response.end(JSON.stringify({ Name: 'data', CreatedAt: there?.created }));
      else if (path === '/images/create') response.end(`{"status":"sha256:${'a'.repeat(64)}"}`);
      else if (path === '/containers/create') response.end('{"Id":"helper"}');
      else if (path === '/containers/json') response.end('[]');
      else if (path === '/containers/helper/archive') {
        const stat = Buffer.from(JSON.stringify({ mode: 2 ** 31 })).toString('base64');
        response.setHeader('X-Docker-Container-Path-Stat', stat);
        const entries = [
          newHeader({ name: 'volume', type: 'directory' }),
          newHeader({ name: `volume/${there?.file}` }),
        ];
        const archive = Buffer.concat([...entries.map((entry) => writeHeader(entry)), TAR_END]);
        response.end(method === 'HEAD' ? '' : archive);
      } else response.end('{}');
    },
  });
  const client = await connect(endpoint);
  onTestFinished(() => client.close());
  return { client, asked };
}

function filesOf(client: () => Awaited<ReturnType<typeof engine>>['client']) {
  const reports: unknown[] = [];
  const files = createContainerFiles(
    async () => client(),
    (error) => reports.push(error),
  );
  onTestFinished(async () => {
    await files.dispose();
    expect(reports).toEqual([]);
  });
  const names = async () => (await files.list({ source, path: '/' })).map(({ name }) => name);
  return { files, names };
}

it('files of a volume are those of the engine that is asked, though another has one of that name', async () => {
  const one = await engine(() => ({ created: '2026-01-01T00:00:00Z', file: 'of-one' }));
  const two = await engine(() => ({ created: '2026-01-01T00:00:00Z', file: 'of-two' }));
  let chosen = one;
  const { names } = filesOf(() => chosen.client);
  expect(await names()).toEqual(['of-one']);
  chosen = two;
  expect(await names()).toEqual(['of-two']);
});

it('files of a volume that was made anew are not those of the former one', async () => {
  let volume = { created: '2026-01-01T00:00:00Z', file: 'former' };
  const { client } = await engine(() => volume);
  const { files, names } = filesOf(() => client);
  expect(await names()).toEqual(['former']);
  await files.letGo(source);
  expect(await names()).toEqual(['former']);
  await files.letGo(source);
  volume = { created: '2026-01-01T00:00:09Z', file: 'present' };
  expect(await names()).toEqual(['present']);
});

it('a volume that was removed is not made again by a look at its files', async () => {
  const { client, asked } = await engine(() => undefined);
  const { names } = filesOf(() => client);
  await expect(names()).rejects.toMatchObject({ reason: 'not-found' });
  expect(asked).not.toContain('POST /containers/create');
});
