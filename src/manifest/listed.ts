import type { Noun } from './facts.ts';
import type { ViewId } from './views.ts';

/** The view whose rows a picker offers, by noun. Rows of the others are reached in their view only, not from the palette. */
export const viewOf = {
  container: 'containers',
  project: 'containers',
  containerNote: undefined,
  containerPorts: undefined,
  containerPort: undefined,
  containerMount: undefined,
  image: 'images',
  repository: 'images',
  network: 'networks',
  volume: 'volumes',
  endpoint: 'engines',
  registry: 'registries',
  remoteRepository: undefined,
  tag: undefined,
  more: undefined,
  message: undefined,
  contextEntry: undefined,
  file: undefined,
  changes: undefined,
  change: undefined,
  cacheGroup: 'buildCache',
  cacheRecord: 'buildCache',
  build: 'builds',
  engineBuilds: 'builds',
  buildStage: undefined,
  buildStep: 'builds',
} as const satisfies Record<Noun, ViewId | undefined>;
