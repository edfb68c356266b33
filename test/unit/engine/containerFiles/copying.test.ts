import { Buffer } from 'node:buffer';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../../src/engine/client.ts';
import { newHeader } from '../../../../src/engine/tar/pack.ts';
import { createContainerFiles } from '../../../../src/engine/containerFiles/service.ts';
import type { FilePath } from '../../../../src/engine/containerFiles/service.ts';
import { TAR_END, writeHeader } from '../../../../src/engine/tar/header.ts';
import { readTar } from '../../../../src/engine/tar/reader.ts';
import { serveEngine } from '../support/servers.ts';

/** Go's bit of a directory. */
const DIRECTORY = 2 ** 31;

/**
 * Stopped containers that have folders, and what engines do with them: unpacking makes what is named, and a link to itself
 * takes it away, and fails then.
 * @param onTaking called before something is taken away
 */
async function folders(there: Set<string>, onTaking: (path: string) => void) {
  const { endpoint } = await serveEngine({
    async onRequest(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://engine');
      if (!pathname.endsWith('/archive')) return void response.end('{}');
      const id = pathname.split('/').at(-2) ?? '';
      const path = searchParams.get('path') ?? '';
      if (request.method === 'PUT') {
        let failed = false;
        for await (const { header } of readTar(request)) {
          const made = `${id}${path === '/' ? '' : path}/${header.name}`;
          failed = header.type === 'link';
          if (failed) onTaking(made);
          if (failed) there.delete(made);
          else there.add(made);
        }
        const words = '{"message":"link: no such file or directory"}';
        return void response.writeHead(failed ? 500 : 200).end(failed ? words : '');
      }
      if (path !== '/' && !there.has(`${id}${path}`))
        return void response.writeHead(404).end('{"message":"Could not find the file"}');
      const stat = JSON.stringify({ mode: DIRECTORY + 0o755 });
      response.setHeader('X-Docker-Container-Path-Stat', Buffer.from(stat).toString('base64'));
      const head = newHeader({ name: path.slice(1) || '/', type: 'directory' });
      response.end(request.method === 'HEAD' ? '' : Buffer.concat([writeHeader(head), TAR_END]));
    },
  });
  const client = await connect(endpoint);
  onTestFinished(() => client.close());
  return createContainerFiles(
    () => Promise.resolve(client),
    () => {},
  );
}

it.each(['c1', 'c2'])(
  'a move to %s that is cancelled once all has come is completed, for what came from is half gone',
  async (id) => {
    const there = new Set(['c1/from', `${id}/to`]);
    const cancel = new AbortController();
    const files = await folders(there, (path) => {
      if (path === 'c1/from') cancel.abort();
    });
    const at = (container: string, path: string): FilePath => ({
      source: { kind: 'container', id: container },
      path,
    });
    const [from, to] = [at('c1', '/from'), at(id, '/to')];
    await files.replace(to, () => files.rename(from, to, cancel.signal), cancel.signal);
    expect([...there]).toEqual([`${id}/to`]);
  },
);
