import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { milliseconds } from '../../../src/engine/buildkit/updates.ts';
import { Control } from '../../../src/engine/buildkit/control.ts';
import { openBuilder } from '../../../src/engine/buildkit/session.ts';
import { connect } from '../../../src/engine/client.ts';
import { container } from '../../../test/editor/pages/views.ts';
import { workbench } from '../../../test/editor/pages/workbench.ts';
import { watchRows } from '../page.ts';
import { timed } from '../report.ts';
import type { BenchRow } from '../report.ts';
import { withServer, withWindow } from '../stage.ts';
import type { Stage } from '../stage.ts';

const STEPS = 8;
const step = (index: number) => `RUN sleep 0.6 && echo marker-${index}-`;

/** From the end of a step, by the engine's clock (this machine's), until its row in the Builds view says so. */
export async function stepToRow(stage: Stage): Promise<BenchRow[]> {
  const completed = new Map<number, number>();
  const drawn = await withServer(stage, stage.stevedore, (server) => {
    const folder = join(server.workspace, 'steps');
    mkdirSync(folder, { recursive: true });
    const lines = Array.from({ length: STEPS }, (_, index) => `${step(index)}${Date.now()}`);
    writeFileSync(join(folder, 'Dockerfile'), ['FROM busybox:latest', ...lines, ''].join('\n'));
    return withWindow(stage, server, async (page) => {
      const followed = followEngine(stage.engine, completed);
      const seen = await open(stage, page);
      const editor = workbench(page);
      await editor.open('steps/Dockerfile');
      await editor.run('Stevedore Images: Build Image…');
      await editor.question(/^Build steps/);
      await editor.pick('Build');
      await followed;
      await page.waitForTimeout(1500);
      return seen();
    });
  });
  const ours = [...completed].flatMap(([index, at]) => {
    const row = drawn.get(`marker-${index}-`);
    return row === undefined ? [] : [row - at];
  });
  if (ours.length < STEPS)
    throw new Error(
      `of ${STEPS} steps, the engine told ${[...completed.keys()].join()}, the rows ${[...drawn.keys()].join()}`,
    );
  const work = 'a step ends on the engine, until its row in the Builds view says so';
  return [timed({ work, ours, goalMs: 100 })];
}

/** Opens the Builds view, and notes when a row of a step says that it is done. */
async function open(stage: Stage, page: Page): Promise<() => Promise<Map<string, number>>> {
  const stevedore = container(page, stage.stevedore.icon);
  await stevedore.open();
  for (const name of ['Containers', 'Images', 'Registries'])
    await (await stevedore.view(name)).fold();
  await stevedore.view('Builds');
  return watchRows(page, String.raw`marker-\d+-`, 'completed');
}

/** Watches the one build that begins on the engine; resolves when all of its steps have ended. */
async function followEngine(host: string, completed: Map<number, number>): Promise<void> {
  const client = await connect({ name: 'bench', url: host, source: 'bench', host: 'localhost' });
  const builder = await openBuilder(client);
  try {
    for await (const { type, record } of builder.stream(Control.ListenBuildHistory, {
      activeOnly: true,
    })) {
      if (type !== 0 || !record) continue;
      for await (const { vertexes } of builder.stream(Control.Status, { ref: record.ref }))
        for (const { name, completed: time } of vertexes) {
          const index = /marker-(\d+)-/.exec(name)?.[1];
          const at = milliseconds(time);
          if (index !== undefined && at !== undefined) completed.set(Number(index), at);
        }
      if (completed.size >= STEPS) return;
    }
  } finally {
    builder.close();
    client.close();
  }
}
