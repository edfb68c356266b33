import { realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throughDraft } from '../../util/draft.ts';
import { configDirectory, readConfigFile } from '../configFile.ts';
import { record } from '../mapping/reader.ts';
import { EngineError } from '../errors.ts';
import { HUB } from '../reference.ts';

/** The parts of docker's config.json that are about credentials and proxies. */
export interface DockerConfig {
  readonly path: string;
  readonly auths: Readonly<Record<string, unknown>>;
  /** Helper for every registry that `helpers` doesn't name; undefined when there is none. */
  readonly defaultHelper: string | undefined;
  /** Helper by registry host. */
  readonly helpers: ReadonlyMap<string, string>;
  /** What containers and builds reach the network by, by the engine's address or `default`. */
  readonly proxies: Readonly<Record<string, unknown>>;
}

/** Docker Hub's key in config.json and in credential helpers, from the days of its first index. */
export const HUB_KEY = 'https://index.docker.io/v1/';

/** The key under which docker keeps a host's credential. */
export function keyOf(host: string): string {
  return host === HUB ? HUB_KEY : host;
}

/** The host that a key of config.json or of a helper stands for: keys may be URLs of older dockers. */
export function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? HUB : host;
}

/**
 * Reads `$DOCKER_CONFIG/config.json`, or `~/.docker/config.json`. A file that does not exist is an empty one.
 * @throws EngineError `config` when it cannot be read or is not JSON; never quoting it
 */
export async function readDockerConfig(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<DockerConfig> {
  const path = join(configDirectory({ env, home }), 'config.json');
  const json = await readConfigFile(path);
  const store = json['credsStore'];
  const helpers = new Map<string, string>();
  for (const [host, helper] of Object.entries(record(json['credHelpers']))) {
    if (typeof helper === 'string' && helper) helpers.set(hostOf(host), helper);
  }
  return {
    path,
    auths: record(json['auths']),
    defaultHelper: typeof store === 'string' && store ? store : undefined,
    helpers,
    proxies: record(json['proxies']),
  };
}

/** The entry of config.json's `auths` for a host, under its key or any older form of it. */
export function authEntry(config: DockerConfig, host: string): Record<string, unknown> | undefined {
  const key = Object.hasOwn(config.auths, keyOf(host))
    ? keyOf(host)
    : Object.keys(config.auths).find((key) => hostOf(key) === host);
  return key === undefined ? undefined : record(config.auths[key]);
}

/**
 * Takes a host out of config.json's `auths` as `docker logout` does, everything else in it kept.
 * The file is replaced at once, with the same access rights, behind a symbolic link too.
 * @throws EngineError `config`
 */
export async function removeAuthEntry(path: string, host: string): Promise<void> {
  const json = await readConfigFile(path);
  const auths = record(json['auths']);
  const kept = Object.entries(auths).filter(([key]) => hostOf(key) !== host);
  if (kept.length === Object.keys(auths).length) return;
  const target = await realpath(path);
  try {
    const { mode } = await stat(target);
    const text = `${JSON.stringify({ ...json, auths: Object.fromEntries(kept) }, null, '\t')}\n`;
    await throughDraft(target, (draft) =>
      writeFile(draft, text, { mode: mode & 0o777, flag: 'wx' }),
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new EngineError(
      'config',
      `${path} cannot be written (${code}): run \`docker logout ${keyOf(host)}\` instead.`,
    );
  }
}
