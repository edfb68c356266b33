import type { CommandSpec } from './spec.ts';

const entry = ['contextEntry'] as const;

/** The commands on build contexts and ignore files. */
export const contextCommands = {
  'context.show': {
    title: 'Show What Goes into the Build Context',
    icon: 'list-tree',
    dockerfile: true,
    ignoreFile: true,
  },
  'context.explain': {
    title: 'Why Is This File Ignored?',
    explorer: true,
  },
  'context.reload': {
    title: 'Read the Build Context Anew',
    icon: 'refresh',
    view: { id: 'context', group: 'navigation@1' },
    palette: false,
  },
  'context.ignore': {
    title: 'Add to .dockerignore',
    icon: 'exclude',
    on: entry,
    needs: { all: ['sent'] },
    many: true,
    inline: 1,
    menu: '1_ignore@1',
    palette: false,
  },
  'context.showPattern': {
    title: 'Go to the Pattern',
    icon: 'go-to-file',
    on: entry,
    needs: { all: ['pattern'] },
    inline: 2,
    menu: '1_ignore@2',
    palette: false,
  },
  'context.open': {
    title: 'Open File',
    on: entry,
    needs: { all: ['file'] },
    menu: '2_open@1',
    palette: false,
  },
} as const satisfies Record<string, CommandSpec>;
