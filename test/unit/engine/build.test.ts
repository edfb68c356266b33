import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildImage } from '../../../src/engine/build.ts';
import { connect } from '../../../src/engine/client.ts';
import { bodyOf, scratch, serveEngine } from './support/servers.ts';

it.each([
  [500, '', '“link” leads out of the build context, and this engine takes no such link'],
  [500, '{"message":"the registry answered with status 500."}', 'the registry answered with'],
  [500, '<html>', '“link” leads out of the build context'],
  [502, '', 'answered with status 502.'],
])(
  'a link out of the context is what is wrong where nothing else is said: %i %s',
  async (status, body, words) => {
    const context = await scratch();
    await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
    await symlink('../elsewhere', join(context, 'link'));
    const { endpoint } = await serveEngine({
      onRequest: (request, response) =>
        void bodyOf(request).then(() => response.writeHead(status).end(body)),
    });
    const client = await connect(endpoint);
    onTestFinished(() => client.close());
    await expect(buildImage(client, { context })).rejects.toThrow(words);
  },
);
