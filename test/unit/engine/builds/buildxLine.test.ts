import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { BuildOptions } from '../../../../src/engine/buildkit/request.ts';
import {
  buildxArguments,
  buildxLine,
  quotePosix,
  quotePowerShell,
} from '../../../../src/engine/builds/buildxLine.ts';

const plain: BuildOptions = { context: '/ws', dockerfile: '/ws/Dockerfile', tags: ['app:dev'] };
const full: BuildOptions = {
  context: '/ws/my app',
  dockerfile: "/ws/it's/Dockerfile",
  dockerfileText: 'FROM unsaved',
  tags: ['a:1', 'localhost:5000/b:2'],
  target: 'prod',
  buildArgs: { VERSION: '1 "2"', EMPTY: '', CASH: '$HOME `id`' },
  labels: { 'a.b': 'c' },
  annotations: ['index:a=b'],
  attestations: [{ type: 'sbom', attrs: { generator: 'a,b' } }],
  platforms: ['linux/amd64', 'linux/arm64'],
  noCache: true,
  pull: true,
  network: 'host',
  allow: ['network.host', 'security.insecure'],
  addHosts: ['db:10.0.0.1'],
  noCacheFilter: ['lint', 'test'],
  shmSize: 64 * 1024 ** 2,
  ulimits: ['nofile=1024:2048'],
  cgroupParent: 'builds',
  contexts: { src: '/other', base: 'docker-image://alpine' },
  secrets: [
    { id: 'npm', file: '/home/me/a,b' },
    { id: 'token', env: 'TOKEN' },
  ],
  ssh: { default: [], git: ['/run/a', '/run/b'] },
  cacheFrom: [{ type: 'registry', attrs: { ref: 'r/c' } }],
  cacheTo: [{ type: 'inline', attrs: {} }],
  outputs: [{ type: 'local', dest: '/out "x"' }],
  push: true,
  iidFile: '/out/id',
  metadataFile: '/out/about.json',
};

describe('the line for buildx', () => {
  it('is short for a plain build', () => {
    expect(buildxLine(plain, 'posix')).toBe(
      'docker buildx build --file /ws/Dockerfile --tag app:dev /ws',
    );
    expect(
      buildxLine({ ...plain, network: 'default', outputs: [{ type: 'image' }] }, 'posix'),
    ).toBe(buildxLine(plain, 'posix'));
  });

  it('says which platforms in the same words', () => {
    expect(buildxArguments({ ...plain, platforms: ['local'] })).toContain('local');
  });

  it('asks for an image where that is to have annotations, which buildx forgets else', () => {
    const line = ['--annotation', 'a=b', '--output', 'type=image', '/ws'];
    expect(buildxArguments({ ...plain, annotations: ['a=b'] }).slice(-5)).toEqual(line);
  });

  it('has what outputs are told', () => {
    const outputs = [{ type: 'image', attrs: { compression: 'zstd' } }] as const;
    expect(buildxArguments({ ...plain, outputs }).slice(-3, -1)).toEqual([
      '--output',
      'type=image,compression=zstd',
    ]);
  });

  it('has all outputs, the image too where that is one of several', () => {
    const outputs = [{ type: 'image' }, { type: 'local', dest: '/out' }] as const;
    expect(buildxArguments({ ...plain, outputs }).slice(-5)).toEqual([
      '--output',
      'type=image',
      '--output',
      'type=local,dest=/out',
      '/ws',
    ]);
  });

  it('says that nothing but the cache is wanted', () => {
    expect(buildxArguments({ ...plain, outputs: [{ type: 'cacheonly' }] }).slice(-3)).toEqual([
      '--output',
      'type=cacheonly',
      '/ws',
    ]);
  });

  it('says all that the build was asked for with', () => {
    expect(buildxArguments(full)).toEqual(
      [
        ['--file', "/ws/it's/Dockerfile", '--tag', 'a:1', '--tag', 'localhost:5000/b:2'],
        ['--target', 'prod', '--build-arg', 'VERSION=1 "2"', '--build-arg', 'EMPTY='],
        ['--build-arg', 'CASH=$HOME `id`', '--label', 'a.b=c'],
        ['--annotation', 'index:a=b', '--attest', 'type=sbom,"generator=a,b"'],
        ['--platform', 'linux/amd64,linux/arm64', '--no-cache'],
        ['--no-cache-filter', 'lint', '--no-cache-filter', 'test', '--pull', '--network', 'host'],
        ['--allow', 'network.host', '--allow', 'security.insecure'],
        ['--add-host', 'db:10.0.0.1', '--shm-size', '64m', '--ulimit', 'nofile=1024:2048'],
        ['--cgroup-parent', 'builds', '--build-context', 'src=/other'],
        ['--build-context', 'base=docker-image://alpine'],
        ['--secret', 'id=npm,"src=/home/me/a,b"', '--secret', 'id=token,env=TOKEN'],
        ['--ssh', 'default', '--ssh', 'git=/run/a,/run/b'],
        ['--cache-from', 'type=registry,ref=r/c', '--cache-to', 'type=inline'],
        ['--output', 'type=local,"dest=/out ""x"""', '--push'],
        ['--iidfile', '/out/id', '--metadata-file', '/out/about.json', '/ws/my app'],
      ].flat(),
    );
  });

  it('reaches a program through a shell as it is', () => {
    const line = buildxLine(full, 'posix').replace(
      'docker buildx build',
      String.raw`printf '%s\0'`,
    );
    const words = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(words).toEqual(buildxArguments(full));
  });

  it('keeps a context that looks like an option from being one', () => {
    expect(buildxArguments({ ...plain, context: '-rf' }).slice(-2)).toEqual(['--', '-rf']);
    expect(buildxArguments({ ...plain, context: '-' }).slice(-2)).toEqual(['app:dev', '-']);
  });

  it.each([
    ['plain', 'plain', 'plain'],
    ['', "''", "''"],
    ["it's", String.raw`'it'\''s'`, "'it''s'"],
    ['a\u2019b', "'a\u2019b'", "'a\u2019\u2019b'"],
    ['$HOME `x` "y"', '\'$HOME `x` "y"\'', '\'$HOME `x` "y"\''],
    ['a\nb', "'a\nb'", "'a\nb'"],
    ['--no-cache', '--no-cache', '--no-cache'],
    ['linux/amd64,linux/arm64', 'linux/amd64,linux/arm64', "'linux/amd64,linux/arm64'"],
    ['a;b', "'a;b'", "'a;b'"],
    ['@x', '@x', "'@x'"],
    ['C:\\a b', "'C:\\a b'", "'C:\\a b'"],
    ['~/x', "'~/x'", "'~/x'"],
    ['*', "'*'", "'*'"],
  ])('quotes %j', (word, posix, powershell) => {
    expect(quotePosix(word)).toBe(posix);
    expect(quotePowerShell(word)).toBe(powershell);
  });
});
