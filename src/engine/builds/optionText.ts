import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { parseSize } from '../../util/size.ts';
import { suggest } from '../../util/suggest.ts';
import { isAddress, isScpLike } from '../buildkit/attrs.ts';
import { LAYOUT, withRoot } from '../buildkit/content/layoutName.ts';
import { fromCsv } from '../buildkit/csv.ts';
import { isTrue } from '../buildkit/files/metadata.ts';
import type { Attestation, BuildOptions, CacheSpec, SecretSource } from '../buildkit/request.ts';
import { EngineError } from '../errors.ts';
import { splitOptions } from '../words.ts';

/*
 * Options of a build as people write them, in the notation of `docker buildx build`
 * (docs.docker.com/reference/cli/docker/buildx/build). All functions throw EngineError `bad-request` for what they
 * cannot read; paths come out absolute.
 */

/** Words with blanks between them, quotes keeping blanks: `A=1 GREETING="hello there"`. */
export const words = splitOptions;

/**
 * `NAME=value` each; of names given twice the last counts.
 * @param valueOf the value of a name that stands alone, which is left out where there is none; without it none may
 */
export function parsePairs(
  pairs: readonly string[],
  valueOf?: (name: string) => string | undefined,
): Record<string, string> {
  return Object.fromEntries(
    pairs.flatMap((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 0 && valueOf && pair !== '') {
        const value = valueOf(pair);
        return value === undefined ? [] : [[pair, value]];
      }
      if (equals < 1) throw bad(pair, 'is not of the form NAME=value');
      return [[pair.slice(0, equals), pair.slice(equals + 1)]];
    }),
  );
}

/** The value that a text of pairs gives to a name. */
export function pairValue(text: string, name: string): string | undefined {
  return words(text)
    .findLast((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** A text of pairs with one added or replaced, quoted so that {@link words} reads it back. */
export function withPair(text: string, name: string, value: string): string {
  return [...words(text).filter((pair) => !pair.startsWith(`${name}=`)), `${name}=${value}`]
    .map((pair) => (/^[^\s"'\\]*$/.test(pair) ? pair : quoted(pair)))
    .join(' ');
}

function quoted(pair: string): string {
  const equals = pair.indexOf('=');
  const value = pair.slice(equals + 1).replace(/["\\$`]/g, String.raw`\$&`);
  return `${pair.slice(0, equals + 1)}"${value}"`;
}

/** Bytes of a size such as `64m`. @throws EngineError `bad-request` */
export function parseShmSize(text: string): number {
  const size = parseSize(text);
  if (size === undefined || size <= 0) throw bad(text, 'is no size such as 64m');
  return size;
}

/**
 * `nofile=1024` or `nofile=1024:2048`, in the second form; -1 is no limit (docs.docker.com/reference/cli/docker/container/run,
 * ulimit). @throws EngineError `bad-request`
 */
export function parseUlimit(text: string): string {
  const [, name, soft, hard = soft] = /^([a-z]+)=(-1|\d+)(?::(-1|\d+))?$/.exec(text) ?? [];
  if (soft === undefined) throw bad(text, 'is not of the form name=soft:hard');
  if (hard !== '-1' && (soft === '-1' || Number(soft) > Number(hard)))
    throw bad(text, 'has a soft limit above its hard one');
  return `${name}=${soft}:${hard}`;
}

/**
 * `id=npm,src=~/.npmrc`, `id=token,env=TOKEN`, and short `npm=~/.npmrc`. An id alone is a variable's name, too, and that of a
 * file where there is no such variable (buildkit, session/secrets/secretsprovider).
 */
export function parseSecret(text: string, folder: string): SecretSource {
  if (!/(^|,)\s*"?id=/i.test(text)) {
    const [, id = '', file = ''] = /^([^=,]+)=([^]+)$/.exec(text) ?? [];
    if (id === '' || ['type', 'src', 'source', 'env'].includes(id)) throw bad(text, 'has no id');
    return { id, file: toPath(file, folder) };
  }
  const { id = '', type, env, src, source, ...others } = parseAttributes(text);
  const file = src ?? source;
  if (id === '') throw bad(text, 'has no id');
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw bad(text, `says “${other}”, which means nothing of a secret: leave it out`);
  if (type !== undefined && type !== 'file' && type !== 'env')
    throw bad(text, 'is of a type that is neither file nor env');
  // As buildx has it, `type=env` takes what stands as the source for the variable's name.
  if (type === 'env') return { id, env: env ?? file ?? id };
  if (file !== undefined || type === 'file') return { id, file: toPath(file ?? id, folder) };
  return env === undefined ? { id, env: id, orFile: toPath(id, folder) } : { id, env };
}

/** `default`, `default=/run/agent.sock`, `github=~/.ssh/a,~/.ssh/b`: by id sockets of agents, or files of keys. */
export function parseSsh(texts: readonly string[], folder: string): Record<string, string[]> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      const id = equals < 0 ? text : text.slice(0, equals);
      if (id === '') throw bad(text, 'has no id');
      const paths = equals < 0 ? [] : text.slice(equals + 1).split(',');
      return [id, paths.filter(Boolean).map((path) => toPath(path, folder))];
    }),
  );
}

/** Those that BuildKit has (moby/buildkit, README, "Export cache"). */
const CACHES: readonly string[] = ['registry', 'local', 'inline', 'gha', 's3', 'azblob'];

/**
 * `type=registry,ref=team/app:cache`, or references alone, with commas between them; `type=local,src=folder`, and `dest=` where
 * it is written.
 */
export function parseCaches(text: string, folder: string): CacheSpec[] {
  if (!text.includes('='))
    return fromCsv(text).map((ref) => ({ type: 'registry', attrs: { ref } }));
  const { type, ...attrs } = parseAttributes(text);
  if (!type) throw bad(text, 'has no type');
  // Of others that are read from the builder would say nothing.
  if (!CACHES.includes(type)) {
    const meant = suggest(type, CACHES);
    const known = meant === undefined ? `: ${CACHES.join(', ')}` : `: did you mean “${meant}”`;
    throw bad(text, `is of a type that no cache has${known}`);
  }
  if (type !== 'local') return [{ type, attrs }];
  const paths = Object.entries(attrs).filter(([name]) => name === 'src' || name === 'dest');
  if (!paths.some(([, path]) => path !== '')) throw bad(text, 'does not say which folder');
  const absolute = paths.map(([name, path]) => [name, toPath(path, folder)] as const);
  return [{ type, attrs: { ...attrs, ...Object.fromEntries(absolute) } }];
}

/** As docker reads it (Go, strconv.ParseBool); undefined for what is neither. */
export function parseBoolean(text: string): boolean | undefined {
  if (isTrue(text)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}

/** `type=provenance,mode=max`, `type=sbom,generator=…`, or with `disabled=true`; of one type the last counts. */
export function parseAttestations(texts: readonly string[]): Attestation[] {
  const found = new Map<string, Attestation | undefined>();
  for (const text of texts) {
    const { type = '', disabled = 'false', ...attrs } = parseAttributes(text);
    if (type !== 'provenance' && type !== 'sbom')
      throw bad(text, 'is of a type that is neither provenance nor sbom');
    const isDisabled = parseBoolean(disabled);
    if (isDisabled === undefined)
      throw bad(text, 'says “disabled” with what is neither true nor false');
    found.set(type, isDisabled ? undefined : { type, attrs });
  }
  return [...found.values()].filter((one) => one !== undefined);
}

/** What RUN may ask for, of those that BuildKit has (moby/buildkit, util/entitlements). @throws EngineError `bad-request` */
export function parseEntitlement(text: string): string {
  if (/^(?:network\.host|security\.insecure|device(?:=.+)?)$/.test(text)) return text;
  throw bad(text, 'is nothing that can be allowed: network.host, security.insecure, device');
}

/** A path of a Dockerfile. As docker has it, one that begins nowhere on this machine is in the address that is the context. */
export function parseDockerfile(text: string, context: string, folder: string): string {
  if (text === '-' || /^https?:\/\//i.test(text))
    throw bad(text, 'is no Dockerfile of this machine: write it into a file and name that');
  return isAddress(context) && !/^(?:~|[/\\]|[a-z]:)/i.test(text) ? text : toPath(text, folder);
}

/** The build context: a folder, or an address as it is. */
export const parseContext = (text: string, folder: string): string =>
  /^[a-z][a-z\d+.-]+:\/\//i.test(text) || isScpLike(text) ? text : toPath(text, folder);

/** `name=source` each: a folder, `oci-layout://folder:tag`, or an address as it is. */
export function parseContexts(texts: readonly string[], folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parsePairs(texts)).map(([name, source]) => [
      name,
      source.startsWith(LAYOUT)
        ? withRoot(source, (root) => toPath(root, folder))
        : // Of one letter it is a drive.
          /^[a-z][a-z\d+.-]+:/i.test(source) || isScpLike(source)
          ? source
          : toPath(source, folder),
    ]),
  );
}

export function parseNetwork(text: string): BuildOptions['network'] {
  if (text === '') return undefined;
  if (text === 'default' || text === 'none' || text === 'host') return text;
  throw bad(text, 'is none of default, none and host');
}

/** `name:address` or `name=address`. */
export function parseHost(text: string): string {
  if (/^[^:=\s]+[:=]\S+$/.test(text)) return text;
  throw bad(text, 'is not of the form name:address');
}

/** A path as a shell would have it: `~` is the home directory, anything relative begins at `folder`. */
export const toPath = (path: string, folder: string): string =>
  /^~(?=$|[/\\])/.test(path)
    ? resolve(homedir(), path.slice(1).replace(/^[/\\]/, ''))
    : resolve(folder, path);

/** `a=1,b="x,y"`. Names are in lower case, as to buildx. */
export function parseAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parsePairs(fromCsv(text))).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

export const bad = (text: string, why: string) =>
  new EngineError('bad-request', `“${text}” ${why}.`);
