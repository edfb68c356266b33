import type { Page } from 'playwright-core';
import { container } from '../../test/editor/pages/views.ts';
import { createdToListed } from './dockerCli.ts';
import { watchForFirstRow, watchForRow } from './page.ts';
import { timed } from './report.ts';
import type { BenchRow } from './report.ts';
import { withServer, withWindow } from './stage.ts';
import type { Stage, Tool } from './stage.ts';

const ROUNDS = 15;
const PEER_ROUNDS = 11;
/** Milliseconds between rounds: nothing of one is left when the next begins. */
const PAUSE_MS = 700;

const what = (count: number): string =>
  `${count.toLocaleString('en')} containers: a container created elsewhere, from the engine's answer until its row stands in the view`;

/** From a container created elsewhere to its row in the tree, beside `count` containers. */
export async function live(stage: Stage, count: number): Promise<BenchRow[]> {
  await stage.containers.fill(count);
  const names = Array.from({ length: PEER_ROUNDS }, (_, round) => `0-peer-${count}-${round}`);
  const peer = {
    name: '`docker events`, then `docker container ls -a`, to the end of parsing, nothing drawn; VS Code closed',
    times: await createdToListed(stage.engine, stage.containers, names),
  };
  const ours = await createdToDrawn(stage, stage.stevedore, count);
  const rows = [timed({ work: what(count), ours, goalMs: 100, peer })];
  if (stage.theirs) {
    const times = await createdToDrawn(stage, stage.theirs, count);
    const { name } = stage.theirs;
    rows.push(timed({ work: what(count), ours, goalMs: 100, peer: { name, times } }));
  }
  return rows;
}

function createdToDrawn(stage: Stage, tool: Tool, count: number): Promise<number[]> {
  return withServer(stage, tool, (server) =>
    withWindow(stage, server, async (page) => {
      const { click } = await watchForFirstRow(page, 'Containers');
      await container(page, tool.icon).open();
      await click;
      await page.waitForTimeout(5000);
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        times.push(await one(stage, page, `0-new-${count}-${String(round).padStart(2, '0')}`));
        await page.waitForTimeout(PAUSE_MS);
      }
      return times;
    }),
  );
}

/** The name sorts before all others, so that its row is in sight: rows out of sight are not drawn. */
async function one(stage: Stage, page: Page, name: string): Promise<number> {
  const drawn = await watchForRow(page, name);
  const answered = await stage.containers.create(name);
  const at = await drawn.at;
  await stage.containers.remove(name);
  await page
    .locator('.sidebar .monaco-list-row', { hasText: name })
    .waitFor({ state: 'hidden', timeout: 20_000 });
  return at - answered;
}
