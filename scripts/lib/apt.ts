import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { mainMirror, readSources } from './apt-sources.ts';
import { cacheDir, ensureStamped } from './cache.ts';
import { run } from './run.ts';

/** Something that this machine lacks and that we cannot install: shown as it is, without a stack. */
export class SetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SetupError';
  }
}

/** Throws SetupError unless this is Linux, with root and apt. `what` begins the sentence. */
export async function requireRootAndApt(what: string): Promise<void> {
  if (process.platform !== 'linux') throw new SetupError(`${what} needs Linux (Debian or Ubuntu).`);
  if (process.getuid?.() !== 0)
    throw new SetupError(
      `${what} needs root, to start an engine in a network namespace of its own.`,
    );
  if (!(await exists('/usr/bin/apt-get')))
    throw new SetupError(`${what} needs apt (Debian or Ubuntu), to fetch its programs.`);
}

/** Whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Not there, or not reachable: the same to those who ask.
    return false;
  }
}

/**
 * Downloads Debian packages of `suite` and unpacks them (no installation, no scripts) into a cached directory,
 * which it returns. Uses apt with lists and state of its own, so the machine's apt is neither read nor changed.
 * A second call does nothing.
 */
export async function unpackPackages(suite: string, packages: readonly string[]): Promise<string> {
  const key = [suite, ...packages].join(' ');
  const dir = join(cacheDir(), 'debian', `${suite}-${shortName(packages)}`);
  await ensureStamped(dir, key, async (draft) => {
    const apt = join(draft, '.apt');
    const env = { ...process.env, APT_CONFIG: await privateApt(apt, suite) };
    await run('apt-get', ['update', '-q'], {
      env,
      title: `Reading Debian ${suite}'s package list`,
    });
    await run('apt-get', ['download', '-q', ...packages], {
      env,
      cwd: join(apt, 'debs'),
      title: `Downloading ${packages.length} packages of Debian ${suite}`,
    });
    const debs = (await readdir(join(apt, 'debs'))).filter((name) => name.endsWith('.deb'));
    // A merged /usr, as on the machine: packages that still ship /lib or /sbin land in /usr.
    for (const name of ['lib', 'bin', 'sbin', 'lib64']) {
      await mkdir(join(draft, 'usr', name), { recursive: true });
      await symlink(join('usr', name), join(draft, name));
    }
    for (const deb of debs) await unpack(join(apt, 'debs', deb), draft);
    await rm(apt, { recursive: true, force: true });
  });
  return dir;
}

/** `dpkg -x` would replace the merged-/usr links by directories; tar told to keep them does not. */
async function unpack(deb: string, dir: string): Promise<void> {
  const script =
    'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
  await run('bash', ['-c', script, 'bash', deb, dir], { title: `Unpacking ${basename(deb)}` });
}

function shortName(packages: readonly string[]): string {
  return packages[0] ?? 'none';
}

/** Writes an apt configuration that has only `suite` as its source; returns the path of the file. */
async function privateApt(dir: string, suite: string): Promise<string> {
  for (const part of ['lists/partial', 'cache/archives/partial', 'etc', 'state', 'debs'])
    await mkdir(join(dir, part), { recursive: true });
  await writeFile(join(dir, 'state/status'), '');
  await writeFile(join(dir, 'etc/sources.list'), `${await sourceLine(suite)}\n`);
  const config = join(dir, 'apt.conf');
  const settings: Record<string, string> = {
    'Dir::Etc::sourcelist': join(dir, 'etc/sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State::Lists': join(dir, 'lists'),
    'Dir::State::status': join(dir, 'state/status'),
    'Dir::Cache': join(dir, 'cache'),
    'APT::Sandbox::User': 'root',
    'APT::Update::Post-Invoke': '',
    'Acquire::Languages': 'none',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
  // Hooks of the machine (indexes for desktop tools, say) have no business with these lists.
  lines.push('#clear APT::Update::Post-Invoke;', '#clear APT::Update::Post-Invoke-Success;');
  await writeFile(config, `${lines.join('\n')}\n`);
  return config;
}

async function sourceLine(suite: string): Promise<string> {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const given = process.env['STEVEDORE_DEBIAN_MIRROR'];
  if (given) return `deb [signed-by=${keyring}] ${given} ${suite} main`;
  const codename = /^VERSION_CODENAME=(\S+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  const mirror = mainMirror(await readSources(), codename ?? 'stable');
  if (!mirror)
    throw new SetupError(
      "No Debian mirror among this machine's apt sources: set STEVEDORE_DEBIAN_MIRROR to the URL of one" +
        ' and install debian-archive-keyring.',
    );
  return `deb [signed-by=${mirror.signedBy ?? keyring}] ${mirror.uri} ${suite} main`;
}

/**
 * Installs Debian packages that are not installed yet, when no other process does. No service is started: a policy that
 * refuses every start stands in /usr/sbin/policy-rc.d meanwhile, and what stood there before comes back.
 */
export async function ensureAptPackages(packages: readonly string[]): Promise<void> {
  if ((await missingOf(packages)).length === 0) return;
  await requireRootAndApt(`Installing ${packages.join(', ')}`);
  await mkdir(cacheDir(), { recursive: true });
  await inTurn(join(cacheDir(), 'apt.lock'), async () => {
    const missing = await missingOf(packages);
    if (missing.length === 0) return;
    await withoutServiceStarts(async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const install = ['install', '-y', '-q', '--no-install-recommends', ...missing];
      // The machine may be at its own updates.
      const wait = ['-o', 'DPkg::Lock::Timeout=300'];
      await run('apt-get', ['update', '-q'], { env, title: 'Reading package lists' });
      await run('apt-get', [...wait, ...install], {
        env,
        title: `Installing ${missing.join(', ')}`,
      });
    });
  });
}

/**
 * Does `work` while no other process of this machine does work under the same `lock`, the path of a file in a directory
 * that is there. However a process ends, its turn ends with it. Throws what `work` throws.
 */
export async function inTurn<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [lock, 'sh', '-c', 'echo; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await Promise.race([once(holder.stdout, 'data'), failure(holder)]);
  try {
    return await work();
  } finally {
    const ended = once(holder, 'exit');
    holder.stdin.end();
    await ended;
  }
}

async function failure(holder: ReturnType<typeof spawn>): Promise<never> {
  const [code] = (await once(holder, 'exit')) as [number | null];
  throw new SetupError(`flock ended with ${code} and gave no turn.`);
}

async function missingOf(packages: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const name of packages) if (!(await isInstalled(name))) missing.push(name);
  return missing;
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    const status = await run('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]);
    return status === 'installed';
  } catch {
    // dpkg-query fails for a package that it has never heard of.
    return false;
  }
}

async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  const kept = `${policy}.before-stevedore`;
  const had = await exists(policy);
  if (had) await rename(policy, kept);
  const restore = async (): Promise<void> => {
    await rm(policy, { force: true });
    if (had) await rename(kept, policy);
  };
  const onSignal = (): void => {
    void restore().finally(() => process.exit(130));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    await work();
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await restore();
  }
}
