import type { Build, BuildStep } from '../../../../src/engine/builds/model.ts';
import { parseStepName } from '../../../../src/engine/builds/stepName.ts';
import { request } from './recorded.ts';

/** A step that ran from `from` to `to` (seconds), or waits. Its id is `id`, or its name. */
export function step(
  name: string,
  times: readonly [from: number, to: number] | undefined,
  more: Partial<BuildStep> = {},
): BuildStep {
  const [from = 0, to = 0] = times ?? [];
  return {
    id: name,
    name,
    inputs: [],
    state: times ? 'completed' : 'waiting',
    ...(times && { started: from * 1000, ended: to * 1000 }),
    duration: (to - from) * 1000,
    transfers: [],
    logBytes: 0,
    ...parseStepName(name),
    ...more,
  };
}

/** A step that runs since `since` (seconds). */
export function running(name: string, since: number, more: Partial<BuildStep> = {}): BuildStep {
  return step(name, undefined, {
    state: 'running',
    started: since * 1000,
    since: since * 1000,
    ...more,
  });
}

export function build(steps: readonly BuildStep[], more: Partial<Build> = {}): Build {
  return {
    id: 'ref',
    request,
    builder: 'buildkit',
    state: 'completed',
    started: 0,
    steps,
    warnings: [],
    ...more,
  };
}
