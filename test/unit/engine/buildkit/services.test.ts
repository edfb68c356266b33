import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Services } from '../../../../src/engine/buildkit/grpc/exchange.ts';
import * as session from '../../../../src/engine/buildkit/proto/session_pb.ts';
import { authServices } from '../../../../src/engine/buildkit/services/auth.ts';
import type { TokenWish } from '../../../../src/engine/buildkit/services/auth.ts';
import { secretServices } from '../../../../src/engine/buildkit/services/secrets.ts';
import { engineSide } from './support/engineSide.ts';

const dir = mkdtempSync(join(tmpdir(), 'stevedore-services-'));
const closing: (() => void)[] = [() => rmSync(dir, { recursive: true })];
afterAll(() => {
  for (const close of closing.toReversed()) close();
});

async function engineOf(services: Services, onProblem?: (error: unknown) => void) {
  const { engine, close } = await engineSide(services, onProblem);
  closing.push(close);
  return engine;
}

describe('credentials', () => {
  const AUTH = '/moby.filesync.v1.Auth';
  const wishes: TokenWish[] = [];
  const services = () =>
    authServices({
      credential: async (host) => {
        if (host === 'broken.test') throw new Error('the helper pass is not installed');
        if (host === 'docker.io') return { identityToken: 'refresh' };
        return host === 'r.test' ? { username: 'me', secret: 'pw' } : undefined;
      },
      fetchToken: async (wish) => {
        wishes.push(wish);
        if (wish.scopes.includes('repository:denied:pull')) throw new Error('r.test says no');
        return { token: 'bearer', seconds: 300 };
      },
    });
  const credentials = {
    path: `${AUTH}/Credentials`,
    input: session.CredentialsRequestSchema,
    output: session.CredentialsResponseSchema,
  };
  const fetchToken = {
    path: `${AUTH}/FetchToken`,
    input: session.FetchTokenRequestSchema,
    output: session.FetchTokenResponseSchema,
  };
  const authority = {
    path: `${AUTH}/GetTokenAuthority`,
    input: session.GetTokenAuthorityRequestSchema,
    output: session.GetTokenAuthorityResponseSchema,
  };
  const prove = {
    path: `${AUTH}/VerifyTokenAuthority`,
    input: session.VerifyTokenAuthorityRequestSchema,
    output: session.VerifyTokenAuthorityResponseSchema,
  };

  it('go to their own registry only, and nobody’s are empty', async () => {
    const engine = await engineOf(services());
    const ask = async (host: string) => {
      const { username, secret } = await engine.call(credentials, { host });
      return [username, secret];
    };
    expect(await ask('r.test')).toEqual(['me', 'pw']);
    expect(await ask('other.test')).toEqual(['', '']);
    expect(await ask('registry-1.docker.io')).toEqual(['', 'refresh']);
    await expect(ask('broken.test')).rejects.toThrow('the helper pass is not installed');
  });

  it('become tokens here, so that the engine does not see the password', async () => {
    const engine = await engineOf(services());
    const answer = await engine.call(fetchToken, {
      host: 'r.test',
      realm: 'https://t.test/token',
      service: 'reg',
      scopes: ['repository:a:pull'],
    });
    expect(answer).toMatchObject({ token: 'bearer', expiresIn: 300 });
    expect(Math.abs(Number(answer.issuedAt) - Date.now() / 1000)).toBeLessThan(60);
    expect(wishes.at(-1)).toEqual({
      host: 'r.test',
      realm: 'https://t.test/token',
      service: 'reg',
      scopes: ['repository:a:pull'],
      who: { username: 'me', secret: 'pw' },
    });
    await expect(
      engine.call(fetchToken, { host: 'r.test', scopes: ['repository:denied:pull'] }),
    ).rejects.toMatchObject({ code: 16, message: 'r.test says no' });
  });

  it('are proved by a key that stays the same within a session, and differs between sessions', async () => {
    const [one, two] = [await engineOf(services()), await engineOf(services())];
    const salt = Buffer.from('salt');
    const payload = Buffer.from('prove it');
    const { publicKey } = await one.call(authority, { host: 'r.test', salt });
    const { signed } = await one.call(prove, { host: 'r.test', salt, payload });
    expect(Buffer.from(signed).subarray(64)).toEqual(payload);
    const key = createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]),
      format: 'der',
      type: 'spki',
    });
    expect(verify(null, payload, key, Buffer.from(signed).subarray(0, 64))).toBe(true);
    const other = await two.call(authority, { host: 'r.test', salt });
    expect(Buffer.from(other.publicKey).equals(Buffer.from(publicKey))).toBe(false);
    // Whoever is nobody may share what it gets.
    const anyone = await Promise.all(
      [one, two].map((engine) => engine.call(authority, { host: 'public.test', salt })),
    );
    expect(anyone[0]?.publicKey).toEqual(anyone[1]?.publicKey);
  });
});

describe('secrets', () => {
  const get = {
    path: '/moby.buildkit.secrets.v1.Secrets/GetSecret',
    input: session.GetSecretRequestSchema,
    output: session.GetSecretResponseSchema,
  };

  it('are read when they are asked for, and told to whoever hides them', async () => {
    const file = join(dir, 'token');
    const seen: string[] = [];
    const lacking: string[] = [];
    const engine = await engineOf(
      secretServices(
        [
          { id: 'file', file },
          { id: 'env', env: 'TOKEN' },
          { id: 'unset', env: 'NOWHERE' },
          { id: 'either', env: 'NOWHERE', orFile: file },
          { id: 'neither', env: 'NOWHERE', orFile: join(dir, 'none') },
          { id: 'first', env: 'TOKEN', orFile: file },
          { id: 'large', file: join(dir, 'large') },
        ],
        { TOKEN: 'from env' },
        (value) => seen.push(value.toString()),
        (message) => lacking.push(message),
      ),
    );
    const ask = async (id: string) => Buffer.from((await engine.call(get, { id })).data).toString();
    await expect(ask('file')).rejects.toMatchObject({
      code: 9,
      message: expect.stringMatching(/does not exist/),
    });
    writeFileSync(file, 'from file\n');
    expect(await ask('file')).toBe('from file\n');
    expect(await ask('env')).toBe('from env');
    expect(seen).toEqual(['from file\n', 'from env']);
    expect(await ask('either')).toBe('from file\n');
    expect(await ask('first')).toBe('from env');
    await expect(ask('neither')).rejects.toMatchObject({ code: 5 });
    await expect(ask('unset')).rejects.toMatchObject({
      code: 5,
      message: expect.stringMatching(/NOWHERE, which is not set/),
    });
    await expect(ask('never given')).rejects.toMatchObject({ code: 5 });
    await expect(ask('unset')).rejects.toMatchObject({ code: 5 });
    expect(lacking).toEqual([
      expect.stringMatching(/^secret neither .*NOWHERE/),
      expect.stringMatching(/^secret unset .*NOWHERE/),
    ]);
    writeFileSync(join(dir, 'large'), Buffer.alloc(500 * 1024 + 1));
    await expect(ask('large')).rejects.toThrow(/500 KiB/);
  });

  it('that nobody gave are nothing wrong: for each address the builder asks for some', async () => {
    const problems: unknown[] = [];
    const sources = [{ id: 'unset', env: 'NOWHERE' }];
    const services = secretServices(
      sources,
      {},
      () => {},
      () => {},
    );
    const engine = await engineOf(services, (problem) => problems.push(problem));
    const ask = (id: string) => engine.call(get, { id });
    await expect(ask('GIT_AUTH_TOKEN')).rejects.toMatchObject({ code: 5 });
    await expect(ask('unset')).rejects.toMatchObject({ code: 5 });
    expect(problems).toEqual([
      expect.objectContaining({ message: expect.stringMatching('unset') }),
    ]);
  });
});
