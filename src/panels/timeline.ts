import type { Build } from '../engine/builds/model.ts';
import { createCoalescer } from '../engine/coalesce.ts';
import type { Disposable, Event } from '../util/emitter.ts';
import { readFromTimeline, readTimelineMemory } from '../webviews/protocol/timeline.ts';
import type { FromTimeline, ToTimeline } from '../webviews/protocol/timeline.ts';
import { courseOf } from './course.ts';
import { adoptPanel, openPanel } from './host.ts';
import type { Panel, PanelEvents, PanelKind, PanelPlace, PanelSet } from './host.ts';
import { tailOf } from './logTail.ts';
import { difference, engineNow, snapshot } from './timelineModel.ts';
import type { Snapshot } from './timelineModel.ts';

/** Builds, as the Timeline needs them. */
export interface TimelineBuilds {
  get(id: string): Build | undefined;
  /** Told the id of a build that has changed. */
  readonly onDidChange: Event<string>;
  /**
   * Has a build be told of with its steps, for as long as its timeline is open.
   * @param onProblem told why its steps can't be read, and undefined once they can
   */
  watch(id: string, onProblem: (problem: string | undefined) => void): Disposable;
  /** What a step has written last; may be more than is shown, escape sequences of terminals included. */
  logTail(id: string, step: string): Promise<string>;
  /** Shows a step's instruction in its Dockerfile. */
  openStep(build: Build, step: Build['steps'][number]): Promise<void>;
  cancel(id: string): Promise<void> | void;
  /** Builds the same again; resolves with the new build's id once it has begun, or undefined when it was not begun. */
  rerun(id: string): Promise<string | undefined>;
}

const TIMELINE: PanelKind<FromTimeline> = {
  viewType: 'stevedore.timeline',
  bundle: 'timeline',
  read: readFromTimeline,
};

/** The timelines of a window: one for each build, which it is opened on by its id. */
export function createTimelines(place: PanelPlace, builds: TimelineBuilds): PanelSet<string> {
  const open = new Set<Timeline>();

  function add(
    build: string,
    make: (events: PanelEvents<FromTimeline>) => Panel<ToTimeline>,
  ): void {
    const timeline = follow(build, builds, make, () => open.delete(timeline));
    open.add(timeline);
  }

  return {
    async revive(panel, state) {
      const build = readTimelineMemory(state)?.build;
      if (build === undefined) panel.dispose();
      else add(build, (events) => adoptPanel(TIMELINE, place, panel, events));
    },
    open(build) {
      for (const timeline of open) if (timeline.build() === build) return timeline.reveal();
      const title = titleOf(builds.get(build));
      add(build, (events) => openPanel(TIMELINE, place, title, events));
    },
    dispose() {
      for (const timeline of open) timeline.dispose();
    },
  };
}

interface Timeline extends Disposable {
  /** Id of the build that it shows: another one after it was run again. */
  build(): string;
  reveal(): void;
}

/** Keeps a panel at the state of a build: what changed is told at most ten times a second, and only while it is seen. */
function follow(
  first: string,
  builds: TimelineBuilds,
  make: (events: PanelEvents<FromTimeline>) => Panel<ToTimeline>,
  onDidDispose: () => void,
): Timeline {
  let id = first;
  let told: Snapshot | undefined;
  let problem: string | undefined;
  /** It is begun again, which takes a moment. */
  let isBeginning = false;
  const panel = make({
    onReady() {
      told = undefined;
      tell();
    },
    onMessage,
    onDidDispose() {
      updates.cancel();
      subscription.dispose();
      watching.dispose();
      onDidDispose();
    },
  });
  const updates = createCoalescer(tell);
  const request = () => {
    if (panel.isLive()) updates.request();
  };
  const watching = builds.watch(id, (now) => {
    problem = now;
    request();
  });
  const subscription = builds.onDidChange((changed) => {
    if (changed === id) request();
  });

  function tell(): void {
    const build = builds.get(id);
    panel.rename(titleOf(build));
    if (!build) {
      panel.post({ type: 'gone' });
      told = undefined;
      return;
    }
    const now = snapshot(build, courseOf(build), told, problem);
    const message = difference(told, now, engineNow(build));
    told = now;
    if (message) panel.post(message);
  }

  async function onMessage(message: FromTimeline): Promise<void> {
    const build = builds.get(id);
    if (!build) return;
    switch (message.type) {
      case 'ready':
        return;
      case 'cancel':
        if (build.state === 'running') await builds.cancel(id);
        return;
      case 'rerun': {
        if (build.state === 'running' || isBeginning) return;
        isBeginning = true;
        const next = await builds.rerun(id).finally(() => (isBeginning = false));
        if (next === undefined) return;
        id = next;
        tell();
        return;
      }
      case 'open':
      case 'log': {
        const step = build.steps.find((step) => step.id === message.step);
        if (!step) return;
        if (message.type === 'open') return builds.openStep(build, step);
        const text = tailOf(await builds.logTail(build.id, step.id));
        // A step that has not changed has the same id in the build that was begun meanwhile.
        if (build.id === id) panel.post({ type: 'log', step: step.id, text });
      }
    }
  }

  return {
    build: () => id,
    reveal: () => panel.reveal(),
    dispose: () => panel.dispose(),
  };
}

function titleOf(build: Build | undefined): string {
  const name = build?.request.tags[0];
  return name === undefined ? 'Build Timeline' : `Timeline: ${name}`;
}
