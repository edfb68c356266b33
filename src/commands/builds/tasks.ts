import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { Builds } from '../../engine/builds/service.ts';
import { problemsOf } from '../../engine/builds/problems.ts';
import { BUILD_TASK, DOCKER_TASK, taskOptions } from '../../engine/builds/taskDefinition.ts';
import type { TaskFields } from '../../engine/builds/taskDefinition.ts';
import { MATCHER } from '../../manifest/tasks.ts';
import { ansi, toTerminal } from '../../util/ansi.ts';
import { oneLine } from '../../util/format.ts';
import { findDockerfiles } from '../dockerfiles.ts';
import { createBuildPty } from './pty.ts';
import { demandTrust } from './trust.ts';

const SOURCE = 'Stevedore';

/**
 * Runs the tasks of type `stevedore-build`, and those of `docker-build` unless another extension does; offers one for
 * each Dockerfile.
 */
export function registerBuildTasks(builds: Builds): vscode.Disposable {
  const provide = (type: string, offer: () => Promise<vscode.Task[]>) =>
    vscode.tasks.registerTaskProvider(type, {
      provideTasks: offer,
      resolveTask: (task) => resolve(builds, task),
    });
  return vscode.Disposable.from(
    provide(BUILD_TASK, () => offered(builds)),
    ...(hasRival() ? [] : [provide(DOCKER_TASK, async () => [])]),
  );
}

/** Whether another extension runs tasks that were written for Container Tools. */
function hasRival(): boolean {
  return vscode.extensions.all.some(({ id, packageJSON }) => {
    const { contributes } = packageJSON as {
      contributes?: { taskDefinitions?: readonly { type?: unknown }[] };
    };
    const types = contributes?.taskDefinitions;
    return (
      id !== 'stevedore.stevedore' &&
      Array.isArray(types) &&
      types.some((one) => one.type === DOCKER_TASK)
    );
  });
}

async function offered(builds: Builds): Promise<vscode.Task[]> {
  const files = await findDockerfiles();
  return files.flatMap((uri) => {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (!folder) return [];
    const dockerfile = vscode.workspace.asRelativePath(uri, false);
    const definition = { type: BUILD_TASK, dockerfile };
    return [toTask(builds, definition, folder, dockerfile, [])];
  });
}

/** A task of tasks.json has its matchers from there. */
function resolve(builds: Builds, task: vscode.Task): vscode.Task {
  return toTask(
    builds,
    task.definition,
    task.scope ?? vscode.TaskScope.Workspace,
    task.name,
    task.problemMatchers,
  );
}

function toTask(
  builds: Builds,
  definition: vscode.TaskDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
  name: string,
  matchers: string[],
): vscode.Task {
  const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  const execution = new vscode.CustomExecution(async (resolved) =>
    runTask(
      builds,
      resolved,
      folder?.uri.fsPath ?? process.cwd(),
      matchers.includes(`$${MATCHER}`),
    ),
  );
  const task = new vscode.Task(definition, scope, name, SOURCE, execution, matchers);
  task.group = vscode.TaskGroup.Build;
  return task;
}

/**
 * Starts a build in a task's terminal, whose exit code is 0 for a build that is completed. What it says of the Dockerfile
 * is written in lines for problem matchers.
 * @param matched a matcher makes problems of these lines, so that nothing else needs to
 */
function runTask(
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
        `${build?.request.dockerfile}:${lines[0]}: ${severity}: ${oneLine(message)}\r\n`,
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
        written.fire(toTerminal(`${ansi.red(message)}\n`));
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
