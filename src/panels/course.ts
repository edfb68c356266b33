import { advise } from '../engine/builds/advice.ts';
import { criticalPath } from '../engine/builds/critical.ts';
import type { Build } from '../engine/builds/model.ts';
import { buildTime, groupSteps } from '../engine/builds/stages.ts';
import type { StepGroup } from '../engine/builds/stages.ts';
import type { Course } from './timelineModel.ts';

/** More than this isn't what to fix first. */
const MOST_ADVICE = 3;

/** Milliseconds: whoever waits for less has little to gain. */
const QUICK = 3000;

/**
 * What a build's steps say together: which belong to one stage, which the end waited for, and, once it is completed, what
 * to fix first, or that it was quick.
 * @param now of this computer's clock, milliseconds since the epoch: it ends what still runs.
 */
export function courseOf(build: Build, now = Date.now()): Course {
  const groups = groupSteps(build);
  const platforms = new Set(groups.flatMap(({ platform }) => platform ?? []));
  const isDone = build.state === 'completed' && build.steps.length > 0;
  const isQuick = isDone && buildTime(build, now) < QUICK;
  const advice = isDone && !isQuick ? advise(build, now).slice(0, MOST_ADVICE) : [];
  return {
    lanes: groups.map((group) => ({
      key: group.key,
      name: nameOf(group, platforms.size > 1),
      steps: group.steps.map(({ id }) => id),
    })),
    critical: criticalPath(build, now).steps,
    advice: advice.map(({ sentence, step }) => ({ text: sentence, step })),
    ...(isQuick && { quick: true }),
  };
}

function nameOf({ kind, stage = '', platform }: StepGroup, byPlatform: boolean): string {
  if (kind === 'internal') return 'Preparation';
  if (kind === 'export') return 'Result';
  const name = /^\d+$/.test(stage) ? `Stage ${stage}` : stage;
  return byPlatform && platform !== undefined ? `${name} (${platform})` : name;
}
