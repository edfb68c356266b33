import type { CommandSpec } from './spec.ts';

/** The commands on the views themselves. */
export const arrangeCommands = {
  'containers.filter': {
    title: 'Filter Containers…',
    icon: 'filter',
    view: { id: 'containers', group: 'navigation@8', when: '!stevedore.containers.filtered' },
  },
  'containers.clearFilter': {
    title: 'Clear Filter of Containers',
    icon: 'filter-filled',
    view: { id: 'containers', group: 'navigation@8', when: 'stevedore.containers.filtered' },
  },
  'images.filter': {
    title: 'Filter Images…',
    icon: 'filter',
    view: { id: 'images', group: 'navigation@8', when: '!stevedore.images.filtered' },
  },
  'images.clearFilter': {
    title: 'Clear Filter of Images',
    icon: 'filter-filled',
    view: { id: 'images', group: 'navigation@8', when: 'stevedore.images.filtered' },
  },
  'networks.filter': {
    title: 'Filter Networks…',
    icon: 'filter',
    view: { id: 'networks', group: 'navigation@8', when: '!stevedore.networks.filtered' },
  },
  'networks.clearFilter': {
    title: 'Clear Filter of Networks',
    icon: 'filter-filled',
    view: { id: 'networks', group: 'navigation@8', when: 'stevedore.networks.filtered' },
  },
  'volumes.filter': {
    title: 'Filter Volumes…',
    icon: 'filter',
    view: { id: 'volumes', group: 'navigation@8', when: '!stevedore.volumes.filtered' },
  },
  'volumes.clearFilter': {
    title: 'Clear Filter of Volumes',
    icon: 'filter-filled',
    view: { id: 'volumes', group: 'navigation@8', when: 'stevedore.volumes.filtered' },
  },
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
