import type { Dockerfile } from '../model/dockerfile.ts';
import { PAIRED, piecesOf } from '../model/pieces.ts';
import { flagText } from '../parser/flags.ts';
import { readString } from '../parser/json.ts';
import { trimmed } from '../parser/space.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';
import { instructionAt, touches, wordEscape } from '../parser/tree.ts';
import { pairsOf } from '../parser/words.ts';
import { readCsv } from '../parser/csv.ts';
import { isWord } from '../rules/errors/invalidStageName.ts';
import { inPairs } from '../rules/errors/missingEquals.ts';
import { isCheck } from './checkDirective.ts';
import type { Reported } from './lint.ts';

/**
 * What BuildKit does with a Dockerfile, in its order (dockerfile2llb, toDispatchState). Each begins when the one before
 * has gone through all of the file, and the first error ends everything.
 */
const PHASES = ['read', 'parse', 'survey', 'defaults', 'stages', 'links', 'run', 'solve'] as const;
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
    'unknown-instruction unknown-flag duplicate-flag invalid-flag-value missing-argument extra-argument before-from blank-name heredoc-destination invalid-stage-name invalid-trigger shell-not-json invalid-network invalid-security invalid-duration invalid-healthcheck invalid-retries',
  ),
  ...phases('survey', 'no-stage'),
  ...phases('links', 'invalid-image unknown-stage circular-dependency'),
  ...phases('solve', 'empty-command'),
]);

/** Errors that are found when every variable of the instruction has been replaced. */
const BEHIND_VARIABLES = new Set(
  'empty-volume invalid-chmod invalid-checksum invalid-git-source remote-copy-source invalid-signal later-stage missing-mount-target unsupported-device'
    .split(' ')
    .map((kind) => `build-error/${kind}`),
);
const STAGE_NAME = 'build-error/invalid-stage-name';
const OF_VARIABLES = new Set(['build-error/invalid-substitution', 'build-error/unclosed-quote']);

interface Stop {
  readonly phase: number;
  /** Where the instruction begins that stops the builder: for a trigger of ONBUILD, the FROM that runs it. */
  readonly start: number;
  /** The instruction that the error stands in. */
  readonly place: Instruction | undefined;
  readonly error: Reported;
}

/**
 * Takes out the findings of BuildKit's checks that BuildKit doesn't come to, because it refuses the file before: what
 * stands behind an error may mean something else once the error is gone. Other findings stay.
 */
export function reached(file: Dockerfile, found: readonly Reported[]): Reported[] {
  const { tree } = file;
  let stop: Stop | undefined;
  for (const error of found) {
    if (!error.rule.startsWith('build-error/')) continue;
    const outer = instructionAt(tree, error.span.start);
    const trigger = outer?.trigger;
    const place = trigger && error.span.start >= trigger.start ? trigger : outer;
    const name = phaseOf(error, place, tree);
    const phase = PHASES.indexOf(name);
    const start =
      (name === 'run' && place?.parent && file.once(triggerStarts).get(place)) ||
      (outer?.start ?? tree.source.length);
    const order =
      stop && (phase - stop.phase || start - stop.start || within(error, stop.error, place));
    const earlier = order === undefined || order < 0;
    if (earlier) stop = { phase, start, place, error };
  }
  if (!stop) return [...found];
  const end = stop;
  return found.filter((finding) => !isCheck(finding.rule) || isBefore(finding, end, tree));
}

/**
 * Which of two errors in one instruction stops the builder: all variables are replaced before what comes out is looked
 * at, and of FROM's words the image comes before the platform, behind which it stands, and the stage's name last.
 */
function within(a: Reported, b: Reported, place: Instruction | undefined): number {
  const order =
    Number(BEHIND_VARIABLES.has(a.rule)) - Number(BEHIND_VARIABLES.has(b.rule)) ||
    a.span.start - b.span.start;
  const named = Number(a.rule === STAGE_NAME) - Number(b.rule === STAGE_NAME);
  if (named !== 0) return named;
  return place?.name === 'FROM' ? -order : order;
}

/** Where the FROM begins that is the first to run each trigger. */
function triggerStarts(file: Dockerfile): Map<Instruction, number> {
  const starts = new Map<Instruction, number>();
  for (const stage of file.tree.stages)
    for (const { instruction, place } of file.scopes().steps(stage))
      if (instruction.parent && !starts.has(instruction)) starts.set(instruction, place.start);
  return starts;
}

function phaseOf(error: Reported, place: Instruction | undefined, tree: Tree): Phase {
  // The image of a directive reads the file itself.
  if (error.rule === 'build-error/invalid-image' && !place) return 'read';
  const name = error.rule === STAGE_NAME && place && tree.stages[place.stage]?.name;
  if (name && isWord(name.text)) return 'stages';
  // Only the second reading of a trigger finds it, that of the stage which runs it.
  if (
    error.rule === 'build-error/missing-equals' &&
    place &&
    inPairs(place, tree.escape).length === 0
  )
    return 'links';
  const phase = ERRORS.get(error.rule) ?? (isRead(error, place, tree) ? 'parse' : undefined);
  // What ONBUILD triggers is taken as text at first, and parsed when a stage is to run it.
  if (phase === 'parse' && place?.parent && error.rule !== 'build-error/invalid-trigger')
    return 'links';
  return phase ?? phaseAt(place, error.rule);
}

/** Whether the builder refuses a value as it stands, before it replaces variables in it. */
function isRead({ rule, span }: Reported, place: Instruction | undefined, tree: Tree): boolean {
  if (rule === 'build-error/empty-volume') {
    const text = tree.source.slice(span.start, span.end);
    return trimmed(place?.json ? readString(text) : text) === '';
  }
  if (rule === 'build-error/unclosed-quote')
    // RUN takes all that is left for its flag, and reads the quotes in it as a stage runs it.
    return (
      place?.name !== 'RUN' &&
      (place?.flags.some((flag) => flag.open && touches(flag, span.start)) ?? false)
    );
  return (
    rule === 'build-error/invalid-mount-value' &&
    place !== undefined &&
    place.flags.some(
      (flag) =>
        flag.name === 'mount' &&
        touches(flag, span.start) &&
        flag.value !== undefined &&
        readCsv(flagText(flag.value.text, wordEscape(place, tree.escape))) === undefined,
    )
  );
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
function isBeforeWithin(
  { rule, span }: Reported,
  { error, start, place }: Stop,
  tree: Tree,
): boolean {
  const phase = CHECKS.get(rule);
  if (phase === 'parse') return rule !== 'InvalidDefinitionDescription';
  if (phase === 'stages') {
    if (error.rule === STAGE_NAME) return true;
    // The image comes before the platform, though it is written behind it.
    const from = instructionAt(tree, start);
    const image = from && tree.stages[from.stage]?.image?.start;
    return image === undefined || error.span.start < image || span.start >= image;
  }
  if (phase !== undefined) return true;
  // A FROM runs several triggers, one after the other.
  if (place?.parent && instructionAt(tree, span.start) !== place.parent)
    return span.start < error.span.start;
  return isBeforeAmongWords(rule, span, { error, place }, tree);
}

function isBeforeAmongWords(
  rule: string,
  span: Span,
  { error, place }: Pick<Stop, 'error' | 'place'>,
  tree: Tree,
): boolean {
  // These know themselves at which port the builder stops.
  if (rule.startsWith('Expose')) return true;
  // Names, values and files are looked at when all of them are expanded; ARG's one by one.
  const late = rule === 'LegacyKeyValueFormat' || rule === 'SecretsUsedInArgOrEnv';
  if (late && place?.name !== 'ARG') return false;
  if (rule === 'CopyIgnoredFile' && OF_VARIABLES.has(error.rule)) return false;
  if (rule === 'UndefinedVar') {
    if (BEHIND_VARIABLES.has(error.rule)) return true;
    const mount = place?.flags.find(
      (flag) => flag.name === 'mount' && touches(flag, error.span.start),
    );
    if (mount && !OF_VARIABLES.has(error.rule)) {
      // The fields are looked at one by one, each when its value is expanded, and then all together.
      const whole = error.rule === 'build-error/invalid-mount';
      const comma = whole ? -1 : tree.source.indexOf(',', error.span.start);
      return span.start < (comma < 0 ? mount.end : Math.min(comma, mount.end));
    }
    // The names that are read before the word can't be read on are reported.
    if (place && OF_VARIABLES.has(error.rule)) return span.start < endOfPiece(place, error, tree);
  }
  return span.start < error.span.end;
}

/** Where the text ends in which the builder can't replace a variable. */
function endOfPiece(place: Instruction, { span }: Reported, tree: Tree): number {
  const pairs = PAIRED.has(place.name) ? pairsOf(place, tree.escape) : [];
  const piece = piecesOf(place, tree, pairs).find((one) => touches(one.span, span.start));
  return piece?.span.end ?? span.end;
}
