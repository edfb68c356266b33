import { timed } from './report.ts';
import type { BenchRow } from './report.ts';
import { inHost, withServer } from './stage.ts';
import type { Stage, Tool } from './stage.ts';

const ROUNDS = 7;

/** Columns of VS Code's startup report, in milliseconds. */
interface Activation {
  readonly load: number;
  readonly call: number;
  readonly finish: number;
}

/** What it costs to activate the extension by opening a Dockerfile, each round in a new window and extension host. */
export async function activation(stage: Stage): Promise<BenchRow[]> {
  const work =
    "activation by opening a Dockerfile, VS Code's own figure: Load Code + Call Activate + Finish Activate";
  const ours = await launches(stage, stage.stevedore);
  if (!stage.theirs) return [timed({ work, ours, goalMs: 100 })];
  const times = await launches(stage, stage.theirs);
  return [timed({ work, ours, goalMs: 100, peer: { name: stage.theirs.name, times } })];
}

function launches(stage: Stage, tool: Tool): Promise<number[]> {
  return withServer(
    stage,
    tool,
    async (server) => {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const figures = await inHost<Activation>(stage, server, 'activation.test.ts', tool.id);
        const { load, call, finish } = figures;
        console.error(`${tool.name}: load ${load}, call ${call}, finish ${finish} ms`);
        times.push(load + call + finish);
      }
      return times;
    },
    { testDriver: true },
  );
}
