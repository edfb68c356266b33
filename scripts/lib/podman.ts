import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { engineEnv } from './engine-env.ts';
import type { InstalledEngine } from './engines.ts';
import type { Service } from './process.ts';
import { run } from './run.ts';

/**
 * Podman's Docker-compatible service as root, with every path its configuration can name below `dir`.
 * The limits are below what the machine may refuse to raise, and runc stands in for crun, which wants
 * either version of cgroups but not both.
 */
export async function podmanService(
  installed: InstalledEngine,
  dir: string,
  socket: string,
  cgroup: string,
  ca?: string,
): Promise<Service> {
  const root = installed.podmanRoot ?? installed.root;
  const home = join(dir, 'home');
  await mkdir(home, { recursive: true });
  await mkdir(join(dir, 'networks'), { recursive: true });
  // Podman as root keeps a cache in /var/lib/containers whatever its configuration says.
  await cover('/var/lib', join(dir, 'state'));
  // A commit looks for the policy nowhere else, and a fresh machine doesn't have it.
  await cover('/etc', join(dir, 'etc'), {
    'containers/policy.json': JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }),
  });
  await writeFile(join(dir, 'containers.conf'), containersConf(installed, root, dir, cgroup));
  await writeFile(
    join(dir, 'registries.conf'),
    [5051, 5053, 5054]
      .map((port) => `[[registry]]\nlocation = "127.0.0.1:${port}"\ninsecure = true\n`)
      .join('\n'),
  );
  await writeFile(
    join(dir, 'storage.conf'),
    `[storage]\ndriver = "overlay"\ngraphroot = "${join(dir, 'data')}"\nrunroot = "${join(dir, 'exec')}"\n`,
  );
  return {
    program: join(installed.bin, 'podman'),
    args: [
      ['--root', join(dir, 'data'), '--runroot', join(dir, 'exec')],
      ['system', 'service', '--time', '0', `unix://${socket}`],
    ].flat(),
    env: {
      ...engineEnv(installed),
      HOME: home,
      // Signing in heeds no registries.conf: the authority has to be known.
      ...(ca !== undefined && { SSL_CERT_FILE: ca }),
      CONTAINERS_CONF: join(dir, 'containers.conf'),
      CONTAINERS_REGISTRIES_CONF: join(dir, 'registries.conf'),
      CONTAINERS_STORAGE_CONF: join(dir, 'storage.conf'),
    },
    log: join(dir, 'engine.log'),
  };
}

/** What is written below `path` goes to a layer of ours, with `files` in it, which is seen in this mount namespace only. */
async function cover(
  path: string,
  dir: string,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [upper, work] = [join(dir, 'upper'), join(dir, 'work')];
  for (const made of [upper, work]) await mkdir(made, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(upper, name)), { recursive: true });
    await writeFile(join(upper, name), text);
  }
  const layers = `lowerdir=${path},upperdir=${upper},workdir=${work}`;
  await run('mount', ['-t', 'overlay', '-o', layers, 'overlay', path]);
}

function containersConf(
  installed: InstalledEngine,
  root: string,
  dir: string,
  cgroup: string,
): string {
  const text = (value: string): string => JSON.stringify(value);
  return `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
cgroup_parent = ${text(`/${cgroup}`)}
seccomp_profile = ${text(join(root, 'usr/share/containers/seccomp.json'))}
init_path = ${text(join(installed.bin, 'docker-init'))}

[network]
network_backend = "netavark"
network_config_dir = ${text(join(dir, 'networks'))}

[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
conmon_path = [${text(join(installed.tools, 'conmon'))}]
helper_binaries_dir = [${text(join(root, 'usr/lib/podman'))}]
static_dir = ${text(join(dir, 'data/libpod'))}
tmp_dir = ${text(join(dir, 'tmp'))}
volume_path = ${text(join(dir, 'data/volumes'))}

[engine.runtimes]
runc = [${text(join(installed.bin, 'runc'))}]
`;
}
