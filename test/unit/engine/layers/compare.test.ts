import { expect, it } from 'vitest';
import { comparePaths } from '../../../../src/engine/layers/compareImages.ts';
import type { PathDifference } from '../../../../src/engine/layers/compareImages.ts';
import { stackUpTo } from '../../../../src/engine/layers/stack.ts';
import type { Entry } from './support/archives.ts';
import { entries, imageWith } from './support/images.ts';

async function compared(a: readonly Entry[], b: readonly Entry[]): Promise<PathDifference[]> {
  const [before, after] = await Promise.all([imageWith([a]), imageWith([b])]);
  return comparePaths(
    { image: before, stack: stackUpTo(before, 0) },
    { image: after, stack: stackUpTo(after, 0) },
  );
}

it('what differs is found, a directory of one of them as one', async () => {
  const found = await compared(
    [
      ...entries('same=1', 'edit=1', 'gone/', 'gone/a=12', 'gone/b/c=3', 'd/in=1'),
      { name: 'm', text: 'x', mode: 0o600 },
    ],
    [
      ...entries('same=1', 'edit=2', 'new=4444', 'd/in=1', 'd/more=1'),
      { name: 'm', text: 'x', mode: 0o644, uid: 5 },
    ],
  );
  expect(
    found.map(({ path, what, before, after, files, differs }) => [
      path,
      what,
      before,
      after,
      files,
      differs.join(),
    ]),
  ).toEqual([
    ['/d/more', 'added', 0, 1, 1, ''],
    ['/edit', 'changed', 1, 1, 1, 'content'],
    ['/gone', 'removed', 3, 0, 2, ''],
    ['/m', 'changed', 1, 1, 1, 'mode,owner'],
    ['/new', 'added', 0, 4, 1, ''],
  ]);
});

it('a file in the place of a directory, and links that lead elsewhere', async () => {
  const link = { name: 'l', type: 'symlink' } as const;
  const found = await compared(
    [...entries('x/', 'x/a=1', 'y/z=1'), { ...link, linkname: 'a' }],
    [...entries('x=1', 'y=1'), { ...link, linkname: 'b' }],
  );
  expect(found.map(({ path, what, differs }) => [path, what, differs.join()])).toEqual([
    ['/l', 'changed', 'link'],
    ['/x', 'changed', 'type'],
    ['/y', 'changed', 'type'],
  ]);
});

it('an image differs from itself in nothing, though its directories are told of in another way', async () => {
  expect(await compared(entries('a/', 'a/b=1'), entries('a/b=1'))).toEqual([]);
});
