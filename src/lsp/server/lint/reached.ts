import type { Instruction, Tree } from '../parser/tree.ts';
import { isCheck } from './checkDirective.ts';
import type { Reported } from './lint.ts';
import { instructionAt } from './place.ts';

/**
 * What BuildKit does with a Dockerfile, in its order (dockerfile2llb, toDispatchState). Each begins when the one before
 * has gone through all of the file, and the first error ends everything.
 */
const PHASES = ['read', 'parse', 'survey', 'defaults', 'stages', 'links', 'run'] as const;
type Phase = (typeof PHASES)[number];

/** Where each check is made; the others are made as the instructions run. */
const CHECKS: ReadonlyMap<string, Phase> = new Map([
  ['NoEmptyContinuation', 'parse'],
  ['StageNameCasing', 'parse'],
  ['FromAsCasing', 'parse'],
  ['MaintainerDeprecated', 'parse'],
  ['InvalidDefinitionDescription', 'parse'],
  ['DuplicateStageName', 'survey'],
  ['ReservedStageName', 'survey'],
  ['ConsistentInstructionCasing', 'survey'],
  ['InvalidDefaultArgInFrom', 'survey'],
  ['UndefinedArgInFrom', 'stages'],
  ['RedundantTargetPlatform', 'stages'],
  ['FromPlatformFlagConstDisallowed', 'stages'],
]);

const phases = (phase: Phase, kinds: string): [string, Phase][] =>
  kinds.split(' ').map((kind) => [`build-error/${kind}`, phase]);

/** Where each kind of error stops the builder; the others as what they stand in is reached. */
const ERRORS: ReadonlyMap<string, Phase> = new Map([
  ...phases(
    'read',
    'invalid-check invalid-escape repeated-directive line-too-long missing-equals unterminated-heredoc json-not-strings',
  ),
  ...phases(
    'parse',
    'unknown-instruction unknown-flag duplicate-flag invalid-flag-value missing-argument extra-argument before-from blank-name heredoc-destination invalid-stage-name invalid-trigger shell-not-json no-stage invalid-network invalid-security invalid-duration invalid-healthcheck invalid-retries',
  ),
  ...phases('links', 'invalid-image unknown-stage circular-dependency'),
]);

interface Stop {
  readonly phase: number;
  /** Where the instruction begins that stops the builder. */
  readonly start: number;
  readonly error: Reported;
}

/**
 * Takes out the findings of BuildKit's checks that BuildKit doesn't come to, because it refuses the file before: what
 * stands behind an error may mean something else once the error is gone. Other findings stay.
 */
export function reached(tree: Tree, found: readonly Reported[]): Reported[] {
  let stop: Stop | undefined;
  for (const error of found) {
    if (!error.rule.startsWith('build-error/')) continue;
    const place = instructionAt(tree, error.span.start);
    const phase = PHASES.indexOf(ERRORS.get(error.rule) ?? phaseAt(place, error.rule));
    const start = place?.start ?? tree.source.length;
    const order =
      stop && (phase - stop.phase || start - stop.start || within(error, stop.error, place));
    const earlier = order === undefined || order < 0;
    if (earlier) stop = { phase, start, error };
  }
  if (!stop) return [...found];
  const end = stop;
  return found.filter((finding) => !isCheck(finding.rule) || isBefore(finding, end, tree));
}

/** Which of two errors in one instruction stops the builder: of FROM's the image, which stands behind the platform. */
function within(a: Reported, b: Reported, place: Instruction | undefined): number {
  const order = a.span.start - b.span.start;
  return place?.name === 'FROM' ? -order : order;
}

/** When the builder replaces the variables of an instruction and looks at what comes out. */
function phaseAt(place: Instruction | undefined, error: string): Phase {
  // COPY's --from is looked up with all others; that of a mount is read with its flags.
  if (error === 'build-error/variable-in-from')
    return (place?.trigger ?? place)?.name === 'RUN' ? 'parse' : 'links';
  if (place?.name === 'FROM') return 'stages';
  return place && place.stage < 0 ? 'defaults' : 'run';
}

function isBefore(finding: Reported, stop: Stop, tree: Tree): boolean {
  const { rule, span, reportedAt = span.start } = finding;
  const name = CHECKS.get(rule) ?? 'run';
  const phase = PHASES.indexOf(name);
  // Blank lines are known as soon as the whole file is read.
  if (rule === 'NoEmptyContinuation') return stop.phase > PHASES.indexOf('read');
  if (phase !== stop.phase) return phase < stop.phase;
  const place = finding.silencedAt ?? reportedAt;
  const start = instructionAt(tree, place)?.start ?? place;
  if (start !== stop.start) return start < stop.start;
  return isBeforeWithin(finding, stop, tree);
}

/** Whether a check of the very instruction that stops the builder is made before it stops. */
function isBeforeWithin({ rule, span }: Reported, { error, start }: Stop, tree: Tree): boolean {
  const place = instructionAt(tree, start);
  const phase = CHECKS.get(rule);
  if (phase === 'parse') return rule !== 'InvalidDefinitionDescription';
  if (phase === 'stages') {
    // The image comes before the platform, though it is written behind it.
    const image = place && tree.stages[place.stage]?.image?.start;
    return image === undefined || error.span.start < image || span.start >= image;
  }
  if (phase !== undefined) return true;
  // Names and values are looked at when all of them are expanded; ARG's one by one.
  const late = rule === 'LegacyKeyValueFormat' || rule === 'SecretsUsedInArgOrEnv';
  return (!late || place?.name === 'ARG') && span.start < error.span.end;
}
