import type { TimelineHead, TimelineStep, ToTimeline } from '../protocol/timeline.ts';

/** All that the webview knows of a build. */
export interface Model {
  readonly head: TimelineHead;
  readonly steps: readonly TimelineStep[];
  /** Milliseconds to add to the browser's clock for the engine's. */
  readonly clockOffset: number;
}

/**
 * What is known after a message.
 * @param at the browser's time when it came, milliseconds since the epoch.
 */
export function applied(
  model: Model | undefined,
  message: ToTimeline,
  at: number,
): Model | undefined {
  switch (message.type) {
    case 'build':
      return { head: message.head, steps: message.steps, clockOffset: message.now - at };
    case 'change': {
      if (model === undefined) return undefined;
      const changed = new Map(message.steps.map((step) => [step.id, step]));
      const steps = model.steps.map((step) => {
        const now = changed.get(step.id);
        changed.delete(step.id);
        return now ?? step;
      });
      return {
        head: message.head ?? model.head,
        steps: [...steps, ...changed.values()],
        clockOffset: message.now - at,
      };
    }
    case 'gone':
      return undefined;
    case 'log':
      return model;
  }
}

/** When the build's first step or the build itself began: where the axis begins. */
export function beginOf({ head, steps }: Model): number {
  return steps.reduce((least, { started }) => Math.min(least, started ?? least), head.started);
}

/** Milliseconds from the axis's begin to the last thing that happened, or until now while the build runs. */
export function elapsedOf(model: Model, now: number): number {
  const begin = beginOf(model);
  const { head, steps } = model;
  const latest = steps.reduce(
    (most, { started = 0, ended = started }) => Math.max(most, ended),
    head.ended ?? head.started,
  );
  return Math.max(0, (head.state === 'running' ? Math.max(now, latest) : latest) - begin);
}

/** Milliseconds that a step has run: what the engine says, and while it runs what the clock adds. */
export function durationOf({ state, duration, since }: TimelineStep, now: number): number {
  if (state !== 'running' || since === undefined) return duration;
  return duration + Math.max(now - since, 0);
}
