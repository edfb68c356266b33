import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { BuildOptions } from '../../../../src/engine/buildkit/request.ts';
import { createBuildOnEngine } from '../../../../src/engine/builds/onEngine.ts';
import type { Client } from '../../../../src/engine/client.ts';
import { openCredentials } from '../../../../src/engine/credentials.ts';
import { folderOf } from '../../lsp/support/context.ts';

const none = () => Promise.reject(new Error('nothing is asked of anybody'));

test.each([
  [
    { tags: ['a:1', 'Bad/Name:1'] },
    '"Bad/Name:1" is not an image reference: a repository is written in lower case.',
  ],
  [
    { push: true },
    'An image needs a name before it can be pushed: give it a tag, or leave the push out.',
  ],
  [
    { push: true, tags: ['a'], outputs: [{ type: 'cacheonly' }] },
    'Only a build whose result is an image can be pushed: add type=image to its outputs.',
  ],
  [
    { iidFile: '/id', outputs: [{ type: 'tar', dest: '/a' }] },
    'Files have no image id: --iidfile needs a build whose result is an image.',
  ],
  [
    {
      outputs: [{ type: 'tar', dest: '/a' }, { type: 'image' }, { type: 'oci', dest: '/a' }],
    },
    'Two outputs go to “/a”, and the last would be all that is left: give each a place of its own.',
  ],
] as const)('is refused by every builder, before anything is asked: %j', async (more, message) => {
  const home = await folderOf({ Dockerfile: 'FROM scratch\n' });
  for (const os of ['linux', 'windows']) {
    const engine = { name: 'Docker Engine', version: '28', os, arch: 'amd64', podman: undefined };
    const client = { engine, apiVersion: '1.51', endpoint: { url: 'unix:///x' }, request: none };
    const build = createBuildOnEngine({
      current: { client: async () => client as unknown as Client },
      credentials: openCredentials({ env: {}, home }),
      fetchToken: none,
      walkerThread: pathToFileURL('/none.cjs'),
      env: {},
      home,
      report: () => {},
    });
    onTestFinished(() => build.dispose());
    const options: BuildOptions = {
      context: home,
      dockerfile: `${home}/Dockerfile`,
      tags: [],
      ...more,
    };
    const hooks = { ref: 'x', onStatus() {}, onSecret() {}, onBuilder() {} };
    const done = build(options, hooks, new AbortController().signal);
    await expect(done).rejects.toMatchObject({ reason: 'bad-request', message });
  }
});
