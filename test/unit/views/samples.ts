import type { PastBuild } from '../../../src/engine/buildkit/historyRecord.ts';
import type { Build, BuildStep } from '../../../src/engine/builds/model.ts';
import type { Container, Image, Network, Volume } from '../../../src/engine/model.ts';

/** Items with plain values, of which a test names what matters to it. */
export const container = (over: Partial<Container> = {}): Container => ({
  kind: 'container',
  id: 'c'.repeat(64),
  name: 'web',
  image: 'nginx:1.27',
  imageId: 'sha256:aaa',
  command: 'nginx',
  created: 1000,
  state: 'running',
  health: 'none',
  startedAt: undefined,
  finishedAt: undefined,
  exitCode: undefined,
  status: 'Up 2 hours',
  ports: [],
  mounts: [],
  networks: ['bridge'],
  labels: {},
  project: undefined,
  service: undefined,
  odd: undefined,
  ...over,
});

export const image = (over: Partial<Image> = {}): Image => ({
  kind: 'image',
  id: 'sha256:aaa',
  tags: ['nginx:1.27'],
  digests: [],
  created: 1000,
  size: 5_000_000,
  labels: {},
  parentId: undefined,
  odd: undefined,
  ...over,
});

export const network = (over: Partial<Network> = {}): Network => ({
  kind: 'network',
  id: 'n1',
  name: 'front',
  driver: 'bridge',
  scope: 'local',
  internal: false,
  subnets: ['172.20.0.0/16'],
  created: 1000,
  labels: {},
  builtIn: false,
  odd: undefined,
  ...over,
});

export const volume = (over: Partial<Volume> = {}): Volume => ({
  kind: 'volume',
  id: 'data',
  name: 'data',
  driver: 'local',
  mountpoint: '/var/lib/docker/volumes/data/_data',
  created: 1000,
  labels: {},
  odd: undefined,
  ...over,
});

export const step = (over: Partial<BuildStep> = {}): BuildStep => ({
  id: 'sha256:s1',
  name: '[2/2] RUN make',
  inputs: [],
  state: 'completed',
  started: 1_000_000,
  ended: 1_002_500,
  duration: 2500,
  transfers: [],
  index: 2,
  total: 2,
  stage: '0',
  instruction: 'RUN make',
  logBytes: 0,
  ...over,
});

export const build = (over: Partial<Build> = {}): Build => ({
  id: 'b1',
  request: {
    dockerfile: '/src/app/Dockerfile',
    context: '/src/app',
    tags: ['app:1'],
    buildArgs: [],
    platforms: [],
    secrets: [],
  },
  builder: 'buildkit',
  state: 'completed',
  started: 1_000_000,
  ended: 1_012_300,
  steps: [],
  warnings: [],
  ...over,
});

/** A build that the engine remembers. */
export const past = (over: Partial<PastBuild> = {}): PastBuild => ({
  ref: 'r',
  attrs: {},
  buildArgs: [],
  tags: [],
  created: 1_000_000,
  completed: 1_002_500,
  cancelled: false,
  steps: { total: 7, cached: 0 },
  warnings: 0,
  pinned: false,
  ...over,
});

/** One that runs. */
export function runningPast(over: Partial<PastBuild> = {}): PastBuild {
  const { completed: _, ...rest } = past(over);
  return rest;
}
