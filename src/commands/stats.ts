import type { Container } from '../engine/model.ts';
import { changeLimits } from './limits.ts';
import type { Handlers } from './run.ts';
import type { Run, StatsRequest } from './services.ts';

/** Whose charts are meant: several containers stand for their project, if they have one. */
function requestOf({ targets }: Run<Container>): StatsRequest | undefined {
  const [first] = targets;
  if (!first) return undefined;
  const { id, name, project } = first;
  if (targets.length === 1) return { kind: 'container', id, name };
  return project !== undefined && targets.every((one) => one.project === project)
    ? { kind: 'project', name: project }
    : undefined;
}

const mute =
  (muted: boolean) =>
  async ({ targets, views }: Run<Container>): Promise<void> =>
    views.alerts.mute(
      targets.map(({ name }) => name),
      muted,
    );

export const statsHandlers = {
  async 'stats.show'({ openStats }) {
    await openStats();
  },
  async 'container.stats'(run) {
    await run.openStats(requestOf(run));
  },
  'container.muteAlerts': mute(true),
  'container.unmuteAlerts': mute(false),
  async 'container.updateLimits'(run) {
    const [container] = run.targets;
    if (container) await changeLimits(run, container);
  },
} satisfies Partial<Handlers>;
