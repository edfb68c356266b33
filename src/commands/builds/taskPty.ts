import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { problemsOf } from '../../engine/builds/problems.ts';
import type { Builds } from '../../engine/builds/service.ts';
import { taskOptions } from '../../engine/builds/taskDefinition.ts';
import type { TaskFields } from '../../engine/builds/taskDefinition.ts';
import { ansi, toTerminal } from '../../util/ansi.ts';
import { oneLine } from '../../util/format.ts';
import { plainText } from '../../util/plainText.ts';
import { createBuildPty } from './pty.ts';
import { demandTrust } from './trust.ts';

/**
 * Starts a build in a task's terminal, whose exit code is 0 for a build that is completed. What it says of the Dockerfile
 * is written in lines for problem matchers.
 * @param matched a matcher makes problems of these lines, so that nothing else needs to
 */
export function createTaskPty(
  builds: Builds,
  fields: TaskFields,
  folder: string,
  matched: boolean,
): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const ended = new vscode.EventEmitter<number>();
  let inner: ReturnType<typeof createBuildPty> | undefined;
  let closed = false;
  let size: vscode.TerminalDimensions | undefined;

  async function run(): Promise<void> {
    demandTrust();
    const { id, done } = await builds.start(taskOptions(fields, folder), { matched });
    inner = createBuildPty(builds, id, () => builds.cancel(id));
    inner.onDidWrite((text) => written.fire(text));
    if (closed) inner.close();
    else inner.open(size);
    const build = await done.catch(() => builds.get(id));
    // What a task has written is complete before it ends.
    if (!closed) inner.flush();
    const problems =
      build && isAbsolute(build.request.dockerfile)
        ? problemsOf(
            build,
            (step) => builds.tail(id, step, 1),
            () => undefined,
          )
        : [];
    for (const { lines, severity, message } of problems)
      written.fire(
        `${oneLine(`${build?.request.dockerfile}:${lines[0]}: ${severity}: ${message}`)}\r\n`,
      );
    ended.fire(build?.state === 'completed' ? 0 : 1);
  }

  return {
    onDidWrite: written.event,
    onDidClose: ended.event,
    open(dimensions) {
      size = dimensions;
      run().catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        written.fire(toTerminal(`${ansi.red(plainText(message))}\n`));
        ended.fire(1);
      });
    },
    setDimensions(dimensions) {
      size = dimensions;
      inner?.setDimensions?.(dimensions);
    },
    handleInput: (text) => inner?.handleInput?.(text),
    close() {
      closed = true;
      inner?.close();
    },
  };
}
