import { run } from '../../scripts/lib/run.ts';
import { watchForFirstRow } from './page.ts';
import { timed } from './report.ts';
import type { BenchRow } from './report.ts';
import { withServer, withWindow } from './stage.ts';
import type { Stage, Tool } from './stage.ts';

const ROUNDS = 7;

/** From the click on the icon to the first row, in windows that have done nothing else, beside `count` containers. */
export async function firstRows(stage: Stage, count: number): Promise<BenchRow[]> {
  await stage.containers.fill(count);
  const work = `${count.toLocaleString('en')} containers: first rows after the press on the icon, in a settled window; the extension is loaded meanwhile`;
  const peer = { name: '`docker ps -a --format json`, not parsed', times: await listings(stage) };
  const ours = await clicks(stage, stage.stevedore);
  const rows = [timed({ work, ours, goalMs: 500, peer })];
  if (stage.theirs) {
    const times = await clicks(stage, stage.theirs);
    rows.push(timed({ work, ours, goalMs: 500, peer: { name: stage.theirs.name, times } }));
  }
  return rows;
}

async function listings({ engine }: Stage): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await run('docker', ['--host', engine, 'ps', '-a', '--format', 'json']);
    times.push(performance.now() - start);
  }
  return times;
}

function clicks(stage: Stage, tool: Tool): Promise<number[]> {
  return withServer(stage, tool, async (server) => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(
        await withWindow(stage, server, async (page) => {
          const { click } = await watchForFirstRow(page, 'Containers');
          await page
            .locator(`.activitybar a.action-label[aria-label^="${tool.icon}"]`)
            .first()
            .click();
          const { down, row } = await click;
          return row - down;
        }),
      );
    }
    return times;
  });
}
