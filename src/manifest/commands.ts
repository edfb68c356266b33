import type { Needs, Noun } from './facts.ts';
import type { ViewId } from './views.ts';

/** One verb, one id. Everything that menus, the palette and the pickers need to know of it. */
export interface CommandSpec {
  readonly title: string;
  /** Codicon, shown where the command is a button. */
  readonly icon?: string;
  /** The rows it acts upon; without it the command takes no target. The first is what a picker offers. */
  readonly on?: readonly Noun[];
  readonly needs?: Needs;
  /** Acts on all selected rows at once. */
  readonly many?: boolean;
  /** Position among the buttons of a row. */
  readonly inline?: number;
  /** `group@order` in the row's context menu. */
  readonly menu?: string;
  /** Place in the title bar of a view: `navigation@n` is a button, anything else the overflow menu. */
  readonly view?: { readonly id: ViewId; readonly group: string; readonly when?: string };
  /** Offered on Dockerfiles in the explorer and the editor. */
  readonly dockerfile?: boolean;
  /** When-clause for being enabled at all. */
  readonly enablement?: string;
  /** Hidden from the palette: it makes no sense there. */
  readonly palette?: false;
  /** What the progress notification says when the engine takes its time: `Stopping`. */
  readonly doing?: string;
  readonly key?: { readonly key: string; readonly mac?: string; readonly when: string };
}

const running = { any: ['running', 'restarting'] };
const alive = { any: ['running', 'paused', 'restarting'] };
const anyImage = ['image'] as const;

/** Every command of the extension, by its id without the `stevedore.` prefix. */
export const commands = {
  'container.start': {
    title: 'Start',
    icon: 'play',
    on: ['container', 'project'],
    needs: { any: ['stopped'] },
    many: true,
    inline: 1,
    menu: '1_lifecycle@1',
    doing: 'Starting',
  },
  'container.stop': {
    title: 'Stop',
    icon: 'debug-stop',
    on: ['container', 'project'],
    needs: alive,
    many: true,
    inline: 2,
    menu: '1_lifecycle@2',
    doing: 'Stopping',
  },
  'container.restart': {
    title: 'Restart',
    icon: 'debug-restart',
    on: ['container', 'project'],
    needs: running,
    many: true,
    menu: '1_lifecycle@3',
    doing: 'Restarting',
  },
  'container.pause': {
    title: 'Pause',
    icon: 'debug-pause',
    on: ['container', 'project'],
    needs: { any: ['running'] },
    many: true,
    menu: '1_lifecycle@4',
    doing: 'Pausing',
  },
  'container.unpause': {
    title: 'Unpause',
    icon: 'debug-continue',
    on: ['container', 'project'],
    needs: { any: ['paused'] },
    many: true,
    menu: '1_lifecycle@5',
    doing: 'Unpausing',
  },
  'container.kill': {
    title: 'Kill…',
    on: ['container'],
    needs: running,
    many: true,
    menu: '1_lifecycle@6',
    doing: 'Killing',
  },
  'container.logs': {
    title: 'View Logs',
    icon: 'output',
    on: ['container'],
    many: true,
    inline: 4,
    menu: '2_look@1',
  },
  'container.logsWith': {
    title: 'View Logs With…',
    on: ['container'],
    menu: '2_look@2',
  },
  'container.shell': {
    title: 'Open Shell',
    icon: 'terminal',
    on: ['container'],
    needs: { all: ['running'] },
    inline: 3,
    menu: '2_look@3',
  },
  'container.attach': {
    title: 'Attach to Main Process',
    on: ['container'],
    needs: { all: ['running'] },
    menu: '2_look@4',
  },
  'container.inspect': { title: 'Inspect', on: ['container'], menu: '2_look@5' },
  'container.openPort': {
    title: 'Open in Browser',
    icon: 'globe',
    on: ['container'],
    needs: { all: ['running', 'ports'] },
    menu: '2_look@6',
  },
  'container.copyId': { title: 'Copy ID', on: ['container'], many: true, menu: '5_copy@1' },
  'container.copyName': { title: 'Copy Name', on: ['container'], many: true, menu: '5_copy@2' },
  'container.copyImage': {
    title: 'Copy Image Name',
    on: ['container'],
    many: true,
    menu: '5_copy@3',
  },
  'container.rename': { title: 'Rename…', on: ['container'], menu: '6_change@1' },
  'container.commit': {
    title: 'Commit to Image…',
    on: ['container'],
    menu: '6_change@2',
    doing: 'Committing',
  },
  'container.remove': {
    title: 'Remove…',
    icon: 'trash',
    on: ['container', 'project'],
    many: true,
    menu: '9_remove@1',
    doing: 'Removing',
    key: {
      key: 'delete',
      mac: 'cmd+backspace',
      when: 'focusedView == stevedore.containers && listFocus && !inputFocus',
    },
  },
  'container.prune': {
    title: 'Remove Stopped Containers…',
    icon: 'clear-all',
    view: { id: 'containers', group: '8_prune@1' },
    doing: 'Removing stopped containers',
  },

  'image.build': {
    title: 'Build Image…',
    icon: 'tools',
    dockerfile: true,
    enablement: 'isWorkspaceTrusted',
    view: { id: 'images', group: 'navigation@1' },
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

  'engine.use': {
    title: 'Use This Engine in This Window',
    icon: 'plug',
    on: ['endpoint'],
    needs: { none: ['current'] },
    inline: 1,
    menu: '1_use@1',
    palette: false,
  },
  'engine.choose': {
    title: 'Choose Engine…',
    icon: 'plug',
    view: { id: 'engines', group: 'navigation@1' },
  },
  'engine.reset': {
    title: 'Use the Engine that docker Uses',
    view: { id: 'engines', group: '1_use@2' },
  },
  'engine.retry': {
    title: 'Reconnect',
    icon: 'debug-restart',
    view: { id: 'engines', group: 'navigation@2' },
  },
  'engine.explain': { title: 'Explain the Connection' },
  'engine.start': { title: 'Start the Engine' },
  'engine.copyEndpoint': {
    title: 'Copy Address',
    on: ['endpoint'],
    menu: '5_copy@1',
    palette: false,
  },
  'engine.settings': {
    title: 'Open Settings',
    view: { id: 'engines', group: '9_settings@1' },
  },
  'engine.refresh': {
    title: 'Look for Engines Again',
    icon: 'refresh',
    view: { id: 'engines', group: 'navigation@3' },
  },

  'system.info': { title: 'Show Engine Information', view: { id: 'engines', group: '2_system@1' } },
  'system.diskUsage': { title: 'Show Disk Usage', view: { id: 'engines', group: '2_system@2' } },
  'system.prune': {
    title: 'Remove Everything Unused…',
    view: { id: 'engines', group: '8_prune@1' },
    doing: 'Removing what is unused',
  },

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
  'log.show': { title: 'Show Log' },
} as const satisfies Record<string, CommandSpec>;

export type CommandId = keyof typeof commands;

/** What a key gives to its command: VS Code tells it nothing of the rows, so it takes the selected ones. */
export const bySelection = 'selection';

/** The id that VS Code knows a command by. */
export const fullId = (id: CommandId): string => `stevedore.${id}`;
