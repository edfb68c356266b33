import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadImage } from '../../../../src/engine/layers/manifest.ts';
import { treeRows } from '../../../../src/engine/layers/rows.ts';
import { MARKS, stackUpTo } from '../../../../src/engine/layers/stack.ts';
import { wasteOf } from '../../../../src/engine/layers/wasted.ts';
import { entries, imageWith } from './support/images.ts';

/** All rows, unfolded: mark, path and size. */
function rowsOf(image: ReadImage, last: number, changesOnly = false): string[] {
  const stack = stackUpTo(image, last);
  const unfolded = new Set(stack.present.keys());
  const wanted = { unfolded, sort: 'name', changesOnly, filter: '' } as const;
  return treeRows(image.tree, stack, wanted).nodes.map(
    (node) => `${MARKS[stack.mark[node] ?? 0]} ${image.tree.path(node)} ${stack.size[node]}`,
  );
}

describe('the tree at a layer', () => {
  it('has what was added, changed and deleted', async () => {
    const image = await imageWith([
      entries('d/', 'd/keep=1', 'd/edit=22', 'd/gone=333', 'whole/', 'whole/a=1', 'whole/b=2'),
      entries('d/', 'd/edit=4444', '-d/gone', '-whole', 'd/new=55555'),
      entries('d/last=1'),
    ]);
    expect(rowsOf(image, 0).every((row) => row.startsWith('added'))).toBe(true);
    expect(rowsOf(image, 1)).toEqual([
      'same /d 10',
      'changed /d/edit 4',
      'deleted /d/gone 3',
      'same /d/keep 1',
      'added /d/new 5',
      'deleted /whole 2',
      'deleted /whole/a 1',
      'deleted /whole/b 1',
    ]);
    expect(rowsOf(image, 2)).toEqual([
      'same /d 11',
      'same /d/edit 4',
      'same /d/keep 1',
      'added /d/last 1',
      'same /d/new 5',
    ]);
    expect(rowsOf(image, 2, true)).toEqual(['same /d 11', 'added /d/last 1']);
    expect(wasteOf(image).counts).toEqual([
      { added: 5, changed: 0, deleted: 0 },
      { added: 1, changed: 1, deleted: 3 },
      { added: 1, changed: 0, deleted: 0 },
    ]);
  });

  it('begins a directory anew where a layer says so, whatever the order', async () => {
    const base = entries('d/', 'd/old=1', 'd/kept=2');
    for (const above of [entries('!d', 'd/kept=33'), entries('d/kept=33', '!d')]) {
      const image = await imageWith([base, above]);
      expect(rowsOf(image, 1)).toEqual(['same /d 2', 'changed /d/kept 2', 'deleted /d/old 1']);
    }
  });

  it('has directories that only paths below them tell of', async () => {
    const image = await imageWith([entries('bin/deep/tool=12'), entries('-bin/deep/tool')]);
    expect(rowsOf(image, 0)).toEqual([
      'added /bin 2',
      'added /bin/deep 2',
      'added /bin/deep/tool 2',
    ]);
    expect(rowsOf(image, 1)).toEqual([
      'same /bin 0',
      'same /bin/deep 0',
      'deleted /bin/deep/tool 2',
    ]);
  });

  it('replaces a directory by a file, and a file by a directory', async () => {
    const image = await imageWith([
      entries('a/', 'a/x=1', 'b=22'),
      entries('a=333', 'b/', 'b/y=1'),
    ]);
    expect(rowsOf(image, 1)).toEqual(
      ['changed /b 1', 'added /b/y 1', 'changed /a 3', 'deleted /a/x 1'].sort(
        (x, y) => order(x) - order(y),
      ),
    );
    expect(wasteOf(image).counts[1]).toEqual({ added: 1, changed: 1, deleted: 1 });
  });

  it('takes a directory for changed when its owner or mode is another one', async () => {
    const folder = { name: 'd', type: 'directory', mode: 0o755 } as const;
    const image = await imageWith([[folder], [folder], [{ ...folder, mode: 0o700 }]]);
    expect(rowsOf(image, 1)).toEqual(['same /d 0']);
    expect(rowsOf(image, 2)).toEqual(['changed /d 0']);
  });

  it('can be filtered and sorted by size', async () => {
    const image = await imageWith([entries('a/x=1', 'b/y=22', 'b/xy=333', 'z=4444')]);
    const stack = stackUpTo(image, 0);
    const names = (filter: string, sort: 'size' | 'name') =>
      treeRows(image.tree, stack, {
        unfolded: new Set<number>(),
        sort,
        changesOnly: false,
        filter,
      }).nodes.map(image.tree.path);
    expect(names('', 'size')).toEqual(['/b', '/z', '/a']);
    expect(names('', 'name')).toEqual(['/a', '/b', '/z']);
    expect(names('X', 'size')).toEqual(['/b', '/b/xy', '/a', '/a/x']);
    expect(names('b/x', 'name')).toEqual(['/b', '/b/xy']);
  });
});

/** Places as they are expected: directories first. */
const order = (row: string) =>
  ['/b 1', '/b/y', '/a 3', '/a/x'].findIndex((part) => row.includes(part));

describe('random layers', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const entry = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(path, fc.integer({ min: 0, max: 9 }))
        .map(([at, size]) => `${at}=${'x'.repeat(size)}`),
    },
    { weight: 1, arbitrary: path.map((at) => `${at}/`) },
    { weight: 1, arbitrary: path.map((at) => `-${at}`) },
    { weight: 1, arbitrary: path.map((at) => `!${at}`) },
  );
  const layers = fc.array(fc.array(entry, { maxLength: 6 }), { minLength: 1, maxLength: 4 });

  /** Paths and sizes of files as a file system would have them, entry after entry. */
  function model(all: readonly (readonly string[])[]): Map<string, number | 'directory'> {
    const there = new Map<string, number | 'directory'>();
    const drop = (at: string, itself: boolean) => {
      for (const key of there.keys())
        if ((itself && key === at) || key.startsWith(`${at}/`)) there.delete(key);
    };
    for (const layer of all) {
      for (const one of layer) {
        if (one.startsWith('-')) drop(one.slice(1), true);
        if (one.startsWith('!')) drop(one.slice(1), false);
      }
      for (const one of layer) {
        if (/^[-!]/.test(one)) continue;
        const [at = '', text = ''] = one.split('=');
        const own = at.replace(/\/$/, '');
        const parts = own.split('/');
        for (let n = 1; n < parts.length; n++) there.set(parts.slice(0, n).join('/'), 'directory');
        if (!at.endsWith('/')) drop(own, false);
        there.set(own, at.endsWith('/') ? 'directory' : text.length);
      }
    }
    return there;
  }

  it('stand on each other as on a file system', async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (all) => {
        const image = await imageWith(all.map((layer) => entries(...layer)));
        for (const last of all.keys()) {
          const stack = stackUpTo(image, last);
          const expected = model(all.slice(0, last + 1));
          const found = new Map<string, number | 'directory'>();
          for (let node = 1; node < image.tree.size; node++)
            if (stack.present[node] === 1)
              found.set(
                image.tree.path(node).slice(1),
                stack.isDirectory(node) ? 'directory' : (stack.size[node] ?? 0),
              );
          expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
          const files = [...expected.values()].filter((size) => size !== 'directory');
          expect(stack.size[0]).toBe(files.reduce((sum, size) => sum + size, 0));
          expect(stack.files[0]).toBe(files.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('have rows in which each stands below its directory', async () => {
    await fc.assert(
      fc.asyncProperty(layers, fc.boolean(), async (all, changesOnly) => {
        const image = await imageWith(all.map((layer) => entries(...layer)));
        const stack = stackUpTo(image, all.length - 1);
        const { nodes, depths } = treeRows(image.tree, stack, {
          unfolded: new Set(stack.present.keys()),
          sort: 'size',
          changesOnly,
          filter: '',
        });
        expect(new Set(nodes).size).toBe(nodes.length);
        for (const [place, node] of nodes.entries()) {
          const depth = depths[place] ?? 0;
          expect(image.tree.path(node).split('/').length - 1).toBe(depth);
          const above = nodes.slice(0, place).findLast((_, n) => depths[n] === depth - 1);
          expect(above ?? 0).toBe(image.tree.parent(node));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('waste nothing when no path occurs twice, and never more than all of it', async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (all) => {
        const image = await imageWith(all.map((layer) => entries(...layer)));
        const { efficiency, bytes, paths } = wasteOf(image);
        expect(efficiency).toBeGreaterThanOrEqual(0);
        expect(efficiency).toBeLessThanOrEqual(1);
        expect(paths.every(({ layers }) => layers.length > 1)).toBe(true);
        if (paths.length === 0) expect(bytes).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
