import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Builds dist/ for npm, which asks for it by `prepare`, before it packs the package or takes it from git. Where it takes it
 * from git to install it for all (`-g`, as pre-commit does), it doesn't install what that takes: npm/cli#8440.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
if (!existsSync(new URL('../node_modules/esbuild', import.meta.url))) {
  const flags = ['ci', '--global=false', '--include=dev', '--ignore-scripts', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  // npm says where it is to those whom it runs; otherwise it is found on PATH, where Windows has it as npm.cmd.
  const npm = process.env.npm_execpath;
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...flags], options)
    : spawnSync('npm', flags, { ...options, shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
process.chdir(root);
await import('../esbuild.mjs');
