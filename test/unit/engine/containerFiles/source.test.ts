import { describe, expect, it } from 'vitest';
import { withoutParents } from '../../../../src/engine/containerFiles/changes.ts';
import { fromAuthority, toAuthority } from '../../../../src/engine/containerFiles/source.ts';
import type { FileSource } from '../../../../src/engine/containerFiles/source.ts';

const endpoint = (url: string) => ({ name: 'e', url, source: 'test', host: 'localhost' }) as const;

describe('addresses of files', () => {
  const sources: FileSource[] = [
    { kind: 'container', id: 'ab'.repeat(32) },
    { kind: 'image', id: `sha256:${'0f'.repeat(32)}` },
    { kind: 'volume', id: 'My_data.v2-x' },
    { kind: 'volume', id: 'my_data.v2-x' },
  ];

  it('say whose files they are, in letters that no editor changes', () => {
    const made = sources.map((source) => toAuthority(source, endpoint('unix:///a')));
    expect(made.map((authority) => fromAuthority(authority)?.source)).toEqual(sources);
    expect(made.map((authority) => authority.toLowerCase())).toEqual(made);
    expect(new Set(made).size).toBe(sources.length);
  });

  it('of one object on two engines differ', () => {
    const [source] = sources;
    if (!source) throw new Error('no source');
    expect(toAuthority(source, endpoint('unix:///a'))).not.toBe(
      toAuthority(source, endpoint('tcp://b')),
    );
  });

  it('that are none of ours stand for nothing', () => {
    for (const authority of [
      '',
      'container',
      'container.x',
      'container.x.zz',
      'network.a.00000000',
    ])
      expect(fromAuthority(authority)).toBeUndefined();
  });
});

describe('what differs from an image', () => {
  it('leaves out directories that hold what differs, and nothing else', () => {
    expect(
      withoutParents([
        { path: '/etc', what: 'modified' },
        { path: '/etc/hosts', what: 'modified' },
        { path: '/var', what: 'modified' },
        { path: '/new', what: 'added' },
        { path: '/new/file', what: 'added' },
        { path: '/etc-other', what: 'modified' },
      ]).map(({ path }) => path),
    ).toEqual(['/etc-other', '/etc/hosts', '/new', '/new/file', '/var']);
  });
});
