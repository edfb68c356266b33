import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { BytesMessageSchema } from '../../../../src/engine/buildkit/proto/common_pb.ts';
import { sshServices, sshSources } from '../../../../src/engine/buildkit/services/ssh.ts';
import { answerAsAgent } from '../../../../src/engine/buildkit/services/sshKeyring.ts';
import { readSshKey } from '../../../../src/engine/buildkit/services/sshKeys.ts';
import type { SshKey } from '../../../../src/engine/buildkit/services/sshKeys.ts';
import {
  sshNumber,
  sshReader,
  sshString,
  sshUint32,
} from '../../../../src/engine/buildkit/services/sshWire.ts';
import { engineSide } from './support/engineSide.ts';

const dir = mkdtempSync(join(tmpdir(), 'stevedore-keys-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(text: string): string {
  const path = join(dir, randomBytes(6).toString('hex'));
  writeFileSync(path, text);
  return path;
}

const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const pairs = {
  'ssh-ed25519': generateKeyPairSync('ed25519'),
  'ssh-rsa': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'ecdsa-sha2-nistp256': curve('P-256'),
  'ecdsa-sha2-nistp384': curve('P-384'),
  'ecdsa-sha2-nistp521': curve('P-521'),
};
const types = Object.keys(pairs) as (keyof typeof pairs)[];

const armour = (label: string, bytes: Buffer) =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{70}/g, '$&\n')}\n-----END ${label}-----\n`;

const decode = (value = '') => Buffer.from(value, 'base64url');

/** The fields of a private key in OpenSSH's form, behind its type. */
function fieldsOf(type: string, jwk: JsonWebKey): Buffer[] {
  const part = (name: keyof JsonWebKey) => decode(jwk[name] as string);
  if (type === 'ssh-ed25519')
    return [sshString(part('x')), sshString(Buffer.concat([part('d'), part('x')]))];
  if (type === 'ssh-rsa')
    return (['n', 'e', 'd', 'qi', 'p', 'q'] as const).map((name) => sshNumber(part(name)));
  const point = Buffer.concat([Buffer.from([4]), part('x'), part('y')]);
  return [sshString(type.slice(-8)), sshString(point), sshNumber(part('d'))];
}

/** A file as ssh-keygen writes it, but for what the tests change of it. */
function openSsh(
  type: string,
  fields: readonly Buffer[],
  { cipher = 'none', checks = [7, 7] as readonly number[], keys = 1 } = {},
): string {
  const inner = [...checks.map(sshUint32), sshString(type), ...fields, sshString('me@here')];
  return armour(
    'OPENSSH PRIVATE KEY',
    Buffer.concat([
      Buffer.from('openssh-key-v1\0'),
      sshString(cipher),
      sshString(cipher === 'none' ? 'none' : 'bcrypt'),
      sshString(''),
      sshUint32(keys),
      sshString('the public key'),
      sshString(Buffer.concat([...inner, Buffer.from([1, 2, 3])])),
    ]),
  );
}

const ask = (keys: readonly SshKey[], ...fields: readonly Buffer[]) =>
  sshReader(sshReader(answerAsAgent(keys, sshString(Buffer.concat(fields)))).string());

const FAILED = Buffer.from([0, 0, 0, 1, 5]);

/** Has something signed; answers the name of the algorithm and the signature's bytes. */
function signBy(key: SshKey, data: Buffer, flags: number) {
  const fields = [sshString(key.blob), sshString(data), sshUint32(flags)];
  const answer = ask([key], Buffer.from([13]), ...fields);
  expect(answer.byte()).toBe(14);
  const signature = sshReader(answer.string());
  return { algorithm: signature.text(), bytes: signature.string() };
}

function isGood(publicKey: KeyObject, hash: string | null, data: Buffer, bytes: Buffer): boolean {
  const size = { sha256: 32, sha384: 48 }[hash ?? ''] ?? 66;
  if (publicKey.asymmetricKeyType !== 'ec') return verify(hash, data, publicKey, bytes);
  const numbers = sshReader(bytes);
  const half = (number: Buffer) => Buffer.concat([Buffer.alloc(size), number]).subarray(-size);
  const both = Buffer.concat([half(numbers.string()), half(numbers.string())]);
  return verify(hash, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, both);
}

describe('a private key', () => {
  const forms = (type: keyof typeof pairs): Record<string, string> => {
    const { privateKey } = pairs[type];
    const pem = (form: 'pkcs8' | 'pkcs1' | 'sec1') =>
      privateKey.export({ format: 'pem', type: form } as never) as string;
    return {
      'PKCS#8': pem('pkcs8'),
      ...(type === 'ssh-rsa' && { 'PKCS#1': pem('pkcs1') }),
      ...(type.startsWith('ecdsa') && {
        SEC1: `-----BEGIN EC PARAMETERS-----\nAAAA\n-----END EC PARAMETERS-----\n${pem('sec1')}`,
      }),
      OpenSSH: openSsh(type, fieldsOf(type, privateKey.export({ format: 'jwk' }))).replaceAll(
        '\n',
        '\r\n',
      ),
    };
  };

  it.each(
    types.flatMap((type) =>
      Object.entries(forms(type)).map(([form, text]) => [type, form, text] as const),
    ),
  )('of the type %s in the form %s is read and signs', async (type, _form, text) => {
    const key = await readSshKey(file(text));
    const { publicKey } = pairs[type];
    expect(key.type).toBe(type);
    // The public half, as ssh has it.
    const blob = sshReader(key.blob);
    expect(blob.text()).toBe(type);
    expect(createPublicKey(key.key).export({ format: 'jwk' })).toEqual(
      publicKey.export({ format: 'jwk' }),
    );
    const data = randomBytes(100);
    const { algorithm, bytes } = signBy(key, data, 4);
    const [name, hash] = {
      'ssh-rsa': ['rsa-sha2-512', 'sha512'] as const,
      'ssh-ed25519': [type, null] as const,
      'ecdsa-sha2-nistp256': [type, 'sha256'] as const,
      'ecdsa-sha2-nistp384': [type, 'sha384'] as const,
      'ecdsa-sha2-nistp521': [type, 'sha512'] as const,
    }[type];
    expect(algorithm).toBe(name);
    expect(isGood(publicKey, hash, data, bytes)).toBe(true);
    expect(isGood(publicKey, hash, randomBytes(100), bytes)).toBe(false);
  });

  it('of RSA signs by the algorithm that is asked for', async () => {
    const { privateKey, publicKey } = pairs['ssh-rsa'];
    const key = await readSshKey(
      file(privateKey.export({ format: 'pem', type: 'pkcs1' }) as string),
    );
    const data = Buffer.from('hello');
    for (const [flags, name, hash] of [
      [0, 'ssh-rsa', 'sha1'],
      [2, 'rsa-sha2-256', 'sha256'],
      [4, 'rsa-sha2-512', 'sha512'],
    ] as const) {
      const { algorithm, bytes } = signBy(key, data, flags);
      expect(algorithm).toBe(name);
      expect(isGood(publicKey, hash, data, bytes)).toBe(true);
    }
  });

  it('whose numbers begin with zeros is read as any other', async () => {
    // One of 256 secrets is a byte shorter than its curve; ssh leaves the zeros out.
    let pair = curve('P-256');
    while (decode(pair.privateKey.export({ format: 'jwk' }).d)[0] !== 0) pair = curve('P-256');
    const type = 'ecdsa-sha2-nistp256';
    const text = openSsh(type, fieldsOf(type, pair.privateKey.export({ format: 'jwk' })));
    const key = await readSshKey(file(text));
    const data = Buffer.from('x');
    for (let times = 0; times < 600; times++)
      expect(isGood(pair.publicKey, 'sha256', data, signBy(key, data, 0).bytes)).toBe(true);
  });

  const { privateKey, publicKey } = pairs['ssh-ed25519'];
  const ed25519 = fieldsOf('ssh-ed25519', privateKey.export({ format: 'jwk' }));
  const rsa = pairs['ssh-rsa'].privateKey;
  const passphrase = { cipher: 'aes-256-cbc', passphrase: 'pw' };
  it.each([
    [
      'encrypted PKCS#8',
      privateKey.export({ format: 'pem', type: 'pkcs8', ...passphrase }) as string,
      /is protected by a passphrase: add it to your ssh agent with ssh-add/,
    ],
    [
      'encrypted PKCS#1',
      rsa.export({ format: 'pem', type: 'pkcs1', ...passphrase }) as string,
      /is protected by a passphrase/,
    ],
    [
      'encrypted, of OpenSSH',
      openSsh('ssh-ed25519', ed25519, { cipher: 'aes256-ctr' }),
      /is protected by a passphrase/,
    ],
    ['a security key', openSsh('sk-ssh-ed25519@openssh.com', []), /in a security key/],
    ['of an old kind', openSsh('ssh-dss', []), /type ssh-dss are not supported/],
    ['of no kind', openSsh('__proto__', []), /type __proto__ are not supported/],
    ['several', openSsh('ssh-ed25519', ed25519, { keys: 2 }), /more than one key/],
    ['damaged', openSsh('ssh-ed25519', ed25519, { checks: [7, 8] }), /malformed/],
    ['cut', openSsh('ssh-ed25519', ed25519.slice(1)), /cannot be used/],
    ['of nothing', armour('OPENSSH PRIVATE KEY', Buffer.from('openssh-key-v1\0')), /too early/],
    ['not of OpenSSH', armour('OPENSSH PRIVATE KEY', Buffer.from('hello')), /malformed/],
    ['not PEM’s', armour('PRIVATE KEY', Buffer.from('hello')), /cannot be used/],
    [
      'for a curve that ssh lacks',
      curve('secp256k1').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
      /no keys of the curve secp256k1/,
    ],
    [
      'not for signing',
      generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
      /the kind x25519 are not for ssh/,
    ],
    ['a public one', 'ssh-ed25519 AAAAC3Nza me@here\n', /is a public key: name the private one/],
    [
      'a public one in PEM',
      publicKey.export({ format: 'pem', type: 'spki' }) as string,
      /is a public key/,
    ],
    ['text', 'hello\n', /is no private key/],
  ])('that cannot be used is refused: %s', async (_what, text, message) => {
    const path = file(text);
    await expect(readSshKey(path)).rejects.toMatchObject({
      reason: 'bad-request',
      message: expect.stringMatching(message),
    });
    await expect(readSshKey(path)).rejects.toThrow(path);
  });
});

describe('the agent for keys', () => {
  const load = async (type: keyof typeof pairs) =>
    readSshKey(file(pairs[type].privateKey.export({ format: 'pem', type: 'pkcs8' }) as string));

  it('lists all keys and tells nothing else of them', async () => {
    const keys = [await load('ssh-ed25519'), await load('ssh-rsa')];
    const answer = ask(keys, Buffer.from([11]));
    expect(answer.byte()).toBe(12);
    expect(answer.uint32()).toBe(2);
    for (const { blob } of keys) {
      expect(answer.string()).toEqual(blob);
      expect(answer.text()).toBe('');
    }
    expect(answer.rest()).toHaveLength(0);
  });

  it('fails for keys that it has not, and for all else that it may be asked', async () => {
    const [one, other] = [await load('ssh-ed25519'), await load('ecdsa-sha2-nistp256')];
    const sign = (blob: Buffer) => [
      Buffer.from([13]),
      sshString(blob),
      sshString('x'),
      sshUint32(0),
    ];
    const requests = [
      sign(other.blob),
      sign(one.blob).slice(0, 2),
      [Buffer.from([13, 255, 255, 255, 255])],
      [Buffer.from([27]), sshString('session-bind@openssh.com')],
      [Buffer.from([17])],
      [Buffer.from([19])],
      [Buffer.from([0])],
    ];
    for (const fields of requests)
      expect(answerAsAgent([one], sshString(Buffer.concat(fields)))).toEqual(FAILED);
  });

  it('is served through a session, however requests are cut or joined', async () => {
    const key = await load('ssh-ed25519');
    const { engine, close } = await engineSide(sshServices({ git: { keys: [key] } }));
    onTestFinished(close);
    const talk = engine.converse(
      {
        path: '/moby.sshforward.v1.SSH/ForwardAgent',
        input: BytesMessageSchema,
        output: BytesMessageSchema,
      },
      { metadata: { 'buildkit.ssh.id': 'git' } },
    );
    const list = sshString(Buffer.from([11]));
    const asked = Buffer.concat([list, sshString(Buffer.from([19])), list]);
    await talk.send({ data: asked.subarray(0, 2) });
    await talk.send({ data: asked.subarray(2, 13) });
    await talk.send({ data: asked.subarray(13) });
    talk.end();
    const heard: Uint8Array[] = [];
    for await (const { data } of talk.messages) heard.push(data);
    const listed = answerAsAgent([key], list);
    expect(Buffer.concat(heard)).toEqual(Buffer.concat([listed, FAILED, listed]));
  });

  it('is found by the files of keys, and a build without a usable key does not begin', async () => {
    const pem = pairs['ssh-rsa'].privateKey.export({ format: 'pem', type: 'pkcs1' }) as string;
    const path = file(pem);
    const found = await sshSources({ one: [path], two: [path, path] }, {});
    expect(found).toMatchObject({
      one: { keys: [{ type: 'ssh-rsa' }] },
      two: { keys: [{ type: 'ssh-rsa' }, { type: 'ssh-rsa' }] },
    });
    for (const [paths, message] of [
      [[join(dir, 'nothing')], /no ssh agent at “.*nothing”, and no key/],
      [[file('hello')], /is no private key/],
      [[path, file('hello')], /is no private key/],
      [[path, String.raw`\\.\pipe\openssh-ssh-agent`], /either the socket of one ssh agent/],
    ] as const)
      await expect(sshSources({ default: paths }, {})).rejects.toMatchObject({
        reason: 'bad-request',
        message: expect.stringMatching(message),
      });
    expect(await sshSources({ default: [] }, {}, true)).toEqual({
      default: { socket: String.raw`\\.\pipe\openssh-ssh-agent` },
    });
    await expect(sshSources({ default: [] }, {}, false)).rejects.toThrow(/No ssh agent is running/);
    expect(await sshSources({ default: [String.raw`\\.\pipe\agent`] }, {})).toEqual({
      default: { socket: String.raw`\\.\pipe\agent` },
    });
  });
});
