/** What ShellCheck says of a place: lines and columns from 1, columns in Unicode characters. */
export interface Comment {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly level: 'error' | 'warning' | 'info' | 'style';
  readonly code: number;
  readonly message: string;
  readonly fix: { readonly replacements: readonly Replacement[] } | null;
}

interface Replacement {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly replacement: string;
  /** On which side of a place between two characters an insertion belongs. */
  readonly insertionPoint: 'beforeStart' | 'afterEnd';
}

/** hadolint's: ash is unknown to ShellCheck, and files that a script reads are in an image. */
const EXCLUDED = '1090,1091,2187';
const LONGEST_OUTPUT = 8 * 1024 * 1024;
const TIMEOUT = 20_000;

/**
 * Runs ShellCheck (0.7 or newer) on a script. Throws an Error that says why when the program can't be started, or what
 * it said when it fails, and an AbortError when `signal` is aborted.
 */
export async function runShellcheck(
  program: string,
  dialect: string,
  script: string,
  signal?: AbortSignal,
): Promise<readonly Comment[]> {
  const args = ['--norc', '--format=json1', `--shell=${dialect}`, `--exclude=${EXCLUDED}`, '-'];
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C.UTF-8' };
  // Options of the person's own scripts aren't meant for this one.
  delete env['SHELLCHECK_OPTS'];
  const limit = AbortSignal.timeout(TIMEOUT);
  // Not before it is needed: Node takes longer to load it than to check a short file without ShellCheck.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      windowsHide: true,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    let said = '';
    let why = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (said.length > LONGEST_OUTPUT) child.kill();
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (why += chunk.slice(0, 1000)));
    // It may end before it has read all: what it says at its end tells why.
    child.stdin.on('error', () => {});
    child.on('error', (error) =>
      reject(
        error.name === 'AbortError'
          ? error
          : new Error(`${program} cannot be run: ${error.message}`, { cause: error }),
      ),
    );
    child.on('close', (code) => {
      const comments = code === 0 || code === 1 ? readComments(said) : undefined;
      if (comments) resolve(comments);
      else
        reject(
          new Error(`${program} failed (${code ?? 'killed'}): ${why.trim() || 'no findings'}`),
        );
    });
    child.stdin.end(script);
  });
}

/** Undefined for what isn't ShellCheck's output. */
function readComments(output: string): readonly Comment[] | undefined {
  try {
    const { comments } = JSON.parse(output) as { comments?: unknown };
    return Array.isArray(comments) ? (comments as Comment[]) : undefined;
  } catch {
    // The caller says what the program said instead.
    return undefined;
  }
}
