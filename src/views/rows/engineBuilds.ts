import type { EngineBuild } from '../../engine/builds/engineBuilds.ts';
import type { Build } from '../../engine/builds/model.ts';
import { count } from '../../util/format.ts';
import type { Row } from '../row.ts';
import { ageOf, below, buildIcons, buildName, buildTooltip, buildWords } from './builds.ts';
import { endOf } from './fit.ts';

const EXPLANATION =
  'Builds that the engine remembers and that were not made here: in a terminal, by Compose, in another window.';

/**
 * The group of builds that were made elsewhere on the engine, as one row; none where there are no such builds.
 * @param builds in the order in which they stand
 * @param isOpen whether the group stands open to begin with
 * @param now in seconds since the epoch
 * @param read the steps of a build that are not known yet; rejects with what is to be said instead
 */
export function engineBuildRows(
  builds: readonly EngineBuild[],
  isOpen: boolean,
  now: number,
  read: (build: Build) => Promise<Build>,
): Row[] {
  if (!builds.length) return [];
  const running = builds.filter(({ build }) => build.state === 'running').length;
  const words = running ? `${running} running` : count(builds.length, 'build');
  return [
    {
      key: 'engine',
      noun: 'engineBuilds',
      facts: [],
      label: 'On the Engine',
      description: words,
      icon: { id: 'server-process' },
      spoken: `Builds made elsewhere on the engine, ${words}`,
      tooltip: () => EXPLANATION,
      expanded: isOpen,
      // It opens when the first one is seen to run, and is the person's from then on.
      ...(isOpen && { turn: 'running' }),
      children: builds.map((one) => engineBuildRow(one, now, read)),
    },
  ];
}

function engineBuildRow(
  { past, build }: EngineBuild,
  now: number,
  read: (build: Build) => Promise<Build>,
): Row {
  const { id, state, steps, ended } = build;
  const label = buildName(build);
  const { cached, total } = past.steps;
  const words = [
    ...buildWords(build),
    // The builder's own steps are among them and never cached, so that a share of all would mean little.
    ...(!steps.length && cached ? [`${count(cached, 'step')} cached`] : []),
    ...(past.warnings ? [count(past.warnings, 'warning')] : []),
    ...(past.pinned ? ['kept'] : []),
    ...(ended === undefined ? [] : [ageOf(ended, now)]),
  ];
  const children = () => read(build).then(below).catch(failureRows(id));
  return {
    key: `build/${id}`,
    noun: 'build',
    facts: [state, 'elsewhere', ...(past.pinned ? ['pinned'] : [])],
    label,
    short: endOf(label),
    description: words.join('  '),
    icon: buildIcons[state],
    spoken: [`Build of ${label}`, state, ...words].join(', '),
    tooltip: () => buildTooltip(build, steps.length || total),
    target: build,
    expanded: false,
    ...(steps.length > 0 ? { children: below(build) } : state === 'running' ? {} : { children }),
  };
}

/** What stands in the place of steps that can't be read. */
const failureRows =
  (id: string) =>
  (error: unknown): Row[] => [
    {
      key: `build/${id}/failed`,
      noun: 'message',
      facts: [],
      label: error instanceof Error ? error.message : String(error),
      icon: { id: 'error', color: 'problemsErrorIcon.foreground' },
    },
  ];
