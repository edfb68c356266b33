import { describe, expect, it } from 'vitest';
import type { FileChange } from '../../../src/engine/containerFiles/changes.ts';
import type { Entry } from '../../../src/engine/containerFiles/listing.ts';
import type { ContainerFiles, FilesChanged } from '../../../src/engine/containerFiles/service.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { createEmitter } from '../../../src/util/emitter.ts';
import { createFileRows } from '../../../src/views/files/rows.ts';
import type { Row } from '../../../src/views/row.ts';
import { fileRow, sorted } from '../../../src/views/rows/files.ts';

const owner = {
  source: { kind: 'container', id: 'c1' },
  name: 'web',
  key: 'container/c1',
} as const;
const entry = (name: string, more: Partial<Entry> = {}): Entry => ({
  name,
  type: 'file',
  size: 5,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 0,
  link: undefined,
  leadsTo: undefined,
  ...more,
});
const none = () => Promise.resolve([]);

describe('rows of files', () => {
  it('are sorted folders first, links to folders among them, then by name', () => {
    const names = sorted([
      entry('b10'),
      entry('b9'),
      entry('z', { type: 'directory' }),
      entry('a', { type: 'symlink', link: 'z', leadsTo: 'directory' }),
    ]).map(({ name }) => name);
    expect(names).toEqual(['a', 'z', 'b9', 'b10']);
  });

  it('show links and where they lead, and open only what can be opened', () => {
    const row = (more: Partial<Entry>) => fileRow(owner, '/etc', entry('n', more), none);
    expect(row({})).toMatchObject({
      key: 'container/c1/files/etc/n',
      click: 'file.open',
      facts: ['file', 'writable'],
    });
    expect(row({ type: 'symlink', link: '../x', leadsTo: 'file' }).description).toBe('→ ../x');
    expect(row({ type: 'symlink', link: '/x' })).toMatchObject({
      description: '→ /x  leads nowhere',
    });
    expect(row({ type: 'symlink', link: '/x' }).click).toBeUndefined();
    expect(row({ type: 'other' }).click).toBeUndefined();
    expect(row({ type: 'directory' }).children).toBeDefined();
    const image = { ...owner, source: { kind: 'image', id: 'i' } } as const;
    expect(fileRow(image, '/', entry('n'), none).facts).toEqual(['file']);
  });

  it('make text of hostile names', async () => {
    const row = fileRow(
      owner,
      '/',
      entry('a\n[x](command:y)\u202e', { link: '`|', type: 'symlink' }),
      none,
    );
    expect(row.label).toBe('a [x](command:y)\\u202e');
    expect(await row.tooltip?.()).not.toMatch(/\]\(command/);
  });
});

describe('the tree of files', () => {
  function made(entries: readonly Entry[] | Error, changes: readonly FileChange[] = []) {
    const changed = createEmitter<FilesChanged>();
    const asked: string[] = [];
    const files = {
      list: (at: { path: string }) => {
        asked.push(at.path);
        return entries instanceof Error ? Promise.reject(entries) : Promise.resolve(entries);
      },
      changes: () => Promise.resolve(changes),
      onDidChange: changed.event,
    } as unknown as ContainerFiles;
    const reports: unknown[] = [];
    const rows = createFileRows(files, (error) => reports.push(error));
    const told: string[] = [];
    rows.onDidChange((keys) => told.push(...keys));
    return { rows, changed, asked, told, reports };
  }
  const childrenOf = async (row: Row | undefined) =>
    typeof row?.children === 'function' ? row.children() : [];

  it('shows a thousand of many, and more when asked', async () => {
    const many = Array.from({ length: 50_000 }, (_, i) => entry(`file-${i}`));
    const { rows, told } = made(many);
    const [top] = await rows.below(owner, 'image')();
    const first = await childrenOf(top);
    expect([first.length, first.at(-1)?.noun]).toEqual([1001, 'more']);
    expect(first.at(-1)?.description).toBe('49,000 of 50,000');
    const more = first.at(-1)?.target as (() => Promise<void>) | undefined;
    await more?.();
    expect(told).toEqual(['container/c1/files/']);
    expect((await childrenOf(top)).length).toBe(2001);
  });

  it('says why a directory cannot be read', async () => {
    const { rows, reports } = made(new EngineError('not-found', 'There is no “/x”.'));
    const [top] = await rows.below(owner)();
    expect((await childrenOf(top)).map(({ label, noun }) => [noun, label])).toEqual([
      ['message', 'There is no “/x”.'],
    ]);
    expect(reports.length).toBe(1);
  });

  it('reads a directory again when something in it was changed', async () => {
    const { rows, changed, told } = made([entry('a')]);
    const [top] = await rows.below(owner)();
    await childrenOf(top);
    changed.fire({ at: { source: owner.source, path: '/a' }, what: 'changed' });
    changed.fire({ at: { source: owner.source, path: '/other/a' }, what: 'changed' });
    changed.fire({ at: { source: { kind: 'container', id: 'c2' }, path: '/a' }, what: 'changed' });
    expect(told).toEqual(['container/c1/files/']);
  });

  it('tells what differs from the image, for containers alone', async () => {
    const { rows } = made(
      [],
      [
        { path: '/etc/hosts', what: 'modified' },
        { path: '/x', what: 'deleted' },
      ],
    );
    const [, changes] = await rows.below(owner, 'sha256:1')();
    expect(
      (await childrenOf(changes)).map(({ label, description }) => [label, description]),
    ).toEqual([
      ['hosts', 'M  /etc'],
      ['x', 'D  /'],
    ]);
    expect((await rows.below(owner)()).length).toBe(1);
  });
});
