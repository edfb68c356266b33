import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { cacheRecord, pruneRequest } from '../../../../src/engine/buildkit/cache.ts';
import { groupRecords, total, wishedFor } from '../../../../src/engine/buildkit/cacheModel.ts';
import type { CacheRecord } from '../../../../src/engine/buildkit/cacheModel.ts';
import { UsageRecordSchema } from '../../../../src/engine/buildkit/proto/control_pb.ts';
import { cacheRows } from '../../../../src/views/rows/buildCache.ts';

const record = (id: string, more: Partial<CacheRecord> = {}): CacheRecord => ({
  id,
  kind: 'step',
  description: `mount / from exec ${id}`,
  size: 100,
  created: 1000,
  lastUsed: 2000,
  uses: 1,
  inUse: false,
  shared: false,
  parents: [],
  ...more,
});
const ids = (records: readonly CacheRecord[]) => records.map(({ id }) => id);

describe('a record of the build cache', () => {
  it('is read from the wire', () => {
    const wire = create(UsageRecordSchema, {
      id: 'x',
      size: -1n,
      recordType: 'exec.cachemount',
      parent: 'older',
      usageCount: 3,
      createdAt: { seconds: 5n, nanos: 0 },
    });
    expect(cacheRecord(wire)).toEqual({
      id: 'x',
      kind: 'mount',
      description: '',
      size: 0,
      created: 5000,
      uses: 3,
      inUse: false,
      shared: false,
      parents: ['older'],
    });
    expect(cacheRecord(create(UsageRecordSchema, { recordType: 'toString' })).kind).toBe('other');
  });
});

describe('a wish', () => {
  const old = record('old', { lastUsed: 1000 });
  const young = record('young', { lastUsed: 9000 });
  const busy = record('busy', { lastUsed: 0, inUse: true });
  const shared = record('shared', { lastUsed: 0, shared: true });
  const all = [young, old, busy, shared];

  it('is worded for the builder', () => {
    expect(pruneRequest({ olderThan: 1500 })).toEqual({ keepDuration: 1_500_000_000n });
    expect(pruneRequest({ keepBytes: 12.4 })).toEqual({ keepBytes: 12n });
    expect(pruneRequest({ ids: ['a1', 'b,c'] })).toEqual({
      all: true,
      filter: ['id==a1', 'id=="b,c"'],
    });
    expect(pruneRequest({ all: true })).toEqual({ all: true });
  });

  it('is about what is not in use', () => {
    expect(ids(wishedFor(all, { olderThan: 5000 }, 10_000))).toEqual(['old']);
    expect(ids(wishedFor(all, { all: true }, 0))).toEqual(['young', 'old', 'shared']);
    expect(ids(wishedFor(all, { ids: ['busy', 'young'] }, 0))).toEqual(['young']);
  });

  it('by age is not about what the builder keeps for others', () => {
    const { lastUsed: _, ...neverUsed } = record('never used', { created: 9000 });
    const used = (id: string, lastUsed: number, more: Partial<CacheRecord> = {}) =>
      record(id, { lastUsed, ...more });
    const records = [
      used('base', 1000),
      used('lower', 1000, { parents: ['base'] }),
      used('upper', 9000, { parents: ['lower'] }),
      used('alone', 1000, { parents: ['base'] }),
      used('frontend', 1000, { kind: 'frontend' }),
      used('internal', 1000, { kind: 'internal' }),
      neverUsed,
    ];
    const going = (olderThan: number) => ids(wishedFor(records, { olderThan }, 10_000));
    expect(going(5000)).toEqual(['alone', 'never used']);
    expect(going(500)).toEqual(['base', 'lower', 'upper', 'alone', 'never used']);
    expect(ids(wishedFor(records, { ids: ['lower', 'alone'] }, 0))).toEqual(['alone']);
    expect(ids(wishedFor(records, { keepBytes: 0 }, 0))).not.toContain('frontend');
  });

  it('for a size takes what was used longest ago until less is left', () => {
    expect(total(all)).toBe(300);
    expect(ids(wishedFor(all, { keepBytes: 201 }, 0))).toEqual(['old']);
    expect(ids(wishedFor(all, { keepBytes: 200 }, 0))).toEqual(['old', 'young']);
    expect(ids(wishedFor(all, { keepBytes: 301 }, 0))).toEqual([]);
    expect(ids(wishedFor(all, { keepBytes: 0 }, 0))).toEqual(['old', 'young']);
  });

  it('for a size counts as much how often something was used, and takes none that others are made of', () => {
    const records = [
      record('base', { lastUsed: 1000, uses: 1 }),
      record('often', { lastUsed: 1000, uses: 9, parents: ['base'] }),
      record('once', { lastUsed: 2000, uses: 1, parents: ['base'] }),
      record('later', { lastUsed: 3000, uses: 2 }),
      record('busy', { inUse: true, parents: ['under'] }),
      record('under', { lastUsed: 500, uses: 0 }),
    ];
    const going = (keepBytes: number) => ids(wishedFor(records, { keepBytes }, 0));
    expect(going(501)).toEqual(['once']);
    expect(going(1)).toEqual(['once', 'often', 'base', 'later']);
  });
});

describe('the rows', () => {
  const records = [
    record('a', { size: 10, kind: 'context' }),
    record('b', { size: 2000, inUse: true }),
    record('c', { size: 5000, shared: true, description: 'evil\u202e\n[x](y)' }),
  ];
  it('are grouped, the group that takes most first', () => {
    expect(groupRecords(records).map(({ kind }) => kind)).toEqual(['step', 'context']);
    const [steps, contexts] = cacheRows(records, 10);
    expect(steps).toMatchObject({
      label: 'Steps',
      noun: 'cacheGroup',
      description: '2 kB  2 records',
    });
    expect(contexts?.label).toBe('Build Contexts');
  });
  it.each([
    ['[pages 2/5] COPY . .', 'COPY . .'],
    ['[2/5] COPY . .', 'COPY . .'],
    ['[ 2/15] COPY . .', 'COPY . .'],
    ['[pages  2/15] COPY . .', 'COPY . .'],
    ['mount / from exec /bin/sh -c make all', 'RUN make all'],
    ['mount / from exec /bin/busybox --install', 'RUN /bin/busybox --install'],
    ['mount /root/.cache from exec /bin/sh -c make', '/root/.cache of RUN make'],
    ['cached mount /c from exec /bin/sh -c make with id "//c"', '/c of RUN make'],
    ['local source for dockerfile', 'Dockerfile'],
    ['local source for other', 'other'],
    ['pulled from docker.io/library/alpine', 'alpine'],
    ['pulled from docker.io/team/app:1@sha256:abc', 'team/app:1'],
    ['from local docker.io/library/alpine:3', 'alpine:3'],
    ['from local ', 'Layer of a local image'],
  ])('call %s what the Dockerfile does', (description, label) => {
    const [group] = cacheRows([record('a', { description })], 10);
    const [row] = Array.isArray(group?.children) ? group.children : [];
    expect(row?.label).toBe(label);
  });
  it('call a layer without a name by what was made upon it', () => {
    const wire = (id: string, description: string, parents: string[]) =>
      cacheRecord(create(UsageRecordSchema, { id, recordType: 'regular', description, parents }));
    const [images] = cacheRows(
      [
        wire('lower', 'from local ', []),
        wire('upper', 'from local ', ['lower']),
        wire('made', '[2/2] WORKDIR /srv', ['upper']),
      ],
      10,
    );
    expect(images?.label).toBe('Base Images');
    const rows = Array.isArray(images?.children) ? (images.children as { label: string }[]) : [];
    expect(rows.map(({ label }) => label)).toEqual([
      'Layer of a local image',
      'Below WORKDIR /srv',
    ]);
  });
  it('leave room for the size, and say the whole to those who ask or listen', () => {
    const description = 'mount / from exec /bin/sh -c apt-get update && apt-get install --yes curl';
    const [group] = cacheRows([record('a', { description, size: 1_500_000 })], 10);
    const [row] = Array.isArray(group?.children) ? group.children : [];
    expect(row?.short).toBe('RUN apt-get update …');
    expect(row?.label).toMatch(/curl$/);
    expect(row?.description).toMatch(/^1\.5 MB/);
    expect(row?.spoken).toContain('install --yes curl');
    expect(row?.tooltip?.()).toContain('curl');
  });
  it('say what holds of a record, and show hostile text as text', () => {
    const [steps] = cacheRows(records, 10);
    const children = Array.isArray(steps?.children) ? steps.children : [];
    expect(children.map(({ facts }: { facts: unknown }) => facts)).toEqual([['inUse'], ['shared']]);
    expect(children[1]?.label).not.toMatch(/[\u202e\n]/);
    expect(children[1]?.tooltip?.()).not.toContain('](y)');
  });
});
