import { posix, win32 } from 'node:path';

/** What decides how desktop VS Code is found and started. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a file is there. */
  readonly exists: (path: string) => boolean;
  /** Numeric user id, where the platform has one. */
  readonly uid?: number | undefined;
}

/** A program with its arguments, ready for `spawn` without a shell. */
export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
  /** The arguments are quoted already (Windows). */
  readonly verbatim: boolean;
}

/**
 * Finds the `code` command of a desktop VS Code on PATH.
 * @returns its path, or undefined where there is none that could open a window: not installed, no
 * display, or the `code` of a VS Code terminal, which opens files in the window around it.
 */
export function findCode(around: Surroundings): string | undefined {
  const { platform, env, exists } = around;
  if (env['VSCODE_IPC_HOOK_CLI'] !== undefined) return undefined;
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return undefined;
  const windows = platform === 'win32';
  const { join, delimiter } = windows ? win32 : posix;
  const directories = pathOf(env, windows).split(delimiter).filter(Boolean);
  return directories
    .map((directory) => join(directory, windows ? 'code.cmd' : 'code'))
    .find((candidate) => exists(candidate));
}

/** PATH's value; Windows spells the name in any case. */
function pathOf(env: Surroundings['env'], windows: boolean): string {
  const name = Object.keys(env).find((key) =>
    windows ? key.toUpperCase() === 'PATH' : key === 'PATH',
  );
  return (name === undefined ? undefined : env[name]) ?? '';
}

/**
 * The call of `code` with a profile of its own, so that the person's windows, settings and
 * extensions are not touched.
 * @param profile directory below which the profile is kept.
 */
export function codeInvocation(
  around: Surroundings,
  code: string,
  profile: string,
  args: readonly string[],
): Invocation {
  const { join } = around.platform === 'win32' ? win32 : posix;
  const all = [
    `--user-data-dir=${join(profile, 'user-data')}`,
    `--extensions-dir=${join(profile, 'extensions')}`,
    // Electron's sandbox refuses to work for root.
    ...(around.uid === 0 ? ['--no-sandbox'] : []),
    ...args,
  ];
  return invocation(around, code, all);
}

/** How a program is started without a shell; batch files need Windows' command processor. */
function invocation(around: Surroundings, program: string, args: readonly string[]): Invocation {
  if (around.platform !== 'win32') return { program, args, verbatim: false };
  // /s strips exactly the outer pair of quotes, so what is inside stays as it is.
  const line = [program, ...args].map(quoteForCmd).join(' ');
  return {
    program: around.env['ComSpec'] ?? 'cmd.exe',
    args: ['/d', '/s', '/c', `"${line}"`],
    verbatim: true,
  };
}

/**
 * Quotes one argument for a batch file run by cmd.exe. A per cent sign is kept from naming a variable by a
 * caret outside of the quotes.
 * @throws Error for what no quoting can carry: a quote or a line feed.
 */
export function quoteForCmd(argument: string): string {
  if (/["\r\n]/.test(argument)) throw new Error(`not an argument for cmd.exe: ${argument}`);
  // Backslashes before the closing quote would escape it.
  const text = argument.replace(/\\+$/, (slashes) => slashes + slashes);
  return `"${text.replaceAll('%', '"^%"')}"`;
}

/** What to install where no engine answers and none can be started for the person. */
export function engineAdvice(platform: NodeJS.Platform, tried: string): string {
  const product =
    platform === 'linux'
      ? 'Install Docker Engine or Podman (on Debian and Ubuntu: apt-get install docker.io) and start it, ' +
        'or run this as root on Debian or Ubuntu, where a throwaway engine is started for you.'
      : 'Install and start Docker Desktop, Podman Desktop, Rancher Desktop' +
        (platform === 'darwin' ? ', OrbStack or Colima.' : '.');
  return `No container engine answers (${tried}). ${product}`;
}
