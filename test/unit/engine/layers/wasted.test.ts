import { expect, it } from 'vitest';
import { duplicatesOf } from '../../../../src/engine/layers/duplicates.ts';
import type { ReadImage } from '../../../../src/engine/layers/manifest.ts';
import { stackUpTo } from '../../../../src/engine/layers/stack.ts';
import { wasteOf } from '../../../../src/engine/layers/wasted.ts';
import type { WastedPath } from '../../../../src/engine/layers/wasted.ts';
import { entries, imageWith } from './support/images.ts';

const shown = ({ tree }: ReadImage, paths: readonly WastedPath[]) =>
  paths.map(({ node, bytes, layers, deleted, same }) =>
    [tree.path(node), bytes, layers.join('+'), deleted && 'deleted', same && 'same']
      .filter((part) => part !== false)
      .join(' '),
  );

it('a file that is written twice counts with both of its sizes', async () => {
  const image = await imageWith([entries('f=1234567890', 'g=12345'), entries('f=1234')]);
  const waste = wasteOf(image);
  expect(shown(image, waste.paths)).toEqual(['/f 14 0+1']);
  expect(waste.bytes).toBe(14);
  // The least of each path, 4 and 5, by all that is stored: 10, 5 and 4.
  expect(waste.efficiency).toBeCloseTo(9 / 19);
});

it('a file that is deleted counts with its size, and could weigh nothing', async () => {
  const image = await imageWith([entries('f=1234567890', 'g=12345'), entries('-f')]);
  const waste = wasteOf(image);
  expect(shown(image, waste.paths)).toEqual(['/f 10 0+1 deleted']);
  expect(waste.efficiency).toBeCloseTo(5 / 15);
});

it('one that comes back is not called deleted', async () => {
  const image = await imageWith([entries('f=1'), entries('-f'), entries('f=333')]);
  expect(shown(image, wasteOf(image).paths)).toEqual(['/f 4 0+1+2']);
});

it('a directory that is deleted as a whole is told apart, as dive does not list it', async () => {
  const image = await imageWith([
    entries('d/', 'd/a=123', 'd/b/c=4567'),
    entries('-d'),
    entries('g=1'),
  ]);
  const waste = wasteOf(image);
  expect(shown(image, waste.paths)).toEqual([]);
  expect(shown(image, waste.folders)).toEqual(['/d 7 0+1 deleted']);
  // dive counts the deletion's seven bytes in both sums.
  expect(waste.efficiency).toBe(1);
});

it('an empty directory of a layer that is deleted later counts as dive counts it', async () => {
  const image = await imageWith([entries('d/'), entries('d/a=12345'), entries('-d')]);
  const waste = wasteOf(image);
  expect(shown(image, waste.paths)).toEqual(['/d 5 0+2 deleted']);
  expect(waste.folders).toEqual([]);
  expect(waste.efficiency).toBeCloseTo(5 / 10);
});

it('a file of which only owner or mode were changed is told', async () => {
  const file = { name: 'big', text: 'x'.repeat(5000) };
  const image = await imageWith([[file], [{ ...file, uid: 1000 }], [{ ...file, mode: 0o755 }]]);
  expect(shown(image, wasteOf(image).paths)).toEqual(['/big 15000 0+1+2 same']);
});

it('an image without files wastes nothing', async () => {
  const waste = wasteOf(await imageWith([[], []]));
  expect([waste.efficiency, waste.bytes, waste.paths]).toEqual([1, 0, []]);
});

it('files of one content under several paths are duplicates, what wastes most first', async () => {
  const [a, b] = ['a'.repeat(2000), 'b'.repeat(3000)];
  const image = await imageWith([
    [
      { name: 'one', text: a },
      { name: 'two', text: a },
      { name: 'three', text: a },
      { name: 'other', text: 'c'.repeat(2000) },
      { name: 'x', text: b },
      { name: 'linked', type: 'link', linkname: 'x' },
      { name: 'small', text: 's' },
      { name: 'small2', text: 's' },
    ],
    [{ name: 'y', text: b }, ...entries('-two')],
  ]);
  const found = duplicatesOf(image, stackUpTo(image, 1));
  expect(found.map(({ size, nodes }) => [size, nodes.map(image.tree.path).sort()])).toEqual([
    [3000, ['/x', '/y']],
    [2000, ['/one', '/three']],
  ]);
});
