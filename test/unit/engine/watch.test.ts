import { mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { watchSocket } from '../../../src/engine/transport/watch.ts';

it('sees a socket whose directories were made while it began to watch', async () => {
  const base = mkdtempSync(join(tmpdir(), 'stevedore-watch-'));
  onTestFinished(() => rmSync(base, { recursive: true }));
  const path = join(base, 'a', 'b', 'x.sock');
  const seen = vi.fn<() => void>();
  const begun: string[] = [];
  // Just before each of the first two directories is watched, what is missing in it is made.
  const late = ((directory: string, ...rest: [object, () => void]) => {
    begun.push(directory);
    if (begun.length === 1) mkdirSync(join(base, 'a'));
    if (begun.length === 2) mkdirSync(join(base, 'a', 'b'));
    return watch(directory, ...rest);
  }) as typeof watch;
  const watching = watchSocket(path, seen, late);
  onTestFinished(() => watching.dispose());
  expect(begun).toEqual([base, join(base, 'a'), join(base, 'a', 'b')]);
  seen.mockClear();
  writeFileSync(path, '');
  await vi.waitFor(() => expect(seen).toHaveBeenCalled());
});
