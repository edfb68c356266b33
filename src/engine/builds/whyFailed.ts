import { exitMeaning } from '../details/why.ts';
import { brief } from '../../util/brief.ts';
import type { Build, BuildFailure, BuildStep } from './model.ts';
import { shorten } from './stages.ts';

/** How builders say that a command ended with an exit code: around the whole of it, which may be a script of a hundred lines. */
const EXIT_CODE =
  /^(?:process "[^]*" did not complete successfully: exit code|executor failed running \[[^]*\]: exit code|The command '[^]*' returned a non-zero code): (\d+)\.?$/;

/** How much of an instruction is repeated in a sentence. */
const INSTRUCTION = 80;

/** Why a build failed, in one sentence; undefined for one that didn't. */
export function whyFailed({
  failure,
  steps,
}: Pick<Build, 'failure' | 'steps'>): string | undefined {
  if (!failure) return undefined;
  const { message, lines } = failure;
  const step = steps.find(({ id }) => id === failure.step);
  const reason = step && reasonOf(failure, step);
  if (!reason) return message;
  const line = (lines ?? step.lines)?.[0];
  const place = line === undefined ? '' : ` in line ${line}`;
  return `${shorten(brief(step.instruction), INSTRUCTION)}${place}${reason.told}`;
}

/** The same, to be said at the instruction itself. */
export function whyFailedHere(failure: BuildFailure, step: BuildStep | undefined): string {
  const told = { instruction: '', ...step };
  return reasonOf(failure, told)?.here ?? failure.message;
}

/** Why a step failed, to be told after its instruction and at it; undefined where the builder's words say it. */
function reasonOf(
  { message, exitCode, notRun, missing }: BuildFailure,
  { instruction }: Pick<BuildStep, 'instruction'>,
): { readonly told: string; readonly here: string } | undefined {
  if (exitCode !== undefined) {
    const code = `exit code ${exitCode}${meaning(exitCode)}`;
    return { told: ` ended with ${code}.`, here: `The build failed here with ${code}.` };
  }
  if (notRun !== undefined)
    return {
      told: ` could not be run: ${notRun}`,
      here: `This could not be run: ${notRun}`,
    };
  if (missing !== undefined && /^(?:COPY|ADD)\s/.test(instruction)) {
    const [, from] = /\s--from=(\S+)/.exec(instruction) ?? [];
    const context = `build context has no ${missing}, or .dockerignore leaves it out.`;
    if (from === undefined) return { told: `: the ${context}`, here: `The ${context}` };
    const isNumber = /^\d+$/.test(from);
    const what = `${from} has no ${missing}.`;
    return isNumber
      ? { told: `: stage ${what}`, here: `Stage ${what}` }
      : { told: `: ${what}`, here: what };
  }
  // Of what could not be fetched the builder may not tell the address.
  return /\bhttps?:\/\//.test(instruction) && !message.includes('://')
    ? { told: `: ${message}`, here: message }
    : undefined;
}

/** What is said of an exit code beside it. Of what is killed while it builds nobody has stopped it. */
function meaning(exitCode: number): string {
  if (exitCode === 137) return ': it was killed, most often because memory ran out';
  const known = exitMeaning(exitCode);
  if (known === undefined) return '';
  return known.startsWith('SIG') ? `, ${known}` : `: ${known}`;
}

/** What a builder says of a step that failed, without the command, which stands there already. */
export function withoutCommand(error: string): string {
  const [, code] = EXIT_CODE.exec(error) ?? [];
  return code === undefined ? error : `exit code ${code}`;
}
