import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { buildWithBuildkit } from '../../../src/engine/buildkit/build.ts';
import type { BuildSurroundings } from '../../../src/engine/buildkit/build.ts';
import { createWalker } from '../../../src/engine/buildkit/files/walker.ts';
import { newRef } from '../../../src/engine/buildkit/ids.ts';
import type { BuildOptions } from '../../../src/engine/buildkit/request.ts';
import type {
  BuildWarning,
  LogUpdate,
  StepUpdate,
  TransferUpdate,
} from '../../../src/engine/builds/model.ts';
import { createBuildOnEngine } from '../../../src/engine/builds/onEngine.ts';
import type { Client } from '../../../src/engine/client.ts';
import { openCredentials } from '../../../src/engine/credentials.ts';
import { removeImage } from '../../../src/engine/images.ts';
import type { FedStore } from '../../../src/engine/store.ts';
import { installedEngine } from '../bed/environment.ts';
import { inFolder } from '../support/buildkit.ts';
import { bedEndpoint } from '../support/engine.ts';

const walker = createWalker();

/** What a build told while it ran. */
export interface Told {
  /** The last that was said of each step, by its id. */
  readonly steps: Map<string, StepUpdate>;
  readonly logs: LogUpdate[];
  readonly transfers: TransferUpdate[];
  readonly warnings: BuildWarning[];
  readonly problems: unknown[];
  readonly secrets: string[];
  readonly sent: { bytes: number; files: number };
}

export type More = Partial<BuildOptions> & {
  readonly surroundings?: Partial<BuildSurroundings>;
  readonly ref?: string;
  readonly signal?: AbortSignal;
};

/** Builds a text in a folder; `told` fills while it runs. */
export function startBuild(
  client: Client,
  context: string,
  dockerfileText: string,
  more: More = {},
) {
  const { surroundings, ref = newRef(), signal, ...options } = more;
  const told: Told = {
    steps: new Map(),
    logs: [],
    transfers: [],
    warnings: [],
    problems: [],
    secrets: [],
    sent: { bytes: 0, files: 0 },
  };
  const done = buildWithBuildkit(
    client,
    ref,
    { context, dockerfile: join(context, 'Dockerfile'), dockerfileText, tags: [], ...options },
    {
      auth: {
        credential: async () => undefined,
        fetchToken: async () => Promise.reject(new Error('no token was expected to be asked for')),
      },
      env: {},
      walker,
      filters: new Map(),
      onStatus: ({ steps, logs, transfers, warnings }) => {
        for (const step of steps) told.steps.set(step.id, step);
        told.logs.push(...logs);
        told.transfers.push(...transfers);
        told.warnings.push(...warnings);
      },
      onSent: (sent) => Object.assign(told.sent, sent),
      onSecret: (value) => told.secrets.push(value.toString()),
      onProblem: (error) => told.problems.push(error),
      ...surroundings,
    },
    signal,
  );
  return { done, told };
}

/** Builds to the end; the image goes with the test. */
export async function build(client: Client, context: string, text: string, more: More = {}) {
  const { done, told } = startBuild(client, context, text, more);
  const { image } = await done;
  if (image)
    onTestFinished(async () => {
      await removeImage(client, image, { force: true }).catch((error: { reason?: string }) => {
        // Another build of the same had the same image.
        if (error.reason !== 'not-found') throw error;
      });
    });
  return { image, told, output: outputOf(told) };
}

export const outputOf = ({ logs }: Told): string =>
  Buffer.concat(logs.map(({ data }) => data)).toString();

/** What builds as the extension does; `home` is a folder without docker's configuration. */
export function builderOf(
  client: Client,
  home: string,
  env: NodeJS.ProcessEnv = {},
  store?: FedStore,
) {
  const build = createBuildOnEngine({
    current: { client: async () => client, ...(store && { store }) },
    credentials: openCredentials({ env: {}, home }),
    fetchToken: () => Promise.reject(new Error('no token was expected to be asked for')),
    walkerThread: pathToFileURL(join(home, 'none.cjs')),
    env,
    home,
    report: () => {},
  });
  onTestFinished(() => build.dispose());
  return build;
}

/** Builds a text as a person does in a terminal. */
export const buildx = (text: string, ...args: string[]): Promise<void> =>
  buildxOn(bedEndpoint.url, text, ...args);

export async function buildxOn(engine: string, text: string, ...args: string[]): Promise<void> {
  const { plugins = '' } = installedEngine();
  await inFolder({ Dockerfile: text }, async (folder) => {
    const env = { ...process.env, DOCKER_HOST: engine, DOCKER_CONFIG: folder };
    const options = ['build', '--progress=plain', ...args, folder];
    await promisify(execFile)(join(plugins, 'docker-buildx'), options, { env });
  });
}

/** A folder that goes with the test. */
export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-buildkit-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export const named = ({ steps }: Told, name: string | RegExp): StepUpdate | undefined =>
  [...steps.values()].find((step) =>
    typeof name === 'string' ? step.name.includes(name) : name.test(step.name),
  );
