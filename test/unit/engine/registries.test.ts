import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/engine/errors.ts';
import type { Registry } from '../../../src/engine/registry/model.ts';
import { registryAnswers } from '../../../src/engine/registry/answers.ts';
import { createRegistries } from '../../../src/engine/registry/registries.ts';
import type { Memory } from '../../../src/engine/registry/registries.ts';

/** A memory as VS Code's Memento is one, and a count of what was opened and let go of. */
function setUp(known: () => Promise<string[]> = async () => ['ghcr.io']) {
  const kept = new Map<string, unknown>();
  const memory: Memory = {
    get: <T>(key: string, otherwise: T) => (kept.has(key) ? (kept.get(key) as T) : otherwise),
    async update(key, value) {
      kept.set(key, value);
    },
  };
  const opened: string[] = [];
  const problems: unknown[] = [];
  const looked: string[] = [];
  let disposed = 0;
  const registries = createRegistries(
    memory,
    {
      knownHosts: known,
      find: async (host) => {
        looked.push(host);
        return host === 'ghcr.io'
          ? { credential: { username: 'me', secret: 'x' }, source: 'config.json' }
          : undefined;
      },
    },
    async (address, credential) => {
      opened.push(address);
      if (address.startsWith('refused') && opened.length === 1) throw new Error('first');
      const check = async () => {
        if (credential && 'secret' in credential && credential.secret === 'wrong')
          throw new EngineError('unauthorized', 'refused');
      };
      const digest = async () => 'sha256:x';
      return {
        host: address,
        check,
        digest,
        dispose: () => void disposed++,
      } as unknown as Registry;
    },
    (problem) => problems.push(problem),
  );
  return { registries, opened, problems, looked, disposed: () => disposed };
}

describe('registries on show', () => {
  test('are Docker Hub, those docker knows, and those added, each once', async () => {
    const { registries } = setUp();
    await registries.add('https://host:5000/');
    await registries.add('ghcr.io');
    expect(await registries.list()).toMatchObject([
      { host: 'docker.io', hub: true, signedIn: false, removable: false },
      { host: 'ghcr.io', hub: false, signedIn: true, removable: true },
      { host: 'host:5000', hub: false, signedIn: false, removable: true },
    ]);
  });

  test('are told to the language server without a look at their credentials', async () => {
    const { registries, opened, looked } = setUp(async () => ['private.example.org', 'ghcr.io']);
    const answer = registryAnswers(registries);
    const { signal } = new AbortController();
    const digestOf = async (reference: string) =>
      (await answer({ about: 'digest', from: 'registries', reference }, signal)).images;
    expect(await digestOf('private.example.org/a')).toMatchObject([{ digest: 'sha256:x' }]);
    expect(await digestOf('unknown.example.org/a')).toEqual([]);
    const names = { about: 'names', from: 'registries', typed: 'other.example.org/' } as const;
    expect((await answer(names, signal)).images).toEqual([]);
    expect(opened).toEqual(['private.example.org']);
    expect(looked).toEqual([]);
  });

  test('are opened once, by the address as it was typed, and anew after they are forgotten', async () => {
    const { registries, opened, disposed } = setUp();
    await registries.add('http://127.0.0.1:5000');
    expect(await registries.open('127.0.0.1:5000')).toBe(await registries.open('127.0.0.1:5000'));
    expect(opened).toEqual(['http://127.0.0.1:5000']);
    registries.forget('127.0.0.1:5000');
    await registries.open('127.0.0.1:5000');
    expect([opened.length, disposed()]).toEqual([2, 1]);
  });

  test('are opened again after they could not be', async () => {
    const { registries, opened } = setUp();
    await registries.add('refused.example.org');
    await expect(registries.open('refused.example.org')).rejects.toThrow('first');
    await expect(registries.open('refused.example.org')).resolves.toBeDefined();
    expect(opened).toEqual(['refused.example.org', 'refused.example.org']);
  });

  test('pins come and go, and go with their registry', async () => {
    const { registries } = setUp();
    await registries.add('host:5000');
    await registries.pin('host:5000', 'team/app');
    await registries.pin('host:5000', 'team/app');
    await registries.pin('host:5000', 'team/db');
    const pinned = async () =>
      (await registries.list()).find(({ host }) => host === 'host:5000')?.pinned;
    expect(await pinned()).toEqual(['team/app', 'team/db']);
    await registries.unpin('host:5000', 'team/app');
    expect(await pinned()).toEqual(['team/db']);
    await registries.remove('host:5000');
    await registries.add('host:5000');
    expect(await pinned()).toEqual([]);
  });

  test('every change is told', async () => {
    const { registries } = setUp();
    let told = 0;
    registries.onDidChange(() => told++);
    await registries.add('host:5000');
    await registries.pin('host:5000', 'a');
    await registries.remove('host:5000');
    expect(told).toBe(3);
  });

  test("a configuration that can't be read hides none of the others", async () => {
    const broken = new EngineError('config', 'config.json is no JSON');
    const { registries, problems } = setUp(() => Promise.reject(broken));
    await registries.add('host:5000');
    expect((await registries.list()).map(({ host }) => host)).toEqual(['docker.io', 'host:5000']);
    expect(problems).toEqual([broken]);
  });

  test('a credential is tried out by a client of its own, which is let go of', async () => {
    const { registries, opened, disposed } = setUp();
    await registries.add('http://127.0.0.1:5000');
    const wrong = { username: 'me', secret: 'wrong' };
    await expect(registries.tryOut('127.0.0.1:5000', wrong)).rejects.toThrow('refused');
    await registries.tryOut('127.0.0.1:5000', { username: 'me', secret: 'right' });
    expect([opened.length, disposed()]).toEqual([2, 2]);
  });

  test('what is no address is refused', async () => {
    await expect(setUp().registries.add('no address')).rejects.toMatchObject({
      reason: 'bad-request',
    });
  });
});
