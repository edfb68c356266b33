import type { CommandSpec } from './spec.ts';

/** The commands on networks. */
export const networksCommands = {
  'network.create': {
    title: 'Create Network…',
    icon: 'add',
    view: { id: 'networks', group: 'navigation@1' },
  },
  'network.inspect': {
    title: 'Inspect',
    icon: 'json',
    on: ['network'],
    inline: 1,
    menu: '2_look@1',
  },
  'network.connect': {
    title: 'Connect Container…',
    on: ['network'],
    menu: '3_connect@1',
  },
  'network.disconnect': {
    title: 'Disconnect Container…',
    on: ['network'],
    menu: '3_connect@2',
  },
  'network.copyName': { title: 'Copy Name', on: ['network'], many: true, menu: '5_copy@1' },
  'network.copyId': { title: 'Copy ID', on: ['network'], many: true, menu: '5_copy@2' },
  'network.remove': {
    title: 'Remove…',
    icon: 'trash',
    on: ['network'],
    needs: { none: ['builtin'] },
    many: true,
    menu: '9_remove@1',
    doing: 'Removing',
  },
  'network.prune': {
    title: 'Remove Unused Networks…',
    icon: 'clear-all',
    view: { id: 'networks', group: '8_prune@1' },
    doing: 'Removing unused networks',
  },
} as const satisfies Record<string, CommandSpec>;
