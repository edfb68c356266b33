import { strict as assert } from 'node:assert';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { tasks, Uri, workspace } from 'vscode';
import type { Diagnostic, WorkspaceFolder } from 'vscode';
import { eventually } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';
import { closeAll, diagnosed } from './languageBed.ts';

const folderName = 'tasked';
let folder: WorkspaceFolder;
let file: Uri;

function write(dockerfile: string): void {
  writeFileSync(file.fsPath, dockerfile);
}

/** Tasks as people keep them, ours and one that was written for Container Tools. */
const TASKS = {
  version: '2.0.0',
  tasks: [
    {
      label: 'ours',
      type: 'stevedore-build',
      dockerfile: `${folderName}/Dockerfile`,
      problemMatcher: [],
    },
    {
      label: 'theirs',
      type: 'docker-build',
      dockerBuild: {
        tag: 'theirs:1',
        context: `\${workspaceFolder}/${folderName}`,
        dockerfile: `\${workspaceFolder}/${folderName}/Dockerfile`,
        labels: { made: 'here' },
      },
      problemMatcher: [],
    },
  ],
};

/** Runs a task of tasks.json; answers its exit code. */
async function run(name: string): Promise<number> {
  const task = await eventually(`the task ${name}`, async () => {
    const all = await tasks.fetchTasks();
    const found = all.find((one) => one.name === name);
    if (!found) throw new Error(`there are ${all.map((one) => one.name).join(', ')}`);
    return found;
  });
  const ended = new Promise<number>((done) => {
    const listening = tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== name) return;
      listening.dispose();
      done(exitCode ?? -1);
    });
  });
  await tasks.executeTask(task);
  return ended;
}

const ofBuild = (found: readonly Diagnostic[]) =>
  found.filter(({ source }) => source === 'Stevedore build');

describe('build tasks', () => {
  before(async () => {
    await rawEngine().base();
    const [first] = workspace.workspaceFolders ?? [];
    assert.ok(first);
    folder = first;
    mkdirSync(join(folder.uri.fsPath, folderName), { recursive: true });
    file = Uri.joinPath(folder.uri, folderName, 'Dockerfile');
    mkdirSync(join(folder.uri.fsPath, '.vscode'), { recursive: true });
    writeFileSync(join(folder.uri.fsPath, '.vscode', 'tasks.json'), JSON.stringify(TASKS));
  });
  after(async () => {
    await closeAll();
    for (const name of [folderName, '.vscode'])
      rmSync(join(folder.uri.fsPath, name), { recursive: true, force: true });
  });

  it('are offered for each Dockerfile that tasks.json has none for', async () => {
    write('FROM busybox:1.35\nRUN true\n');
    const other = Uri.joinPath(folder.uri, folderName, 'Dockerfile.other');
    writeFileSync(other.fsPath, 'FROM busybox:1.35\n');
    const offered = async () => {
      const all = await tasks.fetchTasks({ type: 'stevedore-build' });
      return all.map(({ name }) => name);
    };
    // VS Code shows the task of tasks.json in the place of the one offered for the same Dockerfile, once it has read it.
    await eventually('one for each', async () => {
      const names = await offered();
      return names.includes(`${folderName}/Dockerfile.other`) && names.includes('ours');
    });
    assert.ok(!(await offered()).includes(`${folderName}/Dockerfile`));
  });

  it('end with 0 when the build is completed, and with 1 and a problem when it fails', async () => {
    write('FROM busybox:1.35\nRUN true\nRUN echo why-$((6*7)) && false\n');
    assert.equal(await run('ours'), 1);
    const found = await diagnosed(file, (all) => ofBuild(all).length > 0);
    const [problem] = ofBuild(found);
    assert.equal(problem?.range.start.line, 2);
    assert.match(problem?.message ?? '', /exit code 1[^]*why-42/);
    write('FROM busybox:1.35\nRUN true\n');
    assert.equal(await run('ours'), 0);
    await diagnosed(file, (all) => ofBuild(all).length === 0);
  });

  it('leave no problem of a Dockerfile that has gone, by its folder or another name', async () => {
    const failed = async () => {
      mkdirSync(join(folder.uri.fsPath, folderName), { recursive: true });
      write('FROM busybox:1.35\nRUN false\n');
      assert.equal(await run('ours'), 1);
      await diagnosed(file, (all) => ofBuild(all).length > 0);
    };
    const gone = () => diagnosed(file, (all) => ofBuild(all).length === 0);
    await failed();
    renameSync(file.fsPath, `${file.fsPath}.old`);
    await gone();
    await failed();
    rmSync(join(folder.uri.fsPath, folderName), { recursive: true });
    await gone();
    await failed();
    const elsewhere = Uri.joinPath(folder.uri, folderName, 'Dockerfile.moved');
    await workspace.fs.rename(file, elsewhere, { overwrite: true });
    await gone();
  });

  it('run as Container Tools wrote them', async () => {
    write('FROM busybox:1.35\nRUN true\n');
    assert.equal(await run('theirs'), 0);
    const { Config } = await rawEngine().look('/images/theirs:1/json');
    assert.deepEqual(Config.Labels, { made: 'here' });
  });
});
