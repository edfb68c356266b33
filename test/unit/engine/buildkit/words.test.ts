import { describe, expect, it } from 'vitest';
import { annotationAttrs } from '../../../../src/engine/buildkit/annotations.ts';
import { frontendRequest } from '../../../../src/engine/buildkit/attrs.ts';
import { newRef, sharedKey } from '../../../../src/engine/buildkit/ids.ts';
import type { BuildOptions } from '../../../../src/engine/buildkit/request.ts';
import { withSourceDate } from '../../../../src/engine/buildkit/sourceDate.ts';

const plain: BuildOptions = { context: '/src/app', dockerfile: '/src/app/Dockerfile', tags: [] };

describe('what is asked of the frontend', () => {
  it('is as little as possible for a plain build', () => {
    expect(frontendRequest(plain)).toEqual({
      attrs: { filename: 'Dockerfile', 'image-resolve-mode': 'local' },
      dirs: { context: '/src/app', dockerfile: '/src/app' },
      entitlements: [],
    });
  });

  it('has the time of the environment where none is given', () => {
    const env = { SOURCE_DATE_EPOCH: '1700000000' };
    const time = (options: Partial<BuildOptions>, from: Record<string, string>) =>
      frontendRequest(withSourceDate({ ...plain, ...options }, from)).attrs[
        'build-arg:SOURCE_DATE_EPOCH'
      ];
    expect(time({}, env)).toBe('1700000000');
    expect(time({ buildArgs: { A: '1' } }, env)).toBe('1700000000');
    expect(time({ buildArgs: { SOURCE_DATE_EPOCH: '5' } }, env)).toBe('5');
    expect(time({ buildArgs: { SOURCE_DATE_EPOCH: '' } }, env)).toBe('');
    expect(time({}, { SOURCE_DATE_EPOCH: '' })).toBeUndefined();
    expect(time({}, {})).toBeUndefined();
  });

  it('has what is allowed, once each', () => {
    const allow = ['security.insecure', 'network.host', 'device=vendor.com/gpu=all'];
    expect(frontendRequest({ ...plain, allow, network: 'host' }).entitlements).toEqual(allow);
  });

  it('is worded as buildx words it', () => {
    const { attrs, dirs, entitlements } = frontendRequest({
      ...plain,
      dockerfile: '/src/docker/web.Dockerfile',
      target: 'test',
      platforms: ['linux/amd64', 'linux/arm64'],
      buildArgs: { A: '1', B: '' },
      labels: { 'a.b': 'c=d' },
      noCache: true,
      pull: true,
      attestations: [{ type: 'provenance', attrs: { mode: 'max', x: 'a,b' } }],
      network: 'host',
      shmSize: 1024,
      ulimits: ['nofile=1:2', 'core=0:0'],
      cgroupParent: 'a/b',
      addHosts: ['db:10.0.0.1', 'gw=host-gateway', 'six:[::1]', 'six2:fe80::1'],
      contexts: {
        lib: '/src/lib',
        'docker.io/library/alpine': 'docker-image://alpine:3.20',
        repo: 'https://example.com/x.git',
        win: 'C:\\src\\lib',
      },
    });
    expect(attrs).toEqual({
      filename: 'web.Dockerfile',
      target: 'test',
      platform: 'linux/amd64,linux/arm64',
      'build-arg:A': '1',
      'build-arg:B': '',
      'label:a.b': 'c=d',
      'no-cache': '',
      'attest:provenance': 'type=provenance,mode=max,"x=a,b"',
      'image-resolve-mode': 'pull',
      'force-network-mode': 'host',
      'add-hosts': 'db=10.0.0.1,gw=host-gateway,six=::1,six2=fe80::1',
      'shm-size': '1024',
      ulimit: 'nofile=1:2,core=0:0',
      'cgroup-parent': 'a/b',
      'context:lib': 'local:lib',
      'context:alpine': 'docker-image://alpine:3.20',
      'context:repo': 'https://example.com/x.git',
      'context:win': 'local:win',
      'frontend.caps': 'moby.buildkit.frontend.contexts+forward',
    });
    expect(dirs).toEqual({
      context: '/src/app',
      dockerfile: '/src/docker',
      lib: '/src/lib',
      win: 'C:\\src\\lib',
    });
    expect(entitlements).toEqual(['network.host']);
  });

  it('asks for the engine’s own images where it could do otherwise', () => {
    expect(frontendRequest(plain, '1.41').attrs).not.toHaveProperty('image-resolve-mode');
    expect(frontendRequest(plain, '1.42').attrs['image-resolve-mode']).toBe('local');
    const pulled = frontendRequest({ ...plain, pull: true }, '1.41');
    expect(pulled.attrs['image-resolve-mode']).toBe('pull');
  });

  it('builds all anew where that is asked for of stages, too', () => {
    const noCacheFilter = ['a', 'b'];
    expect(frontendRequest({ ...plain, noCacheFilter }).attrs['no-cache']).toBe('a,b');
    expect(frontendRequest({ ...plain, noCacheFilter, noCache: true }).attrs['no-cache']).toBe('');
  });

  it('has the engine fetch a context that is an address, with the Dockerfile in it or one of here', () => {
    const context = 'https://example.com/x.git#main:app';
    const inside = frontendRequest({ ...plain, context, dockerfile: 'build/Dockerfile' });
    expect(inside.attrs).toMatchObject({ context, filename: 'build/Dockerfile' });
    expect(inside.attrs).not.toHaveProperty('dockerfilekey');
    expect(inside.dirs).toEqual({});
    const here = frontendRequest({ ...plain, context, dockerfile: '/src/docker/Dockerfile' });
    expect(here.attrs).toMatchObject({
      context,
      filename: 'Dockerfile',
      dockerfilekey: 'dockerfile',
    });
    expect(here.dirs).toEqual({ dockerfile: '/src/docker' });
  });

  it('takes a Windows path apart', () => {
    const { attrs, dirs } = frontendRequest({
      ...plain,
      context: 'C:\\app',
      dockerfile: 'C:\\app\\build\\Dockerfile',
    });
    expect(attrs['filename']).toBe('Dockerfile');
    expect(dirs['dockerfile']).toBe('C:\\app\\build');
  });

  it.each([
    [{ addHosts: ['nonsense'] }, /host:address/],
    [{ contexts: { lib: 'lib' } }, /neither a folder nor an address/],
    [{ context: 'docker-image://alpine' }, /is to be a folder of this machine/],
    [{ contexts: { base: 'target:x' } }, /neither a folder nor an address/],
  ])('is refused where it cannot be understood: %j', (options, words) => {
    expect(() => frontendRequest({ ...plain, ...options })).toThrow(words);
  });
});

describe('annotations', () => {
  it('are worded for the exporter as buildx words them', () => {
    const texts = ['a.b=c:d=e', 'index,manifest[linux/amd64]:x=y', 'manifest-descriptor:k:l='];
    expect(annotationAttrs(texts)).toEqual({
      'annotation.a.b': 'c:d=e',
      'annotation-index.x': 'y',
      'annotation-manifest[linux/amd64].x': 'y',
      'annotation-manifest-descriptor.k:l': '',
    });
    expect(() => annotationAttrs(['a'])).toThrow('“a” is not of the form name=value.');
    for (const wrong of ['image:a=b', 'index[linux/amd64]:a=b', 'index,:a=b'])
      expect(() => annotationAttrs([wrong])).toThrow(/not of index, index-descriptor, manifest/);
  });
});

describe('names of builds', () => {
  it('look like BuildKit’s own, and differ', () => {
    const refs = new Set(Array.from({ length: 200 }, newRef));
    expect(refs.size).toBe(200);
    for (const ref of refs) expect(ref).toMatch(/^[0-9a-z]{25}$/);
  });

  it('tell nothing of the folder but whether it is the same', () => {
    expect(sharedKey('/a')).toBe(sharedKey('/a'));
    expect(sharedKey('/a')).not.toBe(sharedKey('/b'));
    expect(sharedKey('/secret')).not.toContain('secret');
  });
});
