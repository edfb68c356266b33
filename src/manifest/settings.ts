/** One setting in the shape of JSON schema that VS Code takes; `default` also gives its type. */
interface SettingSpec {
  readonly type: 'string' | 'boolean' | 'number' | 'integer' | 'array' | 'object';
  readonly default: unknown;
  readonly description: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly items?: object;
  readonly minimum?: number;
  readonly maximum?: number;
  /** `machine` settings cannot be set by a workspace: they choose programs or addresses. */
  readonly scope?:
    | 'machine'
    | 'window'
    | 'resource'
    | 'machine-overridable'
    | 'language-overridable';
}

const containerGroups = ['project', 'image', 'network', 'state', 'none'] as const;
const containerSorts = ['state', 'name', 'created'] as const;
const containerParts = ['image', 'ports', 'age', 'status', 'command', 'id'] as const;
const imageGroups = ['repository', 'none'] as const;
const imageSorts = ['name', 'created', 'size'] as const;
const imageParts = ['size', 'age', 'used', 'id'] as const;

const parts = (names: readonly string[], of: string, preset: readonly string[]) =>
  ({
    type: 'array',
    items: { type: 'string', enum: names },
    default: preset,
    description: `What stands behind the label of ${of}, in this order.`,
  }) as const;

/** The scheme of addresses of files in containers, images and volumes. */
export const FILES_SCHEME = 'stevedore-files';

/** Every setting, by its name without the `stevedore.` prefix. */
export const settings = {
  'engine.endpoint': {
    type: 'string',
    default: '',
    scope: 'machine',
    description:
      'Address of the engine (unix:///…, npipe:////./pipe/…, tcp://host:2376, ssh://user@host) or the name of a docker context. Empty: found as the docker command finds it. An engine that was chosen for a window takes precedence in that window.',
  },
  'engine.sshProgram': {
    type: 'string',
    default: 'ssh',
    scope: 'machine',
    description: 'The ssh program that ssh:// engines are reached with.',
  },
  'containers.groupBy': {
    type: 'string',
    enum: containerGroups,
    default: 'project',
    enumDescriptions: [
      'Compose project or swarm stack; the others stand beside the groups',
      'Image',
      'Network',
      'State',
      'No groups',
    ],
    description: 'What containers are grouped by.',
  },
  'containers.sortBy': {
    type: 'string',
    enum: containerSorts,
    default: 'state',
    enumDescriptions: ['Running ones first, then by name', 'By name', 'The newest first'],
    description: 'How containers are sorted.',
  },
  'containers.label': {
    type: 'string',
    enum: ['name', 'image', 'service'],
    default: 'name',
    enumDescriptions: ['Its name', 'Its image', 'Its compose service, else its name'],
    description: 'What a container is labelled with.',
  },
  'containers.description': parts(containerParts, 'a container', ['ports', 'age', 'image']),
  'images.groupBy': {
    type: 'string',
    enum: imageGroups,
    default: 'repository',
    enumDescriptions: ['Repository, its tags below', 'No groups: one row for each tag'],
    description: 'What images are grouped by.',
  },
  'images.sortBy': {
    type: 'string',
    enum: imageSorts,
    default: 'name',
    enumDescriptions: ['By name', 'The newest first', 'The largest first'],
    description: 'How images are sorted.',
  },
  'images.description': parts(imageParts, 'an image', ['size', 'age', 'used']),
  'images.showDangling': {
    type: 'boolean',
    default: false,
    description: 'Whether images without a tag are shown.',
  },
  'build.contextWarning': {
    type: 'number',
    default: 100,
    minimum: 0,
    maximum: 1_000_000,
    description:
      'Show what goes into the build context, and ask, before a build is sent more than so many megabytes of it. 0: never.',
  },
  'build.saveFirst': {
    type: 'boolean',
    default: true,
    description:
      'Whether a Dockerfile that has unsaved changes is saved before it is built. Otherwise it is built as it stands in the editor, and the file stays as it is.',
  },
  'build.rebuildMarks': {
    type: 'boolean',
    default: true,
    description:
      'Mark what a build would have to run again if the instruction at the cursor were changed.',
  },
  'logs.tail': {
    type: 'integer',
    default: 1000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'How many of the last lines a log starts with; 0 for all.',
  },
  'logs.timestamps': {
    type: 'string',
    enum: ['local', 'utc', 'relative', 'off'],
    enumDescriptions: ['Of this computer', 'UTC', 'How long ago', 'None'],
    default: 'local',
    description: 'Which times stand before the lines of logs.',
  },
  'logs.memory': {
    type: 'number',
    default: 50,
    minimum: 8,
    maximum: 1024,
    description:
      'Megabytes of memory that the lines of one log viewer may take; the oldest make room. A million lines are held at most.',
  },
  'logs.follow': {
    type: 'boolean',
    default: true,
    description: 'Whether a log goes on as the container writes.',
  },
  'alerts.memory': {
    type: 'number',
    default: 90,
    minimum: 0,
    maximum: 100,
    description:
      'Percent of its limit from which the memory of a container is told of, when it stays there for ten seconds while the Containers view or Stats is seen. 0: never, and nothing is read for it.',
  },
  'alerts.restarts': {
    type: 'integer',
    default: 5,
    minimum: 0,
    maximum: 100,
    description:
      'How many restarts of a container within five minutes are told of as a restart loop. 0: none.',
  },
  'alerts.unhealthy': {
    type: 'boolean',
    default: true,
    description: 'Whether a container that turns unhealthy is told of.',
  },
  'alerts.outOfMemory': {
    type: 'boolean',
    default: true,
    description:
      'Whether it is told that a container ran out of memory, so that the kernel killed a process of it.',
  },
  'alerts.notify': {
    type: 'boolean',
    default: true,
    description:
      'Whether what is the matter with a container is told by a notification, once for each, too. It is marked in the Containers view in any case.',
  },
  'files.openLimit': {
    type: 'number',
    default: 50,
    minimum: 0,
    maximum: 2000,
    description:
      'Files of containers, images and volumes with more than so many megabytes are not opened, but can be downloaded. 0: no limit.',
  },
  'terminal.detachKeys': {
    type: 'string',
    default: 'ctrl-x,ctrl-d',
    description:
      "Keys that leave a container's main process running and end the terminal attached to it, in docker's notation. Docker's own, ctrl-p,ctrl-q, which count where this is empty, never reach a terminal here: VS Code takes them for itself.",
  },
  'registries.insecure': {
    type: 'array',
    items: { type: 'string' },
    default: [] as readonly string[],
    scope: 'machine',
    description:
      'Registries (host:port) that are spoken to without a trusted certificate, or without TLS where they have none.',
  },
} as const satisfies Record<string, SettingSpec>;

export type SettingId = keyof typeof settings;

/** The type of a setting's value, from its default; lists of names are plain string lists. */
export type SettingValue<K extends SettingId> = (typeof settings)[K] extends {
  readonly type: 'array';
}
  ? readonly string[]
  : (typeof settings)[K]['default'] extends infer D
    ? D extends string
      ? (typeof settings)[K] extends { readonly enum: readonly (infer E)[] }
        ? E
        : string
      : D extends number
        ? number
        : D extends boolean
          ? boolean
          : D
    : never;

/** Typed access to the settings: the one place that reads them implements this. */
export interface Settings {
  get<K extends SettingId>(id: K): SettingValue<K>;
  /** Sets it where it is set now, or for the user. */
  update<K extends SettingId>(id: K, value: SettingValue<K>): Promise<void>;
  /** Tells the ids whose values changed. */
  onDidChange(listener: (affects: (prefix: string) => boolean) => void): { dispose(): void };
}
