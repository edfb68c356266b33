import type { CommandId } from './commands.ts';
import type { ViewId } from './views.ts';

/** A step of Get Started. */
export interface WalkthroughStep {
  readonly title: string;
  /** What it is good for, in a sentence or two. */
  readonly text: string;
  /** The button below: its label, and the command or the view that it leads to. */
  readonly button: readonly [label: string, to: { readonly command: CommandId } | ToView];
  /** Whoever has run one of these, or seen the view, has done the step. */
  readonly done: readonly (CommandId | ToView)[];
}

interface ToView {
  readonly view: ViewId;
}

/**
 * The steps of Get Started, in their order. What is beside each in the editor is docs/start/NAME.md: pictures of six panels would
 * be most of the package.
 */
export const walkthrough = {
  containers: {
    title: 'See what runs',
    text: 'Containers, images, networks and volumes stand in the side bar, as the engine tells of them: nothing has to be refreshed.',
    button: ['Show Containers', { view: 'containers' }],
    done: [{ view: 'containers' }],
  },
  build: {
    title: 'Build a Dockerfile',
    text: 'Build an image, and see what each step does and what it takes. When a step fails, its instruction is marked in the Dockerfile.',
    button: ['Build Image…', { command: 'image.build' }],
    done: ['image.build', 'image.buildAgain', 'image.buildAndRun'],
  },
  logs: {
    title: 'Read the logs of several containers',
    text: 'One viewer for a container, several, or a project: merged by time, live, with search, filters and levels.',
    button: ['View Logs', { command: 'container.logs' }],
    done: ['container.logs', 'container.logsSince', 'container.logsLabel'],
  },
  files: {
    title: 'Open files in a container',
    text: 'Unfold *Files* below a container, running or not. What is saved goes back into the container.',
    button: ['Show Containers', { view: 'containers' }],
    done: ['file.open', 'file.goTo', 'file.openFolder'],
  },
  stats: {
    title: 'Watch what eats the CPU',
    text: 'CPU, memory, network and block I/O of all running containers in one table, with charts of the last fifteen minutes.',
    button: ['Show Stats', { command: 'stats.show' }],
    done: ['stats.show', 'container.stats'],
  },
  layers: {
    title: 'Find out why an image is large',
    text: 'What each layer added, changed and deleted, what is wasted, and which instruction it was.',
    button: ['Explore Layers', { command: 'image.layers' }],
    done: ['image.layers'],
  },
} as const satisfies Record<string, WalkthroughStep>;
