import type { BuildStep, StepState, StepUpdate, Transfer, TransferUpdate } from './model.ts';
import { parseStepName } from './stepName.ts';
import type { StepName } from './stepName.ts';

export interface NamedStep extends StepName {
  readonly id: string;
}

/** A step as updates tell of it. */
export interface StepRecord {
  /** The step as of the last {@link renew}. */
  step(): BuildStep;
  name(): NamedStep;
  tell(update: StepUpdate): void;
  transfer(update: TransferUpdate): void;
  wrote(bytes: number): void;
  locate(lines: readonly [number, number] | undefined): void;
  /** The build has ended: what runs has come to its end, or was cancelled. */
  end(at: number, completed: boolean): void;
  /** Whether it doesn't run now. */
  resting(): boolean;
  /** The last time known of it, in milliseconds since the epoch; 0 for none. */
  last(): number;
  /** Makes the step anew if anything of it has changed, and says whether it has. */
  renew(): boolean;
}

/**
 * Makes the record of a step of which nothing is known.
 * @param own puts its name into the build's own Dockerfile
 */
export function createStepRecord(id: string, own: (name: StepName) => StepName): StepRecord {
  /** Ends by beginnings: a step may run several times, and each time is told of more than once. */
  const runs = new Map<number, number | undefined>();
  const transfers = new Map<string, Transfer>();
  let told: StepUpdate = {
    id,
    name: '',
    inputs: [],
    cached: false,
    started: undefined,
    completed: undefined,
    error: undefined,
  };
  let name: NamedStep = { id, instruction: '' };
  let shown = '';
  let logBytes = 0;
  let lines: readonly [number, number] | undefined;
  let ended: 'completed' | 'cancelled' | undefined;
  let list: readonly Transfer[] = [];
  let step: BuildStep | undefined;
  let dirty = true;

  const since = () => Array.from(runs).find(([, end]) => end === undefined)?.[0];

  function state(): StepState {
    if (told.error !== undefined && told.error !== '')
      return isCancelled(told.error) ? 'cancelled' : 'failed';
    if (ended !== undefined) return ended;
    if (runs.size === 0) return 'waiting';
    if (since() !== undefined) return 'running';
    return told.cached ? 'cached' : 'completed';
  }

  function make(): BuildStep {
    const running = since();
    const ends = [...runs.values()].filter((end) => end !== undefined);
    return {
      id,
      name: shown,
      inputs: told.inputs,
      state: state(),
      ...(runs.size > 0 && { started: Math.min(...runs.keys()) }),
      ...(running === undefined && ends.length > 0 && { ended: Math.max(...ends) }),
      ...(running !== undefined && { since: running }),
      duration: timeOf(runs),
      ...(told.error !== undefined && told.error !== '' && { error: told.error }),
      transfers: list,
      ...(name.stage !== undefined && { stage: name.stage }),
      ...(name.index !== undefined && { index: name.index }),
      ...(name.total !== undefined && { total: name.total }),
      instruction: name.instruction,
      ...(name.platform !== undefined && { platform: name.platform }),
      ...(lines && { lines }),
      logBytes,
    };
  }

  return {
    step: () => (step ??= make()),
    name: () => name,
    tell(update) {
      // A step is told of again as if it were new when another part of the build needs it.
      const old = runs.size > 0 && update.started === undefined;
      const { started, completed } = update;
      if (started !== undefined) runs.set(started, completed ?? runs.get(started));
      const next = {
        ...(old ? told : update),
        name: update.name || told.name,
        group: update.group ?? told.group,
        inputs: sameList(update.inputs, told.inputs) ? told.inputs : update.inputs,
      };
      told = next;
      // The engine words one part of an instruction by itself, such as `copy /a /b`.
      shown =
        parseStepName(next.name).index === undefined ? (next.group?.name ?? next.name) : next.name;
      name = { id, ...own(parseStepName(shown)) };
      dirty = true;
    },
    transfer({ id, current, total, started, completed }) {
      transfers.set(id, {
        id,
        current,
        total,
        ...(started !== undefined && { started }),
        ...(completed !== undefined && { completed }),
      });
      list = [...transfers.values()];
      dirty = true;
    },
    wrote(bytes) {
      logBytes += bytes;
      dirty = true;
    },
    locate(found) {
      if (found?.[0] === lines?.[0] && found?.[1] === lines?.[1]) return;
      lines = found;
      dirty = true;
    },
    end(at, completed) {
      const running = since();
      if (running === undefined) return;
      for (const [start, end] of runs) if (end === undefined) runs.set(start, Math.max(at, start));
      ended = completed ? 'completed' : 'cancelled';
      dirty = true;
    },
    resting: () => runs.size > 0 && since() === undefined,
    last: () => Math.max(0, ...runs.keys(), ...[...runs.values()].map((end) => end ?? 0)),
    renew() {
      if (!dirty) return false;
      dirty = false;
      const next = make();
      if (step && same(step, next)) return false;
      step = next;
      return true;
    },
  };
}

/** Milliseconds within the runs that have ended, those that overlap counted once. */
function timeOf(runs: ReadonlyMap<number, number | undefined>): number {
  let time = 0;
  let until = -Infinity;
  for (const [start, end] of Array.from(runs).sort((a, b) => a[0] - b[0])) {
    if (end === undefined || end <= until) continue;
    time += end - Math.max(start, until);
    until = end;
  }
  return Math.max(0, time);
}

/** Whether an error says that somebody gave up, as Go words it. */
export function isCancelled(error: string): boolean {
  return error.trim().endsWith('context canceled');
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function same(a: BuildStep, b: BuildStep): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof BuildStep>;
  return [...keys].every((key) => a[key] === b[key]);
}
