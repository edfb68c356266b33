import type { Row, StepRows } from './terminalSteps.ts';

/**
 * The rows of steps, in their order, that fit in a height. First come the steps that run, then some of their output and
 * their transfers, then what has ended, the last first. Of steps that run and find no room it is said how many they are.
 */
export function fitSteps(steps: readonly StepRows[], height: number): readonly Row[] {
  if (height <= 0) return [];
  const running = steps.filter(({ done }) => !done);
  if (running.length > height) {
    const hidden = running.length - height + 1;
    const rest = { text: ` => … ${hidden} more run`, right: '', colour: (text: string) => text };
    return [rest, ...running.slice(hidden).map(({ step }) => step)];
  }
  const writing = running.filter(({ output }) => output.length > 0).length;
  // What has ended keeps half of the room.
  const share = writing > 0 ? Math.floor((height - running.length) / 2 / writing) : 0;
  let room = height - running.length;
  const chosen = new Map<StepRows, Row[]>();
  for (const one of running) {
    const output = share > 0 ? one.output.slice(-share) : [];
    room -= output.length;
    chosen.set(one, [one.step, ...output]);
  }
  for (const one of running.toReversed()) {
    const transfers = room > 0 ? one.transfers.slice(-room) : [];
    room -= transfers.length;
    chosen.get(one)?.splice(1, 0, ...transfers);
  }
  for (const one of steps.filter(({ done }) => done).reverse()) {
    if (room <= 0) break;
    const transfers = room > 1 ? one.transfers.slice(0, room - 1) : [];
    room -= transfers.length + 1;
    chosen.set(one, [one.step, ...transfers]);
  }
  return steps.flatMap((one) => chosen.get(one) ?? []);
}
