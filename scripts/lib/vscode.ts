import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { ensureChromium } from './host.ts';
import type { Host } from './host.ts';

/** A running code-server: the VS Code of tests, of the check and of `npm start` without a desktop. */
export interface Server {
  readonly port: number;
  /** Address of the workbench with the workspace opened. */
  readonly url: string;
  /** Scratch directory, holding user-data, extensions, home and server.log. */
  readonly dir: string;
  readonly workspace: string;
  readonly pid: number;
  /** Resolves with the exit code when the server ends by itself or by `stop`. */
  readonly ended: Promise<number>;
  /** Ends the whole process group: server, extension host, terminals. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly host: Host;
  /** Where everything that the server writes goes; made when absent. */
  readonly dir: string;
  /** Folder that the workbench opens. */
  readonly workspace: string;
  /** Package to install before the start. */
  readonly vsix?: string;
  /** Added to, and winning over, the quiet settings below. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to this process's environment; the extension host sees it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Allows `payload` in the address (in-host tests). It also suppresses notification toasts. */
  readonly testDriver?: boolean;
  /** Leave the settings alone that a person has made in an earlier run. */
  readonly keepSettings?: boolean;
  /** Ask whether the folder is trusted, as VS Code does where nobody has told it otherwise. */
  readonly askTrust?: boolean;
  /** Keep the person's own HOME, so that their docker configuration is found. */
  readonly ownHome?: boolean;
}

/** Settings under which VS Code asks nothing of the network and shows nothing but the workspace. */
const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.editor.empty.hint': 'hidden',
  'chat.disableAIFeatures': true,
  'window.commandCenter': false,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
};

/** Variables that would change code-server's behaviour when inherited. */
const DROPPED_VARIABLES = [
  'PASSWORD',
  'HASHED_PASSWORD',
  'PORT',
  'NODE_OPTIONS',
  'VSCODE_IPC_HOOK_CLI',
];

const START_LIMIT_MS = 60_000;

/**
 * Starts code-server on a free port of 127.0.0.1 and waits until it answers.
 * @throws Error with the server's log when it ends or does not answer within a minute, or when the
 * package cannot be installed.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, dir, workspace } = options;
  const files = layout(dir);
  mkdirSync(join(files.userData, 'User'), { recursive: true });
  mkdirSync(files.extensions, { recursive: true });
  mkdirSync(files.home, { recursive: true });
  writeFileSync(files.config, '');
  if (!options.keepSettings || !existsSync(settingsFile(dir))) {
    const trust = { 'security.workspace.trust.enabled': options.askTrust === true };
    writeSettings(dir, { ...trust, ...options.settings });
  }
  const env = serverEnvironment(options);
  if (options.vsix !== undefined) installExtension(host, dir, options.vsix, env);

  const port = await freePort();
  const log = openSync(files.log, 'a');
  const child = spawn(
    host.node,
    [
      host.entry,
      '--auth=none',
      `--bind-addr=127.0.0.1:${port}`,
      ...placement(dir),
      '--disable-telemetry',
      '--disable-update-check',
      ...(options.askTrust === true ? [] : ['--disable-workspace-trust']),
      '--disable-getting-started-override',
      ...(options.testDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    // A group of its own: the extension host and the terminals are its children and end with it.
    { stdio: ['ignore', log, log], env, detached: true },
  );
  closeSync(log);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const { pid } = child;
  if (pid === undefined) {
    await ended;
    throw new Error(`could not start ${host.node}`);
  }
  const server: Server = {
    port,
    url: workbenchUrl(port, workspace),
    dir,
    workspace,
    pid,
    ended,
    stop: () => stopGroup(pid, ended),
  };
  try {
    await untilHealthy(port, ended, files.log);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

function writeSettings(dir: string, settings: Readonly<Record<string, unknown>>): void {
  writeFileSync(settingsFile(dir), JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
}

/**
 * Address of a workbench on `folder`.
 * @param payload key and value pairs that the workbench understands; those of VS Code's own test driver need a server
 * that has been started with `testDriver`.
 */
export function workbenchUrl(
  port: number,
  folder: string,
  payload?: readonly (readonly [string, string])[],
): string {
  const base = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`;
  if (payload === undefined) return base;
  return `${base}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** What makes the workbench open a file of the server's machine. */
export function opening(port: number, path: string): readonly (readonly [string, string])[] {
  return [['openFile', `vscode-remote://127.0.0.1:${port}${encodeURI(path)}`]];
}

/** Starts Debian's Chromium, installed when it is missing, without a window. Only names that are 127.0.0.1 resolve in it. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

export interface Window {
  readonly page: Page;
  /** Addresses off 127.0.0.1 that the workbench asked for; stays empty. */
  readonly foreignRequests: readonly string[];
  close(): Promise<void>;
}

/** Opens the server's workspace in a fresh browser profile and waits until the workbench is drawn. */
export async function openWorkbench(browser: Browser, server: Server): Promise<Window> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const foreignRequests: string[] = [];
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    // A webview's own files are asked for by this name, and VS Code's service worker answers: nothing leaves the page.
    const own = hostname === '127.0.0.1' || hostname.endsWith('.vscode-resource.vscode-cdn.net');
    if (/^(https?|wss?):$/.test(protocol) && !own) foreignRequests.push(request.url());
  });
  const page = await context.newPage();
  await page.goto(server.url, { timeout: START_LIMIT_MS });
  await page.locator('.activitybar .action-item').first().waitFor({ timeout: START_LIMIT_MS });
  return { page, foreignRequests, close: () => context.close() };
}

function settingsFile(dir: string): string {
  return join(layout(dir).userData, 'User', 'settings.json');
}

function layout(
  dir: string,
): Record<'userData' | 'extensions' | 'config' | 'log' | 'home', string> {
  return {
    userData: join(dir, 'user-data'),
    extensions: join(dir, 'extensions'),
    config: join(dir, 'config.yaml'),
    log: join(dir, 'server.log'),
    home: join(dir, 'home'),
  };
}

function serverEnvironment(options: ServerOptions): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...(options.ownHome === true ? {} : { HOME: layout(options.dir).home }),
    // Without a gallery nothing is asked of an extension marketplace.
    EXTENSIONS_GALLERY: '{}',
    ...options.env,
  };
  for (const name of DROPPED_VARIABLES) delete env[name];
  return env;
}

/**
 * Installs a package for the server of `dir`.
 * @throws Error with what code-server said when it does not end up installed.
 */
export function installExtension(
  host: Host,
  dir: string,
  vsix: string,
  env: NodeJS.ProcessEnv,
): void {
  const result = spawnSync(
    host.node,
    [host.entry, ...placement(dir), '--install-extension', vsix, '--force'],
    { env, encoding: 'utf8' },
  );
  // The exit code alone says too little: some refusals end with 0.
  if (result.status !== 0 || !result.stdout.includes('was successfully installed')) {
    throw new Error(`installing ${vsix} failed:\n${result.stdout}\n${result.stderr}`);
  }
}

/** The arguments that keep a server to its directory. */
function placement(dir: string): string[] {
  const { config, userData, extensions } = layout(dir);
  return [`--config=${config}`, `--user-data-dir=${userData}`, `--extensions-dir=${extensions}`];
}

async function untilHealthy(port: number, ended: Promise<number>, log: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  const state: { code?: number } = {};
  void ended.then((code) => (state.code = code));
  while (Date.now() < deadline) {
    if (state.code !== undefined) {
      throw new Error(`code-server ended with ${state.code}:\n${readFileSync(log, 'utf8')}`);
    }
    if (await answers(port)) return;
    await sleep(50);
  }
  throw new Error(`code-server did not answer in time:\n${readFileSync(log, 'utf8')}`);
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
  } catch {
    // Refused: it does not listen yet, and the caller asks again.
    return false;
  }
}

async function stopGroup(pid: number, ended: Promise<number>): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
  // Members that outlive the leader, such as an extension host that is busy.
  signalGroup(pid, 'SIGKILL');
  await ended;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // No such group: all of it has ended, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Finds a port of 127.0.0.1 that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}
