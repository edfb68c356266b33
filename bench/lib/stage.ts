import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundleSuite, runInHost } from '../../scripts/lib/inHost.ts';
import { ensureHost } from '../../scripts/lib/host.ts';
import type { Host } from '../../scripts/lib/host.ts';
import type { lifetime } from '../../scripts/lib/lifetime.ts';
import { ask } from '../../scripts/lib/process.ts';
import { launchBrowser, openWorkbench, startServer } from '../../scripts/lib/vscode.ts';
import type { Server } from '../../scripts/lib/vscode.ts';
import { extensionHost, untilQuiet } from './processes.ts';
import { containersOf } from './containers.ts';
import type { Containers } from './containers.ts';

/** An extension that shows containers in a tree. */
export interface Tool {
  readonly name: string;
  readonly id: string;
  /** Title of its icon in the activity bar; its view is called Containers. */
  readonly icon: string;
  readonly vsix: string;
}

/** What all measurements share. */
export interface Stage {
  readonly host: Host;
  readonly browser: Browser;
  /** Scratch directory. */
  readonly dir: string;
  /** DOCKER_HOST of the engine, and the path of its socket. */
  readonly engine: string;
  readonly socket: string;
  readonly containers: Containers;
  readonly stevedore: Tool;
  /** Microsoft's extension, where its package was given. */
  readonly theirs: Tool | undefined;
}

/** Starts a VS Code with `tool` in it, and ends it after `work`. */
export async function withServer<T>(
  stage: Stage,
  tool: Tool,
  work: (server: Server) => Promise<T>,
  given: { readonly engine?: string; readonly testDriver?: boolean } = {},
): Promise<T> {
  const dir = join(stage.dir, `${tool.id}-${Date.now().toString(36)}`);
  const workspace = join(dir, 'hello');
  cpSync(resolve('samples/hello'), workspace, { recursive: true });
  const server = await startServer({
    host: stage.host,
    dir,
    workspace,
    vsix: tool.vsix,
    testDriver: given.testDriver ?? false,
    settings: { 'containers.containers.label': 'ContainerName' },
    env: { DOCKER_HOST: given.engine ?? stage.engine },
  });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** Opens a window in a fresh profile, waits until VS Code has nothing left to do, and closes it after `work`. */
export async function withWindow<T>(
  stage: Stage,
  server: Server,
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const before = extensionHost(server.pid);
  const window = await openWorkbench(stage.browser, server);
  try {
    while (extensionHost(server.pid) === before) await window.page.waitForTimeout(100);
    await untilQuiet(server.pid);
    return await work(window.page);
  } finally {
    await window.close();
  }
}

/** Runs a file of bench/host in the extension host of `server`, and returns what it wrote. */
export async function inHost<T>(
  stage: Stage,
  server: Server,
  file: string,
  extension: string,
): Promise<T> {
  const result = join(server.dir, `result-${Date.now()}.json`);
  const suite = await bundleSuite(join(stage.dir, file), [resolve('bench/host', file)]);
  const lines: string[] = [];
  const outcome = await runInHost(stage.browser, server, suite, {
    env: { STEVEDORE_BENCH_RESULT: result, STEVEDORE_BENCH_EXTENSION: extension },
    write: (line) => lines.push(line),
  });
  if (outcome.failed > 0) throw new Error([outcome.reason ?? '', ...lines].join('\n'));
  return JSON.parse(readFileSync(result, 'utf8')) as T;
}

/** Prepares the engine's bed, a browser and the packaged extension; `life` ends what was started. */
export async function openStage(
  life: Pick<ReturnType<typeof lifetime>, 'add'>,
  vsix: string,
): Promise<Stage> {
  const engine = process.env['STEVEDORE_TEST_ENGINE'];
  if (engine === undefined) throw new Error('no engine: run this through scripts/bench.ts');
  const socket = engine.slice('unix://'.length);
  const { body } = await ask(socket, 'GET', '/version');
  const version = JSON.parse(body) as { readonly Version: string; readonly ApiVersion: string };
  console.error(`engine ${version.Version}, API ${version.ApiVersion}`);
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-bench-'));
  life.add(() => rmSync(dir, { recursive: true, force: true }));
  const browser = await launchBrowser();
  life.add(() => browser.close());
  const theirs = process.env['CONTAINER_TOOLS_VSIX'];
  return {
    host: await ensureHost(),
    browser,
    dir,
    engine,
    socket,
    containers: containersOf(socket),
    stevedore: {
      name: 'Stevedore',
      id: 'stevedore.stevedore',
      icon: 'Stevedore',
      vsix: resolve(vsix),
    },
    theirs: theirs
      ? {
          name: 'Container Tools',
          id: 'ms-azuretools.vscode-containers',
          icon: 'Containers',
          vsix: resolve(theirs),
        }
      : undefined,
  };
}
