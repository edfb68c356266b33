import { suggest } from '../../util/suggest.ts';
import type { BuildOutput } from './request.ts';

/** What an exporter may be told beside where to, by its name. */
export type ExporterAttrs = Readonly<Record<string, string>>;

/** What an attribute may be: one of these words, a number, true or false, or any text. */
type Kind = readonly string[] | 'number' | 'truth' | 'text';

const OF_IMAGES: Readonly<Record<string, Kind>> = {
  compression: ['uncompressed', 'gzip', 'estargz', 'zstd'],
  'compression-level': 'number',
  'force-compression': 'truth',
  'oci-artifact': 'truth',
  'oci-mediatypes': 'truth',
  'prefer-nondist-layers': 'truth',
  'rewrite-timestamp': 'truth',
};

/** Those that BuildKit's exporters have (moby/buildkit, README; docs.docker.com/build/exporters), as far as they mean something here. */
const KNOWN: Readonly<Record<BuildOutput['type'], Readonly<Record<string, Kind>>>> = {
  image: OF_IMAGES,
  docker: OF_IMAGES,
  oci: OF_IMAGES,
  local: { 'attestation-prefix': 'text', 'platform-split': 'truth' },
  tar: { 'attestation-prefix': 'text' },
  cacheonly: {},
};

const BY_ENGINE = 'it is the engine that pushes, what it has and by its names: leave it out';
const DECIDED = 'the engine decides that for itself: leave it out';

/** Those that have no place here, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'dangling-name-prefix': DECIDED,
  'name-canonical': BY_ENGINE,
  'push-by-digest': BY_ENGINE,
  'registry.insecure':
    'it is the engine that pushes: name the registry among "insecure-registries" in its daemon.json, and leave this out',
  store: DECIDED,
  unpack: DECIDED,
};

/** Annotations, as exporters are told of them: `annotation.a`, `annotation-manifest[linux/amd64].a`. */
export const isAnnotation = (name: string): boolean => /^annotation(?:-[^.]+)?\./.test(name);

/**
 * Why an attribute of an output cannot be had, to be said after what says it; undefined where it can.
 * @param name in small letters
 */
export function refusedAttr(
  type: BuildOutput['type'],
  name: string,
  value: string,
): string | undefined {
  const known = KNOWN[type];
  const isImage = known === OF_IMAGES;
  if (isImage && isAnnotation(name)) return undefined;
  const said = `says “${name}”`;
  const kind = Object.hasOwn(known, name) ? known[name] : undefined;
  if (kind !== undefined) {
    const wanted = wantedOf(kind, value);
    return wanted && `${said} with “${value}”, which is not ${wanted}`;
  }
  if (name === 'tar' && (type === 'docker' || type === 'oci'))
    return `${said}, but what is written here is an archive: leave it out`;
  if (isImage && Object.hasOwn(REFUSED, name)) return `${said}, but ${REFUSED[name]}`;
  const meant = suggest(name, [...Object.keys(known), 'type', 'dest', 'name', 'push']);
  return `${said}, which means nothing here: ${meant === undefined ? 'leave it out' : `did you mean “${meant}”`}`;
}

/** What a value should have been; undefined where it is. */
function wantedOf(kind: Kind, value: string): string | undefined {
  switch (kind) {
    case 'text':
      return undefined;
    case 'number':
      return /^-?\d+$/.test(value) ? undefined : 'a number';
    case 'truth':
      // As docker reads it (Go, strconv.ParseBool).
      return /^(?:[01tTfF]|true|True|TRUE|false|False|FALSE)$/.test(value)
        ? undefined
        : 'true or false';
    default:
      return kind.includes(value) ? undefined : `one of ${kind.join(', ')}`;
  }
}
