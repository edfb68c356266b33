import type { Disposable } from '../../util/emitter.ts';
import { buildWithBuildkit, debugWithBuildkit } from '../buildkit/build.ts';
import type { DebugShell } from '../buildkit/debugShell.ts';
import type { BuildSurroundings, FilterMemory } from '../buildkit/build.ts';
import { createWalker } from '../buildkit/files/walker.ts';
import type { Walker } from '../buildkit/files/walker.ts';
import type { BuildOptions } from '../buildkit/request.ts';
import type { AuthOptions } from '../buildkit/services/auth.ts';
import { lacksBuildkit } from '../buildkit/lacking.ts';
import type { Client } from '../client.ts';
import type { Credentials } from '../credentials.ts';
import type { CurrentEngine } from '../current.ts';
import { platformsOn } from '../defaultPlatform.ts';
import { byClassic } from './byClassic.ts';
import { demandResult } from './outputs.ts';
import { withProxies } from './proxyArgs.ts';
import { pushTags } from './push.ts';
import { lacksSecrets, secretValues } from './request.ts';
import { dropImageId, writeResultFiles } from './resultFiles.ts';
import type { ExporterResponse } from './resultFiles.ts';
import type { BuildHooks, BuildOnEngine } from './service.ts';

/** What builds need of the machine and of who is signed in. */
export interface EngineParts {
  readonly current: Pick<CurrentEngine, 'client'> & Partial<Pick<CurrentEngine, 'store'>>;
  readonly credentials: Credentials;
  readonly fetchToken: AuthOptions['fetchToken'];
  /** The program of the worker that lists files for builds. */
  readonly walkerThread: URL;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's home directory, where docker's configuration is. */
  readonly home: string;
  readonly report: (error: unknown) => void;
}

/** Opens a shell in what the failed step of a build has left behind; see openDebugShell. */
export type DebugOnEngine = (
  options: BuildOptions,
  hooks: Pick<BuildHooks, 'onStatus' | 'onSecret'>,
  size: { readonly columns: number; readonly rows: number },
  signal: AbortSignal,
) => Promise<DebugShell>;

/**
 * What is secret of a build on the engine at hand, that of docker's configuration with it.
 * @throws EngineError `not-found` where a secret cannot be read any more, which could be taken out of nothing
 */
export type SecretsOnEngine = (options: BuildOptions, signal?: AbortSignal) => Promise<string[]>;

/** Builds, with what can be done with a build that failed, or that the engine remembers. */
export type BuildWithDebug = BuildOnEngine &
  Disposable & { readonly debug: DebugOnEngine; readonly secretsOf: SecretsOnEngine };

/** Builds on the engine that the window works with: by BuildKit, and where the engine has none by its classic builder. */
export function createBuildOnEngine(parts: EngineParts): BuildWithDebug {
  const { current, credentials, fetchToken, walkerThread, env, home, report } = parts;
  const filters: FilterMemory = new Map();
  let walker: Walker | undefined;

  const surroundings = ({
    onStatus,
    onSilence,
    onSecret,
    allowance,
  }: Pick<BuildHooks, 'onStatus' | 'onSilence' | 'onSecret' | 'allowance'>): BuildSurroundings => {
    walker ??= createWalker({ thread: walkerThread });
    return {
      auth: { credential: credentials.getCredentials, fetchToken },
      env,
      walker,
      filters,
      allowance,
      onStatus,
      onSilence,
      onSecret,
      onProblem: report,
    };
  };

  const prepare = async (client: Client, options: BuildOptions): Promise<BuildOptions> => ({
    ...options,
    platforms: platformsOn(client.engine, options.platforms ?? [], env),
    buildArgs: await withProxies(options.buildArgs, client.endpoint.url, { env, home }),
  });

  const build: BuildOnEngine = async (asked, hooks, signal) => {
    demandResult(asked);
    const client = await current.client(signal);
    const options = await prepare(client, asked);
    for (const secret of await secretValues(options, env)) hooks.onSecret(Buffer.from(secret));
    await dropImageId(options);
    const classic = async () => {
      hooks.onBuilder('classic');
      const image = await byClassic(client, { credentials, env }, options, hooks, signal);
      return { image, response: {} };
    };
    const buildkit = async () => {
      try {
        const around = surroundings(hooks);
        return await buildWithBuildkit(client, hooks.ref, options, around, signal);
      } catch (error) {
        if (lacksBuildkit(error)) return classic();
        throw error;
      }
    };
    // Docker's builder of Windows containers is the classic one, whatever it answers.
    const built = await (client.engine.os === 'windows' ? classic() : buildkit());
    const { image } = built;
    // No event tells of an image that BuildKit made and nothing names; Docker 26 with containerd's store tells of none.
    if (image) await current.store?.refresh('image').catch(report);
    const digest = options.push
      ? await pushTags(client, options.tags, credentials, hooks.onStatus, signal)
      : undefined;
    const response = digest ? pushedAs(digest, built.response) : built.response;
    await writeResultFiles(options, { image, response }, hooks.ref);
    return image;
  };
  const debug: DebugOnEngine = async (asked, hooks, size, signal) => {
    const client = await current.client(signal);
    const options = await prepare(client, asked);
    return debugWithBuildkit(client, options, surroundings(hooks), size, signal);
  };
  const secretsOf: SecretsOnEngine = async (asked, signal) => {
    const lacking: string[] = [];
    const options = await prepare(await current.client(signal), asked);
    const values = await secretValues(options, env, (id) => lacking.push(id));
    if (lacking.length > 0) throw lacksSecrets(lacking);
    return values;
  };
  return Object.assign(build, { debug, secretsOf, dispose: () => walker?.close() });
}

/** As buildx has it, what was pushed is told of by the registry's digest. */
const pushedAs = (digest: string, response: ExporterResponse): ExporterResponse => {
  const { 'containerimage.digest': id } = response;
  return {
    // Old engines tell of one alone, which is the configuration's.
    ...(id && { 'containerimage.config.digest': id }),
    ...response,
    'containerimage.digest': digest,
  };
};
