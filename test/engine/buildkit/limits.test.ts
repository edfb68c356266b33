import { mkdirSync, writeFileSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Sent } from '../../../src/engine/buildkit/files/fileSync.ts';
import { createWalker } from '../../../src/engine/buildkit/files/walker.ts';
import { generation, podman, suiteClient, unique } from '../support/engine.ts';
import { folder, startBuild } from './support.ts';

const client = await suiteClient();

describe.skipIf(podman)('a context of unusual size', () => {
  it('is sent without being held: a sparse file of 5 GB', async () => {
    const dir = await folder();
    const size = 5 * 1024 ** 3;
    const file = await open(join(dir, 'sparse'), 'w');
    await file.truncate(size);
    await file.close();
    const controller = new AbortController();
    const before = process.memoryUsage().rss;
    let most = 0;
    const { done, told } = startBuild(client, dir, 'FROM scratch\nCOPY . /\n', {
      signal: controller.signal,
      surroundings: {
        onSent: ({ bytes }) => {
          most = Math.max(most, process.memoryUsage().rss - before);
          if (bytes > 700 * 1024 ** 2) controller.abort();
        },
      },
    });
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(most).toBeLessThan(200 * 1024 ** 2);
    expect(told.problems).toEqual([]);
  }, 120_000);

  // What lists and sends them is ours: the older engine would only take another minute for it.
  it.skipIf(generation === 'old')(
    'is listed and sent beside all else, told of meanwhile, and given up at once: 200,000 files',
    async () => {
      const dir = await folder();
      for (let part = 0; part < 200; part++) {
        mkdirSync(join(dir, `part-${part}`));
        for (let index = 0; index < 1000; index++)
          writeFileSync(join(dir, `part-${part}`, `file-${index}`), `${part} ${index}`);
      }
      await writeFile(join(dir, '.dockerignore'), unique('x'));
      const walker = createWalker({
        thread: new URL('../../../src/engine/buildkit/files/walkerThread.ts', import.meta.url),
        execArgv: ['--import', 'tsx'],
      });
      onTestFinished(() => walker.close());
      const controller = new AbortController();
      const told: Sent[] = [];
      const lag = monitorEventLoopDelay({ resolution: 5 });
      const before = process.memoryUsage().rss;
      let most = 0;
      const { done } = startBuild(client, dir, 'FROM scratch\nCOPY . /\n', {
        signal: controller.signal,
        surroundings: {
          walker,
          onSent: (sent) => {
            most = Math.max(most, process.memoryUsage.rss() - before);
            if (sent.files > (told.at(-1)?.files ?? -1) + 500 || sent.files === 0) told.push(sent);
          },
        },
      });
      done.catch(() => {});
      lag.enable();
      const far = ({ files, listed }: Sent) => files > 20_000 && listed > 100_000;
      while (!told.some(far)) await sleep(20);
      const start = performance.now();
      controller.abort();
      await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
      const settled = performance.now() - start;
      lag.disable();
      // A second alone; the limits here are for a busy machine, on which the rest of the list would take many times as long.
      expect(settled).toBeLessThan(20_000);
      // Nothing stops for as long as a person notices; a list made in one go would take seconds.
      expect(lag.max / 1e6).toBeLessThan(3000);
      expect(most).toBeLessThan(200 * 1024 ** 2);
      expect(told.length).toBeGreaterThan(20);
    },
    300_000,
  );
});
