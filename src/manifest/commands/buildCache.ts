import type { CommandSpec } from './spec.ts';

/** The commands on what the builder keeps. */
export const buildCacheCommands = {
  'buildCache.refresh': {
    title: 'Read the Build Cache Again',
    icon: 'refresh',
    view: { id: 'buildCache', group: 'navigation@2' },
  },
  'buildCache.prune': {
    title: 'Remove Unused Build Cache…',
    icon: 'clear-all',
    view: { id: 'buildCache', group: 'navigation@1' },
    doing: 'Removing from the build cache',
  },
  'buildCache.remove': {
    title: 'Remove from the Build Cache…',
    icon: 'trash',
    on: ['cacheRecord', 'cacheGroup'],
    needs: { none: ['inUse'] },
    many: true,
    menu: '9_remove@1',
    doing: 'Removing from the build cache',
  },
} as const satisfies Record<string, CommandSpec>;
