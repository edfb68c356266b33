import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generation, podman, SHELL_IMAGE, suiteClient } from '../support/engine.ts';
import { build, folder, startBuild } from './support.ts';

const client = await suiteClient();

const FILES: Readonly<Record<string, string>> = {
  'app/Dockerfile': `FROM ${SHELL_IMAGE}\nCOPY . /app\nRUN cat /app/file && ls /app\n`,
  'app/file': 'from afar\n',
};

/** Serves a folder by git, and its files as an archive; resolves with the addresses. */
async function afar(): Promise<{ readonly git: string; readonly archive: string }> {
  const root = await folder();
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(join(root, 'repo/app'), { recursive: true });
    await writeFile(join(root, 'repo', path), text);
  }
  const bytes = execFileSync('tar', ['-C', join(root, 'repo/app'), '-c', '.']);
  const server = createServer((_, response) => response.end(bytes)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // Engines of Docker 20.10 take no folder of a repository.
  const [repository, inside] = generation === 'old' ? ['repo/app', ''] : ['repo', ':app'];
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', join(root, repository), ...args], { stdio: 'pipe' });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=t', '-c', 'user.email=t@t.test', 'commit', '-q', '-m', 'all');
  const port = await freePort();
  const options = ['--export-all', '--verbose', `--base-path=${root}`, '--listen=127.0.0.1'];
  const daemon = spawn('git', ['daemon', ...options, `--port=${port}`], { stdio: 'pipe' });
  onTestFinished(() => void daemon.kill());
  // It says that it is ready.
  await once(daemon.stderr, 'data');
  return {
    git: `git://127.0.0.1:${port}/${repository}#main${inside}`,
    archive: `http://127.0.0.1:${(server.address() as AddressInfo).port}/app.tar`,
  };
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe.skipIf(podman)('a build whose context is an address', () => {
  it.each(['git', 'archive'] as const)('takes all of it from there: %s', async (kind) => {
    const { [kind]: context } = await afar();
    const options = { dockerfile: 'Dockerfile', dockerfileText: undefined, noCache: true };
    const { output } = await build(client, context, '', options);
    // Of git the engine tells what it has written, too.
    expect(output).toMatch(/(?:^|\n)from afar\nDockerfile\nfile\n$/);
  });

  it('takes a Dockerfile of this machine to it', async () => {
    const { git: context } = await afar();
    const dir = await folder();
    const text = `FROM ${SHELL_IMAGE}\nCOPY file /\nRUN echo mine && cat /file\n`;
    await writeFile(join(dir, 'Dockerfile'), text);
    for (const dockerfileText of [undefined, text.replace('mine', 'unsaved')]) {
      const dockerfile = join(dir, 'Dockerfile');
      const { output } = await build(client, context, '', { dockerfile, dockerfileText });
      expect(output).toContain(`${dockerfileText ? 'unsaved' : 'mine'}\nfrom afar\n`);
    }
  });

  it('wants the ssh agent for an address of ssh, though nothing says so', async () => {
    const options = { dockerfile: 'Dockerfile', dockerfileText: undefined };
    const { done } = startBuild(client, 'git@127.0.0.1:a/b.git', '', options);
    await expect(done).rejects.toThrow(/No ssh agent is running/);
  });

  it('says that a page is no repository, whichever Dockerfile is built', async () => {
    const page = '\n<!DOCTYPE html>\n<html></html>\n';
    const server = createServer((_, response) => response.end(page)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const context = `http://127.0.0.1:${(server.address() as AddressInfo).port}/team/app`;
    const remote = { context, dockerfile: 'Dockerfile', dockerfileText: undefined };
    for (const options of [remote, { context }])
      await expect(
        startBuild(client, await folder(), `FROM ${SHELL_IMAGE}\nCOPY . /\n`, options).done,
      ).rejects.toThrow(
        `The context “${context}” leads to a single file, not to git or an archive`,
      );
  });

  it('says what cannot be had', async () => {
    const { git } = await afar();
    const context = git.replace('#main', '#none');
    const options = { dockerfile: 'Dockerfile', dockerfileText: undefined };
    await expect(startBuild(client, context, '', options).done).rejects.toThrow(/none/);
  });
});
