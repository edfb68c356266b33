import { basename, dirname } from 'node:path';
import type { BuildOptions } from '../buildkit/request.ts';
import { DOCKER_TASK } from '../../util/taskNames.ts';
import { EngineError } from '../errors.ts';
import { parseFlags } from './flags.ts';
import {
  parseAttestations,
  parseCaches,
  parseContext,
  parseContexts,
  parseDockerfile,
  parseEntitlement,
  parseHost,
  parseNetwork,
  parseSecret,
  parseShmSize,
  parseSsh,
  parseUlimit,
  toPath,
} from './optionText.ts';
import { parseOutput, withOutputs } from './outputs.ts';
import { splitList } from '../words.ts';

/** A task as it stands in tasks.json, its variables replaced. Nobody vouches for its fields. */
export type TaskFields = Readonly<Record<string, unknown>>;

/**
 * The options of a task's build.
 * @param folder absolute path that relative ones begin at: the workspace folder's
 * @throws EngineError `bad-request` that names the field which cannot be read
 */
export function taskOptions(fields: TaskFields, folder: string): BuildOptions {
  return fields['type'] === DOCKER_TASK
    ? dockerTaskOptions(fields, folder)
    : buildTaskOptions(fields, folder);
}

function buildTaskOptions(fields: TaskFields, folder: string): BuildOptions {
  const read = reader(fields);
  const context = read.text('context');
  const dockerfile = parseDockerfile(
    read.text('dockerfile') ?? 'Dockerfile',
    context ?? '',
    folder,
  );
  const network = read.text('network');
  const shmSize = read.text('shmSize');
  const choices = read.texts('output').map((one) => parseOutput(one, folder));
  const iidFile = read.text('iidFile');
  const metadataFile = read.text('metadataFile');
  return {
    context: parseContext(context ?? dirname(dockerfile), folder),
    dockerfile,
    target: read.text('target'),
    buildArgs: read.pairs('args', (name) => process.env[name]),
    labels: read.pairs('labels'),
    annotations: read.some(read.texts('annotations')),
    attestations: read.some(parseAttestations(read.texts('attestations'))),
    platforms: read.some(read.texts('platforms').flatMap(splitList)),
    noCache: read.flag('noCache'),
    noCacheFilter: read.some(read.texts('noCacheFilter').flatMap(splitList)),
    pull: read.flag('pull'),
    network: network === undefined ? undefined : parseNetwork(network),
    allow: read.some(read.texts('allow').map(parseEntitlement)),
    addHosts: read.some(read.texts('addHosts').map(parseHost)),
    shmSize: shmSize === undefined ? undefined : parseShmSize(shmSize),
    ulimits: read.some(read.texts('ulimits').map(parseUlimit)),
    cgroupParent: read.text('cgroupParent'),
    contexts: parseContexts(
      Object.entries(read.pairs('contexts') ?? {}).map(([name, source]) => `${name}=${source}`),
      folder,
    ),
    secrets: read.some(read.texts('secrets').map((text) => parseSecret(text, folder))),
    ssh: parseSsh(read.texts('ssh'), folder),
    cacheFrom: read.some(read.texts('cacheFrom').flatMap((one) => parseCaches(one, folder))),
    cacheTo: read.some(read.texts('cacheTo').flatMap((one) => parseCaches(one, folder))),
    ...withOutputs(choices, { tags: read.texts('tags'), push: read.flag('push') }),
    ...(iidFile !== undefined && { iidFile: toPath(iidFile, folder) }),
    ...(metadataFile !== undefined && { metadataFile: toPath(metadataFile, folder) }),
  };
}

function dockerTaskOptions(fields: TaskFields, folder: string): BuildOptions {
  const read = reader(object(fields, 'dockerBuild') ?? {});
  const project = projectOf(fields, folder);
  const context = parseContext(read.text('context') ?? project, folder);
  // As that extension names it, for other things may go by the name.
  const name = basename(project)
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase();
  // `includeDefaults` turns on a label of that extension's own.
  const { includeDefaults: _, ...labels } = object(read.fields, 'labels') ?? {};
  const tags = read.texts('tag').length > 0 ? read.texts('tag') : [`${name || 'image'}:latest`];
  const custom = parseFlags(read.text('customOptions') ?? '', folder, { tags, context });
  const file = read.text('dockerfile');
  const options: BuildOptions = {
    context,
    dockerfile: parseDockerfile(
      file ?? 'Dockerfile',
      context,
      file === undefined ? context : folder,
    ),
    tags,
    target: read.text('target'),
    buildArgs: { ...read.pairs('buildArgs'), ...custom.buildArgs },
    labels: { ...reader({ labels }).pairs('labels'), ...custom.labels },
    platforms: read.some(splitList(read.text('platform') ?? '')),
    pull: read.flag('pull'),
  };
  const { buildArgs: _a, labels: _l, ...rest } = custom;
  return { ...options, ...rest };
}

/** The folder of the application, where the hints of a platform name it. */
function projectOf(fields: TaskFields, folder: string): string {
  const node = object(fields, 'node')?.['package'];
  return typeof node === 'string' ? dirname(toPath(node, folder)) : folder;
}

function object(fields: TaskFields, name: string): TaskFields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as TaskFields;
  throw wrong(name, 'an object');
}

function reader(fields: TaskFields) {
  const text = (name: string): string | undefined => {
    const value = fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    throw wrong(name, 'a text');
  };
  return {
    fields,
    text,
    flag(name: string): boolean {
      const value = fields[name] ?? false;
      if (typeof value === 'boolean') return value;
      throw wrong(name, 'true or false');
    },
    /** One text or several. */
    texts(name: string): string[] {
      const value = fields[name];
      if (!Array.isArray(value)) return [text(name) ?? []].flat();
      if (value.every((one) => typeof one === 'string')) return value.filter(Boolean);
      throw wrong(name, 'a list of texts');
    },
    /**
     * Values may be numbers and the like, as people write them in JSON.
     * @param valueOf the value of a name that has null, which is left out where there is none; without it none may
     */
    pairs(
      name: string,
      valueOf?: (name: string) => string | undefined,
    ): Record<string, string> | undefined {
      const value = object(fields, name);
      return (
        value &&
        Object.fromEntries(
          Object.entries(value).flatMap(([key, one]) => {
            if (['string', 'number', 'boolean'].includes(typeof one)) return [[key, String(one)]];
            if (one === null && valueOf) {
              const found = valueOf(key);
              return found === undefined ? [] : [[key, found]];
            }
            throw wrong(`${name}.${key}`, 'a text');
          }),
        )
      );
    },
    some: <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined),
  };
}

const wrong = (name: string, wanted: string) =>
  new EngineError('bad-request', `“${name}” of the task is not ${wanted}.`);
