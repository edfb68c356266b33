import type { CommandSpec } from './spec.ts';

const anyImage = ['image'] as const;

/** The commands on images. */
export const imagesCommands = {
  'image.build': {
    title: 'Build Image…',
    icon: 'tools',
    dockerfile: true,
    enablement: 'isWorkspaceTrusted',
    view: { id: 'images', group: 'navigation@1' },
  },
  'image.buildAgain': {
    title: 'Build Image Again',
    icon: 'refresh',
    dockerfile: true,
    enablement: 'isWorkspaceTrusted',
  },
  'image.check': {
    title: "Run Docker's Build Checks",
    icon: 'checklist',
    dockerfile: true,
    enablement: 'isWorkspaceTrusted',
    doing: 'The engine is checking the Dockerfile',
  },
  'image.buildAndRun': {
    title: 'Build and Run Image…',
    icon: 'run-all',
    dockerfile: true,
    enablement: 'isWorkspaceTrusted',
  },
  'image.run': {
    title: 'Run…',
    icon: 'play',
    on: anyImage,
    inline: 1,
    menu: '1_run@1',
  },
  'image.runInteractive': {
    title: 'Run Interactively',
    icon: 'terminal',
    on: anyImage,
    menu: '1_run@2',
  },
  'image.pull': {
    title: 'Pull Image…',
    icon: 'cloud-download',
    view: { id: 'images', group: 'navigation@2' },
  },
  'image.pullAgain': {
    title: 'Pull Again',
    on: anyImage,
    needs: { all: ['tagged'] },
    many: true,
    menu: '3_registry@1',
  },
  'image.push': {
    title: 'Push…',
    icon: 'cloud-upload',
    on: anyImage,
    needs: { all: ['tagged'] },
    inline: 2,
    menu: '3_registry@2',
  },
  'image.tag': { title: 'Tag…', icon: 'tag', on: anyImage, menu: '3_registry@3' },
  'image.layers': {
    title: 'Explore Layers',
    icon: 'layers',
    on: anyImage,
    menu: '2_look@2',
  },
  'image.compare': { title: 'Compare with Image…', on: anyImage, menu: '2_look@3' },
  'image.dockerfile': {
    title: 'Open Reconstructed Dockerfile',
    on: anyImage,
    menu: '2_look@4',
  },
  'image.inspect': { title: 'Inspect', on: anyImage, menu: '2_look@1' },
  'image.copyTag': {
    title: 'Copy Tag',
    on: anyImage,
    needs: { all: ['tagged'] },
    many: true,
    menu: '5_copy@1',
  },
  'image.copyId': { title: 'Copy ID', on: anyImage, many: true, menu: '5_copy@2' },
  'image.save': {
    title: 'Save to File…',
    on: anyImage,
    many: true,
    menu: '6_file@1',
  },
  'image.load': {
    title: 'Load from File…',
    view: { id: 'images', group: '6_file@1' },
  },
  'image.remove': {
    title: 'Remove…',
    icon: 'trash',
    on: ['image', 'repository'],
    many: true,
    menu: '9_remove@1',
    doing: 'Removing',
    key: {
      key: 'delete',
      mac: 'cmd+backspace',
      when: 'focusedView == stevedore.images && listFocus && !inputFocus',
    },
  },
  'image.showDangling': {
    title: 'Show Dangling Images',
    view: {
      id: 'images',
      group: '4_show@1',
      when: '!config.stevedore.images.showDangling',
    },
    palette: false,
  },
  'image.hideDangling': {
    title: 'Hide Dangling Images',
    view: {
      id: 'images',
      group: '4_show@1',
      when: 'config.stevedore.images.showDangling',
    },
    palette: false,
  },
  'image.prune': {
    title: 'Remove Unused Images…',
    icon: 'clear-all',
    view: { id: 'images', group: '8_prune@1' },
    doing: 'Removing unused images',
  },
} as const satisfies Record<string, CommandSpec>;
