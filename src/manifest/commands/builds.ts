import type { CommandSpec } from './spec.ts';

const anyBuild = ['build'] as const;
const ours = { none: ['elsewhere'] };
const anyStep = ['buildStep'] as const;

/** The commands on builds and their steps. */
export const buildsCommands = {
  'build.cancel': {
    title: 'Cancel',
    icon: 'debug-stop',
    on: anyBuild,
    needs: { all: ['running'], none: ['elsewhere'] },
    many: true,
    inline: 1,
    menu: '1_run@1',
  },
  'build.again': {
    title: 'Run Again',
    icon: 'debug-restart',
    on: anyBuild,
    needs: { none: ['running', 'elsewhere'] },
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
    doing: 'Reading the steps',
  },
  'build.terminal': {
    title: 'Show Terminal',
    icon: 'terminal',
    on: anyBuild,
    needs: ours,
    menu: '2_look@2',
  },
  'build.log': {
    title: 'Open Log',
    icon: 'output',
    on: anyBuild,
    menu: '2_look@3',
    doing: 'Reading the log',
  },
  'build.compare': {
    title: 'Compare with Another Build…',
    icon: 'git-compare',
    on: anyBuild,
    menu: '2_look@4',
    doing: 'Reading the steps',
  },
  'build.openDockerfile': {
    title: 'Open Dockerfile',
    on: anyBuild,
    needs: ours,
    menu: '2_look@5',
  },
  'build.copyCommand': {
    title: 'Copy as docker buildx build',
    on: anyBuild,
    needs: ours,
    menu: '5_copy@1',
  },
  'build.pin': {
    title: 'Have the Engine Keep It',
    icon: 'pin',
    on: anyBuild,
    needs: { all: ['elsewhere'], none: ['running', 'pinned'] },
    many: true,
    menu: '6_keep@1',
  },
  'build.unpin': {
    title: 'Let the Engine Forget It in Time',
    icon: 'pinned',
    on: anyBuild,
    needs: { all: ['elsewhere', 'pinned'] },
    many: true,
    menu: '6_keep@1',
  },
  'build.remove': {
    title: 'Remove from History',
    on: anyBuild,
    needs: { none: ['running', 'elsewhere'] },
    many: true,
    menu: '9_remove@1',
  },
  'build.forget': {
    title: "Remove from the Engine's History…",
    on: anyBuild,
    needs: { all: ['elsewhere'], none: ['running'] },
    many: true,
    menu: '9_remove@1',
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
    needs: { all: ['failed'], none: ['elsewhere'] },
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
