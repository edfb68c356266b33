import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answeringEngine } from './lib/answering.ts';
import { SetupError } from './lib/apt.ts';
import { staticBusybox } from './lib/busybox.ts';
import { cacheDir } from './lib/cache.ts';
import { codeInvocation, engineAdvice, findCode } from './lib/desktop.ts';
import type { Invocation, Surroundings } from './lib/desktop.ts';
import { startThrowawayEngine } from './lib/engine.ts';
import { ensureHost } from './lib/host.ts';
import { lifetime } from './lib/lifetime.ts';
import { packageExtension } from './lib/package.ts';
import { relayPorts } from './lib/portRelay.ts';
import { CommandError } from './lib/run.ts';
import { copySample } from './lib/sample.ts';
import { opening, startServer, workbenchUrl } from './lib/vscode.ts';
import { openWayOut } from './lib/wayOut.ts';

/**
 * `npm start`: builds and packages Stevedore and opens a sample workspace with it, in desktop VS Code or else in
 * code-server, on the person's engine or else on a throwaway one. Ctrl+C ends all that this started.
 * `npm start -- --check` does the main job by itself instead, in a bed of its own.
 */
const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const around: Surroundings = {
  platform: process.platform,
  env: process.env,
  exists: existsSync,
  uid: process.getuid?.(),
};
const life = lifetime();
const own = join(cacheDir(), 'start');
/** The file of the sample that is opened: one that shows what the language server sees. */
const TOUR = join('tour', 'Dockerfile');

async function main(): Promise<number> {
  const vsix = await packageExtension();
  if (options.check) return check();
  const engine = await findEngine();
  const workspace = join(own, 'hello');
  mkdirSync(own, { recursive: true });
  copySample(workspace, engine.busybox);
  const code = findCode(around);
  return code === undefined
    ? openInServer(vsix, workspace, engine.env)
    : openOnDesktop(code, vsix, workspace, engine.env);
}

/** The person's engine when it answers; otherwise one of ours, for as long as this command runs. */
async function findEngine(): Promise<{ env: Record<string, string>; busybox?: string }> {
  const found = await answeringEngine();
  if (found.endpoint) {
    console.log(`engine: ${found.version}, ${found.endpoint.source}`);
    return { env: {} };
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new SetupError(engineAdvice(process.platform, found.tried));
  }
  const engine = await startThrowawayEngine();
  life.add(() => engine.stop());
  const endpoint = { name: 'throwaway', url: engine.host, source: 'npm start', host: 'localhost' };
  const relay = relayPorts(endpoint, engine.pid, console.log);
  life.add(() => relay.stop());
  const out = await openWayOut(engine.pid).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    console.log(`the throwaway engine can pull nothing: ${why}`);
  });
  if (out) life.add(() => out.stop());
  console.log(`engine: none answers (${found.tried})`);
  console.log(`a throwaway engine runs until this command ends: DOCKER_HOST=${engine.host}`);
  return { env: { DOCKER_HOST: engine.host }, busybox: await staticBusybox() };
}

async function openInServer(
  vsix: string,
  workspace: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const server = await startServer({
    host: await ensureHost(),
    dir: join(own, 'server'),
    workspace,
    vsix,
    env,
    ownHome: true,
    keepSettings: true,
  });
  life.add(() => server.stop());
  const url = workbenchUrl(server.port, workspace, opening(server.port, join(workspace, TOUR)));
  console.log(`\nStevedore is at ${url}\nCtrl+C ends it.`);
  return server.ended;
}

async function openOnDesktop(
  code: string,
  vsix: string,
  workspace: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const profile = join(own, 'desktop');
  const settings = join(profile, 'user-data', 'User', 'settings.json');
  if (!existsSync(settings)) {
    mkdirSync(join(profile, 'user-data', 'User'), { recursive: true });
    writeFileSync(settings, JSON.stringify({ 'workbench.startupEditor': 'none' }, null, 2));
  }
  const call = (...args: string[]): Invocation => codeInvocation(around, code, profile, args);
  await spawned(call('--install-extension', vsix, '--force'), env);
  const before = windowProcess(profile);
  // Closing the command that waits for the window does not close the window.
  life.add(() => {
    const now = windowProcess(profile);
    if (now !== undefined && now !== before) process.kill(now);
  });
  console.log('Stevedore opens in a window of its own. Closing it, or Ctrl+C here, ends it.');
  return spawned(
    call('--new-window', '--wait', '--disable-workspace-trust', workspace, join(workspace, TOUR)),
    env,
  );
}

/** The main process of the VS Code that uses this profile; it leaves its id in a lock file. */
function windowProcess(profile: string): number | undefined {
  const lock = join(profile, 'user-data', 'code.lock');
  if (!existsSync(lock)) return undefined;
  const pid = Number(readFileSync(lock, 'utf8'));
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    // The lock is of a VS Code that has ended.
    return undefined;
  }
}

function spawned(call: Invocation, env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(call.program, [...call.args], {
      env: { ...process.env, ...env },
      stdio: 'inherit',
      windowsVerbatimArguments: call.verbatim,
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs scripts/check.ts in a bed with an engine and registries. */
function check(): Promise<number> {
  const tsx = ['--import', 'tsx'];
  return spawned(
    {
      program: process.execPath,
      args: [...tsx, 'scripts/bed.ts', 'new', '--', process.execPath, ...tsx, 'scripts/check.ts'],
      verbatim: false,
    },
    {},
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  // What the person can mend is told as it is; anything else is a fault of ours and keeps its stack.
  console.error(
    error instanceof SetupError || error instanceof CommandError ? error.message : error,
  );
  process.exitCode = 1;
} finally {
  await life.end();
}
