import { expect, test } from 'vitest';
import { EngineError } from '../../../src/engine/errors.ts';
import { createImageAnswers } from '../../../src/engine/imageAnswers.ts';
import { registryAnswers } from '../../../src/engine/registry/answers.ts';
import type { Registry } from '../../../src/engine/registry/model.ts';
import type { Registries, ShownRegistry } from '../../../src/engine/registry/registries.ts';

const entry = (host: string, more: Partial<ShownRegistry> = {}): ShownRegistry => ({
  host,
  hub: host === 'docker.io',
  removable: true,
  pinned: [],
  ...more,
});
const found = (name: string) => ({
  name,
  description: 'words',
  private: undefined,
  official: name.startsWith('library/'),
  stars: undefined,
  pulls: undefined,
  updated: undefined,
});

/** Registries that answer from here; `asked` is what they were asked. */
function setUp(asked: string[]): Pick<Registries, 'shown' | 'open'> {
  return {
    shown: async () => [
      entry('docker.io'),
      entry('reg.example.org', { pinned: ['pinned/one'] }),
      entry('closed.example.org'),
    ],
    open: async (host) =>
      ({
        host,
        hub:
          host === 'docker.io'
            ? {
                search: async (query: string) => {
                  asked.push(`search ${query}`);
                  return { items: [found('library/redis'), found('me/redis')], more: undefined };
                },
              }
            : undefined,
        repositories: async () =>
          host === 'closed.example.org'
            ? { catalogue: false, why: new EngineError('forbidden', 'no') }
            : { catalogue: true, page: { items: [found('team/app')], more: undefined } },
        digest: async (repository: string, reference: string) => {
          asked.push(`digest ${host} ${repository} ${reference}`);
          return 'sha256:x';
        },
        variables: async (repository: string, reference: string, platform: string) => {
          asked.push(`variables ${host} ${repository} ${reference} ${platform}`);
          return ['APP_UID'];
        },
        tags: async (repository: string) => {
          asked.push(`tags ${host} ${repository}`);
          throw new EngineError(repository === 'library/limit' ? 'rate-limited' : 'not-found', 'x');
        },
      }) as unknown as Registry,
  };
}

const ask = async (typed: string, asked: string[] = []) => {
  const answer = registryAnswers(setUp(asked));
  const { images } = await answer(
    { about: 'names', from: 'registries', typed },
    new AbortController().signal,
  );
  return images.map(({ name }) => name);
};

test('Docker Hub is searched, and names are written as in a Dockerfile', async () => {
  const asked: string[] = [];
  expect(await ask('red', asked)).toEqual(['redis', 'me/redis']);
  expect(asked).toEqual(['search red']);
});

test('registries on show are offered by their hosts, and list what they have', async () => {
  expect(await ask('reg')).toEqual(['reg.example.org/', 'redis', 'me/redis']);
  expect(await ask('reg.example.org/t')).toEqual([
    'reg.example.org/pinned/one',
    'reg.example.org/team/app',
  ]);
  expect(await ask('closed.example.org/')).toEqual([]);
});

test('a host that is not on show is not asked, nor is Docker Hub about it', async () => {
  const asked: string[] = [];
  expect(await ask('other.example.org/x', asked)).toEqual([]);
  const answer = registryAnswers(setUp(asked));
  const repository = 'other.example.org/x';
  await answer({ about: 'tags', from: 'registries', repository }, new AbortController().signal);
  expect(asked).toEqual([]);
});

test('what is not there is no error, and no engine is none; a limit is told', async () => {
  const asked: string[] = [];
  const noEngine = {
    store: undefined,
    endpoint: undefined,
    client: () => Promise.reject(new EngineError('no-socket', 'x')),
  };
  const answer = createImageAnswers(noEngine, setUp(asked));
  const { signal } = new AbortController();
  const nothing = { images: [], complete: true };
  expect(await answer({ about: 'tags', from: 'registries', repository: 'none' }, signal)).toEqual(
    nothing,
  );
  expect(await answer({ about: 'tags', from: 'engine', repository: 'none' }, signal)).toEqual(
    nothing,
  );
  expect(await answer({ about: 'tags', from: 'registries', repository: 'A B' }, signal)).toEqual(
    nothing,
  );
  await expect(
    answer({ about: 'tags', from: 'registries', repository: 'limit' }, signal),
  ).rejects.toThrow(EngineError);
  expect(asked).toEqual(['tags docker.io library/none', 'tags docker.io library/limit']);
});

test('a digest costs one question to a registry that may be asked', async () => {
  const asked: string[] = [];
  const answer = registryAnswers(setUp(asked));
  const ask = async (reference: string) => {
    const request = { about: 'digest', from: 'registries', reference } as const;
    return (await answer(request, new AbortController().signal)).images;
  };
  expect(await ask('node')).toEqual([{ name: 'node', digest: 'sha256:x' }]);
  expect(await ask('reg.example.org/a:1')).toMatchObject([{ digest: 'sha256:x' }]);
  expect(await ask('other.example.org/a:1')).toEqual([]);
  expect(asked).toEqual(['digest docker.io library/node latest', 'digest reg.example.org a 1']);
});

test('variables are asked of one platform: the one that is named, else that of this machine', async () => {
  const asked: string[] = [];
  const answer = registryAnswers(setUp(asked));
  const ask = async (reference: string, platform?: string) => {
    const request = { about: 'variables', from: 'registries', reference } as const;
    const { signal } = new AbortController();
    return (await answer({ ...request, ...(platform ? { platform } : {}) }, signal)).images;
  };
  expect(await ask('node', 'linux/s390x')).toEqual([{ name: 'node', variables: ['APP_UID'] }]);
  expect(await ask('node:20')).toEqual([{ name: 'node:20', variables: ['APP_UID'] }]);
  expect(await ask('other.example.org/a:1')).toEqual([]);
  expect(asked).toEqual([
    'variables docker.io library/node latest linux/s390x',
    expect.stringMatching(/^variables docker.io library\/node 20 linux\/[a-z0-9]+$/),
  ]);
});

test('an engine that nothing has needed is left alone by what is asked aside', async () => {
  let connected = 0;
  const client = () => {
    connected++;
    return Promise.reject(new EngineError('no-socket', 'x'));
  };
  const idle = createImageAnswers({ store: undefined, endpoint: undefined, client }, setUp([]));
  const { signal } = new AbortController();
  const request = { about: 'image', from: 'engine', reference: 'node' } as const;
  await idle({ ...request, aside: true }, signal);
  expect(connected).toBe(0);
  const endpoint = { name: 'a', url: 'unix:///a', source: 'test', host: 'localhost' };
  const used = createImageAnswers({ store: undefined, endpoint, client }, setUp([]));
  await used({ ...request, aside: true }, signal);
  await idle(request, signal);
  expect(connected).toBe(2);
});
