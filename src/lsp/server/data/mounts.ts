export interface MountKey {
  readonly doc: string;
  readonly takes: 'text' | 'boolean' | 'from' | 'path' | 'source';
  /** All that it takes. */
  readonly values?: readonly string[];
  /** What some of the values mean. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** Values that are usual; it takes more than these. */
  readonly usual?: readonly string[];
}

type Keys = Readonly<Record<string, MountKey>>;

const target: Keys = {
  target: { doc: 'Where it is mounted.', takes: 'path' },
  dst: { doc: 'Short for `target`.', takes: 'path' },
  destination: { doc: 'Same as `target`.', takes: 'path' },
};
const source: Keys = {
  source: { doc: 'Path in what `from` names.', takes: 'source' },
  src: { doc: 'Short for `source`.', takes: 'source' },
  from: { doc: 'Stage, image or named context that the source is in.', takes: 'from' },
};
const readonly: Keys = {
  readonly: { doc: 'Mounts it read-only.', takes: 'boolean' },
  ro: { doc: 'Short for `readonly`.', takes: 'boolean' },
  readwrite: { doc: 'Allows writing.', takes: 'boolean' },
  rw: { doc: 'Short for `readwrite`.', takes: 'boolean' },
};
const owner: Keys = {
  mode: { doc: 'Permissions, octal.', takes: 'text', usual: ['0400', '0600', '0644', '0755'] },
  uid: { doc: 'User id of the owner.', takes: 'text', usual: ['0', '1000'] },
  gid: { doc: 'Group id of the owner.', takes: 'text', usual: ['0', '1000'] },
};
const required: Keys = {
  required: { doc: 'Fails the build when it isn’t given to it.', takes: 'boolean' },
};
const id = (doc: string): Keys => ({ id: { doc, takes: 'text' } });

/** The types of `RUN --mount` and the keys each takes, from the Dockerfile reference. `bind` is the default. */
export const MOUNTS: Readonly<Record<string, { readonly doc: string; readonly keys: Keys }>> = {
  bind: {
    doc: 'Files of the build context, a stage or an image, read-only unless said otherwise.',
    keys: { ...target, ...source, ...readonly },
  },
  cache: {
    doc: 'A directory that is kept between builds.',
    keys: {
      ...id('Name of the cache, by default its target.'),
      ...target,
      ...source,
      ...readonly,
      sharing: {
        doc: 'What concurrent builds do.',
        takes: 'text',
        values: ['shared', 'private', 'locked'],
        meanings: {
          shared: 'They all write to one directory, at the same time.',
          private: 'Each gets a directory of its own.',
          locked: 'One waits for the other, as package managers need it that lock their files.',
        },
      },
      ...owner,
    },
  },
  tmpfs: {
    doc: 'A file system in memory.',
    keys: {
      ...target,
      size: { doc: 'Upper limit of its size.', takes: 'text', usual: ['64m', '256m', '1g'] },
      ...readonly,
    },
  },
  secret: {
    doc: 'A secret given to the build, as a file or an environment variable.',
    keys: {
      ...id('Name of the secret.'),
      ...target,
      source: { doc: 'Name of the secret.', takes: 'text' },
      src: { doc: 'Short for `source`.', takes: 'text' },
      env: { doc: 'Environment variable that holds it.', takes: 'text' },
      ...required,
      ...owner,
    },
  },
  ssh: {
    doc: 'Socket of an ssh agent given to the build.',
    keys: {
      ...id('Name of the socket or key, by default `default`.'),
      ...target,
      ...required,
      ...owner,
    },
  },
};
