import { sizeText } from '../../util/size.ts';
import { csv, typed } from '../buildkit/csv.ts';
import type { BuildOptions } from '../buildkit/request.ts';

export type ShellKind = 'posix' | 'powershell';

/**
 * The line that builds the same with docker's own command line: `docker buildx build …`, quoted for a POSIX shell or
 * PowerShell. Of secrets it says where they come from, never what they are. An unsaved Dockerfile is not in it: the line
 * names the file.
 */
export function buildxLine(options: BuildOptions, shell: ShellKind): string {
  const quote = shell === 'posix' ? quotePosix : quotePowerShell;
  return ['docker', 'buildx', 'build', ...buildxArguments(options)].map(quote).join(' ');
}

/** The arguments after `docker buildx build`, unquoted. */
export function buildxArguments(options: BuildOptions): readonly string[] {
  const { context, dockerfile, target, network } = options;
  return [
    ...values('--file', dockerfile),
    ...values('--tag', ...options.tags),
    ...values('--target', target),
    ...values('--build-arg', ...pairs(options.buildArgs)),
    ...values('--label', ...pairs(options.labels)),
    ...values('--annotation', ...(options.annotations ?? [])),
    ...values('--attest', ...(options.attestations ?? []).map(typed)),
    ...(options.platforms?.length ? values('--platform', options.platforms.join(',')) : []),
    ...(options.noCache === true ? ['--no-cache'] : []),
    ...values('--no-cache-filter', ...(options.noCacheFilter ?? [])),
    ...(options.pull === true ? ['--pull'] : []),
    ...values('--network', network === 'default' ? undefined : network),
    ...values('--allow', ...(options.allow ?? [])),
    ...values('--add-host', ...(options.addHosts ?? [])),
    ...values('--shm-size', options.shmSize === undefined ? undefined : sizeText(options.shmSize)),
    ...values('--ulimit', ...(options.ulimits ?? [])),
    ...values('--cgroup-parent', options.cgroupParent),
    ...values('--build-context', ...pairs(options.contexts)),
    ...values('--secret', ...(options.secrets ?? []).map(secretSpec)),
    ...values(
      '--ssh',
      ...Object.entries(options.ssh ?? {}).map(([id, paths]) =>
        paths.length > 0 ? `${id}=${paths.join(',')}` : id,
      ),
    ),
    ...values('--cache-from', ...(options.cacheFrom ?? []).map(typed)),
    ...values('--cache-to', ...(options.cacheTo ?? []).map(typed)),
    ...outputFlags(options),
    ...(options.push === true ? ['--push'] : []),
    ...values('--iidfile', options.iidFile),
    ...values('--metadata-file', options.metadataFile),
    // What begins with a dash would be taken for an option.
    ...(context.startsWith('-') && context !== '-' ? ['--'] : []),
    context,
  ];
}

function values(flag: string, ...all: readonly (string | undefined)[]): readonly string[] {
  return all.flatMap((value) => (value === undefined ? [] : [flag, value]));
}

function pairs(record: Readonly<Record<string, string>> | undefined): readonly string[] {
  return Object.entries(record ?? {}).map(([name, value]) => `${name}=${value}`);
}

type Secret = NonNullable<BuildOptions['secrets']>[number];

function secretSpec(secret: Secret): string {
  const id = `id=${secret.id}`;
  if ('file' in secret) return csv([id, `src=${secret.file}`]);
  return secret.orFile === undefined ? csv([id, `env=${secret.env}`]) : csv([id]);
}

function outputFlags({
  outputs = [{ type: 'image' }],
  annotations,
}: BuildOptions): readonly string[] {
  // The docker driver makes an image unless it is told otherwise, but gives that no annotations.
  const isPlain = outputs.every((output) => output.type === 'image' && !output.attrs);
  if (isPlain && !annotations?.length) return [];
  return values(
    '--output',
    ...outputs.map((output) =>
      csv([
        `type=${output.type}`,
        ...('dest' in output ? [`dest=${output.dest}`] : []),
        ...('attrs' in output ? pairs(output.attrs) : []),
      ]),
    ),
  );
}

/** A word for a POSIX shell. */
export function quotePosix(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A word for PowerShell 7.3 and later, where a double quote reaches the program as it is. A word that begins with a dash
 * or has a comma, a colon with a dot or the like is quoted: PowerShell would read it for itself.
 */
export function quotePowerShell(word: string): string {
  // Typographic quotes end a string as straight ones do.
  return /^-{0,2}[A-Za-z0-9_][\w=/+-]*$/.test(word)
    ? word
    : `'${word.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}
