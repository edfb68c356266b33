import { exitMeaning } from '../details/why.ts';
import { brief } from '../../util/brief.ts';
import { fromCsv } from '../buildkit/csv.ts';
import { commandEnd } from './commandEnd.ts';
import type { Build, BuildFailure, BuildStep } from './model.ts';
import { shorten } from './stages.ts';

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
  const place = line === undefined ? '' : ` on line ${line}`;
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
  const lacking = missing === undefined ? undefined : whereMissing(missing, instruction);
  if (lacking) return lacking;
  // Of what could not be fetched the builder may not tell the address.
  return /\bhttps?:\/\//.test(instruction) && !message.includes('://')
    ? { told: `: ${message}`, here: message }
    : undefined;
}

/** Where a path is missing that an instruction takes files from; undefined where it cannot be told. */
function whereMissing(path: string, instruction: string): ReturnType<typeof reasonOf> {
  const isCopy = /^(?:COPY|ADD)\s/.test(instruction);
  const mount = isCopy ? undefined : mountOf(path, instruction);
  if (!isCopy && !mount) return undefined;
  const from = isCopy ? /\s--from=(\S+)/.exec(instruction)?.[1] : mount?.from;
  const lacks = `has no ${path}${mount ? ' for its --mount' : ''}`;
  if (from === undefined) {
    const above = /\s\.\.\//.test(instruction)
      ? ' Its paths begin there, and .. leads no further.'
      : '';
    const context = `build context ${lacks}, or .dockerignore leaves it out.${above}`;
    return { told: `: the ${context}`, here: `The ${context}` };
  }
  return /^\d+$/.test(from)
    ? { told: `: stage ${from} ${lacks}.`, here: `Stage ${from} ${lacks}.` }
    : { told: `: ${from} ${lacks}.`, here: `${from} ${lacks}.` };
}

/** The mount of a RUN that has a path for its source. */
function mountOf(path: string, instruction: string): { readonly from?: string } | undefined {
  const plain = (text: string) => text.replace(/^[./]+|\/+$/g, '');
  const mounts = Array.from(instruction.matchAll(/\s--mount=(\S+)/g), ([, options = '']) =>
    Object.fromEntries(fromCsv(options).map((option) => option.split('=', 2))),
  ) as Readonly<Record<string, string | undefined>>[];
  const found = mounts.find(({ source, src }) => plain(source ?? src ?? '') === plain(path));
  return found && (found['from'] === undefined ? {} : { from: found['from'] });
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
  const exitCode = commandEnd(error)?.exitCode;
  return exitCode === undefined ? error : `exit code ${exitCode}`;
}
