import fc from 'fast-check';
import { expect, it } from 'vitest';
import { squarify } from '../../../src/webviews/layers/squarify.ts';

const room = { x: 10, y: 20, width: 600, height: 400 };

it('lays boxes as in the paper', () => {
  const boxes = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
  const shown = boxes.map(({ x, y, width, height }) =>
    [x, y, width, height].map((value) => Math.round(value * 100) / 100),
  );
  expect(shown).toEqual([
    [0, 0, 3, 2],
    [0, 2, 3, 2],
    [3, 0, 1.71, 2.33],
    [4.71, 0, 1.29, 2.33],
    [3, 2.33, 1.2, 1.67],
    [4.2, 2.33, 1.2, 1.67],
    [5.4, 2.33, 0.6, 1.67],
  ]);
});

it('gives each value its share, within the room, none over another', () => {
  const values = fc
    .array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 40 })
    .map((all) => all.sort((a, b) => b - a));
  fc.assert(
    fc.property(values, (all) => {
      const boxes = squarify(all, room);
      const total = all.reduce((sum, value) => sum + value, 0);
      expect(boxes).toHaveLength(all.length);
      for (const [n, { x, y, width, height }] of boxes.entries()) {
        const area = ((all[n] ?? 0) / total) * room.width * room.height;
        expect(Math.abs(width * height - area)).toBeLessThan(1e-6 * room.width * room.height);
        expect(x).toBeGreaterThanOrEqual(room.x - 1e-6);
        expect(y).toBeGreaterThanOrEqual(room.y - 1e-6);
        expect(x + width).toBeLessThanOrEqual(room.x + room.width + 1e-6);
        expect(y + height).toBeLessThanOrEqual(room.y + room.height + 1e-6);
        for (const other of boxes.slice(n + 1)) {
          const overX = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
          const overY = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
          expect(Math.min(overX, overY)).toBeLessThan(1e-6);
        }
      }
    }),
  );
});

it('gives nothing where there is nothing, or no room', () => {
  expect(squarify([], room)).toEqual([]);
  expect(squarify([0, 0], room).every(({ width }) => width === 0)).toBe(true);
  expect(squarify([3, 2], { ...room, width: 0 }).every(({ width }) => width === 0)).toBe(true);
  expect(squarify([3, 0], room)[1]).toMatchObject({ height: 0 });
});
