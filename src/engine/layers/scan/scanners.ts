import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { oneLine } from '../../../util/format.ts';
import { pathFolders, programIn } from '../../../util/programs.ts';
import type { Environment } from '../../../util/programs.ts';
import { EngineError } from '../../errors.ts';
import { parse } from '../../transport/answers.ts';
import { SEVERITIES, readGrype, readScout, readTrivy } from './findings.ts';
import type { Finding } from './findings.ts';

export const SCANNER_NAMES = ['trivy', 'grype', 'docker scout'] as const;
export type ScannerName = (typeof SCANNER_NAMES)[number];

interface Scanner {
  readonly program: string;
  /** @param image a reference or an id */
  readonly args: (image: string) => readonly string[];
  readonly read: (report: unknown) => Finding[];
}

const SCANNERS: Readonly<Record<ScannerName, Scanner>> = {
  trivy: {
    program: 'trivy',
    args: (image) => ['image', '--format', 'json', '--scanners', 'vuln', '--quiet', '--', image],
    read: readTrivy,
  },
  grype: {
    program: 'grype',
    args: (image) => ['--output', 'json', '--quiet', `docker:${image}`],
    read: readGrype,
  },
  // The plugin is a program of its own, which wants to be told that it is one.
  'docker scout': {
    program: 'docker-scout',
    args: (image) => ['scout', 'cves', '--format', 'sarif', `local://${image}`],
    read: readScout,
  },
};

/** Reports are this large at the most, in characters. */
const LARGEST_REPORT = 256 * 1024 * 1024;

/** Where programs are looked for: PATH, and where docker has its plugins. */
function folders(env: Environment): string[] {
  const home = env['HOME'] ?? env['USERPROFILE'];
  const config = env['DOCKER_CONFIG'] ?? (home === undefined ? undefined : join(home, '.docker'));
  return [
    ...pathFolders(env),
    ...(config === undefined ? [] : [join(config, 'cli-plugins')]),
    '/usr/local/lib/docker/cli-plugins',
    '/usr/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
  ];
}

const pathOf = (name: ScannerName, env: Environment): string | undefined =>
  programIn(folders(env), SCANNERS[name].program);

/** Which of the programs that know weaknesses are installed. None is run for it. */
export const installedScanners = (env: Environment): ScannerName[] =>
  SCANNER_NAMES.filter((name) => pathOf(name, env) !== undefined);

/**
 * Has a program look for weaknesses of an image; the worst come first.
 * @param image a reference or an id
 * @param env the program's environment; `DOCKER_HOST` in it says where the engine is
 * @throws EngineError `not-found` when it is not installed, `server` with what it said when it fails, `cancelled` when the
 *   signal fires, which ends it
 */
export async function scanImage(
  name: ScannerName,
  image: string,
  env: Environment,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { args, read } = SCANNERS[name];
  const path = pathOf(name, env);
  if (path === undefined) throw new EngineError('not-found', `${name} is not installed.`);
  const report = parse(await output(name, path, args(image), env, signal));
  if (report === undefined) throw new EngineError('server', `${name} did not write a report.`);
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  return read(report).sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? 1 : -1));
}

function output(
  name: string,
  program: string,
  args: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      signal,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const pieces: string[] = [];
    let length = 0;
    let why = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      pieces.push(piece);
      length += piece.length;
      if (length > LARGEST_REPORT) child.kill();
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      why = (why + piece).slice(-4000);
    });
    child.on('error', (error) =>
      reject(
        signal.aborted
          ? new EngineError('cancelled', 'Cancelled.', { cause: error })
          : new EngineError('server', `${name} could not be run: ${error.message}.`, {
              cause: error,
            }),
      ),
    );
    child.on('close', (code) => {
      if (code === 0) resolve(pieces.join(''));
      else if (signal.aborted) reject(new EngineError('cancelled', 'Cancelled.'));
      else {
        const last = oneLine(why.trim().split('\n').at(-1) ?? '').slice(0, 300);
        const said = last || `it ended with ${code ?? 'a signal'}`;
        reject(new EngineError('server', `${name} failed: ${said}`, { detail: why }));
      }
    });
  });
}
