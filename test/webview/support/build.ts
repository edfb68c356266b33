import type { Build, BuildStep, StepState } from '../../../src/engine/builds/model.ts';
import { parseStepName } from '../../../src/engine/builds/stepName.ts';
import { courseOf } from '../../../src/panels/course.ts';
import { difference, snapshot } from '../../../src/panels/timelineModel.ts';
import type { ToTimeline } from '../../../src/webviews/protocol/timeline.ts';

/** The engine's clock at the begin of the builds below. */
export const BEGIN = 1_700_000_000_000;

/** What a step is, in short; times in seconds since the build's begin. */
export interface Brief {
  readonly name: string;
  readonly at?: number;
  readonly ran?: number;
  readonly state?: StepState;
  readonly bytes?: number;
  readonly line?: number;
  readonly error?: string;
  /** Steps that it needs the results of, by their place in the build, beside the one before it in its stage. */
  readonly needs?: readonly number[];
}

/** Id of the step at a place of the build. */
export const idOf = (place: number): string => `sha256:${String(place).padStart(64, '0')}`;

/** A build made of what its steps are in short. */
export function made(
  briefs: readonly Brief[],
  rest: Partial<Omit<Build, 'steps' | 'request'>> = {},
): Build {
  const steps: BuildStep[] = [];
  for (const brief of briefs) steps.push(stepOf(brief, steps));
  const last = Math.max(BEGIN, ...steps.map(({ ended = BEGIN }) => ended));
  const state = rest.state ?? 'completed';
  return {
    id: 'build-1',
    request: {
      dockerfile: '/src/shop/Dockerfile',
      context: '/src/shop',
      tags: ['shop/web:1.4'],
      buildArgs: [],
      platforms: [],
      secrets: [],
    },
    builder: 'buildkit',
    state,
    started: BEGIN,
    ...(state !== 'running' && { ended: last }),
    steps,
    warnings: [],
    ...rest,
  };
}

function stepOf(brief: Brief, before: readonly BuildStep[]): BuildStep {
  const { name, at, ran = 0, state = 'completed', bytes = 0, line, error, needs = [] } = brief;
  const parsed = parseStepName(name);
  const previous = before.findLast(({ stage }) => stage !== undefined && stage === parsed.stage);
  const started = at === undefined ? undefined : BEGIN + at * 1000;
  const isRunning = state === 'running';
  return {
    ...parsed,
    id: idOf(before.length),
    name,
    inputs: [...(previous ? [previous.id] : []), ...needs.map(idOf)],
    state,
    ...(started !== undefined && { started }),
    ...(started !== undefined &&
      (isRunning ? { since: started } : { ended: started + ran * 1000 })),
    duration: isRunning ? 0 : ran * 1000,
    transfers:
      bytes > 0 ? [{ id: 'it', current: bytes, total: bytes, ...(started && { started }) }] : [],
    logBytes: /RUN/.test(name) && state !== 'waiting' && state !== 'cached' ? 400 : 0,
    ...(line !== undefined && { lines: [line, line] as const }),
    ...(error !== undefined && { error }),
  };
}

/** All of a build, as the page is told. `seconds` after its begin by the engine's clock. */
export function told(build: Build, seconds = 0): ToTimeline {
  const now = BEGIN + seconds * 1000;
  const message = difference(undefined, snapshot(build, courseOf(build, now)), now);
  if (!message) throw new Error('there is always something to tell at first');
  return message;
}

const BRIEFS: readonly Brief[] = [
  { name: '[internal] load build definition from Dockerfile', at: 0, ran: 0.05, bytes: 1900 },
  { name: '[internal] load metadata for docker.io/library/node:22-alpine', at: 0.06, ran: 1.4 },
  { name: '[internal] load .dockerignore', at: 1.5, ran: 0.03, bytes: 300 },
  { name: '[deps 1/4] FROM docker.io/library/node:22-alpine', at: 1.55, state: 'cached', line: 1 },
  { name: '[internal] load build context', at: 1.55, ran: 2.3, bytes: 34_200_000 },
  { name: '[deps 2/4] WORKDIR /app', at: 1.56, state: 'cached', line: 2 },
  {
    name: '[deps 3/4] COPY package.json package-lock.json ./',
    at: 3.9,
    ran: 0.2,
    line: 3,
    needs: [4],
  },
  {
    name: '[deps 4/4] RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit --no-fund',
    at: 4.1,
    ran: 21.4,
    bytes: 88_000_000,
    line: 4,
  },
  {
    name: '[build 1/5] COPY --from=deps /app/node_modules ./node_modules',
    at: 25.5,
    ran: 2.1,
    line: 8,
    needs: [7],
  },
  { name: '[build 2/5] COPY tsconfig.json vite.config.ts ./', at: 27.6, ran: 0.1, line: 9 },
  { name: '[build 3/5] COPY src ./src', at: 27.7, ran: 0.4, line: 10 },
  { name: '[build 4/5] RUN npm run lint', at: 28.1, ran: 7.6, line: 11 },
  { name: '[build 5/5] RUN npm run build -- --mode production', at: 35.7, ran: 16.2, line: 12 },
  {
    name: '[stage-2 1/4] RUN apk add --no-cache tini curl',
    at: 1.6,
    ran: 5.8,
    bytes: 4_100_000,
    line: 15,
    needs: [3],
  },
  { name: '[stage-2 2/4] RUN adduser -D -u 10001 app', at: 7.4, ran: 0.6, line: 16 },
  {
    name: '[stage-2 3/4] COPY --from=build /app/dist /srv',
    at: 51.9,
    ran: 0.7,
    line: 17,
    needs: [12],
  },
  {
    name: '[stage-2 4/4] COPY nginx.conf /etc/nginx/conf.d/default.conf',
    at: 52.6,
    ran: 0.1,
    line: 18,
    needs: [4],
  },
  { name: 'exporting to image', at: 52.7, ran: 4.9 },
];

/** Places of steps in the builds below. */
export const NPM_CI = 7;
export const LINT = 11;
export const BUNDLE = 12;

/** A build that has ended well. */
export const completed = made(BRIEFS);

/** The same one after so many seconds. */
export function runningAt(seconds: number): Build {
  return made(
    BRIEFS.map((brief): Brief => {
      const { at = 0, ran = 0, name, line, needs } = brief;
      if (at > seconds)
        return { name, state: 'waiting', ...(line && { line }), ...(needs && { needs }) };
      return at + ran > seconds ? { ...brief, state: 'running' } : brief;
    }),
    { state: 'running' },
  );
}

/** One whose linting failed, with an instruction that was cancelled for it. */
export const failed = made(
  BRIEFS.map((brief, place): Brief => {
    const { name, line, at = 0 } = brief;
    if (place === LINT)
      return {
        ...brief,
        state: 'failed',
        error: 'process "/bin/sh -c npm run lint" did not complete successfully: exit code: 1',
      };
    if (name.includes('apk add')) return { ...brief, at: 30, ran: 5.7, state: 'cancelled' };
    return at > 30 || name.includes('adduser')
      ? { name, state: 'waiting', ...(line && { line }) }
      : brief;
  }),
  {
    state: 'failed',
    failure: { message: 'RUN npm run lint failed with exit code 1', step: idOf(LINT) },
  },
);

/** A build of so many steps in ten stages, one after the other. */
export function large(steps: number): Build {
  const size = Math.ceil(steps / 10);
  return made(
    Array.from({ length: steps }, (_, place) => ({
      name: `[s${Math.floor(place / size)} ${(place % size) + 1}/${size}] RUN make part-${place}`,
      at: place * 0.5,
      ran: 0.4 + (place % 7) / 10,
      line: place + 1,
      state: place % 5 === 0 ? 'cached' : 'completed',
    })),
  );
}
