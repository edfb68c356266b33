import type { Build } from '../../engine/builds/model.ts';
import { logText } from '../../engine/builds/stepLog.ts';
import type { StepLog } from '../../engine/builds/stepLog.ts';
import { formatDuration } from '../../util/duration.ts';
import { oneLine } from '../../util/format.ts';
import { plainText } from '../../util/plainText.ts';

/** A build as a document: each step with how long it took and what it wrote. */
export function pastText(build: Build, log: (step: string) => StepLog): string {
  // What still waits when the build has ended never ran.
  const told = build.steps.filter(({ state }) => state !== 'waiting' || build.state === 'running');
  // The engine tells of them in any order.
  const inOrder = told.toSorted((a, b) => (a.started ?? Infinity) - (b.started ?? Infinity));
  const steps = inOrder.map(({ id, name, state, duration, error }) => {
    const took = state === 'cached' ? 'cached' : formatDuration(duration);
    const written = plainText(logText(log(id))).trimEnd();
    return [
      `${oneLine(name)}  ${state === 'completed' || state === 'cached' ? took : `${state}, ${took}`}`,
      ...written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => `    ${line}`),
      ...(error === undefined ? [] : [`    ${plainText(error)}`]),
    ].join('\n');
  });
  const warnings = build.warnings.map(({ message }) => `Warning: ${plainText(message)}`);
  const failure = unlessSaid(build);
  return `${[...steps, ...warnings, ...failure].join('\n')}\n`;
}

/** Why a build failed, unless the step that did has said so. */
function unlessSaid({ failure, steps }: Build): string[] {
  if (!failure) return [];
  const words = (text: string) => text.replace(/\.$/, '');
  const said = steps.some(
    ({ error }) => error !== undefined && words(error) === words(failure.message),
  );
  return said ? [] : [plainText(failure.message)];
}
