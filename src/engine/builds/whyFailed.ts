import { exitMeaning } from '../details/why.ts';
import { brief } from '../../util/brief.ts';
import type { Build } from './model.ts';
import { shorten } from './stages.ts';

/** How builders say that a command ended with an exit code: around the whole of it, which may be a script of a hundred lines. */
const EXIT_CODE =
  /^(?:process "[^]*" did not complete successfully: exit code|executor failed running \[[^]*\]: exit code|The command '[^]*' returned a non-zero code): (\d+)\.?$/;

/** How builders say that a command did not begin. */
const NOT_RUN =
  /^(?:process "[^]*" did not complete successfully|executor failed running \[[^]*\]): ([^]+)$/;

/** How failureWords says that a file is missing, which does not know the instruction. */
const NOT_THERE =
  /^(?:Step \d+\/\d+ \([^]*\) failed: )?([^]+) is not where the instruction copies from: /;

/** How much of an instruction is repeated in a sentence. */
const INSTRUCTION = 80;

/** Why a build failed, in one sentence; undefined for one that didn't. */
export function whyFailed({
  failure,
  steps,
}: Pick<Build, 'failure' | 'steps'>): string | undefined {
  if (!failure) return undefined;
  const { message, exitCode, lines } = failure;
  const step = steps.find(({ id }) => id === failure.step);
  if (!step) return message;
  const line = (lines ?? step.lines)?.[0];
  const place = line === undefined ? '' : ` in line ${line}`;
  const what = `${shorten(brief(step.instruction), INSTRUCTION)}${place}`;
  if (exitCode !== undefined)
    return `${what} ended with exit code ${exitCode}${meaning(exitCode)}.`;
  const [, reason] = NOT_RUN.exec(message) ?? [];
  if (reason !== undefined) return `${what} could not be run: ${reason}`;
  const [, path] = NOT_THERE.exec(message) ?? [];
  if (path !== undefined && /^(?:COPY|ADD)\s/.test(step.instruction)) {
    const [, from] = /\s--from=(\S+)/.exec(step.instruction) ?? [];
    return from === undefined
      ? `${what}: the build context has no ${path}, or .dockerignore leaves it out.`
      : `${what}: ${from} has no ${path}.`;
  }
  // Of what could not be fetched the builder may not tell the address.
  return /\bhttps?:\/\//.test(step.instruction) && !message.includes('://')
    ? `${what}: ${message}`
    : message;
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
