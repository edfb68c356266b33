import { fromCsv } from '../buildkit/csv.ts';
import type { BuildOptions } from '../buildkit/request.ts';
import { EngineError } from '../errors.ts';
import {
  parseAttestations,
  parseBoolean,
  parseCaches,
  parseContexts,
  parseDockerfile,
  parseEntitlement,
  parseHost,
  parseNetwork,
  parsePairs,
  parseSecret,
  parseShmSize,
  parseSsh,
  parseUlimit,
  toPath,
  words,
} from './optionText.ts';
import type { OutputChoice } from './outputs.ts';
import { parseOutput, withOutputs } from './outputs.ts';
import { splitList } from '../words.ts';

/** Flags that take a value, by all their names. */
const VALUED: Readonly<Record<string, string>> = {
  '--add-host': 'add-host',
  '--allow': 'allow',
  '--annotation': 'annotation',
  '--attest': 'attest',
  '--build-arg': 'build-arg',
  '--build-context': 'build-context',
  '--builder': 'builder',
  '--cache-from': 'cache-from',
  '--cache-to': 'cache-to',
  '--cgroup-parent': 'cgroup-parent',
  '--file': 'file',
  '-f': 'file',
  '--iidfile': 'iidfile',
  '--label': 'label',
  '--metadata-file': 'metadata-file',
  '--network': 'network',
  '--no-cache-filter': 'no-cache-filter',
  '--output': 'output',
  '-o': 'output',
  '--platform': 'platform',
  '--progress': 'progress',
  '--secret': 'secret',
  '--shm-size': 'shm-size',
  '--ssh': 'ssh',
  '--tag': 'tag',
  '-t': 'tag',
  '--target': 'target',
  '--ulimit': 'ulimit',
};
/** Those that stand alone, or with `=true` and the like. */
const SWITCHES: Readonly<Record<string, string>> = {
  '--compress': 'compress',
  '--force-rm': 'force-rm',
  '--load': 'load',
  '--no-cache': 'no-cache',
  '--provenance': 'provenance',
  '--pull': 'pull',
  '--push': 'push',
  '--quiet': 'quiet',
  '-q': 'quiet',
  '--rm': 'rm',
  '--sbom': 'sbom',
};

/**
 * Reads flags of `docker build`. Those about how the command itself behaves are passed over.
 * @param folder absolute; relative paths begin there
 * @param beside what the build has besides: names of the image, and where the Dockerfile may be
 * @throws EngineError `bad-request` for a flag that means nothing here, and for values that cannot be read
 */
export function parseFlags(
  text: string,
  folder: string,
  beside: { readonly tags: readonly string[]; readonly context: string } = {
    tags: [],
    context: '',
  },
): Partial<BuildOptions> {
  const given = readFlags(text);
  const all = (name: string) => given.get(name) ?? [];
  const last = (name: string) => given.get(name)?.at(-1);
  demandBuilder(last('builder'));
  const attestations = parseAttestations([
    ...all('attest'),
    ...all('provenance').map((value) => attestation('provenance', value)),
    ...all('sbom').map((value) => attestation('sbom', value)),
  ]);
  const network = last('network');
  const choices = outputsOf(all('output'), toBoolean('load', last('load') ?? 'false'), folder);
  const result = withOutputs(choices, {
    tags: [...beside.tags, ...all('tag')],
    push: toBoolean('push', last('push') ?? 'false'),
  });
  const file = last('file');
  const target = last('target');
  const shmSize = last('shm-size');
  const cgroupParent = last('cgroup-parent');
  const iidFile = last('iidfile');
  const metadataFile = last('metadata-file');
  const has = (name: string) => given.has(name);
  return {
    ...(file && { dockerfile: parseDockerfile(file, beside.context, folder) }),
    ...(has('build-arg') && {
      buildArgs: parsePairs(all('build-arg'), (name) => process.env[name]),
    }),
    ...(has('label') && { labels: parsePairs(all('label'), () => '') }),
    ...(has('annotation') && { annotations: all('annotation').filter(Boolean) }),
    ...(attestations.length > 0 && { attestations }),
    ...(result.tags.length > 0 && { tags: result.tags }),
    ...(target !== undefined && { target }),
    ...(has('platform') && { platforms: all('platform').flatMap(splitList) }),
    ...(has('no-cache') && { noCache: toBoolean('no-cache', last('no-cache')) }),
    ...(has('no-cache-filter') && { noCacheFilter: all('no-cache-filter').flatMap(splitList) }),
    ...(has('pull') && { pull: toBoolean('pull', last('pull')) }),
    ...((has('push') || result.push) && { push: result.push }),
    ...(network !== undefined && { network: parseNetwork(network) }),
    ...(has('allow') && { allow: all('allow').filter(Boolean).map(parseEntitlement) }),
    ...(has('add-host') && { addHosts: all('add-host').flatMap(fromCsv).map(parseHost) }),
    ...(shmSize !== undefined && { shmSize: parseShmSize(shmSize) }),
    ...(has('ulimit') && { ulimits: all('ulimit').map(parseUlimit) }),
    ...(cgroupParent !== undefined && { cgroupParent }),
    ...(has('build-context') && { contexts: parseContexts(all('build-context'), folder) }),
    ...(has('secret') && { secrets: all('secret').map((one) => parseSecret(one, folder)) }),
    ...(has('ssh') && { ssh: parseSsh(all('ssh'), folder) }),
    ...(has('cache-from') && {
      cacheFrom: all('cache-from').flatMap((one) => parseCaches(one, folder)),
    }),
    ...(has('cache-to') && { cacheTo: all('cache-to').flatMap((one) => parseCaches(one, folder)) }),
    ...(result.outputs && { outputs: result.outputs }),
    ...(iidFile && { iidFile: toPath(iidFile, folder) }),
    ...(metadataFile && { metadataFile: toPath(metadataFile, folder) }),
  };
}

/** The values of each flag by its long name, in their order. @throws EngineError `bad-request` */
function readFlags(text: string): ReadonlyMap<string, readonly string[]> {
  const given = new Map<string, string[]>();
  const rest = words(text);
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    const [, name = flag, attached] =
      /^(--[\w-]+)=([^]*)$/.exec(flag) ?? /^(-\w)=?([^]+)$/.exec(flag) ?? [];
    const valued = Object.hasOwn(VALUED, name) ? VALUED[name] : undefined;
    const known = valued ?? (Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : undefined);
    if (known === undefined)
      throw new EngineError(
        'bad-request',
        `“${flag}” is no flag that a build here knows: leave it out.`,
      );
    const value = attached ?? (valued === undefined ? 'true' : rest.shift());
    if (value === undefined)
      throw new EngineError('bad-request', `“${flag}” has no value after it.`);
    given.set(known, [...(given.get(known) ?? []), value]);
  }
  return given;
}

/** Docker's own builder is called `default`; others are buildx's, which is not asked. */
function demandBuilder(name: string | undefined): void {
  if (!name || name === 'default') return;
  throw new EngineError(
    'bad-request',
    `Builds run on the engine that is chosen here, not on buildx’ builder “${name}”: leave --builder out, or choose the engine.`,
  );
}

/** @param load whether the image is to be on the engine, too, as it is where nothing is said */
function outputsOf(texts: readonly string[], load: boolean, folder: string): OutputChoice[] {
  const choices = texts.map((text) => parseOutput(text, folder));
  const isLoaded = choices.length === 0 || choices.some(({ output }) => output.type === 'image');
  return load && !isLoaded ? [...choices, parseOutput('type=image', folder)] : choices;
}

/** `--provenance` and `--sbom` are short for an attestation: on, off, or with attributes. */
function attestation(type: string, value: string): string {
  const isOn = parseBoolean(value);
  return `type=${type},${isOn === undefined ? value : `disabled=${!isOn}`}`;
}

/** @throws EngineError `bad-request` */
function toBoolean(flag: string, value = ''): boolean {
  const is = parseBoolean(value);
  if (is !== undefined) return is;
  throw new EngineError('bad-request', `“--${flag}=${value}” is neither true nor false.`);
}
