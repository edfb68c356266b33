import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { imageNames } from '../../../../src/engine/builds/pastNames.ts';
import { past } from '../../views/samples.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test.each([
  [1000, ['web:1']],
  [2000, []],
])('the name that an engine tells after %d ms', async (wait, expected) => {
  async function* status() {
    yield { transfers: [] };
    vi.advanceTimersByTime(wait);
    yield { transfers: [] };
    yield {
      transfers: [{ step: 'x', id: 'naming to docker.io/library/web:1', current: 0, total: 0 }],
    };
  }
  const names: string[] = [];
  await imageNames(status, [past()], (_, name) => names.push(name));
  expect(names).toEqual(expected);
});
