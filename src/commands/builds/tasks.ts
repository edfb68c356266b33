import * as vscode from 'vscode';
import type { Builds } from '../../engine/builds/service.ts';
import { BUILD_TASK, DOCKER_TASK, MATCHER } from '../../util/taskNames.ts';
import { findDockerfiles } from '../dockerfiles.ts';

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
  const execution = new vscode.CustomExecution(async (resolved) => {
    const { createTaskPty } = await import('./taskPty.ts');
    const path = folder?.uri.fsPath ?? process.cwd();
    return createTaskPty(builds, resolved, path, matchers.includes(`$${MATCHER}`));
  });
  const task = new vscode.Task(definition, scope, name, SOURCE, execution, matchers);
  task.group = vscode.TaskGroup.Build;
  return task;
}
