import { views } from '../views.ts';
import type { EngineViewId } from '../views.ts';
import type { CommandSpec } from './spec.ts';

/** VS Code does not tell a title's command which view it stands in, so each view has commands of its own. */
const filter = (id: EngineViewId) =>
  ({
    title: `Filter ${views[id].name}…`,
    icon: 'filter',
    view: { id, group: 'navigation@8', when: `!stevedore.${id}.filtered` },
  }) as const satisfies CommandSpec;

const clearFilter = (id: EngineViewId) =>
  ({
    title: `Clear Filter of ${views[id].name}`,
    icon: 'filter-filled',
    view: { id, group: 'navigation@8', when: `stevedore.${id}.filtered` },
  }) as const satisfies CommandSpec;

/** The commands on the views themselves. */
export const arrangeCommands = {
  'containers.filter': filter('containers'),
  'containers.clearFilter': clearFilter('containers'),
  'images.filter': filter('images'),
  'images.clearFilter': clearFilter('images'),
  'networks.filter': filter('networks'),
  'networks.clearFilter': clearFilter('networks'),
  'volumes.filter': filter('volumes'),
  'volumes.clearFilter': clearFilter('volumes'),
  'containers.arrange': {
    title: 'Group, Sort and Describe…',
    icon: 'settings',
    view: { id: 'containers', group: '3_arrange@1' },
  },
  'images.arrange': {
    title: 'Group, Sort and Describe Images…',
    icon: 'settings',
    view: { id: 'images', group: '3_arrange@1' },
  },
} as const satisfies Record<string, CommandSpec>;
