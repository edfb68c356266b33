// Bootstraps a script of ours on a machine with nothing but Node and npm: installs the packages of package-lock.json
// when node_modules is not what it says, then runs scripts/NAME.ts with the further arguments.
// Usage: node scripts/run.mjs NAME [arguments…]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...args] = process.argv.slice(2);
const script = join(root, 'scripts', `${name}.ts`);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 18)) {
  fail(`Node ${process.versions.node} is too old: Stevedore needs Node 20.18 or newer.`);
}
if (!name || !existsSync(script)) fail('Usage: node scripts/run.mjs NAME [arguments…]');

if (!isInstalled()) install();

const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href;
const child = spawn(process.execPath, ['--import', tsx, script, ...args], {
  cwd: root,
  stdio: 'inherit',
});
// A Ctrl+C reaches the script by itself, being sent to the whole foreground group; `kill` reaches us only.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal) {
    for (const one of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(one);
    process.kill(process.pid, signal);
  } else {
    process.exitCode = code ?? 1;
  }
});

/** Whether npm's record of what it installed has every package of package-lock.json, in the same version. */
function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      // Optional packages are those of other platforms; npm leaves them out.
      path === '' || optional || installed[path]?.version === version,
  );
}

function install() {
  console.error('Installing the npm packages of package-lock.json (under a minute)');
  // npm says where it is to those whom it runs; otherwise it is found on PATH, where Windows has it as npm.cmd.
  const npm = process.env.npm_execpath;
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  const done = npm
    ? spawnSync(process.execPath, [npm, ...flags], options)
    : spawnSync('npm', flags, { ...options, shell: process.platform === 'win32' });
  if (done.status !== 0) fail('npm ci failed; the reason stands above.');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
