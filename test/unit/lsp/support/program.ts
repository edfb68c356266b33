import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleCheck } from '../../../../scripts/bundle/check.mjs';

export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** stevedore-check as it is shipped, in a package folder of its own. */
export interface Program {
  readonly path: string;
  run(
    args: readonly string[],
    options?: {
      readonly input?: string | Buffer;
      readonly cwd?: string;
      readonly env?: NodeJS.ProcessEnv;
      /** Another name of the program. */
      readonly path?: string;
    },
  ): Promise<Result>;
  /** A new folder with these files. */
  folder(files: Readonly<Record<string, string>>): Promise<string>;
  remove(): Promise<void>;
}

/** Builds the program into a folder of its own. */
export async function buildProgram(): Promise<Program> {
  const root = await mkdtemp(join(tmpdir(), 'stevedore-check-'));
  const path = join(root, 'dist', 'stevedore-check.cjs');
  await bundleCheck(dirname(path));
  await cp('package.json', join(root, 'package.json'));
  let count = 0;
  return {
    path,
    run: (args, { input = '', cwd = root, env = {}, path: named = path } = {}) =>
      new Promise((resolve, reject) => {
        // No configuration of the person who runs the tests, and no ShellCheck unless a test wants it.
        const clean = { PATH: dirname(process.execPath), HOME: root, ...env };
        const child = spawn(process.execPath, [named, ...args], { cwd, env: clean });
        let [out, err] = ['', ''];
        child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
        child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
        // It may end without having read all.
        child.stdin.on('error', () => {}).end(input);
      }),
    async folder(files) {
      const folder = join(root, `files-${++count}`);
      await mkdir(folder);
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), text);
      }
      return folder;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
