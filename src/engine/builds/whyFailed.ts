import type { Build } from './model.ts';
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
  const { message, exitCode, lines } = failure;
  const step = steps.find(({ id }) => id === failure.step);
  if (exitCode === undefined || !step) return message;
  const line = (lines ?? step.lines)?.[0];
  const place = line === undefined ? '' : ` in line ${line}`;
  return `${shorten(step.instruction, INSTRUCTION)}${place} ended with exit code ${exitCode}.`;
}

/** What a builder says of a step that failed, without the command, which stands there already. */
export function withoutCommand(error: string): string {
  const [, code] = EXIT_CODE.exec(error) ?? [];
  return code === undefined ? error : `exit code ${code}`;
}
