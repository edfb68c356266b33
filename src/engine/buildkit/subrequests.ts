import type { Client } from '../client.ts';
import { ignoreRules } from '../dockerignore.ts';
import { EngineError } from '../errors.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';
import { frontendRequest } from './attrs.ts';
import { Bridge } from './control.ts';
import { buildError, detailOf, linesOf } from './failure.ts';
import { asFrontend } from './gateway.ts';
import type { Services } from './grpc/exchange.ts';
import { GrpcError } from './grpc/status.ts';
import type { BuildOptions } from './request.ts';
import { textServices } from './services/texts.ts';

/** A Dockerfile that the engine's frontend is asked about, with what of a build's options has a say in the answer. */
export interface Question {
  /** Of the Dockerfile, saved or not. */
  readonly text: string;
  /** Of the .dockerignore that applies. */
  readonly dockerignore?: string | undefined;
  /** Its path, for the error that tells of a malformed pattern in it. */
  readonly ignoreFile?: string | undefined;
  readonly options?: Pick<BuildOptions, 'target' | 'buildArgs' | 'platforms' | 'contexts'>;
  /** Credentials: the configurations of base images are read. */
  readonly services?: Services;
  /** Told of what went wrong in a service. */
  readonly onProblem?: (error: unknown) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Lines count from 1; the first of each is told. */
interface Placed {
  readonly line?: number;
}

export interface TargetStage extends Placed {
  /** What the stage can be chosen by: its name, or its number where it has none. */
  readonly name: string;
  /** Built where none is chosen. */
  readonly default: boolean;
  /** Image or stage that it begins with. */
  readonly base: string;
  /** Of the comment above that begins with its name. */
  readonly description: string;
  readonly platform?: string;
}

export interface OutlineArg extends Placed {
  readonly name: string;
  readonly description: string;
  /** Its default, or what the question's options give it; absent where it has none. */
  readonly value?: string;
}

export interface OutlineMount extends Placed {
  readonly id: string;
  readonly required: boolean;
}

/** What one target of a Dockerfile takes. */
export interface Outline {
  /** Those that the target, or what it is built from, makes use of. */
  readonly args: readonly OutlineArg[];
  readonly secrets: readonly OutlineMount[];
  readonly ssh: readonly OutlineMount[];
  /** Cache mounts, by engines whose frontend tells of them. */
  readonly caches: readonly Omit<OutlineMount, 'required'>[];
}

export interface LintWarning {
  /** `ConsistentInstructionCasing` */
  readonly rule: string;
  /** What is wrong here. */
  readonly message: string;
  /** What the rule wants. */
  readonly detail: string;
  readonly url?: string;
  readonly lines?: readonly [number, number];
}

export interface LintResult {
  readonly warnings: readonly LintWarning[];
  /** What keeps the Dockerfile from being built at all. */
  readonly error?: { readonly message: string; readonly lines?: readonly [number, number] };
}

type Asker = Pick<Client, 'request'>;

/**
 * The stages of a Dockerfile as the engine's own frontend sees them (subrequest frontend.targets; Docker 26 and later).
 * @returns undefined where the engine can't tell
 * @throws a BuildError for what the frontend can't read; EngineError of the connection
 */
export async function targets(
  client: Asker,
  question: Question,
): Promise<readonly TargetStage[] | undefined> {
  const answer = await ask(client, 'frontend.targets', question);
  return answer && readTargets(answer);
}

/**
 * What a target takes (subrequest frontend.outline; Docker 26 and later). Asks registries for base images that the
 * engine doesn't have. Returns and throws as {@link targets}; undefined, too, for a text that may crash the engine.
 */
export async function outline(client: Asker, question: Question): Promise<Outline | undefined> {
  // Docker 28 crashes, and its containers end, where a trigger has a stage take from itself: it follows without end from where
  // stages take what they take.
  if (/^\s*ONBUILD\s/im.test(question.text) && /from=/i.test(question.text)) return undefined;
  const answer = await ask(client, 'frontend.outline', question);
  return answer && readOutline(answer);
}

/**
 * What the engine's own checks find (subrequest frontend.lint, `docker build --check`; Docker 27 and later). Asks
 * registries for base images that the engine doesn't have. Returns and throws as {@link targets}; EngineError `bad-request`
 * for a malformed pattern in the .dockerignore.
 */
export async function lint(client: Asker, question: Question): Promise<LintResult | undefined> {
  const answer = await ask(client, 'frontend.lint', question);
  return answer && readLint(answer);
}

async function ask(
  client: Asker,
  requestid: string,
  { text, dockerignore, ignoreFile, options, services, onProblem = () => {}, signal }: Question,
): Promise<Raw | undefined> {
  // Docker 28 crashes by what it could not compile.
  if (dockerignore !== undefined) ignoreRules(dockerignore, ignoreFile);
  const { attrs } = frontendRequest({
    context: '/',
    dockerfile: '/Dockerfile',
    tags: [],
    ...options,
  });
  const texts = textServices({
    dockerfile: { Dockerfile: text },
    context: dockerignore === undefined ? {} : { '.dockerignore': dockerignore },
  });
  try {
    const { result } = await asFrontend(
      client,
      {
        name: 'Dockerfile',
        sharedKey: 'stevedore-question',
        services: { ...services, ...texts },
        onProblem,
        signal,
      },
      (frontend) =>
        frontend.call(Bridge.Solve, {
          frontend: 'dockerfile.v0',
          frontendOpt: {
            ...attrs,
            requestid,
            // A frontend that knows nothing of such requests says so, and doesn't build instead.
            'frontend.caps': 'moby.buildkit.frontend.subrequests',
          },
          allowResultReturn: true,
          allowResultArrayRef: true,
        }),
    );
    const json: unknown = JSON.parse(
      Buffer.from(result?.metadata['result.json'] ?? []).toString() || 'null',
    );
    return isRaw(json) ? json : undefined;
  } catch (error) {
    if (isUnsupported(error)) return undefined;
    throw error instanceof GrpcError ? buildError(error) : error;
  }
}

/** Whether the frontend says that it doesn't know the request, or the engine that it has no BuildKit. */
export function isUnsupported(error: unknown): boolean {
  if (error instanceof EngineError)
    return error.reason === 'not-found' || error.reason === 'not-supported';
  if (!(error instanceof GrpcError)) return false;
  // Engines before Docker 23 send words only.
  return (
    'name' in detailOf(error, 'errdefs.Subrequest') ||
    'name' in detailOf(error, 'errdefs.FrontendCap') ||
    /unsupported (?:request frontend\.\w+|frontend capability \S+)$/.test(error.message)
  );
}

/** @param answer of frontend.targets (moby/buildkit, frontend/subrequests/targets) */
export function readTargets(answer: Raw): readonly TargetStage[] {
  return readFields(answer)
    .objects('targets')
    .map((raw, index) => {
      const { text, flag } = readFields(raw);
      return {
        name: text('name') || String(index),
        default: flag('default'),
        base: text('base'),
        description: text('description'),
        ...(text('platform') && { platform: text('platform') }),
        ...placed(raw),
      };
    });
}

/** @param answer of frontend.outline (moby/buildkit, frontend/subrequests/outline) */
export function readOutline(answer: Raw): Outline {
  const { objects } = readFields(answer);
  const mounts = (field: string) =>
    objects(field).map((raw) => {
      const { text, flag } = readFields(raw);
      return { id: text('name'), required: flag('required'), ...placed(raw) };
    });
  return {
    args: objects('args').map((raw) => {
      const { text } = readFields(raw);
      const value = raw['value'];
      return {
        name: text('name'),
        description: text('description'),
        ...(typeof value === 'string' && { value }),
        ...placed(raw),
      };
    }),
    secrets: mounts('secrets'),
    ssh: mounts('ssh'),
    caches: objects('cache').map((raw) => ({
      id: readFields(raw).text('ID') || readFields(raw).text('id'),
      ...placed(raw),
    })),
  };
}

/** @param answer of frontend.lint (moby/buildkit, frontend/subrequests/lint) */
export function readLint(answer: Raw): LintResult {
  const { objects, object } = readFields(answer);
  const error = object('buildError');
  return {
    warnings: objects('warnings').map((raw) => {
      const { text } = readFields(raw);
      return {
        rule: text('ruleName'),
        message: text('detail') || text('description'),
        detail: text('description'),
        ...(text('url') && { url: text('url') }),
        ...ranged(raw),
      };
    }),
    ...(error && { error: { message: readFields(error).text('message'), ...ranged(error) } }),
  };
}

function ranged(raw: Raw): { readonly lines?: readonly [number, number] } {
  const lines = linesOf(readFields(raw).object('location')?.['ranges']);
  return lines ? { lines } : {};
}

function placed(raw: Raw): Placed {
  const { lines } = ranged(raw);
  return lines ? { line: lines[0] } : {};
}
