import type { CommandSpec } from './spec.ts';

const anyBuild = ['build'] as const;
const anyStep = ['buildStep'] as const;

/** The commands on builds and their steps. */
export const buildsCommands = {
  'build.cancel': {
    title: 'Cancel',
    icon: 'debug-stop',
    on: anyBuild,
    needs: { all: ['running'] },
    many: true,
    inline: 1,
    menu: '1_run@1',
  },
  'build.again': {
    title: 'Run Again',
    icon: 'debug-restart',
    on: anyBuild,
    needs: { none: ['running'] },
    inline: 1,
    menu: '1_run@2',
    enablement: 'isWorkspaceTrusted',
  },
  'build.timeline': {
    title: 'Open Timeline',
    icon: 'graph',
    on: anyBuild,
    inline: 2,
    menu: '2_look@1',
  },
  'build.terminal': { title: 'Show Terminal', icon: 'terminal', on: anyBuild, menu: '2_look@2' },
  'build.compare': {
    title: 'Compare with Another Build…',
    icon: 'git-compare',
    on: anyBuild,
    menu: '2_look@3',
  },
  'build.openDockerfile': { title: 'Open Dockerfile', on: anyBuild, menu: '2_look@4' },
  'build.copyCommand': {
    title: 'Copy as docker buildx build',
    on: anyBuild,
    menu: '5_copy@1',
  },
  'build.remove': {
    title: 'Remove from History',
    on: anyBuild,
    needs: { none: ['running'] },
    many: true,
    menu: '9_remove@1',
  },
  'build.past': {
    title: 'Show a Build that the Engine Remembers…',
    icon: 'history',
    view: { id: 'builds', group: '2_look@1' },
    doing: 'Asking the engine for its builds',
  },
  'build.clear': {
    title: 'Clear History…',
    icon: 'clear-all',
    view: { id: 'builds', group: '8_prune@1' },
  },
  'build.debug': {
    title: 'Open a Shell in the Failed Step',
    icon: 'debug-console',
    on: anyStep,
    needs: { all: ['failed'] },
    inline: 3,
    menu: '1_run@3',
    enablement: 'isWorkspaceTrusted',
    doing: 'Running the failed step again',
  },
  'build.stepLog': {
    title: 'Open Step Log',
    icon: 'output',
    on: anyStep,
    inline: 2,
    menu: '2_look@1',
  },
  'build.goToInstruction': {
    title: 'Go to Instruction',
    icon: 'go-to-file',
    on: anyStep,
    needs: { all: ['lines'] },
    inline: 1,
    menu: '2_look@2',
    palette: false,
  },
} as const satisfies Record<string, CommandSpec>;
