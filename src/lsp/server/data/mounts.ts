import { table } from '../../../util/table.ts';

export interface MountKey {
  readonly doc: string;
  readonly takes: 'text' | 'boolean' | 'from' | 'path' | 'source';
  /** All that it takes. */
  readonly values?: readonly string[];
  /** What some of the values mean. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** Values that are usual; it takes more than these. */
  readonly usual?: readonly string[];
  /** The key that it is another name of. */
  readonly same?: string;
}

type Keys = Readonly<Record<string, MountKey>>;

/** A key under its own name, then under its others. */
function named(name: string, facts: MountKey, ...others: readonly string[]): Keys {
  const doc = `${facts.doc} The same as \`${name}\`.`;
  return Object.fromEntries([
    [name, facts],
    ...others.map((other): [string, MountKey] => [other, { ...facts, doc, same: name }]),
  ]);
}

const target = (doc: string) => named('target', { doc, takes: 'path' }, 'dst', 'destination');
const source = (doc: string) => named('source', { doc, takes: 'source' }, 'src');
const from = (doc: string): Keys => ({ from: { doc, takes: 'from' } });
const readonly = (doc: string) => named('readonly', { doc, takes: 'boolean' }, 'ro');
const readwrite = (doc: string) => named('readwrite', { doc, takes: 'boolean' }, 'rw');
const owner = (mode: string): Keys => ({
  mode: {
    doc: `Permissions, octal; \`${mode}\` unless given.`,
    takes: 'text',
    usual: ['0400', '0600', '0644', '0755'],
  },
  uid: { doc: 'User id of the owner, `0` unless given.', takes: 'text', usual: ['0', '1000'] },
  gid: { doc: 'Group id of the owner, `0` unless given.', takes: 'text', usual: ['0', '1000'] },
});
const required: Keys = {
  required: {
    doc: 'Fails the build when it isn’t given to it. Unless this is said, the command runs without it.',
    takes: 'boolean',
  },
};

const PLACE = 'Where it is mounted; what doesn’t begin with `/` is in the working directory.';
const ROOT = 'its root unless given.';

/** The types of `RUN --mount` and the keys each takes, from the Dockerfile reference. `bind` is the default. */
export const MOUNTS: Readonly<Record<string, { readonly doc: string; readonly keys: Keys }>> =
  table({
    bind: {
      doc: 'Files of the build context, a stage or an image, read-only unless said otherwise.',
      keys: {
        ...target(PLACE),
        ...source(`Path in the build context, or in what \`from\` names; ${ROOT}`),
        ...from(
          'Stage, image or named context that the source is in, instead of the build context.',
        ),
        ...readwrite(
          'Allows writing. What is written is thrown away after the command, and gets into no image.',
        ),
        ...readonly('Mounts it read-only, as it is unless `readwrite` says otherwise.'),
      },
    },
    cache: {
      doc: 'A directory that is kept between builds, in no image. It may be empty in any build.',
      keys: {
        ...target(PLACE),
        sharing: {
          doc: 'What builds do that use it at the same time; `shared` unless given.',
          takes: 'text',
          values: ['shared', 'private', 'locked'],
          meanings: {
            shared: 'They all write to one directory, at the same time.',
            private: 'Each gets a directory of its own.',
            locked: 'One waits for the other, as package managers need it that lock their files.',
          },
        },
        id: { doc: 'Name of the cache, its target unless given.', takes: 'text' },
        ...from(
          'Stage, image or named context that a new cache begins with; nothing unless given.',
        ),
        ...source(`Path in what \`from\` names; ${ROOT}`),
        ...owner('0755'),
        ...readonly('Mounts it read-only.'),
        ...readwrite('Allows writing, as it is unless `readonly` says otherwise.'),
      },
    },
    tmpfs: {
      doc: 'A file system in memory, in no image.',
      keys: {
        ...target(PLACE),
        size: { doc: 'Upper limit of its size.', takes: 'text', usual: ['64m', '256m', '1g'] },
        ...readonly('Mounts it read-only.'),
        ...readwrite('Allows writing, as it is unless `readonly` says otherwise.'),
      },
    },
    secret: {
      doc: 'A secret given to the build, as a file or an environment variable, in no image.',
      keys: {
        ...named(
          'id',
          {
            doc: 'Name of the secret, as in `--secret id=…`; the last part of the target unless given.',
            takes: 'text',
          },
          'source',
          'src',
        ),
        env: {
          doc: 'Environment variable that holds it; there is a file only when `target` names one, too. Since Dockerfile 1.10.',
          takes: 'text',
        },
        ...target('The file that holds it; `/run/secrets/` and the secret’s name unless given.'),
        ...required,
        ...owner('0400'),
      },
    },
    ssh: {
      doc: 'Socket of an ssh agent given to the build, which `SSH_AUTH_SOCK` names.',
      keys: {
        ...named('id', {
          doc: 'Name of the agent or key, as in `--ssh default`; `default` unless given.',
          takes: 'text',
        }),
        ...target('Path of the socket; `/run/buildkit/ssh_agent.0` unless given, for the first.'),
        ...required,
        ...owner('0600'),
      },
    },
  });
