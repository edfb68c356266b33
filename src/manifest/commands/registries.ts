import type { CommandSpec } from './spec.ts';

/** The commands on registries. */
export const registriesCommands = {
  'registry.add': {
    title: 'Add Registry…',
    icon: 'add',
    view: { id: 'registries', group: 'navigation@1' },
  },
  'registry.remove': {
    title: 'Forget Registry…',
    on: ['registry'],
    needs: { all: ['removable'] },
    menu: '9_remove@1',
  },
  'registry.signIn': {
    title: 'Sign In…',
    icon: 'sign-in',
    on: ['registry'],
    needs: { none: ['signedIn'] },
    inline: 1,
    menu: '1_sign@1',
  },
  'registry.signOut': {
    title: 'Sign Out…',
    icon: 'sign-out',
    on: ['registry'],
    needs: { all: ['signedIn'] },
    menu: '1_sign@2',
  },
  'registry.pin': {
    title: 'Pin Repository…',
    icon: 'pin',
    on: ['registry'],
    inline: 2,
    menu: '2_pin@1',
  },
  'registry.unpin': {
    title: 'Unpin Repository',
    icon: 'pinned',
    on: ['remoteRepository'],
    needs: { all: ['pinned'] },
    inline: 1,
    menu: '2_pin@1',
    palette: false,
  },
  'registry.refresh': {
    title: 'Refresh',
    icon: 'refresh',
    view: { id: 'registries', group: 'navigation@2' },
  },
  'registry.settings': {
    title: 'Open Settings',
    view: { id: 'registries', group: '9_settings@1' },
  },
  'registry.more': { title: 'Show More', on: ['more'], palette: false },
  'registry.openInBrowser': {
    title: 'Open in Browser',
    on: ['remoteRepository', 'tag'],
    needs: { all: ['hub'] },
    menu: '2_look@2',
    palette: false,
  },
  'tag.pull': {
    title: 'Pull',
    icon: 'cloud-download',
    on: ['tag'],
    many: true,
    inline: 1,
    menu: '1_pull@1',
    palette: false,
  },
  'tag.inspect': { title: 'Inspect Manifest', on: ['tag'], menu: '2_look@1', palette: false },
  'tag.copyReference': {
    title: 'Copy Reference',
    on: ['tag', 'remoteRepository'],
    many: true,
    menu: '5_copy@1',
    palette: false,
  },
  'tag.copyDigest': { title: 'Copy Digest', on: ['tag'], menu: '5_copy@2', palette: false },
  'tag.delete': {
    title: 'Delete from Registry…',
    icon: 'trash',
    on: ['tag'],
    menu: '9_remove@1',
    palette: false,
  },
} as const satisfies Record<string, CommandSpec>;
