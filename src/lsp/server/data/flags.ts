import { table } from '../../../util/table.ts';

/** What a flag takes: text, one of some words, true or false, a stage or image, or the fields of a mount. */
export interface FlagFacts {
  readonly doc: string;
  readonly takes: 'text' | 'boolean' | 'from' | 'mount' | 'duration' | 'user' | 'path';
  /** All that it takes, or for text of other kinds what is usual. */
  readonly values?: readonly string[];
  /** What some of the values mean. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** Others that are usual; it takes more than these. */
  readonly usual?: readonly string[];
  /** May be given more than once. */
  readonly repeats?: true;
  /** The second number of the version 1 of the syntax that it came with, which its `doc` ends with. */
  readonly since?: number;
}

type Flags = Readonly<Record<string, FlagFacts>>;

/** @param unless the owner of the files where the flag is not given */
const chown = (unless: string) =>
  ({
    doc: `Owner of the new files, \`user[:group]\` by name or number, ${unless} unless given; with \`--link\` by number only. Linux only.`,
    takes: 'user',
  }) as const;
const chmod = {
  doc: 'Permissions of the new files, octal (`0755`) or, since 1.14, symbolic (`u=rwX,go=rX`). Linux only.',
  since: 2,
  takes: 'text',
  usual: ['644', '755', '600', '700', 'u=rwX,go=rX', '+x'],
} as const;
const link = {
  doc: 'Puts the files in a layer of their own, which stays cached when earlier layers change. Symbolic links at the destination are not followed.',
  since: 4,
  takes: 'boolean',
} as const;
const exclude = {
  doc: 'Pattern of files to leave out. May be repeated.',
  since: 19,
  takes: 'path',
  repeats: true,
} as const;
const duration = (doc: string, ...usual: readonly string[]) =>
  ({ doc, takes: 'duration', usual }) as const;

/** The flags of each instruction that has any, from the Dockerfile reference (frontend 1, labs included). */
export const FLAGS: Readonly<Record<string, Flags>> = versioned({
  FROM: {
    platform: {
      doc: 'Platform of the base image, such as `linux/arm64`; the one that is built for unless given.',
      takes: 'text',
      usual: [
        '$BUILDPLATFORM',
        '$TARGETPLATFORM',
        'linux/amd64',
        'linux/arm64',
        'linux/arm/v7',
        'linux/arm/v6',
        'linux/386',
        'linux/ppc64le',
        'linux/riscv64',
        'linux/s390x',
        'windows/amd64',
        'windows/arm64',
      ],
    },
  },
  RUN: {
    mount: {
      doc: 'Mounts a cache, a secret, an ssh agent, a tmpfs, or files of the build context, a stage or an image while the command runs. May be repeated.',
      since: 2,
      takes: 'mount',
      repeats: true,
    },
    network: {
      doc: 'The network that the command runs with, `default` unless given.',
      since: 3,
      takes: 'text',
      values: ['default', 'none', 'host'],
      meanings: {
        default: 'The builder’s own network.',
        none: 'No network: what the command needs must be there already.',
        host: 'The network of the builder’s host. The builder must allow it (`network.host`).',
      },
    },
    security: {
      doc: 'Whether the command runs with all rights, `sandbox` unless given.',
      since: 20,
      takes: 'text',
      values: ['sandbox', 'insecure'],
      meanings: {
        sandbox: 'As any other command, without further rights.',
        insecure: 'With all rights. The builder must allow it (`security.insecure`).',
      },
    },
    device: {
      doc: 'CDI device that the command may use, such as `nvidia.com/gpu=all`. The builder must allow it (`device`). May be repeated. Since Dockerfile 1.14-labs.',
      takes: 'text',
      usual: ['nvidia.com/gpu=all'],
      repeats: true,
    },
  },
  COPY: {
    from: {
      doc: 'Stage, image or named context to copy from instead of the build context.',
      takes: 'from',
    },
    chown: chown('`0:0`, or with `--from` the one that they have there,'),
    chmod,
    link,
    parents: {
      doc: 'Keeps the parent directories of each source, from behind a `/./` in it where there is one.',
      since: 20,
      takes: 'boolean',
    },
    exclude,
  },
  ADD: {
    'keep-git-dir': {
      doc: 'Keeps the `.git` directory of a Git source.',
      since: 6,
      takes: 'boolean',
    },
    checksum: {
      doc: 'Checksum that a remote source must have: `sha256:…`, or a commit for Git.',
      since: 6,
      takes: 'text',
      usual: ['sha256:'],
    },
    chown: chown('`0:0`'),
    chmod,
    link,
    unpack: {
      doc: 'Whether tar archives are unpacked: unless given, local ones are and remote ones aren’t.',
      since: 17,
      takes: 'boolean',
    },
    exclude,
  },
  HEALTHCHECK: {
    interval: duration('Time between two checks, default `30s`.', '30s', '10s', '1m', '5m'),
    timeout: duration(
      'Time after which a check has failed, default `30s`.',
      '3s',
      '5s',
      '10s',
      '30s',
    ),
    'start-period': duration(
      'Time to start up, in which failures don’t count, default `0s`.',
      '5s',
      '15s',
      '30s',
      '1m',
    ),
    'start-interval': {
      doc: 'Time between checks during the start period, default `5s`. Needs Docker 25.',
      since: 6,
      takes: 'duration',
      usual: ['1s', '2s', '5s'],
    },
    retries: {
      doc: 'Failures in a row after which the container is unhealthy, default `3`.',
      takes: 'text',
      usual: ['3', '5', '10'],
    },
  },
});

/** Has the texts of flags say which version they came with. */
function versioned(all: Readonly<Record<string, Flags>>): Readonly<Record<string, Flags>> {
  const told = (facts: FlagFacts): FlagFacts =>
    facts.since === undefined
      ? facts
      : { ...facts, doc: `${facts.doc} Since Dockerfile 1.${facts.since}.` };
  return table(mapValues(all, (flags) => mapValues(flags, told)));
}

function mapValues<T, R>(
  entries: Readonly<Record<string, T>>,
  to: (value: T) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, to(value)]));
}

/** What may stand behind HEALTHCHECK's flags. */
export const HEALTHCHECK_FORMS: Readonly<Record<string, string>> = table({
  CMD: 'The command that is run in the container, which counts as healthy while the command exits with 0, and as unhealthy with 1.',
  NONE: 'The container is not checked, whatever the base image says.',
});
