import { arrangeCommands } from './commands/arrange.ts';
import { buildCacheCommands } from './commands/buildCache.ts';
import { buildsCommands } from './commands/builds.ts';
import { containersCommands } from './commands/containers.ts';
import { contextCommands } from './commands/context.ts';
import { enginesCommands } from './commands/engines.ts';
import { filesCommands } from './commands/files.ts';
import { imagesCommands } from './commands/images.ts';
import { networksCommands } from './commands/networks.ts';
import { registriesCommands } from './commands/registries.ts';
import { volumesCommands } from './commands/volumes.ts';
import type { CommandSpec } from './commands/spec.ts';

/** Every command of the extension, by its id without the `stevedore.` prefix. */
export const commands = {
  ...containersCommands,
  ...imagesCommands,
  ...buildsCommands,
  ...networksCommands,
  ...volumesCommands,
  ...enginesCommands,
  ...registriesCommands,
  ...arrangeCommands,
  ...contextCommands,
  ...buildCacheCommands,
  ...filesCommands,
} as const satisfies Record<string, CommandSpec>;

export type CommandId = keyof typeof commands;

/** What a key gives to its command: VS Code tells it nothing of the rows, so it takes the selected ones. */
export const bySelection = 'selection';

/** The id that VS Code knows a command by. */
export const fullId = (id: CommandId): string => `stevedore.${id}`;
