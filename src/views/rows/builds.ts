import type { Build, BuildFailure, BuildStep, StepState } from '../../engine/builds/model.ts';
import { isSameFile } from '../../engine/builds/sameFile.ts';
import { groupSteps, isDone, transferred, UNANSWERED } from '../../engine/builds/stages.ts';
import type { StepGroup } from '../../engine/builds/stages.ts';
import { whyFailed, withoutCommand } from '../../engine/builds/whyFailed.ts';
import type { Noun } from '../../manifest/facts.ts';
import { cell, code, count, formatAge, formatBytes, md, oneLine } from '../../util/format.ts';
import { brief } from '../../util/brief.ts';
import { formatDuration } from '../../util/duration.ts';
import { countSteps, isOwnStep } from '../../util/ownStep.ts';
import type { Icon, Row } from '../row.ts';
import { besides, endOf } from './fit.ts';

/** What a step's row stands for. */
export interface StepTarget {
  readonly build: Build;
  readonly step: BuildStep;
}

export const buildIcons: Record<Build['state'], Icon> = {
  running: { id: 'loading~spin' },
  completed: { id: 'pass', color: 'charts.green' },
  failed: { id: 'error', color: 'problemsErrorIcon.foreground' },
  cancelled: { id: 'circle-slash', color: 'disabledForeground' },
};

const stepIcons: Record<StepState, Icon> = {
  waiting: { id: 'circle-outline', color: 'disabledForeground' },
  running: { id: 'loading~spin' },
  cached: { id: 'pass', color: 'disabledForeground' },
  completed: { id: 'pass', color: 'charts.green' },
  failed: { id: 'error', color: 'problemsErrorIcon.foreground' },
  cancelled: { id: 'circle-slash', color: 'disabledForeground' },
};

/** What a build is called: its first tag, else its Dockerfile's folder; with the stage it stops at. */
export function buildName({ request: { tags, dockerfile, target } }: Build): string {
  const folder = dockerfile.split(/[/\\]/).at(-2);
  const name = tags[0] ?? (folder || dockerfile);
  return oneLine(target === undefined || target === '' ? name : `${name} (${target})`);
}

/**
 * The rows of the Builds view: builds, below them their stages, and in these the steps. A stage that is the only one
 * is left out.
 * @param builds in the order in which they stand
 * @param now in seconds since the epoch
 */
export const buildRows = (builds: readonly Build[], now: number): Row[] =>
  builds.map((build, index) => buildRow(build, isPast(build, builds.slice(0, index)), now));

/**
 * Whether another build has begun since one has ended, so that it need not stand open any more; one that failed does so
 * until its own file is built again.
 * @param later those that began after it
 */
function isPast(build: Build, later: readonly Build[]): boolean {
  const { state, ended, skew = 0 } = build;
  if (ended === undefined) return false;
  return later.some(
    (one) =>
      // By this computer's clock, for one that has just begun knows no other.
      one.started + (one.skew ?? 0) >= ended + skew &&
      (state !== 'failed' || isSameFile(one, build)),
  );
}

function buildRow(build: Build, past: boolean, now: number): Row {
  const { id, state, steps, warnings } = build;
  const label = buildName(build);
  const words = [
    ...buildWords(build),
    ...(warnings.length > 0 ? [count(warnings.length, 'warning')] : []),
    ...(build.ended ? [ageOf(build.ended, now)] : []),
  ];
  return {
    key: `build/${id}`,
    noun: 'build',
    facts: [state],
    label,
    short: endOf(label),
    description: words.join('  '),
    icon: buildIcons[state],
    spoken: [`Build of ${label}`, state, ...words].join(', '),
    tooltip: () => buildTooltip(build),
    target: build,
    expanded: !past && (state === 'running' || state === 'failed'),
    ...(past && { turn: 'past' }),
    ...(steps.length > 0 ? { children: below(build) } : {}),
  };
}

/** @param ended milliseconds since the epoch; @param now seconds since then */
export const ageOf = (ended: number, now: number) => `${formatAge(ended / 1000, now)} ago`;

/** What came of a build, in a few words. */
export function buildWords({ state, steps, started, ended, failure, unanswered }: Build): string[] {
  const own = steps.filter(isOwnStep);
  const cached = own.filter((step) => step.state === 'cached').length;
  if (unanswered) return [UNANSWERED];
  if (state === 'running')
    return own.length > 0 ? [`${own.filter(isDone).length}/${own.length} steps`] : [];
  return [
    ...(ended === undefined ? [] : [formatDuration(ended - started)]),
    ...(state === 'completed' && own.length > 0 ? [`${cached}/${own.length} cached`] : []),
    ...(failure ? [failureWords(failure)] : []),
    ...(state === 'cancelled' ? ['cancelled'] : []),
  ];
}

/** The engine words an exit code by repeating the command, which stands there already. */
const failureWords = ({ message, exitCode }: BuildFailure) =>
  exitCode === undefined ? oneLine(message) : `exit code ${exitCode}`;

/**
 * The steps of a stage stand below it, where there are several stages; so do those that go before, which are the builder's
 * own and of little interest. What comes after stands beside them.
 */
export function below(build: Build): Row[] {
  const groups = groupSteps(build);
  const several = groups.filter(({ kind }) => kind === 'stage').length > 1;
  return groups.flatMap((group): Row[] =>
    several && group.kind !== 'export'
      ? [stageRow(build, group)]
      : group.steps.map((step) => stepRow(build, step)),
  );
}

function stageRow(build: Build, { key, kind, stage = '', platform, steps }: StepGroup): Row {
  const state = stateOf(steps, build.state === 'running');
  const isStage = kind === 'stage';
  const isNumbered = /^\d+$/.test(stage);
  const name = isNumbered ? `Stage ${stage}` : oneLine(stage);
  const label = isStage ? name : 'Preparation';
  const time = steps.reduce((sum, { duration }) => sum + duration, 0);
  const words = [
    ...(state === 'cached' ? ['cached'] : []),
    ...(time >= 0.5 && state !== 'cached' ? [formatDuration(time)] : []),
    countSteps(steps),
    ...(platform === undefined ? [] : [oneLine(platform)]),
  ];
  return {
    key: `build/${build.id}/${key}`,
    noun: 'buildStage',
    facts: [],
    label,
    description: words.join('  '),
    icon: stepIcons[state],
    spoken: [isStage && !isNumbered ? `Stage ${label}` : label, said(build, state), ...words].join(
      ', ',
    ),
    expanded: (build.state === 'running' && isStage) || state === 'failed',
    // What leads to the step that failed opens for it, however it stood before.
    ...(state === 'failed' && !isStage && { turn: 'failed' }),
    children: steps.map((step) => stepRow(build, step)),
  };
}

/** A step's state in words: what still waits when the build has ended never ran. */
const said = (build: Build, state: StepState) =>
  state === 'waiting' && build.state !== 'running' ? 'not run' : state;

/** @param runs whether the build does: what still waits when it has ended never ran */
function stateOf(steps: readonly BuildStep[], runs: boolean): StepState {
  const has = (state: StepState) => steps.some((step) => step.state === state);
  const all = (state: StepState) => steps.every((step) => step.state === state);
  if (has('failed')) return 'failed';
  if (has('running')) return 'running';
  if (has('cancelled')) return 'cancelled';
  if (all('waiting')) return 'waiting';
  if (all('cached')) return 'cached';
  if (!has('waiting')) return 'completed';
  return runs ? 'running' : 'waiting';
}

/** The row of the step that made a build fail, where one did. */
export function failedStepRow(build: Build): Row | undefined {
  const step = build.steps.find(({ id }) => id === build.failure?.step);
  return step && stepRow(build, step);
}

/** Whether there is something to look at in a shell: of a command that failed, not of another instruction. */
export const keepsFailedStep = ({ failure, builder }: Build): boolean =>
  failure?.exitCode !== undefined && builder !== 'classic';

/** The row of a step of a build. */
export function stepRow(build: Build, step: BuildStep): Row {
  const { id, state, logBytes, lines } = step;
  // What the engine adds to the names of Docker Hub's own images leaves no room for what came of the step.
  const plain = step.instruction
    .replace(/^\[internal\] /, '')
    .replace(/^(FROM |load metadata for )docker\.io\/(?:library\/)?/, '$1');
  const label = oneLine(plain) || oneLine(step.name);
  const words = stepWords(step, build.failure);
  return {
    key: `build/${build.id}/step/${id}`,
    noun: 'buildStep' satisfies Noun,
    facts: [
      ...(build.elsewhere ? ['elsewhere'] : []),
      ...(lines ? ['lines'] : []),
      // That it has written something is not worth drawing its row anew while it runs.
      ...(logBytes > 0 || state === 'running' ? ['log'] : []),
      ...(state === 'failed' ? ['failed'] : []),
    ],
    label,
    short: besides(brief(label), words),
    description: words.join('  '),
    icon: stepIcons[state],
    spoken: [label, said(build, state), ...words.filter((word) => word !== state)].join(', '),
    tooltip: () => stepTooltip(build, step),
    target: { build, step } satisfies StepTarget,
    click: 'build.stepLog',
  };
}

function stepWords(
  { id, state, duration, transfers, platform, error }: BuildStep,
  failure: BuildFailure | undefined,
): string[] {
  const done = transferred(transfers);
  const total = transfers.reduce((sum, { total }) => sum + total, 0);
  const bytes =
    state === 'running' && total > done
      ? `${formatBytes(done)} / ${formatBytes(total)}`
      : formatBytes(done);
  return [
    // Before all else, for the first word is what a narrow side bar has room for.
    ...(error === undefined || state !== 'failed'
      ? []
      : [failure?.step === id ? failureWords(failure) : oneLine(withoutCommand(error))]),
    ...(state === 'cached' ? ['cached'] : []),
    ...(state === 'cancelled' ? ['cancelled'] : []),
    ...(duration >= 0.5 && state !== 'cached' && state !== 'running'
      ? [formatDuration(duration)]
      : []),
    ...(done > 0 ? [bytes] : []),
    ...(platform === undefined ? [] : [oneLine(platform)]),
  ];
}

/** @param count of the steps, where these are not known themselves */
export function buildTooltip(build: Build, count = build.steps.length): string {
  const { request, builder, image, started } = build;
  const why = whyFailed(build);
  const row = (name: string, value: string | undefined) =>
    value ? [`| ${name} | ${value} |`] : [];
  return [
    ...(why === undefined ? [] : [`**${md(why)}**`, '']),
    '| | |',
    '|---|---|',
    ...row('Dockerfile', cell(request.dockerfile)),
    ...row('Context', cell(request.context)),
    ...row('Target', cell(request.target ?? '')),
    ...row('Tags', request.tags.map(cell).join(', ')),
    ...row('Arguments', request.buildArgs.map(cell).join(', ')),
    ...row('Platforms', request.platforms.map(cell).join(', ')),
    ...row('Begun', md(new Date(started).toLocaleString())),
    ...row('Steps', String(count)),
    // As docker shows it: the whole of it is wider than a tooltip.
    ...row('Image', cell(image?.slice(0, 'sha256:'.length + 12) ?? '')),
    ...row('Builder', builder === 'classic' ? 'classic, without BuildKit' : ''),
  ].join('\n');
}

function stepTooltip(build: Build, step: BuildStep): string {
  const { name, lines, error, state, duration, transfers } = step;
  const told = said(build, state);
  const time = duration > 0 && state !== 'cached' ? ` ${md(formatDuration(duration))}` : '';
  return [
    code(name),
    `${told.charAt(0).toUpperCase()}${told.slice(1)}${time}`,
    ...(lines ? [`Line ${lines[0]}${lines[1] > lines[0] ? ` to ${lines[1]}` : ''}`] : []),
    ...(error === undefined ? [] : [`**${md(withoutCommand(error))}**`]),
    ...transfers
      .slice(0, 10)
      .map(({ id, current, total }) =>
        [
          code(id),
          md(formatBytes(current)),
          ...(total > 0 ? [`of ${md(formatBytes(total))}`] : []),
        ].join(' '),
      ),
  ].join('\n\n');
}
