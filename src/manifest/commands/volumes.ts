import type { CommandSpec } from './spec.ts';

/** The commands on volumes. */
export const volumesCommands = {
  'volume.create': {
    title: 'Create Volume…',
    icon: 'add',
    view: { id: 'volumes', group: 'navigation@1' },
  },
  'volume.inspect': { title: 'Inspect', icon: 'json', on: ['volume'], inline: 1, menu: '2_look@1' },
  'volume.copyName': { title: 'Copy Name', on: ['volume'], many: true, menu: '5_copy@1' },
  'volume.remove': {
    title: 'Remove…',
    icon: 'trash',
    on: ['volume'],
    many: true,
    menu: '9_remove@1',
    doing: 'Removing',
  },
  'volume.prune': {
    title: 'Remove Unused Volumes…',
    icon: 'clear-all',
    view: { id: 'volumes', group: '8_prune@1' },
    doing: 'Removing unused volumes',
  },
} as const satisfies Record<string, CommandSpec>;
