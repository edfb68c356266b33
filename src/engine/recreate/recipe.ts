import type { Client } from '../client.ts';
import { inspectContainer } from '../containers.ts';
import { EngineError } from '../errors.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';
import { pathText } from '../path.ts';
import { ownChoices } from './choices.ts';
import type { EngineDefaults, Recipe } from './model.ts';
import { placesOf } from './places.ts';

/**
 * Says how a container was made: what of `GET /containers/{id}/json` (API 1.40 to 1.51, and Podman's) is neither its image's
 * nor what the engine gives to each.
 * @param container and image as they were inspected; an image that is gone is an empty object
 */
export function recipeOf(container: Raw, image: Raw, defaults: EngineDefaults): Recipe {
  const reader = readFields(container);
  const config = reader.object('Config') ?? {};
  const own = readFields(config);
  const base = readFields(image);
  const name = reader.text('Name').replace(/^\//, '');
  const inspected = {
    id: reader.text('Id'),
    config,
    host: reader.object('HostConfig') ?? {},
    image,
  };
  const places = placesOf(inspected, name, reader.object('NetworkSettings') ?? {});
  const same = (field: string) =>
    JSON.stringify(own.strings(field)) === JSON.stringify(base.strings(field));
  const entrypoint = same('Entrypoint') ? undefined : own.strings('Entrypoint');
  return {
    name,
    service: own.labels('Labels')['com.docker.compose.service'] ?? name,
    image: own.text('Image'),
    choices: [...ownChoices(inspected, defaults), ...places.choices],
    entrypoint,
    // Another entrypoint takes the image's command away.
    command: entrypoint === undefined && same('Cmd') ? undefined : own.strings('Cmd'),
    networks: places.networks,
    volumes: places.volumes,
  };
}

/** Reads a container's recipe from its engine. Throws EngineError; an image that is gone is no error. */
export async function readRecipe(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<Recipe> {
  const container: unknown = await inspectContainer(client, id, signal);
  if (!isRaw(container))
    throw new EngineError('not-an-engine', 'The engine told nothing of the container.');
  const image = readFields(container).text('Image');
  const read = (path: string) => client.request({ path, as: 'json', signal });
  const [facts, info] = await Promise.all([
    read(`/images/${pathText(image)}/json`).catch((error: unknown) => {
      if (error instanceof EngineError && error.reason === 'not-found') return {};
      throw error;
    }),
    read('/info'),
  ]);
  const defaults = readFields(info);
  return recipeOf(container, readFields(facts).object('Config') ?? {}, {
    logDriver: defaults.text('LoggingDriver'),
    runtime: defaults.text('DefaultRuntime'),
  });
}
