import { brief } from '../../util/brief.ts';
import { formatBytes } from '../../util/format.ts';
import { criticalPath } from './critical.ts';
import type { Build, BuildStep } from './model.ts';
import { kindOf, shorten, timeOf, transferred } from './stages.ts';

/** Something that would make a build faster, the sentence in English. */
export interface Advice {
  readonly kind: 'step' | 'cache' | 'context' | 'export' | 'pull';
  /** The step that it is about, and the one to look at first: where its cache was lost. */
  readonly step: string;
  readonly cause?: string;
  /** Milliseconds on the critical path that it is about. */
  readonly time: number;
  readonly sentence: string;
}

/** Less than this isn't worth a sentence. */
const LEAST = 500;

/**
 * What to fix first to make a build faster, what costs most first: the steps of the critical path that weren't cached and
 * the earlier instruction that lost them their cache, sending the context, pulling, exporting.
 * `now`, of this computer's clock, ends what still runs.
 */
export function advise(build: Build, now: number): readonly Advice[] {
  const path = criticalPath(build, now);
  const byId = new Map(build.steps.map((step) => [step.id, step]));
  const share = (time: number) => `${Math.round((time / Math.max(1, path.length)) * 100)} %`;
  // Where nothing was cached, as in a first build, nothing has lost its cache.
  const isCold = !build.steps.some(
    ({ state, stage, instruction }) =>
      state === 'cached' && stage !== undefined && !instruction.startsWith('FROM '),
  );
  const found: Advice[] = [];
  for (const id of path.steps) {
    const step = byId.get(id);
    if (!step || step.state === 'cached') continue;
    const time = timeOf(step, build, now);
    if (time >= LEAST)
      found.push(about(step, time, share(time), isCold ? undefined : causeOf(step, byId)));
  }
  return found.sort((a, b) => b.time - a.time);
}

function about(step: BuildStep, time: number, share: string, cause: BuildStep | undefined): Advice {
  const seconds = formatSeconds(time);
  const what = { step: step.id, time };
  if (step.name.endsWith('load build context')) {
    const bytes = formatBytes(transferred(step.transfers));
    const sentence = `Sending the build context took ${seconds} (${bytes}, ${share} of the build): leave out what the build doesn’t need.`;
    return { kind: 'context', ...what, sentence };
  }
  if (kindOf(step) === 'export')
    return {
      kind: 'export',
      ...what,
      sentence: `Exporting took ${seconds}, ${share} of the build.`,
    };
  const name = shorten(brief(step.instruction), 60);
  if (step.instruction.startsWith('FROM '))
    return {
      kind: 'pull',
      ...what,
      sentence: `Pulling ${shorten(step.instruction.slice(5), 60)} took ${seconds}, ${share} of the build.`,
    };
  if (!cause)
    return { kind: 'step', ...what, sentence: `${name} took ${seconds}, ${share} of the build.` };
  const sentence = `${name} took ${seconds}, ${share} of the build: it ran again because ${shorten(brief(cause.instruction), 60)} before it was not cached.`;
  return { kind: 'cache', ...what, cause: cause.id, sentence };
}

/**
 * The earliest instruction before a step that wasn't cached although nothing before it had changed; undefined when that
 * is the step itself.
 */
export function causeOf(
  step: BuildStep,
  byId: ReadonlyMap<string, BuildStep>,
): BuildStep | undefined {
  const seen = new Set([step.id]);
  let causes: readonly BuildStep[] = [step];
  for (;;) {
    const earlier = causes.flatMap(({ inputs }) =>
      inputs.flatMap((id) => {
        const input = byId.get(id);
        if (!input || seen.has(id) || !wasRun(input)) return [];
        seen.add(id);
        return [input];
      }),
    );
    if (earlier.length === 0) break;
    causes = earlier;
  }
  const [first] = causes;
  return first === step ? undefined : first;
}

/** Whether a step is an instruction that was carried out anew. A base image is always looked at. */
export function wasRun({ state, stage, instruction }: BuildStep): boolean {
  return (
    stage !== undefined &&
    !instruction.startsWith('FROM ') &&
    (state === 'completed' || state === 'failed' || state === 'running')
  );
}

/** `0.3 s`, `12.3 s`, `2 min 5 s`. */
export function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
