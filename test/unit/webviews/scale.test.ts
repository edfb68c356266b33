import { describe, expect, test } from 'vitest';
import { pathThrough } from '../../../src/webviews/timeline/path.ts';
import { cardPlace } from '../../../src/webviews/timeline/place.ts';
import {
  axisLength,
  barOf,
  mostZoom,
  tickDistance,
  tickLabel,
  ticks,
  zoomAt,
} from '../../../src/webviews/timeline/scale.ts';

describe('the marks of an axis', () => {
  test.each([
    [500, 12_000, 2_000],
    [500, 60_000, 10_000],
    [500, 5 * 60_000, 60_000],
    [200, 58_000, 30_000],
    [500, 3 * 3_600_000, 1_800_000],
    [500, 900, 200],
    [60, 10 * 86_400_000, 14 * 86_400_000],
  ])('%i pixels for %i ms have one each %i ms', (width, length, distance) => {
    expect(tickDistance(width / length)).toBe(distance);
  });

  test('stand in what is seen only, at multiples of their distance', () => {
    expect(ticks(13_000, 31_000, 0.0084)).toEqual([
      { at: 20_000, label: '20 s' },
      { at: 30_000, label: '30 s' },
    ]);
  });

  test('are none where there is nothing to see', () => {
    expect(ticks(0, 1000, 0)).toEqual([]);
    expect(ticks(0, 1000, Number.NaN)).toEqual([]);
    expect(ticks(10, 5, 1)).toEqual([]);
  });

  test.each([
    [0, 1000, '0'],
    [250, 50, '250 ms'],
    [1500, 500, '1.5 s'],
    [1250, 50, '1.25 s'],
    [45_000, 5000, '45 s'],
    [90_000, 30_000, '1 min 30 s'],
    [120_000, 60_000, '2 min'],
    [60_500, 500, '1 min 500 ms'],
    [7_200_000, 3_600_000, '2 h'],
    [5_400_000, 1_800_000, '1 h 30 min'],
  ])('%i ms at a distance of %i are %s', (at, distance, label) => {
    expect(tickLabel(at, distance)).toBe(label);
  });

  test('have labels that differ from their neighbours', () => {
    for (let pixelsPerMs = 10; pixelsPerMs > 1e-6; pixelsPerMs /= 1.37) {
      const labels = ticks(0, 4000 / pixelsPerMs, pixelsPerMs).map(({ label }) => label);
      expect(new Set(labels).size).toBe(labels.length);
      expect(labels.length).toBeGreaterThan(1);
    }
  });
});

describe('the axis', () => {
  test('ends with a build that has ended', () => {
    expect(axisLength(57_600, false)).toBe(57_600);
    expect(axisLength(0, false)).toBe(1);
  });

  test('leaves a running build room to grow, in jumps', () => {
    expect(axisLength(0, true)).toBe(2000);
    const lengths = new Set<number>();
    for (let elapsed = 0; elapsed < 3_600_000; elapsed += 250) {
      const length = axisLength(elapsed, true);
      expect(length).toBeGreaterThanOrEqual(elapsed * 1.1);
      expect(length).toBeLessThanOrEqual(Math.max(2000, elapsed * 1.85));
      lengths.add(length);
    }
    expect(lengths.size).toBeLessThan(30);
  });
});

describe('magnifying', () => {
  test('keeps what is under the pointer where it is', () => {
    const before = { zoom: 2, left: 300 };
    const after = zoomAt(before, 1.5, 200, 60_000, 500);
    expect(after.zoom).toBe(3);
    expect((after.left + 200) / (500 * after.zoom)).toBeCloseTo((300 + 200) / 1000);
  });

  test('never shows what is beside the axis', () => {
    expect(zoomAt({ zoom: 1.2, left: 90 }, 0.5, 480, 60_000, 500)).toEqual({ zoom: 1, left: 0 });
    const right = zoomAt({ zoom: 4, left: 1500 }, 0.5, 10, 60_000, 500);
    expect(right.left).toBeLessThanOrEqual(500);
  });

  test('ends where a millisecond is ten pixels, and at a thousandfold', () => {
    expect(mostZoom(1000, 500)).toBe(20);
    expect(mostZoom(3_600_000, 500)).toBe(1000);
    expect(mostZoom(1, 500)).toBe(1);
  });
});

describe('a bar', () => {
  test('spans its step', () => {
    expect(barOf({ state: 'completed', started: 1500, ended: 4000 }, 1000)).toEqual({
      from: 500,
      to: 3000,
    });
  });

  test('grows while its step runs, although it has stopped before', () => {
    expect(barOf({ state: 'running', started: 1500, ended: 1600 }, 1000)).toEqual({ from: 500 });
  });

  test('is none for a step that has not begun', () => {
    expect(barOf({ state: 'waiting' }, 1000)).toBeUndefined();
  });

  test('is empty, never negative, where the clock went backwards', () => {
    expect(barOf({ state: 'completed', started: 1500, ended: 1200 }, 1000)).toEqual({
      from: 500,
      to: 500,
    });
    expect(barOf({ state: 'completed', started: 900, ended: 950 }, 1000)).toEqual({
      from: 0,
      to: 0,
    });
  });
});

describe('the line along the critical path', () => {
  test('goes from the end of a bar to the begin of the next', () => {
    const path = pathThrough([
      { from: 0, to: 10, y: 5 },
      { from: 12.04, to: 20, y: 29 },
      { from: 18, to: 30, y: 77 },
    ]);
    expect(path).toBe('M10 5H12V29M18 29H18V77');
  });

  test('is none through one bar, nor within a folded stage', () => {
    expect(pathThrough([{ from: 0, to: 10, y: 5 }])).toBe('');
    expect(
      pathThrough([
        { from: 0, to: 10, y: 5 },
        { from: 10, to: 20, y: 5 },
      ]),
    ).toBe('');
  });
});

describe('the card', () => {
  const window = { width: 900, height: 700 };

  test('goes below its row, where the pointer is', () => {
    expect(cardPlace({ top: 100, height: 24 }, { width: 300, height: 200 }, window, 420)).toEqual({
      left: 420,
      top: 128,
      most: 564,
    });
  });

  test('goes above a row that is low', () => {
    const { top } = cardPlace({ top: 600, height: 24 }, { width: 300, height: 200 }, window, 420);
    expect(top).toBe(396);
  });

  test('never leaves the window, whatever its size', () => {
    for (const y of [0, 200, 350, 500, 676])
      for (const height of [40, 300, 5000])
        for (const x of [-50, 0, 500, 890]) {
          const { left, top, most } = cardPlace(
            { top: y, height: 24 },
            { width: 520, height },
            window,
            x,
          );
          expect(left).toBeGreaterThanOrEqual(8);
          expect(left + 520).toBeLessThanOrEqual(892);
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top + Math.min(height, most)).toBeLessThanOrEqual(700);
        }
  });
});
