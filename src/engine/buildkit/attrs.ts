import { posix, win32 } from 'node:path';
import { isAtLeast } from '../calls.ts';
import { EngineError } from '../errors.ts';
import { typed } from './csv.ts';
import type { BuildOptions } from './request.ts';

/** Folders that the builder may ask files of, by the name it asks with. */
export type LocalDirs = Readonly<Record<string, string>>;

export interface FrontendRequest {
  /** Attributes of the dockerfile.v0 frontend. */
  readonly attrs: Readonly<Record<string, string>>;
  readonly dirs: LocalDirs;
  /** What the engine has to be allowed for the build. */
  readonly entitlements: readonly string[];
}

/** Contexts that the frontend reads by itself. */
const isRead = (source: string): boolean =>
  isAddress(source) || /^(?:docker-image|oci-layout):\/\//.test(source);

/** A repository that is fetched over ssh, as scp names it: `git@host:team/app.git`, or another user's. */
export const isScpLike = (text: string): boolean => /^[\w-]+@[\w.-]+:/.test(text);

/** Whether a build context is an address of git or of an archive, which the engine fetches. */
export const isAddress = (context: string): boolean =>
  /^(?:https?|git|ssh):\/\//.test(context) || isScpLike(context);

/** @throws EngineError `not-supported` for a build context that is neither a folder nor an address of git or http */
export function demandContext(context: string): void {
  if (isAddress(context) || !/^[a-z][a-z\d+.-]+:\/\//i.test(context)) return;
  throw new EngineError(
    'not-supported',
    `The context is to be a folder of this machine, or an address of git or of an archive (https://…, git://…), and “${context}” is neither.`,
  );
}

const isAbsolute = (path: string) => posix.isAbsolute(path) || win32.isAbsolute(path);

/**
 * Words a build for BuildKit's Dockerfile frontend, as `docker buildx build` does.
 * Source: docs.docker.com/reference/cli/docker/buildx/build, and the frontend's attributes (moby/buildkit, docs/reference/dockerfile.v0).
 * @param apiVersion of the engine that builds; by default one of Docker 23 and later, which may have containerd keep its images
 * @throws EngineError `bad-request` for a host, or a context, that is not of the form it should have; as demandContext
 */
export function frontendRequest(options: BuildOptions, apiVersion = '1.42'): FrontendRequest {
  const { dockerfile, target, platforms = [], network = 'default' } = options;
  const { dirname, basename } = dockerfile.includes('\\') ? win32 : posix;
  demandContext(options.context);
  const isRemote = isAddress(options.context);
  // That of an address is in it, unless it is a file of this machine.
  const isHere = !isRemote || isAbsolute(dockerfile);
  const contexts = namedContexts(options.contexts ?? {});
  const attrs: Record<string, string> = {
    filename: isHere ? basename(dockerfile) : dockerfile,
    ...(isRemote && { context: options.context }),
    ...(isRemote && isHere && { dockerfilekey: 'dockerfile' }),
    ...(target && { target }),
    ...(platforms.length > 0 && { platform: platforms.join(',') }),
    // Empty: every stage.
    ...(options.noCacheFilter?.length && { 'no-cache': options.noCacheFilter.join(',') }),
    ...(options.noCache && { 'no-cache': '' }),
    ...(options.pull && { 'image-resolve-mode': 'pull' }),
    // Where containerd keeps the images, builders ask registries first, unless they are told what docker's own does always;
    // that of Docker 20.10, which never does, would share no cache with buildx then.
    ...(!options.pull && isAtLeast(apiVersion, 42) && { 'image-resolve-mode': 'local' }),
    ...(network !== 'default' && { 'force-network-mode': network }),
    ...(options.addHosts?.length && { 'add-hosts': options.addHosts.map(host).join(',') }),
    ...(options.shmSize && { 'shm-size': String(options.shmSize) }),
    ...(options.ulimits?.length && { ulimit: options.ulimits.join(',') }),
    ...(options.cgroupParent && { 'cgroup-parent': options.cgroupParent }),
    ...prefixed('build-arg:', options.buildArgs),
    ...prefixed('label:', options.labels),
    ...attested(options.attestations),
    ...contexts.attrs,
  };
  const dirs = {
    ...(!isRemote && { context: options.context }),
    ...(isHere && { dockerfile: dirname(dockerfile) }),
    ...contexts.dirs,
  };
  const allowed = [...(options.allow ?? []), ...(network === 'host' ? ['network.host'] : [])];
  return { attrs, dirs, entitlements: [...new Set(allowed)] };
}

const prefixed = (prefix: string, values: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));

/** Nothing is attested where nothing is said: buildx does so where it can. */
const attested = (attestations: BuildOptions['attestations'] = []) =>
  Object.fromEntries(attestations.map((one) => [`attest:${one.type}`, typed(one)]));

/** `name:address` or `name=address`, as `name=address`. An IPv6 address may stand in brackets. */
function host(text: string): string {
  const [, name, address] = /^([^:=]+)[:=]\[?([^\]]+)\]?$/.exec(text) ?? [];
  if (name && address) return `${name}=${address}`;
  throw new EngineError('bad-request', `“${text}” is not of the form host:address.`);
}

/** The frontend looks for a context by the shortest form of an image's name, whatever stands in the Dockerfile. */
const shortest = (name: string): string =>
  name.replace(/^docker\.io\/(?:library\/)?/, '').replace(/:latest$/, '');

function namedContexts(contexts: Readonly<Record<string, string>>): {
  attrs: Record<string, string>;
  dirs: Record<string, string>;
} {
  const attrs: Record<string, string> = {};
  const dirs: Record<string, string> = {};
  for (const [written, source] of Object.entries(contexts)) {
    const name = shortest(written);
    if (isRead(source)) {
      attrs[`context:${name}`] = source;
    } else if (isAbsolute(source)) {
      // As buildx has it: those are the names of the build's own folders.
      const folder = name === 'context' || name === 'dockerfile' ? `_${name}` : name;
      attrs[`context:${name}`] = `local:${folder}`;
      dirs[folder] = source;
    } else {
      throw new EngineError(
        'bad-request',
        `The context ${name} is “${source}”, which is neither a folder nor an address that the builder reads (docker-image://, oci-layout://, https://, git).`,
      );
    }
  }
  // A builder that knows none would take an image of such a name, from a registry too; one with a newer frontend may ask that.
  if (Object.keys(contexts).length > 0)
    attrs['frontend.caps'] = 'moby.buildkit.frontend.contexts+forward';
  return { attrs, dirs };
}
