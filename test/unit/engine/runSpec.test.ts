import { describe, expect, it } from 'vitest';
import {
  createBody,
  parseCommand,
  parseEnv,
  parseMount,
  parsePort,
} from '../../../src/engine/runSpec.ts';
import { splitCommand } from '../../../src/engine/words.ts';

const refused = expect.objectContaining({ name: 'EngineError', reason: 'bad-request' }) as Error;

describe('a port', () => {
  const port = (container: number, host?: number, address?: string, protocol = 'tcp') => ({
    container,
    host,
    address,
    protocol,
  });
  it.each([
    ['80', port(80)],
    ['8080:80', port(80, 8080)],
    [' 8080:80/udp ', port(80, 8080, undefined, 'udp')],
    ['8080:80/TCP', port(80, 8080)],
    ['127.0.0.1:8080:80', port(80, 8080, '127.0.0.1')],
    ['127.0.0.1::80', port(80, undefined, '127.0.0.1')],
    [':80', port(80)],
    ['[::1]:8080:80/sctp', port(80, 8080, '::1', 'sctp')],
  ])('%s is read', (text, expected) => {
    expect(parsePort(text)).toEqual(expected);
  });
  it.each([
    ['', 'not a port'],
    ['http', 'not a number from 1 to 65535'],
    ['0:80', '"0"'],
    ['80:65536', '"65536"'],
    ['80:80/icmp', 'tcp, udp or sctp'],
    ['localhost:80:80', 'not an IP address'],
    ['::1:80:80', 'not a port'],
    ['8000-8010:80', 'one by one'],
    ['1:2:3:4', 'not a port'],
    ['$(id):80', 'not a number'],
  ])('%s is refused', (text, why) => {
    expect(() => parsePort(text)).toThrow(refused);
    expect(() => parsePort(text)).toThrow(why);
  });
});

describe('a mount', () => {
  it.each([
    ['/src:/app', { type: 'bind', source: '/src', target: '/app', readOnly: false }],
    ['/src:/app:ro', { type: 'bind', source: '/src', target: '/app', readOnly: true }],
    [
      '/src:/app:ro,Z',
      { type: 'bind', source: '/src', target: '/app', readOnly: true, relabel: 'Z' },
    ],
    ['data:/data:rw', { type: 'volume', source: 'data', target: '/data', readOnly: false }],
    ['/cache', { type: 'volume', source: undefined, target: '/cache', readOnly: false }],
    ['C:\\src:/app:ro', { type: 'bind', source: 'C:\\src', target: '/app', readOnly: true }],
    ['c:/src:/app', { type: 'bind', source: 'c:/src', target: '/app', readOnly: false }],
    [
      'type=bind,source=/a b,target=/x,readonly',
      { type: 'bind', source: '/a b', target: '/x', readOnly: true },
    ],
    ['type=tmpfs,dst=/t', { type: 'tmpfs', source: undefined, target: '/t', readOnly: false }],
    ['src=v,dst=/v', { type: 'volume', source: 'v', target: '/v', readOnly: false }],
  ])('%s is read', (text, expected) => {
    expect(parseMount(text)).toEqual(expected);
  });
  it('a relative host path is made absolute by the caller', () => {
    const resolve = (path: string) => `/home${path.slice(1)}`;
    expect(parseMount('./src:/app', { resolve }).source).toBe('/home/src');
  });
  it.each([
    ['./src:/app', 'has to be absolute'],
    ['data:app', 'in the container has to be absolute'],
    ['data', 'in the container has to be absolute'],
    ['/a:/b:/c:/d', 'more than three'],
    ['/a:/b:xx', '"xx"'],
    [':/b', 'source is empty'],
    ['-x:/b', 'no name for a volume'],
    ['type=npipe,source=x,target=/y', 'bind, volume or tmpfs'],
    ['type=bind,target=/y', 'needs a path'],
    ['type=bind,source=/x,target=/y,foo=1', '"foo"'],
  ])('%s is refused', (text, why) => {
    expect(() => parseMount(text)).toThrow(refused);
    expect(() => parseMount(text)).toThrow(why);
  });
});

describe('a command', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['  ', []],
    ['sh -c "echo $HOME; ls *"', ['sh', '-c', 'echo $HOME; ls *']],
    [`a 'b  c' "d 'e'" f\\ g`, ['a', 'b  c', "d 'e'", 'f g']],
    [`"" ''`, ['', '']],
    ['a""b', ['ab']],
    ['"a\\"b\\\\c\\d"', ['a"b\\c\\d']],
    ['a | b && c', ['a', '|', 'b', '&&', 'c']],
    ['a \\\n b', ['a', 'b']],
    ["'\\'", ['\\']],
  ])('%j becomes words', (text, words) => {
    expect(splitCommand(text)).toEqual(words);
  });
  it.each([
    ['echo "a', 'double quote'],
    ["echo 'a", 'single quote'],
    ['a\\', 'backslash'],
  ])('%j is refused', (text, why) => {
    expect(() => splitCommand(text)).toThrow(refused);
    expect(() => splitCommand(text)).toThrow(why);
  });
  it('without words leaves the image its own', () => {
    expect(parseCommand(' ')).toBeUndefined();
  });
});

describe('an environment variable', () => {
  it.each(['A=b', 'A=', 'A', 'A=b=c d'])('%s is taken as it is', (text) => {
    expect(parseEnv(text)).toBe(text);
  });
  it.each(['', '=x', 'A B=c', 'A=\0'])('%j is refused', (text) => {
    expect(() => parseEnv(text)).toThrow(refused);
  });
});

describe('a run', () => {
  it('becomes the body of a create call', () => {
    const body = createBody({
      image: 'x:1',
      command: ['a', '$(b)'],
      env: ['A=b'],
      ports: [parsePort('127.0.0.1:8080:80'), parsePort('8081:80'), parsePort('53/udp')],
      mounts: [parseMount('data:/data'), parseMount('/cache')],
      network: 'net',
      autoRemove: true,
      tty: true,
      restart: 'always',
    });
    expect(body).toMatchObject({
      Image: 'x:1',
      Cmd: ['a', '$(b)'],
      Env: ['A=b'],
      Tty: true,
      ExposedPorts: { '80/tcp': {}, '53/udp': {} },
      HostConfig: {
        PortBindings: {
          '80/tcp': [
            { HostIp: '127.0.0.1', HostPort: '8080' },
            { HostIp: '', HostPort: '8081' },
          ],
          '53/udp': [{ HostIp: '', HostPort: '' }],
        },
        Mounts: [
          { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: false },
          { Type: 'volume', Target: '/cache', ReadOnly: false },
        ],
        NetworkMode: 'net',
        AutoRemove: true,
        RestartPolicy: { Name: 'always' },
      },
    });
    expect(body).not.toHaveProperty('Entrypoint');
  });

  it('has mounts labelled for SELinux as they are asked to be', () => {
    const mounts = ['/src:/app:z', '/etc/app:/conf:ro,Z', 'data:/data'].map((text) =>
      parseMount(text),
    );
    expect(createBody({ image: 'x:1', mounts })).toMatchObject({
      HostConfig: {
        Binds: ['/src:/app:z', '/etc/app:/conf:ro,Z'],
        Mounts: [{ Type: 'volume', Source: 'data', Target: '/data', ReadOnly: false }],
      },
    });
  });
});
