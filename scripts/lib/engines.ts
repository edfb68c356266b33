import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { requireRootAndApt, SetupError, unpackPackages } from './apt.ts';
import { cacheDir, ensureStamped } from './cache.ts';

/** old = Debian 12's docker.io (API 1.41), new = Debian 13's (1.45) or sid's, podman = Debian 12's Podman service. */
export type Generation = 'old' | 'new' | 'podman';

export const GENERATIONS: readonly Generation[] = ['old', 'new', 'podman'];

/** An engine as it lies in the cache, ready to be started. */
export interface InstalledEngine {
  readonly generation: Generation;
  /** Directory of all programs; goes first in the engine's PATH. */
  readonly bin: string;
  /** Directory of shared libraries that a fresh machine lacks; goes in LD_LIBRARY_PATH. */
  readonly lib: string;
  /** Programs that a command may need and a fresh machine may lack (ssh, ip); goes last in PATH. */
  readonly tools: string;
  /** Holds nothing but the engine's own `docker`, if it has one; goes first in a command's PATH. */
  readonly cli: string;
  /** Root that Debian 12's packages are unpacked in, for data files such as iptables' modules. */
  readonly root: string;
  /** Root that Podman is unpacked in; absent for the others. */
  readonly podmanRoot?: string;
  /** Directory of docker CLI plugins (buildx, compose); absent for old and podman. */
  readonly plugins?: string;
  /** Who keeps the images; absent: the engine itself, in its classic store. */
  readonly imageStore?: 'containerd';
}

/** The shared libraries are those that a minimal Debian 12 does not have. */
const BASE = [
  'docker.io',
  'containerd',
  'runc',
  'tini',
  'docker-registry',
  'busybox-static',
  'openssl',
  'libssl3',
  'iptables',
  'libxtables12',
  'libip4tc2',
  'libip6tc2',
  'libmnl0',
  'libnftnl11',
  'libnfnetlink0',
  'libnetfilter-conntrack3',
  'libdevmapper1.02.1',
  'libseccomp2',
  'iproute2',
  'libbpf1',
  'libelf1',
];

const SSH = [
  'openssh-server',
  'openssh-client',
  'libwrap0',
  'libgssapi-krb5-2',
  'libkrb5-3',
  'libk5crypto3',
  'libkrb5support0',
  'libkeyutils1',
  'libcom-err2',
  'libnsl2',
  'libtirpc3',
  'libedit2',
  'libbsd0',
  'libmd0',
];

/** Raised when bin, lib, tools or cli are made differently. */
const LAYOUT = '4';

const NEW = ['docker.io', 'docker-cli', 'docker-buildx', 'docker-compose', 'containerd'];

const PODMAN = [
  'podman',
  'conmon',
  'netavark',
  'aardvark-dns',
  'golang-github-containers-common',
  'golang-github-containers-image',
  'libglib2.0-0',
  'libgpgme11',
  'libassuan0',
  'libsubid4',
];

/** The Debian release that `new` comes from: trixie, or sid with STEVEDORE_NEW_ENGINE=sid. */
export function newSuite(): string {
  return process.env['STEVEDORE_NEW_ENGINE'] || 'trixie';
}

/** Who keeps the images of `new`: the engine itself, or containerd with STEVEDORE_NEW_STORE=containerd. */
function newStore(): 'classic' | 'containerd' {
  const store = process.env['STEVEDORE_NEW_STORE'] || 'classic';
  if (store === 'classic' || store === 'containerd') return store;
  throw new SetupError(`STEVEDORE_NEW_STORE is classic or containerd, and not “${store}”.`);
}

/**
 * Makes sure that an engine, the registry and the programs they need lie in the cache; the second call is offline.
 * Throws SetupError without Linux, root or apt, and CommandError when a download fails.
 */
export async function ensureEngine(generation: Generation): Promise<InstalledEngine> {
  await requireRootAndApt('The test bed');
  const base = await unpackPackages('bookworm', BASE);
  const ssh = await unpackPackages('bookworm', SSH);
  const roots = [base, ssh];
  if (generation === 'new') roots.unshift(await unpackPackages(newSuite(), NEW));
  if (generation === 'podman') roots.unshift(await unpackPackages('bookworm', PODMAN));
  const name = generation === 'new' ? `new-${newSuite()}` : generation;
  const dir = join(cacheDir(), 'engines', name);
  await ensureStamped(
    dir,
    [LAYOUT, ...roots, ...BASE, ...SSH, ...NEW, ...PODMAN].join(' '),
    async (draft) => {
      await link(roots, draft);
      await wrap(dir, draft, generation);
    },
  );
  return {
    generation,
    bin: join(dir, 'bin'),
    lib: join(dir, 'lib'),
    tools: join(dir, 'tools'),
    cli: join(dir, 'cli'),
    root: base,
    ...(generation === 'podman' && { podmanRoot: roots[0] ?? '' }),
    ...(generation === 'new' && {
      plugins: join(roots[0] ?? '', 'usr/libexec/docker/cli-plugins'),
      ...(newStore() === 'containerd' && { imageStore: 'containerd' as const }),
    }),
  };
}

/** Programs that need a newer C library than Debian 12's: the base's own serve instead. */
const TOO_NEW = new Set(['runc', 'docker-init', 'tini', 'tini-static']);

/** Collects the programs and libraries of several roots in one bin and one lib; the first root wins. */
async function link(roots: readonly string[], dir: string): Promise<void> {
  const seen = new Set<string>();
  const add = async (target: string, into: string, name: string): Promise<void> => {
    if (seen.has(`${into}/${name}`)) return;
    seen.add(`${into}/${name}`);
    await mkdir(join(dir, into), { recursive: true });
    await symlink(target, join(dir, into, name));
  };
  const base = roots.find((root) => basename(root) === 'bookworm-docker.io');
  for (const root of roots) {
    const foreign = !basename(root).startsWith('bookworm-');
    for (const part of ['bin', 'sbin']) {
      for (const name of await readdir(join(root, 'usr', part))) {
        if (foreign && TOO_NEW.has(name)) continue;
        await add(join(root, 'usr', part, name), 'bin', name);
      }
    }
    if (foreign) continue;
    for (const triplet of await readdir(join(root, 'usr/lib')))
      if (/-linux-gnu/.test(triplet))
        for (const name of await readdir(join(root, 'usr/lib', triplet)))
          if (/\.so(\.|$)/.test(name)) await add(join(root, 'usr/lib', triplet, name), 'lib', name);
  }
  // The package leaves these names to update-alternatives. nf_tables is what current kernels have.
  for (const name of ['iptables', 'ip6tables'])
    if (base) await add(join(base, 'usr/sbin/xtables-nft-multi'), 'bin', name);
}

/** Programs that commands in the bed may call. A wrapper lends each the libraries of {@link InstalledEngine.lib}. */
const TOOLS = ['ssh', 'ssh-keygen', 'ssh-add', 'ssh-agent', 'ip', 'openssl', 'iptables'];

async function wrap(dir: string, draft: string, generation: Generation): Promise<void> {
  await mkdir(join(draft, 'tools'));
  // Podman starts conmon without our LD_LIBRARY_PATH.
  for (const name of generation === 'podman' ? [...TOOLS, 'conmon'] : TOOLS) {
    const script = `#!/bin/sh\nLD_LIBRARY_PATH='${join(dir, 'lib')}' exec '${join(dir, 'bin', name)}' "$@"\n`;
    await writeFile(join(draft, 'tools', name), script, { mode: 0o755 });
  }
  await mkdir(join(draft, 'cli'));
  // Podman's service is spoken to by Debian 12's docker CLI.
  await symlink(join(dir, 'bin/docker'), join(draft, 'cli/docker'));
  if (generation === 'podman') await symlink(join(dir, 'bin/podman'), join(draft, 'cli/podman'));
}
