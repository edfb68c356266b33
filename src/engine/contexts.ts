import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../util/absent.ts';
import { readConfigFile } from './configFile.ts';
import { record } from './mapping/reader.ts';
import type { EndpointTls } from './endpoint.ts';
import { EngineError } from './errors.ts';

/** A context of the docker CLI, as `docker context` stores it. */
export interface DockerContext {
  readonly name: string;
  readonly description: string | undefined;
  /** As it was written, such as `tcp://10.0.0.3`. */
  readonly host: string;
  readonly tls: EndpointTls | undefined;
}

/** A context that was found, or why one that is there cannot be used. */
export type FoundContext =
  | { readonly name: string; readonly context: DockerContext; readonly error?: undefined }
  | { readonly name: string; readonly context?: undefined; readonly error: EngineError };

/**
 * The context that `docker context use` chose; undefined when none was.
 * @throws EngineError `config` when config.json is there and can't be read or understood.
 */
export async function chosenContext(directory: string): Promise<string | undefined> {
  const { currentContext: name } = await readConfigFile(join(directory, 'config.json'));
  return typeof name === 'string' && name ? name : undefined;
}

/**
 * Reads one context.
 * @throws EngineError `config` when there is no such context, or it can't be used.
 */
export async function readContext(directory: string, name: string): Promise<DockerContext> {
  const text = await optional(metaPath(directory, idOf(name)));
  if (text === undefined)
    throw new EngineError('config', `There is no docker context named ${JSON.stringify(name)}.`);
  return load(directory, idOf(name), text);
}

/** All contexts but `default`, sorted by name. One that can't be used is an entry with its error. */
export async function readContexts(directory: string): Promise<FoundContext[]> {
  const ids = await entries(join(directory, 'contexts', 'meta'));
  const found = await Promise.all(ids.map((id) => readOne(directory, id)));
  return found.filter((entry) => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readOne(directory: string, id: string): Promise<FoundContext | undefined> {
  // Until the file itself tells the name, the start of its directory's stands for it.
  let name = id.slice(0, 12);
  try {
    const text = await optional(metaPath(directory, id));
    if (text === undefined) return undefined;
    const stored = record(json(text, metaPath(directory, id)))['Name'];
    if (typeof stored === 'string' && stored) name = stored;
    return { name, context: await load(directory, id, text) };
  } catch (error) {
    return { name, error: asConfigError(error, `The docker context ${name} can't be read.`) };
  }
}

async function load(directory: string, id: string, text: Buffer): Promise<DockerContext> {
  const path = metaPath(directory, id);
  const meta = record(json(text, path));
  const docker = record(record(meta['Endpoints'])['docker']);
  const { Name: name } = meta;
  const { Host: host, SkipTLSVerify: skip } = docker;
  const description = record(meta['Metadata'])['Description'];
  if (typeof name !== 'string' || !name)
    throw new EngineError('config', `${path} names no context.`);
  if (idOf(name) !== id)
    throw new EngineError(
      'config',
      `The docker context ${name} is stored where docker won't find it.`,
      { detail: path },
    );
  if (typeof host !== 'string' || !host)
    throw new EngineError('config', `The docker context ${name} has no Docker endpoint.`, {
      detail: path,
    });
  return {
    name,
    description: typeof description === 'string' && description ? description : undefined,
    host,
    tls: await tlsOf(join(directory, 'contexts', 'tls', id, 'docker'), skip === true),
  };
}

async function tlsOf(directory: string, skipVerify: boolean): Promise<EndpointTls | undefined> {
  const tls = await readPems(directory, skipVerify);
  return tls.ca || tls.cert || tls.key || skipVerify ? tls : undefined;
}

/**
 * Reads ca.pem, cert.pem and key.pem of a directory, those that are there.
 * @throws EngineError `config` when one is there and can't be read.
 */
export async function readPems(directory: string, skipVerify: boolean): Promise<EndpointTls> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => optional(join(directory, name))),
  );
  return { skipVerify, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

const idOf = (name: string) => createHash('sha256').update(name).digest('hex');
const metaPath = (directory: string, id: string) =>
  join(directory, 'contexts', 'meta', id, 'meta.json');

async function optional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw asConfigError(error, `${path} can't be read.`);
  }
}

async function entries(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw asConfigError(error, `${directory} can't be read.`);
  }
}

function asConfigError(error: unknown, message: string): EngineError {
  if (error instanceof EngineError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new EngineError('config', message, { cause: error, detail });
}

function json(text: Buffer, path: string): unknown {
  try {
    return JSON.parse(text.toString());
  } catch (error) {
    throw asConfigError(error, `${path} is not valid JSON.`);
  }
}
