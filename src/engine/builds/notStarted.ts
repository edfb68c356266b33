import { missing } from '../buildkit/failureWords.ts';
import type { BuildFailure } from './model.ts';

/** What the runtime says of a command that it could not start, in the step's own output; the step ends with code 1 then. */
const RUNTIME =
  /^runc run failed: unable to start container process: (?:error during container init: )?exec: "([^"]+)": ([^]+)$/;
/** A mount whose source is not in the stage or image, as engines before Docker 23 find. */
const MOUNT =
  /^runc run failed: [^]*\berror mounting "[^"]*?\/merged(\/[^"]+)" to rootfs at "[^"]*": l?stat [^]+: no such file or directory$/;
const FORMAT = /^exec ([^]+): exec format error$/;

/**
 * A failure as it is to be told where it was no command that ended, but none that began.
 * @param last line that the step has written
 */
export function notStarted(failure: BuildFailure, last: string | undefined): BuildFailure {
  if (failure.exitCode !== 1 || last === undefined) return failure;
  const { exitCode: _, ...rest } = failure;
  const [, path] = MOUNT.exec(last.trim()) ?? [];
  if (path !== undefined) return { ...rest, ...missing(path) };
  const notRun = reasonOf(last.trim());
  if (notRun === undefined) return failure;
  return { ...rest, message: `The command could not be run: ${notRun}`, notRun };
}

function reasonOf(line: string): string | undefined {
  const [, other] = FORMAT.exec(line) ?? [];
  if (other !== undefined)
    return `${other} is made for another platform, or is a script whose first line does not say what runs it.`;
  const [, program = '', why = ''] = RUNTIME.exec(line) ?? [];
  if (why.endsWith(': no such file or directory'))
    return program === '/bin/sh'
      ? 'the image has no shell /bin/sh. Begin with an image that has one, or write the command as a list, RUN ["program", "argument"].'
      : `the image has no ${program}, or not what that needs to run.`;
  if (why === 'executable file not found in $PATH')
    return `the image has no ${program} in the folders of its PATH.`;
  if (why === 'permission denied')
    return `${program} must not be executed: COPY --chmod=755 has it, or RUN chmod +x before.`;
  return undefined;
}
