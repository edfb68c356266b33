import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What the person reads while it runs; the default is the command line. */
  readonly title?: string;
  /** Passes the program's output through instead of keeping it for the error message. */
  readonly show?: boolean;
}

/** A program that ended with something other than 0, with the end of what it printed. */
export class CommandError extends Error {
  readonly code: number;
  constructor(title: string, code: number, output: string) {
    const tail = output.trim().split('\n').slice(-20).join('\n');
    super(`${title} failed with exit code ${code}${tail ? `:\n${tail}` : ''}`);
    this.name = 'CommandError';
    this.code = code;
  }
}

/**
 * Shows that `work` goes on: nothing for the first 2 seconds, then the title with the elapsed seconds
 * (one line rewritten each second on a terminal, one line every 10 seconds elsewhere), on stderr.
 */
export async function progress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const tty = process.stderr.isTTY;
  let shown = 0;
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  const timer = setInterval(() => {
    const now = seconds();
    if (now < 2 || (shown > 0 && !tty && now - shown < 10)) return;
    shown = now;
    process.stderr.write(tty ? `\r\u001B[K${title} … ${now} s` : `${title} … ${now} s\n`);
  }, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (shown > 0) process.stderr.write(`${tty ? '\r\u001B[K' : ''}${title}: ${seconds()} s\n`);
  }
}

/**
 * Runs a program without a shell and without stdin; resolves with its stdout.
 * Throws CommandError when it ends with anything but 0, and spawn's own error when it cannot be started.
 */
export function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const title = options.title ?? [program, ...args].join(' ');
  return progress(
    title,
    () =>
      new Promise<string>((resolve, reject) => {
        const child = spawn(program, args, {
          cwd: options.cwd,
          env: options.env,
          stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
        });
        let stdout = '';
        let both = '';
        child.stdout?.setEncoding('utf8').on('data', (text: string) => {
          stdout += text;
          both += text;
        });
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          both += text;
        });
        child.on('error', reject);
        child.on('close', (code) => {
          if (code === 0) resolve(stdout);
          else reject(new CommandError(title, code ?? 1, both));
        });
      }),
  );
}
