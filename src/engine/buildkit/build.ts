import { basename } from 'node:path';
import type { Allowance } from '../allowance.ts';
import { NOTHING } from '../builds/model.ts';
import type { StatusUpdate } from '../builds/model.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { isAtLeast } from '../calls.ts';
import { demandIgnorePatterns } from '../dockerignore.ts';
import { saveImages } from '../imageArchive.ts';
import { frontendRequest, isAddress, isScpLike } from './attrs.ts';
import { openBuildFolders } from './content/folders.ts';
import { openDebugShell } from './debugShell.ts';
import type { DebugShell, DebugShellOptions } from './debugShell.ts';
import { chooseExporters } from './exporter.ts';
import { fileSync } from './files/fileSync.ts';
import type { FileSync, Sent, ServedFolder } from './files/fileSync.ts';
import type { Filter } from './files/filter.ts';
import type { Walker } from './files/walker.ts';
import type { Services } from './grpc/exchange.ts';
import { withHostGateway } from './hostGateway.ts';
import { sharedKey } from './ids.ts';
import { withInlineCache } from './inlineCache.ts';
import { lackingContext } from './lackingContext.ts';
import { lackingDockerfile } from './lackingDockerfile.ts';
import { lackingSecret } from './lackingSecret.ts';
import type { BuildOptions } from './request.ts';
import { authServices } from './services/auth.ts';
import type { AuthOptions } from './services/auth.ts';
import { openOutputs } from './services/output.ts';
import { secretServices } from './services/secrets.ts';
import { sshServices, sshSources } from './services/ssh.ts';
import type { SshSource } from './services/ssh.ts';
import { solve } from './solve.ts';
import { withSourceDate } from './sourceDate.ts';

/** What the engine asked of a build's folders last: the list can be made before it asks again. By build and folder. */
export type FilterMemory = Map<string, Filter>;

/** What a build needs of its surroundings, and whom it tells what happens. */
export interface BuildSurroundings {
  /** Signs in to registries. */
  readonly auth: AuthOptions;
  /** Where secrets of the form `env` come from, the ssh agent that is there by default, and SOURCE_DATE_EPOCH. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly walker: Walker;
  readonly filters: FilterMemory;
  /** What of the context may be sent without a question. Default: all. */
  readonly allowance?: Allowance | undefined;
  readonly onStatus: (update: StatusUpdate) => void;
  /** Told when the engine answers nothing any more, and when it does again. */
  readonly onSilence?: ((isSilent: boolean) => void) | undefined;
  /** What has been sent so far, of all folders together. */
  readonly onSent?: ((sent: Sent) => void) | undefined;
  /** A secret's value that the build is about to get: to be kept out of what is shown. */
  readonly onSecret: (value: Buffer) => void;
  /** Told of what went wrong aside; what makes the build fail is thrown. */
  readonly onProblem: (error: unknown) => void;
}

export interface BuildResult {
  /** `sha256:…` as the engine knows the image; undefined where the result is none. */
  readonly image: string | undefined;
  /** What the exporter says of the result, such as `containerimage.digest`. */
  readonly response: Readonly<Record<string, string>>;
}

/**
 * Builds by BuildKit's own protocol, over the engine's socket. Only the files that the engine lacks are sent. Nothing is
 * pushed yet.
 * @param ref names the build to the engine; see newRef
 * @throws EngineError: of lacksBuildkit where the engine has no BuildKit, a BuildError for a build that failed, `cancelled`,
 *   and what names a file of the context that could not be read, or of the result that could not be written
 */
export async function buildWithBuildkit(
  client: Client,
  ref: string,
  asked: BuildOptions,
  surroundings: BuildSurroundings,
  signal?: AbortSignal,
): Promise<BuildResult> {
  demandLimits(client, asked);
  if (!isAddress(asked.context)) await demandIgnorePatterns(asked.context, asked.dockerfile);
  const dated = withInlineCache(withSourceDate(asked, surroundings.env));
  const addHosts = await withHostGateway(client, dated.addHosts ?? [], signal);
  const warn = ({ message }: EngineError) =>
    surroundings.onStatus({ ...NOTHING, warnings: [{ message, detail: [] }] });
  const folders = await openBuildFolders(client, dated, warn, signal);
  const options = { ...dated, ...folders.options };
  const { attrs, dirs, entitlements } = frontendRequest(
    { ...options, addHosts },
    client.apiVersion,
  );
  const signers = await sshSources(sshOf(options), surroundings.env);
  const { exporters, saves } = await chooseExporters(client, options, signal);
  const files = openFiles(dirs, options, surroundings);
  let unwritten: EngineError | undefined;
  const outputs = openOutputs(
    exporters.map(({ output }) => output),
    (error) => (unwritten ??= error),
  );
  try {
    const response = await solve(client, {
      ref,
      attrs,
      entitlements,
      exporters,
      cacheFrom: options.cacheFrom,
      cacheTo: options.cacheTo,
      session: {
        name: basename(options.context),
        sharedKey: sharedKey(options.context),
        services: {
          ...servicesOf(options, files, signers, surroundings),
          ...folders.services,
          ...outputs.services,
        },
      },
      onStatus: surroundings.onStatus,
      onSilence: surroundings.onSilence,
      onProblem: surroundings.onProblem,
      signal,
    });
    await folders.complete(response);
    await outputs.complete();
    const image = response['containerimage.digest'] ?? response['containerimage.config.digest'];
    const names = options.tags.length > 0 || !image ? options.tags : [image];
    for (const dest of saves) await saveImages(client, names, dest, {}, signal);
    const isKept = exporters.some(({ type }) => type === 'moby');
    return { image: isKept ? image : undefined, response };
  } catch (error) {
    if (error instanceof EngineError && error.reason === 'cancelled') throw error;
    // The engine only knows that its client failed.
    throw (
      files.failure() ??
      unwritten ??
      folders.failure() ??
      refusedName(client, files, error) ??
      lackingSecret(options, error) ??
      lackingContext(options, error) ??
      (await lackingDockerfile(options, error)) ??
      error
    );
  } finally {
    const passedOver = folders.passedOver();
    if (passedOver) warn(passedOver);
    files.close();
    await outputs.close();
    await folders.close();
  }
}

/**
 * Opens a shell in what the failed step of a build has left behind; see openDebugShell. What the build needs of us is
 * served as long as the shell is open.
 */
export async function debugWithBuildkit(
  client: Client,
  asked: BuildOptions,
  surroundings: BuildSurroundings,
  size: DebugShellOptions['size'],
  signal?: AbortSignal,
): Promise<DebugShell> {
  // No image comes of it that could be attested.
  const dated = { ...withSourceDate(asked, surroundings.env), attestations: undefined };
  const addHosts = await withHostGateway(client, dated.addHosts ?? [], signal);
  // What is looked at is in the engine's own cache; a layout is what it is made of.
  const { contexts } = dated;
  const folders = await openBuildFolders(client, { contexts }, () => {}, signal);
  const options = { ...dated, ...folders.options };
  const { dirs } = frontendRequest(options);
  const signers = await sshSources(sshOf(options), surroundings.env);
  const files = openFiles(dirs, options, surroundings);
  try {
    const shell = await openDebugShell(client, {
      build: { ...options, addHosts },
      sharedKey: sharedKey(options.context),
      services: { ...servicesOf(options, files, signers, surroundings), ...folders.services },
      onProblem: surroundings.onProblem,
      onStatus: surroundings.onStatus,
      size,
      signal,
    });
    void shell.session.ended.finally(() => files.close());
    return shell;
  } catch (error) {
    files.close();
    if (error instanceof EngineError && error.reason === 'cancelled') throw error;
    throw files.failure() ?? folders.failure() ?? refusedName(client, files, error) ?? error;
  }
}

/**
 * The error of a file that the engine could not be told of. BuildKit reads names as UTF-8 since Docker 28 (API 1.48), and breaks
 * the call off by which it is told others: sometimes it says that, and sometimes only that the build is at an end.
 */
function refusedName(
  { apiVersion }: Pick<Client, 'apiVersion'>,
  files: Pick<FileSync, 'notUtf8'>,
  error: unknown,
): EngineError | undefined {
  if (!(error instanceof EngineError)) return undefined;
  const { detail = '', reason } = error;
  const isRefused =
    detail.includes('invalid UTF-8') || (reason === 'dropped' && isAtLeast(apiVersion, 48));
  const what = isRefused ? files.notUtf8() : undefined;
  return what === undefined
    ? undefined
    : new EngineError(
        'bad-request',
        `${what}, and the BuildKit of this engine takes nothing else: rename it, or leave it out by .dockerignore.`,
        { detail, cause: error },
      );
}

/** @throws EngineError `not-supported` where limits would be passed over: the builder has them since Docker 23 (API 1.42) */
function demandLimits(
  { apiVersion, engine }: Pick<Client, 'apiVersion' | 'engine'>,
  { shmSize, ulimits = [], cgroupParent }: BuildOptions,
): void {
  // Podman's builder, which is another one, has them.
  if (engine.podman !== undefined) return;
  if (isAtLeast(apiVersion, 42) || !(shmSize || ulimits.length > 0 || cgroupParent)) return;
  throw new EngineError(
    'not-supported',
    'This engine cannot limit what RUN runs: --shm-size, --ulimit and --cgroup-parent need Docker 23 or later.',
  );
}

/** As buildx has it, a context that is fetched over ssh is signed for by the agent that runs here. */
const sshOf = ({ ssh = {}, context }: BuildOptions) =>
  Object.keys(ssh).length === 0 && (context.startsWith('ssh://') || isScpLike(context))
    ? { default: [] }
    : ssh;

/** All that a build may ask of us, but for taking its result. */
function servicesOf(
  options: BuildOptions,
  files: Pick<FileSync, 'services'>,
  signers: Readonly<Record<string, SshSource>>,
  { auth, env, onSecret, onStatus }: BuildSurroundings,
): Services {
  return {
    ...files.services,
    ...authServices(auth),
    ...secretServices(options.secrets ?? [], env, onSecret, (message) =>
      onStatus({ ...NOTHING, warnings: [{ message: `The ${message}.`, detail: [] }] }),
    ),
    ...sshServices(signers),
  };
}

/** Serves the folders of a build, and begins to list what the engine will ask for. */
function openFiles(
  dirs: Readonly<Record<string, string>>,
  { dockerfile, dockerfileText: text, target = '' }: BuildOptions,
  { walker, filters, allowance, onSent }: BuildSurroundings,
): Pick<FileSync, 'services' | 'failure' | 'notUtf8' | 'close'> {
  const folders: Record<string, ServedFolder> = {};
  for (const [name, path] of Object.entries(dirs))
    folders[name] = { path, ...(name === 'context' && { allowance }) };
  const override = text === undefined ? undefined : { name: basename(dockerfile), text };
  // Its files are read by the frontend only, and none of them gets into an image.
  const { dockerfile: path } = dirs;
  if (path !== undefined) folders['dockerfile'] = { path, override, attributes: false };
  const total = () => {
    const sum = { listed: 0, listBytes: 0, files: 0, bytes: 0 };
    for (const sent of files.sent().values())
      for (const key of ['listed', 'listBytes', 'files', 'bytes'] as const) sum[key] += sent[key];
    return sum;
  };
  const files = fileSync(folders, { walker, onProgress: onSent && (() => onSent(total())) });
  const key = (folder: string) => JSON.stringify([dockerfile, dirs[folder], target, folder]);
  for (const folder of Object.keys(folders)) {
    const filter = filters.get(key(folder));
    if (filter && folder !== 'dockerfile') files.prepare(folder, filter);
  }
  return {
    ...files,
    close: () => {
      for (const folder of Object.keys(folders)) {
        const filter = files.asked(folder);
        if (filter) filters.set(key(folder), filter);
      }
      files.close();
    },
  };
}
