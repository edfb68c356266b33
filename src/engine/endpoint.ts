import { configDirectory } from './configFile.ts';
import { chosenContext, readContext, readContexts, readPems } from './contexts.ts';
import type { DockerContext, FoundContext } from './contexts.ts';
import { EngineError } from './errors.ts';
import { parseHost } from './hostUrl.ts';
import { defaultPlace, existing, identity, wellKnownPlaces } from './platformPaths.ts';
import type { Machine, Place } from './platformPaths.ts';

/** Where an engine is reached, and how. */
export interface Endpoint {
  readonly name: string;
  /** `unix:///…`, `npipe:////./pipe/…`, `tcp://host:port` or `ssh://user@host[:port][/path]`. */
  readonly url: string;
  /** Where it was found, in words: `DOCKER_HOST`, `context desktop-linux`, `default socket` … */
  readonly source: string;
  /** Present when the engine is to be spoken to over TLS. */
  readonly tls?: EndpointTls;
  /** Where published ports are reached: `localhost`, or the remote's host. */
  readonly host: string;
}

/** PEM texts, and what to check. */
export interface EndpointTls {
  readonly ca?: Buffer | string;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly skipVerify: boolean;
  readonly serverName?: string;
}

export interface EndpointOptions extends Machine {
  /** Chosen by the user in our own settings: an address, as for DOCKER_HOST. */
  readonly host?: string | undefined;
  /** Chosen by the user in our own settings: the name of a docker context. */
  readonly context?: string | undefined;
}

/** An engine that could be worked with, or why it can't. */
export type FoundEndpoint = Outcome & {
  readonly name: string;
  readonly kind: 'setting' | 'context' | 'socket';
  /** What `docker context create --description` was given. */
  readonly description?: string | undefined;
  /** What resolveEndpoint gives. */
  readonly current: boolean;
  /** What the docker CLI would use in this environment. */
  readonly cliDefault: boolean;
};

type Outcome =
  | { readonly endpoint: Endpoint; readonly error?: undefined }
  | { readonly endpoint?: undefined; readonly error: EngineError };

/**
 * Finds the engine to work with, in the docker CLI's order: setting, DOCKER_HOST, DOCKER_CONTEXT, the context chosen by
 * `docker context use`, the default socket. Where the CLI would give up then, the first well-known socket that exists is
 * taken.
 * @throws EngineError `config` when what is configured can't be used.
 */
export async function resolveEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { host, context } = options;
  if (host && context)
    throw new EngineError(
      'config',
      'Both an engine address and a docker context are set: keep one of them.',
    );
  if (host) return hostEndpoint(host, host.trim(), 'setting', options);
  if (context) return contextEndpoint(context, `setting, context ${context}`, options);
  return cliEndpoint(options);
}

/**
 * Lists what could be worked with: what the environment says, the contexts, and the well-known sockets that exist and
 * are none of these. What can't be used is listed with its error.
 */
export async function findEndpoints(options: EndpointOptions): Promise<FoundEndpoint[]> {
  const directory = configDirectory(options);
  const [current, cli, fallback, contexts] = await Promise.all([
    attempt('setting', () => resolveEndpoint(options)),
    attempt('default', () => cliEndpoint(options)),
    attempt('default', () => defaultEndpoint(options)),
    readContexts(directory).catch((error: unknown): FoundContext[] => [
      { name: 'contexts', error: asEngineError(error) },
    ]),
  ]);
  const stored = await Promise.all(
    contexts.map(async ({ name, context, error }): Promise<Attempt> => {
      if (!context) return { name, error };
      const found = await attempt(name, () => ofContext(context, `context ${name}`, options));
      return { ...found, description: context.description };
    }),
  );
  const named = [fallback, ...stored];
  const known = await Promise.all(named.map(({ endpoint }) => keyOf(endpoint?.url)));
  const sockets: Attempt[] = [];
  for (const place of await existing(
    [defaultPlace(options), ...wellKnownPlaces(options)],
    options,
  )) {
    if (!known.includes(await keyOf(place.url)))
      sockets.push({ name: place.name, endpoint: ofPlace(place, 'socket') });
  }
  const entry =
    (kind: FoundEndpoint['kind']) =>
    (found: Attempt): FoundEndpoint => ({
      ...found,
      kind,
      current: same(found, current),
      cliDefault: same(found, cli),
    });
  // The socket that stands in for a missing default one is no context that could be asked for by name.
  const first = entry(fallback.name === 'default' ? 'context' : 'socket');
  const list = [first(fallback), ...stored.map(entry('context')), ...sockets.map(entry('socket'))];
  // An address of the user's own, or one that can't be resolved, is in none of the lists.
  return list.some((item) => item.current)
    ? list
    : [{ ...entry('setting')(current), current: true }, ...list];
}

type Attempt = Pick<FoundEndpoint, 'name' | 'description'> & Outcome;

async function attempt(name: string, find: () => Endpoint | Promise<Endpoint>): Promise<Attempt> {
  try {
    const endpoint = await find();
    return { name: endpoint.name, endpoint };
  } catch (error) {
    return { name, error: asEngineError(error) };
  }
}

const asEngineError = (error: unknown) =>
  error instanceof EngineError ? error : new EngineError('config', String(error), { cause: error });

const same = (a: Attempt, b: Attempt) =>
  a.endpoint !== undefined &&
  a.endpoint.name === b.endpoint?.name &&
  a.endpoint.url === b.endpoint.url;

/** Sockets by their real path, for /var/run and /run, or a link to Docker Desktop's, are one. */
const keyOf = async (url: string | undefined) => url && ((await identity(url)) ?? url);

async function cliEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { env } = options;
  if (env['DOCKER_HOST']) return defaultEndpoint(options);
  const named = env['DOCKER_CONTEXT'];
  if (named) return contextEndpoint(named, `DOCKER_CONTEXT, context ${named}`, options);
  const chosen = await chosenContext(configDirectory(options));
  if (chosen) return contextEndpoint(chosen, `context ${chosen}`, options);
  return defaultEndpoint(options);
}

/** The CLI's context `default`: what the environment says, else the default socket, else the first that exists. */
async function defaultEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { env } = options;
  const host = env['DOCKER_HOST'];
  if (host) return hostEndpoint(host, 'default', 'DOCKER_HOST', options);
  if (env['DOCKER_TLS_VERIFY'] || env['DOCKER_TLS'])
    return hostEndpoint('tcp://localhost:2376', 'default', 'DOCKER_TLS', options);
  const usual = defaultPlace(options);
  const [found] = await existing([usual, ...wellKnownPlaces(options)], options);
  if (!found || found.url === usual.url)
    return { ...ofPlace(usual, 'default socket'), name: 'default' };
  return ofPlace(found, `socket of ${found.name}`);
}

async function hostEndpoint(
  text: string,
  name: string,
  source: string,
  options: EndpointOptions,
): Promise<Endpoint> {
  const { env } = options;
  const verify = Boolean(env['DOCKER_TLS_VERIFY']);
  const wanted = verify || Boolean(env['DOCKER_TLS']);
  const at = parseHost(text, { tls: wanted, defaultUrl: defaultPlace(options).url });
  if (!wanted || !at.url.startsWith('tcp:')) return { name, source, ...at };
  const directory = env['DOCKER_CERT_PATH'] || configDirectory(options);
  const tls = await readPems(directory, !verify);
  if (verify && !tls.ca)
    throw new EngineError(
      'config',
      `DOCKER_TLS_VERIFY is set, but there is no ca.pem in ${directory}.`,
    );
  return { name, source, ...at, tls };
}

async function contextEndpoint(
  name: string,
  source: string,
  options: EndpointOptions,
): Promise<Endpoint> {
  if (name === 'default') return defaultEndpoint(options);
  return ofContext(await readContext(configDirectory(options), name), source, options);
}

function ofContext(context: DockerContext, source: string, options: EndpointOptions): Endpoint {
  const { name, host, tls } = context;
  const defaultUrl = defaultPlace(options).url;
  const at = parseHost(host, { tls: tls !== undefined, defaultUrl });
  return { name, source, ...at, ...(tls && at.url.startsWith('tcp:') && { tls }) };
}

const ofPlace = ({ name, url }: Place, source: string): Endpoint => ({
  name,
  url,
  source,
  host: 'localhost',
});
