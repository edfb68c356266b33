/**
 * What a tree row can stand for, and what can be said of it. A row's `contextValue` is built from
 * these, and so are the when-clauses of menus: a clause that no row can satisfy fails a test.
 */
export const facts = {
  container: [
    'running',
    'paused',
    'stopped',
    'restarting',
    'compose',
    'ports', // has a published TCP port
    'health', // has a check of its health
    'alerting', // something is the matter with it
    'muted', // what is the matter with it is not told
  ],
  containerNote: ['health'],
  containerPorts: [],
  containerPort: ['published'], // for TCP
  containerMount: [],
  project: ['running', 'stopped', 'paused'], // some container of it is
  image: ['tagged', 'dangling', 'used'],
  repository: [],
  network: ['builtin'],
  volume: [],
  endpoint: ['current'],
  registry: ['hub', 'signedIn', 'removable'],
  remoteRepository: ['pinned', 'hub'],
  tag: ['hub'],
  more: [],
  message: [],
  build: [
    'running',
    'completed',
    'failed',
    'cancelled',
    'elsewhere', // the engine tells of it, nobody here asked for it
    'pinned', // the engine keeps it beyond its limits
  ],
  engineBuilds: [],
  buildStage: [],
  buildStep: ['lines', 'log', 'failed', 'elsewhere'],
  cacheGroup: [],
  cacheRecord: ['inUse', 'shared'],
  file: ['file', 'folder', 'root', 'writable'],
  changes: [],
  change: ['added', 'modified', 'deleted'],
  contextEntry: ['file', 'folder', 'sent', 'pattern'],
} as const satisfies Record<string, readonly string[]>;

/** What a row stands for. */
export type Noun = keyof typeof facts;

/** Which rows a command applies to: those for which all of `all`, at least one of `any` and none of `none` hold. */
export interface Needs {
  readonly all?: readonly string[];
  readonly any?: readonly string[];
  readonly none?: readonly string[];
}

/**
 * The `contextValue` of a row: its noun and facts joined by `+`, closed by one, so that every part can be matched whole.
 * @example encodeFacts('container', ['running', 'compose']) // 'container+running+compose+'
 */
export function encodeFacts(noun: Noun, held: readonly string[]): string {
  return `${[noun, ...held].join('+')}+`;
}

/**
 * The when-clause that is true of just those rows of `noun` that satisfy `needs`.
 * VS Code's `=~` takes a regular expression; one lookahead stands for each condition.
 */
export function whenRow(nouns: readonly Noun[], needs: Needs = {}): string {
  const parts = [
    `^(${nouns.join('|')})\\+`,
    ...(needs.all ?? []).map((fact) => `(?=(.*\\+)?${fact}\\+)`),
    ...(needs.any?.length ? [`(?=(.*\\+)?(${needs.any.join('|')})\\+)`] : []),
    ...(needs.none ?? []).map((fact) => `(?!(.*\\+)?${fact}\\+)`),
  ];
  return `viewItem =~ /${parts.join('')}/`;
}

/** Whether a row with these facts satisfies `needs`: what {@link whenRow} says, for pickers and handlers. */
export function satisfies(held: readonly string[], needs: Needs = {}): boolean {
  return (
    (needs.all ?? []).every((fact) => held.includes(fact)) &&
    (!needs.any?.length || needs.any.some((fact) => held.includes(fact))) &&
    !(needs.none ?? []).some((fact) => held.includes(fact))
  );
}
