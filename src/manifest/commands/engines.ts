import type { CommandSpec } from './spec.ts';

/** The commands on engines and the log. */
export const enginesCommands = {
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
  'log.show': { title: 'Show Log' },
} as const satisfies Record<string, CommandSpec>;
