import { arrangeHandlers } from './arrange.ts';
import { buildCacheHandlers } from './buildCache.ts';
import { buildHandlers } from './builds/handlers.ts';
import { containerHandlers } from './containers.ts';
import { containerToolHandlers } from './containerTools.ts';
import { contextHandlers } from './context.ts';
import { engineHandlers } from './engine.ts';
import { fileHandlers } from './files/handlers.ts';
import { imageHandlers } from './images.ts';
import { layerHandlers } from './layers.ts';
import { logHandlers } from './logs.ts';
import { networkHandlers } from './networks.ts';
import { registryHandlers } from './registries.ts';
import type { Handlers } from './run.ts';
import { statsHandlers } from './stats.ts';
import { systemHandlers } from './system.ts';
import { volumeHandlers } from './volumes.ts';

/** What each command does. One that is missing here, or is in no table, does not compile. */
export const handlers: Handlers = {
  ...containerHandlers,
  ...containerToolHandlers,
  ...logHandlers,
  ...statsHandlers,
  ...imageHandlers,
  ...layerHandlers,
  ...buildHandlers,
  ...networkHandlers,
  ...volumeHandlers,
  ...engineHandlers,
  ...systemHandlers,
  ...registryHandlers,
  ...arrangeHandlers,
  ...contextHandlers,
  ...buildCacheHandlers,
  ...fileHandlers,
};
