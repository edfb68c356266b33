import { builderInfo } from '../buildkit/info.ts';
import type { Question, Outline, TargetStage } from '../buildkit/subrequests.ts';
import { outline, targets } from '../buildkit/subrequests.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { choicesOf } from './choices.ts';
import type { BuildChoices } from './choices.ts';

/** Milliseconds that the engine may take: it may have to ask a registry, and somebody waits to build. */
const PATIENCE = 1500;

/**
 * What a Dockerfile lets one choose, as the engine's own frontend sees it: stages, arguments with the values that they
 * come to, and the platforms that the builder knows. What the engine can't tell, or not in time, is read from the text.
 * @param client gives the engine; may have to wait for it
 * @throws EngineError `cancelled`
 */
export async function askChoices(
  client: () => Promise<Pick<Client, 'request'>>,
  { signal, ...question }: Question,
): Promise<BuildChoices> {
  const limit = AbortSignal.timeout(PATIENCE);
  const both = { ...question, signal: signal ? AbortSignal.any([signal, limit]) : limit };
  const own = choicesOf(question.text);
  const late = new Promise<undefined>((resolve) => {
    if (both.signal.aborted) resolve(undefined);
    both.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const engine = await Promise.race([optional(client()), late]);
  if (signal?.aborted) throw new EngineError('cancelled', 'Cancelled.');
  if (!engine) return own;
  const [stages, taken, info] = await Promise.all([
    optional(targets(engine, both)),
    optional(outline(engine, both)),
    optional(builderInfo(engine, both.signal)),
  ]);
  if (signal?.aborted) throw new EngineError('cancelled', 'Cancelled.');
  return { ...mergeChoices(own, stages, taken), ...(info && { platforms: info.platforms }) };
}

/** What is wrong with the Dockerfile, or with the engine, the build will say. */
const optional = <T>(answer: Promise<T>): Promise<T | undefined> => answer.catch(() => undefined);

/**
 * Adds to what was read from the text what the engine said of it. The engine knows of the arguments and secrets of one
 * target only: the others keep their place behind them.
 */
export function mergeChoices(
  own: BuildChoices,
  stages: readonly TargetStage[] | undefined,
  taken: Outline | undefined,
): BuildChoices {
  const named = stages?.filter(({ name }) => !/^\d+$/.test(name));
  const known = new Map(own.args.map((arg) => [arg.name, arg]));
  const asked = (taken?.args ?? []).map(({ name, value, description }) => ({
    ...known.get(name),
    name,
    ...(value === undefined ? {} : { value }),
    ...(description ? { description } : {}),
  }));
  const names = new Set(asked.map(({ name }) => name));
  const secrets = (taken?.secrets ?? []).map(({ id, required }) => ({ id, required }));
  const ids = new Set(secrets.map(({ id }) => id));
  return {
    targets:
      named?.map(({ name, description, base }) => ({ name, description: description || base })) ??
      own.targets,
    args: [...asked, ...own.args.filter(({ name }) => !names.has(name))],
    secrets: [...secrets, ...own.secrets.filter(({ id }) => !ids.has(id))],
  };
}
