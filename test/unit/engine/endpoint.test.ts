import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findEndpoints, resolveEndpoint } from '../../../src/engine/endpoint.ts';
import type { EndpointOptions } from '../../../src/engine/endpoint.ts';
import { parseHost } from '../../../src/engine/hostUrl.ts';
import { wellKnownPlaces } from '../../../src/engine/platformPaths.ts';
import { scratch } from './support/servers.ts';

async function machine(more: Partial<EndpointOptions> = {}): Promise<EndpointOptions> {
  return { env: {}, home: await scratch(), platform: 'linux', ...more };
}

async function put(path: string, content: string | object) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
}

const idOf = (name: string) => createHash('sha256').update(name).digest('hex');

async function context(
  home: string,
  name: string,
  docker: object,
  pems: Record<string, string> = {},
) {
  const root = join(home, '.docker/contexts');
  await put(join(root, 'meta', idOf(name), 'meta.json'), {
    Name: name,
    Metadata: { Description: `about ${name}` },
    Endpoints: { docker },
  });
  for (const [file, text] of Object.entries(pems))
    await put(join(root, 'tls', idOf(name), 'docker', file), text);
}

async function socketAt(path: string) {
  await mkdir(dirname(path), { recursive: true });
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
}

describe('parseHost', () => {
  const plain = { tls: false, defaultUrl: 'unix:///var/run/docker.sock' };
  it.each([
    ['', 'unix:///var/run/docker.sock', 'localhost'],
    ['unix:///run/x.sock', 'unix:///run/x.sock', 'localhost'],
    ['unix://', 'unix:///var/run/docker.sock', 'localhost'],
    ['/run/x.sock', 'unix:///run/x.sock', 'localhost'],
    ['npipe://', 'npipe:////./pipe/docker_engine', 'localhost'],
    ['npipe:////./pipe/podman', 'npipe:////./pipe/podman', 'localhost'],
    ['npipe://\\\\.\\pipe\\podman', 'npipe:////./pipe/podman', 'localhost'],
    ['tcp://', 'tcp://localhost:2375', 'localhost'],
    ['tcp://10.0.0.3', 'tcp://10.0.0.3:2375', '10.0.0.3'],
    ['tcp://10.0.0.3:99', 'tcp://10.0.0.3:99', '10.0.0.3'],
    ['tcp://[fe80::1]:99', 'tcp://[fe80::1]:99', 'fe80::1'],
    ['tcp://0.0.0.0:2375', 'tcp://0.0.0.0:2375', 'localhost'],
    [' build.example ', 'tcp://build.example:2375', 'build.example'],
    ['build.example:4000', 'tcp://build.example:4000', 'build.example'],
    [':4000', 'tcp://localhost:4000', 'localhost'],
    ['[::1]', 'tcp://[::1]:2375', '::1'],
    [
      'ssh://me@build.example:22/run/x.sock',
      'ssh://me@build.example:22/run/x.sock',
      'build.example',
    ],
  ])('%j is %s', (text, url, host) => expect(parseHost(text, plain)).toEqual({ url, host }));

  it('uses the other port over TLS', () =>
    expect(parseHost('tcp://h', { ...plain, tls: true }).url).toBe('tcp://h:2376'));

  it.each([
    ['fd://3', /for the engine itself to listen on/],
    ['http://h:2375', /write tcp:\/\//],
    ['ftp://h', /unix:\/\/, npipe:\/\/, tcp:\/\/ and ssh:\/\//],
    ['tcp://h:99999', /not host:port/],
    ['tcp://h:2375/prefix', /path/],
    ['ssh://', /names no host/],
    ['what is this', /not host:port/],
  ])('%s is refused in words', (text, message) => {
    expect(() => parseHost(text, plain)).toThrow(
      expect.objectContaining({ reason: 'config' }) as Error,
    );
    expect(() => parseHost(text, plain)).toThrow(message);
  });

  it('never repeats a password', () => {
    expect(() => parseHost('tcp://me:s3cret@h:1', plain)).toThrow(/^(?!.*s3cret)/);
    expect(() => parseHost('http://me:s3cret@h:1', plain)).toThrow(/^(?!.*s3cret)/);
    expect(() => parseHost('http://me:p@s3cret@h:1', plain)).toThrow(/^(?!.*s3cret)/);
    // An endpoint's address is on show, so one with a password doesn't become an endpoint.
    expect(() => parseHost('ssh://me:s3cret@h', plain)).toThrow(/^(?!.*s3cret).*use a key/);
  });
});

describe('resolveEndpoint', () => {
  it('follows the order of the docker CLI', async () => {
    const on = await machine();
    const { home } = on;
    await context(home, 'chosen', { Host: 'tcp://chosen' });
    await context(home, 'named', { Host: 'tcp://named' });
    await put(join(home, '.docker/config.json'), { currentContext: 'chosen', auths: {} });
    const url = async (more: Partial<EndpointOptions>) => {
      const { url, source } = await resolveEndpoint({ ...on, ...more });
      return `${url} ${source}`;
    };
    const env = { DOCKER_HOST: 'tcp://env:1', DOCKER_CONTEXT: 'named' };
    expect(await url({ host: 'tcp://set:1', env })).toBe('tcp://set:1 setting');
    expect(await url({ context: 'chosen', env })).toBe('tcp://chosen:2375 setting, context chosen');
    expect(await url({ env })).toBe('tcp://env:1 DOCKER_HOST');
    expect(await url({ env: { DOCKER_CONTEXT: 'named' } })).toBe(
      'tcp://named:2375 DOCKER_CONTEXT, context named',
    );
    expect(await url({})).toBe('tcp://chosen:2375 context chosen');
    expect(await url({ env: { DOCKER_HOST: '', DOCKER_CONTEXT: '' } })).toBe(
      'tcp://chosen:2375 context chosen',
    );
    expect(await url({ env: { DOCKER_HOST: 'tcp://env:1' }, context: 'default' })).toBe(
      'tcp://env:1 DOCKER_HOST',
    );
    await expect(url({ host: 'tcp://a', context: 'named' })).rejects.toMatchObject({
      reason: 'config',
    });
    const elsewhere = await scratch();
    await put(join(elsewhere, 'config.json'), { currentContext: 'missing' });
    await expect(url({ env: { DOCKER_CONFIG: elsewhere } })).rejects.toThrow(
      'no docker context named "missing"',
    );
  });

  it('gives the default socket when there is nothing else', async () => {
    const { url, name } = await resolveEndpoint(
      await machine({ platform: 'win32', listPipes: async () => [] }),
    );
    expect([url, name]).toEqual(['npipe:////./pipe/docker_engine', 'default']);
  });

  it('takes the pipe that exists on Windows', async () => {
    const found = (pipes: string[]) =>
      machine({ platform: 'win32', listPipes: async () => pipes }).then(resolveEndpoint);
    expect((await found(['other', 'dockerDesktopLinuxEngine'])).url).toBe(
      'npipe:////./pipe/dockerDesktopLinuxEngine',
    );
    expect((await found(['docker_engine', 'dockerDesktopLinuxEngine'])).source).toBe(
      'default socket',
    );
    expect((await found(['podman'])).source).toBe('socket of Podman');
  });

  it('reads TLS as the CLI does', async () => {
    const certificates = await scratch();
    const env = { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates };
    const on = await machine({ env });
    await expect(resolveEndpoint(on)).rejects.toThrow('no ca.pem');
    await put(join(certificates, 'ca.pem'), 'CA');
    const verified = await resolveEndpoint(on);
    expect(verified).toMatchObject({ url: 'tcp://h:2376', tls: { skipVerify: false } });
    expect(verified.tls?.ca?.toString()).toBe('CA');
    expect(verified.tls?.cert).toBeUndefined();
    const loose = { ...on, env: { DOCKER_HOST: 'tcp://h', DOCKER_TLS: '1' } };
    expect((await resolveEndpoint(loose)).tls).toEqual({ skipVerify: true });
    const socket = { ...on, env: { ...env, DOCKER_HOST: 'unix:///x' } };
    expect((await resolveEndpoint(socket)).tls).toBeUndefined();
    const alone = { ...on, env: { DOCKER_TLS: '1' } };
    expect((await resolveEndpoint(alone)).url).toBe('tcp://localhost:2376');
  });

  it('reads the certificates of a context', async () => {
    const on = await machine({ context: 'secure' });
    await context(
      on.home,
      'secure',
      { Host: 'tcp://h:5', SkipTLSVerify: true },
      { 'ca.pem': 'A', 'cert.pem': 'B', 'key.pem': 'C' },
    );
    const { tls } = await resolveEndpoint(on);
    expect(tls?.skipVerify).toBe(true);
    expect([tls?.ca, tls?.cert, tls?.key].map(String)).toEqual(['A', 'B', 'C']);
  });

  it('says so when config.json is broken, instead of using another engine', async () => {
    const on = await machine();
    await put(join(on.home, '.docker/config.json'), '{"currentContext": ');
    await expect(resolveEndpoint(on)).rejects.toMatchObject({
      reason: 'config',
      message: expect.stringContaining(
        `${join(on.home, '.docker/config.json')} is not valid JSON`,
      ) as string,
    });
  });

  it('quotes nothing of config.json, which holds passwords', async () => {
    const on = await machine();
    await put(join(on.home, '.docker/config.json'), '{"auths":{"a":{"auth":x"c2VjcmV0"}}}');
    const error = await resolveEndpoint(on).catch((error: unknown) => error);
    expect(inspect(error, { depth: 9 })).toContain('config.json');
    expect(inspect(error, { depth: 9 })).not.toContain('c2VjcmV0');
  });

  it('reads config.json as PowerShell writes it, with a mark of the order of bytes', async () => {
    const on = await machine();
    await context(on.home, 'far', { Host: 'ssh://me@far' });
    await put(join(on.home, '.docker/config.json'), '\uFEFF{"currentContext":"far"}');
    expect((await resolveEndpoint(on)).name).toBe('far');
  });
});

describe('findEndpoints', () => {
  it('lists contexts and sockets, and says which is current', async () => {
    const runtime = await scratch();
    const on = await machine({ env: { XDG_RUNTIME_DIR: runtime } });
    await context(on.home, 'remote', { Host: 'ssh://me@far' });
    await context(on.home, 'desktop', { Host: `unix://${on.home}/.docker/run/docker.sock` });
    await put(join(on.home, '.docker/config.json'), { currentContext: 'remote' });
    await socketAt(join(runtime, 'podman/podman.sock'));
    await socketAt(join(on.home, '.docker/run/docker.sock'));
    await mkdir(join(on.home, '.rd'));
    await symlink(join(on.home, '.docker/run/docker.sock'), join(on.home, '.rd/docker.sock'));
    const found = await findEndpoints({ ...on, context: 'desktop' });
    const rows = found
      .filter(
        ({ endpoint }) =>
          !endpoint?.url.startsWith('unix:///var/') && !endpoint?.url.startsWith('unix:///run/'),
      )
      .map(({ name, kind, current, cliDefault }) => `${name} ${kind} ${current} ${cliDefault}`);
    expect(rows).toContain('desktop context true false');
    expect(rows).toContain('remote context false true');
    expect(rows).toContain('Podman (rootless) socket false false');
    // The same socket as the context's, though by another name.
    expect(rows.filter((row) => row.startsWith('Rancher'))).toEqual([]);
    expect(found.find(({ name }) => name === 'remote')?.description).toBe('about remote');
  });

  it('calls a socket that stands in for the default one a socket', async () => {
    const on = await machine({ platform: 'win32', listPipes: async () => ['podman'] });
    expect(await findEndpoints(on)).toMatchObject([
      { name: 'Podman', kind: 'socket', current: true, cliDefault: true },
    ]);
  });

  it('reports what is wrong with a context, and lists the others', async () => {
    const on = await machine({ platform: 'win32', listPipes: async () => [] });
    const meta = (id: string) => join(on.home, '.docker/contexts/meta', id, 'meta.json');
    await context(on.home, 'good', { Host: 'tcp://h' });
    await context(on.home, 'hostless', {});
    await context(on.home, 'odd', { Host: 'fd://3' });
    await put(meta(idOf('torn')), '{"Name":"to');
    await put(meta(idOf('moved')), { Name: 'renamed', Endpoints: { docker: { Host: 'tcp://h' } } });
    await put(meta('directory/meta.json'), 'x');
    await put(meta('list'), '[1, null]');
    const found = await findEndpoints(on);
    const broken = found.filter(({ error }) => error);
    expect(found.filter(({ endpoint }) => endpoint).map(({ name }) => name)).toEqual([
      'default',
      'good',
    ]);
    expect(broken.map(({ name }) => name).sort()).toEqual(
      ['hostless', 'odd', idOf('torn').slice(0, 12), 'renamed', 'directory', 'list'].sort(),
    );
    for (const { error } of broken) expect(error).toMatchObject({ reason: 'config' });
  });

  it("shows an address of the user's own, and one that cannot be used", async () => {
    const on = await machine({ platform: 'win32', listPipes: async () => [] });
    const [first] = await findEndpoints({ ...on, host: 'tcp://mine:1' });
    expect(first).toMatchObject({ name: 'tcp://mine:1', kind: 'setting', current: true });
    const [bad] = await findEndpoints({ ...on, host: 'fd://1' });
    expect(bad).toMatchObject({ kind: 'setting', current: true, error: { reason: 'config' } });
  });
});

describe('well-known places', () => {
  const names = (more: Partial<EndpointOptions>) =>
    wellKnownPlaces({ env: {}, home: '/home/me', platform: 'linux', ...more }).map(
      ({ url }) => url,
    );

  it('are those of each platform', () => {
    expect(names({ uid: 1000 })).toEqual(
      expect.arrayContaining([
        'unix:///run/user/1000/docker.sock',
        'unix:///run/user/1000/podman/podman.sock',
        'unix:///run/podman/podman.sock',
        'unix:///home/me/.docker/desktop/docker.sock',
        'unix:///home/me/.colima/default/docker.sock',
      ]),
    );
    expect(names({ env: { COLIMA_HOME: '/c' } })).toContain('unix:///c/default/docker.sock');
    const mac = names({
      platform: 'darwin',
      home: '/Users/me',
      uid: 501,
      env: { TMPDIR: '/tmp/' },
    });
    expect(mac).toContain('unix:///Users/me/.docker/run/docker.sock');
    expect(mac).toContain('unix:///Users/me/.orbstack/run/docker.sock');
    expect(mac.filter((url) => url.includes('/run/user') || url.includes('/run/podman'))).toEqual(
      [],
    );
    expect(names({ platform: 'win32' })).toEqual([
      'npipe:////./pipe/dockerDesktopLinuxEngine',
      'npipe:////./pipe/podman-machine-default',
      'npipe:////./pipe/podman',
    ]);
  });
});
