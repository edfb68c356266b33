import { readDockerConfig } from '../registry/docker-config.ts';

/** Names in docker's config.json by those of the variables that programs look for. */
const VARIABLES: Readonly<Record<string, string>> = {
  HTTP_PROXY: 'httpProxy',
  HTTPS_PROXY: 'httpsProxy',
  NO_PROXY: 'noProxy',
  FTP_PROXY: 'ftpProxy',
  ALL_PROXY: 'allProxy',
};

/**
 * Build arguments with the proxies that docker's config.json has for an engine, as docker's client adds them
 * (docs.docker.com/engine/cli/proxy), where the build itself has none. Builders set variables in small letters by them, too.
 * @param engine its address, which `proxies` of config.json may be for; else those of `default` count
 * @throws EngineError `config` when config.json cannot be read
 */
export async function withProxies(
  buildArgs: Readonly<Record<string, string>> | undefined,
  engine: string,
  { env, home }: { env: Readonly<Record<string, string | undefined>>; home: string },
): Promise<Readonly<Record<string, string>>> {
  const { proxies } = await readDockerConfig(env, home);
  const chosen = Object.hasOwn(proxies, engine) ? proxies[engine] : proxies['default'];
  const given = new Set(Object.keys(buildArgs ?? {}).map((name) => name.toUpperCase()));
  const found = Object.entries(VARIABLES).flatMap(([variable, name]) => {
    const value = (chosen as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    return typeof value === 'string' && value && !given.has(variable) ? [[variable, value]] : [];
  });
  return { ...Object.fromEntries(found), ...buildArgs };
}
