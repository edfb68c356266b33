import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Credential, Credentials, SecretSource } from '../../../src/engine/credentials.ts';
import { openCredentials } from '../../../src/engine/credentials.ts';
import { EngineError } from '../../../src/engine/errors.ts';

const HUB_KEY = 'https://index.docker.io/v1/';
const basic = (user: string, secret: string) => Buffer.from(`${user}:${secret}`).toString('base64');

/** A credential helper in sh, keeping one file per key, that also notes its arguments. */
const HELPER = `#!/bin/sh
echo "$0 $*" >> "$HELPER_DIR/calls"
input=$(cat)
name() { printf %s "$1" | od -An -tx1 | tr -d ' \\n'; }
case "$1" in
  get) f="$HELPER_DIR/$(name "$input").entry"
    if [ -f "$f" ]; then cat "$f"; else echo "credentials not found in native keychain"; exit 1; fi;;
  store) key=$(printf %s "$input" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/')
    printf %s "$input" > "$HELPER_DIR/$(name "$key").entry";;
  erase) rm -f "$HELPER_DIR/$(name "$input").entry";;
  list) echo '{"https://index.docker.io/v1/":"hubber","a.example":"ann","https://index.docker.io/v1/access-token":"x"}';;
esac
`;

let dir: string;
let problems: EngineError[];
let stored: Map<string, Credential>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stevedore-credentials-'));
  problems = [];
  stored = new Map();
  await mkdir(join(dir, 'bin'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const secrets: SecretSource = {
  get: async (host) => stored.get(host),
  store: async (host, credential) => void stored.set(host, credential),
  delete: async (host) => void stored.delete(host),
};

async function open(
  config: unknown,
  more: { helperTimeoutMs?: number; noSecrets?: boolean } = {},
): Promise<Credentials> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(join(dir, 'config.json'), text, { mode: 0o600 });
  return openCredentials({
    env: {
      DOCKER_CONFIG: dir,
      PATH: `${join(dir, 'bin')}:${process.env['PATH']}`,
      HELPER_DIR: dir,
    },
    home: '/nonexistent',
    secrets: more.noSecrets ? undefined : secrets,
    onProblem: (error) => problems.push(error),
    ...(more.helperTimeoutMs === undefined ? {} : { helperTimeoutMs: more.helperTimeoutMs }),
  });
}

async function installHelper(name: string, script: string): Promise<void> {
  const path = join(dir, 'bin', `docker-credential-${name}`);
  await writeFile(path, script);
  await chmod(path, 0o755);
}

const keep = (key: string, username: string, secret: string) =>
  writeFile(
    join(dir, `${Buffer.from(key).toString('hex')}.entry`),
    JSON.stringify({ ServerURL: key, Username: username, Secret: secret }),
  );

const rejection = async (promise: Promise<unknown>): Promise<EngineError> => {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
};

describe('config.json', () => {
  test('reads auths under their key and older forms of it', async () => {
    const credentials = await open({
      auths: {
        [HUB_KEY]: { auth: basic('hub', 'p:w') },
        'https://old.example/v1/': { auth: basic('old', 'x\0\0') },
        'token.example': { auth: basic('u', ''), identitytoken: 'refresh' },
        'plain.example': { username: 'a', password: 'b' },
        'empty.example': {},
        'no host at all': { auth: 'x' },
        'port.example:5000': { auth: basic('p', 'q') },
      },
    });
    expect(await credentials.getCredentials('docker.io')).toEqual({
      username: 'hub',
      secret: 'p:w',
    });
    expect(await credentials.getCredentials('https://index.docker.io/v1/')).toEqual({
      username: 'hub',
      secret: 'p:w',
    });
    expect(await credentials.getCredentials('old.example')).toEqual({
      username: 'old',
      secret: 'x',
    });
    expect(await credentials.getCredentials('token.example')).toEqual({ identityToken: 'refresh' });
    expect(await credentials.getCredentials('plain.example')).toEqual({
      username: 'a',
      secret: 'b',
    });
    expect(await credentials.getCredentials('empty.example')).toBeUndefined();
    expect(await credentials.getCredentials('port.example')).toBeUndefined();
    expect(await credentials.knownHosts()).toEqual([
      'docker.io',
      'empty.example',
      'old.example',
      'plain.example',
      'port.example:5000',
      'token.example',
    ]);
  });

  test('a missing file is an empty one', async () => {
    const credentials = openCredentials({ env: {}, home: dir, secrets });
    expect(await credentials.getCredentials('a.example')).toBeUndefined();
    expect(await credentials.knownHosts()).toEqual([]);
  });

  test('broken JSON and broken entries are told without quoting them', async () => {
    const broken = await rejection(
      (await open('{"auths":{"a":{"auth":"c2VjcmV0"')).getCredentials('a'),
    );
    expect(broken.reason).toBe('config');
    expect(broken.message).toContain('config.json is not valid JSON');
    expect(`${broken.message}${broken.detail}${broken.stack}${String(broken.cause)}`).not.toContain(
      'c2VjcmV0',
    );
    const entry = await open({
      auths: { 'a.example': { auth: Buffer.from('nocolon').toString('base64') } },
    });
    expect((await rejection(entry.getCredentials('a.example'))).message).toContain('docker login');
    expect(await entry.getCredentials('b.example')).toBeUndefined();
  });

  test("our own store comes after docker's, and helps when docker's is broken", async () => {
    stored.set('a.example', { username: 'ours', secret: 'o' });
    stored.set('b.example', { username: 'ours', secret: 'o' });
    const credentials = await open({ auths: { 'a.example': { auth: basic('docker', 'd') } } });
    expect(await credentials.find('a.example')).toMatchObject({
      credential: { username: 'docker' },
    });
    expect(await credentials.find('b.example')).toEqual({
      credential: { username: 'ours', secret: 'o' },
      source: 'stevedore',
    });
    const broken = await open({ credsStore: 'missing' });
    expect(await broken.getCredentials('a.example')).toEqual({ username: 'ours', secret: 'o' });
  });
});

describe('credential helpers', () => {
  test('the host goes in by stdin, the verb alone is an argument', async () => {
    await installHelper('test', HELPER);
    await keep(HUB_KEY, 'hubber', 's3cret');
    await keep('token.example', '<token>', 'refresh');
    const credentials = await open({ credsStore: 'test' });
    expect(await credentials.find('docker.io')).toEqual({
      credential: { username: 'hubber', secret: 's3cret' },
      source: 'docker-credential-test',
    });
    expect(await credentials.getCredentials('token.example')).toEqual({ identityToken: 'refresh' });
    expect(await credentials.getCredentials('none.example')).toBeUndefined();
    expect(await credentials.knownHosts()).toEqual(['a.example', 'docker.io']);
    expect(await readFile(join(dir, 'calls'), 'utf8')).toMatch(
      /^(\S+docker-credential-test (get|list)\n)+$/,
    );
  });

  test('credHelpers go before credsStore, for their host only', async () => {
    await installHelper('test', HELPER);
    await keep('a.example', 'ann', 'x');
    const credentials = await open({ credsStore: 'missing', credHelpers: { 'a.example': 'test' } });
    expect(await credentials.getCredentials('a.example')).toEqual({ username: 'ann', secret: 'x' });
    const error = await rejection(credentials.getCredentials('b.example'));
    expect(error.reason).toBe('config');
    expect(error.message).toContain(
      "docker-credential-missing is named by docker's configuration and is not on PATH",
    );
  });

  test.each([
    ['fails', '#!/bin/sh\necho keychain is locked\nexit 1\n', 'config', /exit code 1/],
    ['talks nonsense', '#!/bin/sh\necho s3cret not json\n', 'config', /not JSON/],
    ['floods', '#!/bin/sh\nexec cat /dev/zero\n', 'config', /1 MB/],
    ['hangs', '#!/bin/sh\nsleep 60\n', 'timeout', /0\.4 s/],
  ] as const)('one that %s', async (_what, script, reason, message) => {
    await installHelper('bad', script);
    const credentials = await open({ credsStore: 'bad' }, { helperTimeoutMs: 400 });
    const error = await rejection(credentials.getCredentials('a.example'));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
    expect(`${error.message}${error.detail}`).not.toContain('s3cret');
  });

  test('one that is no program', async () => {
    const outside = await rejection(
      (await open({ credsStore: '../../bin/sh' })).getCredentials('a'),
    );
    expect(outside.message).toContain('cannot be a program');
    await writeFile(join(dir, 'bin', 'docker-credential-flat'), 'x');
    const flat = await rejection((await open({ credsStore: 'flat' })).getCredentials('a'));
    expect(flat.message).toMatch(/docker-credential-flat (could not be run|is named by)/);
  });

  test('waiting for one can be cancelled', async () => {
    await installHelper('slow', '#!/bin/sh\nexec sleep 600\n');
    const credentials = await open({ credsStore: 'slow' });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    expect((await rejection(credentials.getCredentials('a', controller.signal))).reason).toBe(
      'cancelled',
    );
  });
});

describe('for the engine', () => {
  test("each host is given its own credential and nobody else's", async () => {
    const credentials = await open({
      auths: {
        [HUB_KEY]: { auth: basic('hub', 'H') },
        'a.example': { auth: basic('ann', 'Ä?>') },
        'b.example': { identitytoken: 'T' },
      },
    });
    expect(await credentials.authConfigFor('nginx')).toEqual({
      username: 'hub',
      password: 'H',
      serveraddress: HUB_KEY,
    });
    expect(await credentials.authConfigFor('c.example/x')).toBeUndefined();
    expect(
      await credentials.registryConfigFor(['a.example', 'docker.io', 'docker.io', 'c.example']),
    ).toEqual({
      [HUB_KEY]: { username: 'hub', password: 'H', serveraddress: HUB_KEY },
      'a.example': { username: 'ann', password: 'Ä?>', serveraddress: 'a.example' },
    });
    const header = await credentials.authHeaderFor('a.example/team/app:1');
    expect(header).toMatch(/^[A-Za-z0-9_-]+={0,2}$/);
    expect((header?.length ?? 1) % 4).toBe(0);
    expect(JSON.parse(Buffer.from(header ?? '', 'base64url').toString())).toEqual({
      username: 'ann',
      password: 'Ä?>',
      serveraddress: 'a.example',
    });
    expect(await credentials.authConfigFor('b.example/x')).toEqual({
      identitytoken: 'T',
      serveraddress: 'b.example',
    });
  });

  test('a broken helper leaves public images usable and is told', async () => {
    const credentials = await open({ credsStore: 'missing' });
    expect(await credentials.authConfigFor('nginx')).toBeUndefined();
    expect(await credentials.registryConfigFor(['docker.io'])).toEqual({});
    expect(problems.map((problem) => problem.reason)).toEqual(['config', 'config']);
  });
});

describe('signing in and out', () => {
  test('what we are given goes to our store', async () => {
    const credentials = await open({});
    const { shadowedBy } = await credentials.signIn('https://A.example/', {
      username: 'u',
      secret: 's',
    });
    expect(shadowedBy).toBeUndefined();
    expect(stored.get('a.example')).toEqual({ username: 'u', secret: 's' });
    expect(await readFile(join(dir, 'config.json'), 'utf8')).toBe('{}');
    await credentials.signOut('a.example');
    expect(stored.size).toBe(0);
  });

  test('a helper that holds the host is updated, and erased', async () => {
    await installHelper('test', HELPER);
    await keep('a.example', 'ann', 'old');
    const credentials = await open({ credsStore: 'test' });
    await credentials.signIn('a.example', { username: 'ann', secret: 'new' });
    expect(stored.size).toBe(0);
    expect(await credentials.getCredentials('a.example')).toEqual({
      username: 'ann',
      secret: 'new',
    });
    await credentials.signOut('a.example');
    expect(await credentials.getCredentials('a.example')).toBeUndefined();
    expect(await readFile(join(dir, 'calls'), 'utf8')).not.toContain('new');
  });

  test('an entry of config.json is named when signing in, and only it goes when signing out', async () => {
    const others = { 'b.example': { auth: basic('b', 'b') } };
    const credentials = await open({
      auths: { 'https://a.example/v2/': { auth: basic('a', 'a') }, ...others },
      currentContext: 'x',
    });
    const path = join(dir, 'config.json');
    const { shadowedBy } = await credentials.signIn('a.example', { username: 'u', secret: 's' });
    expect(shadowedBy).toBe(path);
    await credentials.signOut('a.example');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      auths: others,
      currentContext: 'x',
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await credentials.getCredentials('a.example')).toBeUndefined();
  });

  test('one that turns out wrong is undone where it was put, and nowhere else', async () => {
    await installHelper('test', HELPER);
    await keep('a.example', 'ann', 'old');
    const config = {
      credHelpers: { 'a.example': 'test' },
      auths: { b: { auth: basic('b', 'b') } },
    };
    const credentials = await open(config);
    for (const host of ['a.example', 'b', 'c'])
      await (await credentials.signIn(host, { username: 'u', secret: 'wrong' })).undo();
    expect(await credentials.find('a.example')).toEqual({
      credential: { username: 'ann', secret: 'old' },
      source: 'docker-credential-test',
    });
    expect(JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'))).toEqual(config);
    expect(stored.size).toBe(0);
    await credentials.signIn('c', { username: 'u', secret: 'right' });
    await (await credentials.signIn('c', { username: 'u', secret: 'wrong' })).undo();
    expect(stored.get('c')).toEqual({ username: 'u', secret: 'right' });
  });

  test('without a store it says what to do', async () => {
    const credentials = await open({}, { noSecrets: true });
    const error = await rejection(credentials.signIn('docker.io', { username: 'u', secret: 's' }));
    expect(error.message).toContain('`docker login`');
  });
});
