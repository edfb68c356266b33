import { expect, onTestFinished, test } from 'vitest';
import type { Client } from '../../../../src/engine/client.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import type { EngineEvent } from '../../../../src/engine/events.ts';
import { createMemoryWatch } from '../../../../src/engine/stats/outOfMemory.ts';
import { createEmitter } from '../../../../src/util/emitter.ts';

/** A watch on events that the test tells; `answers` are the inspections by the container's id. */
function made(answers: Readonly<Record<string, boolean | EngineError>> = {}) {
  const events = createEmitter<EngineEvent>();
  const asked: string[] = [];
  const problems: unknown[] = [];
  const client = {
    async request({ path }: { readonly path: string }) {
      const id = path.split('/')[2] ?? '';
      asked.push(id);
      const answer = answers[id];
      if (answer instanceof EngineError) throw answer;
      return { State: { OOMKilled: answer === true, ExitCode: 137 } };
    },
  } as unknown as Client;
  const watch = createMemoryWatch({ onEvent: events.event, client: async () => client }, (error) =>
    problems.push(error),
  );
  onTestFinished(() => watch.dispose());
  const told: string[] = [];
  watch.onDidRunOut(({ id, time }) => told.push(`${id} ${time}`));
  let time = 0;
  const event = (action: string, id: string, attributes: EngineEvent['attributes'] = {}) => {
    time += 1;
    events.fire({ kind: 'container', action, id, attributes, time, timeNano: time * 1e9 });
  };
  return { event, told, asked, problems };
}

test('is told by the engine’s own event, and nothing is asked then', async () => {
  const { event, told, asked } = made({ a: true });
  event('oom', 'a');
  event('die', 'a', { exitCode: '137' });
  expect(told).toEqual(['a 1']);
  event('start', 'a');
  // The next run is another matter.
  event('die', 'a', { exitCode: '137' });
  await expect.poll(() => told).toEqual(['a 1', 'a 4']);
  expect(asked).toEqual(['a']);
});

test('is asked of one that was killed where the engine has no event for it', async () => {
  const { event, told, asked } = made({ a: true, b: false });
  event('died', 'a', { containerExitCode: '137' });
  event('died', 'b', { containerExitCode: '137' });
  event('died', 'c', { containerExitCode: '1' });
  event('die', 'd', { exitCode: '0' });
  await expect.poll(() => asked).toEqual(['a', 'b']);
  await expect.poll(() => told).toEqual(['a 1']);
});

test('says nothing of one that is gone, and what else went wrong', async () => {
  const { event, told, problems } = made({
    a: new EngineError('not-found', 'No such container: a'),
    b: new EngineError('server', 'It broke.'),
  });
  event('die', 'a', { exitCode: '137' });
  event('die', 'b', { exitCode: '137' });
  await expect.poll(() => problems.map(String)).toEqual([expect.stringContaining('It broke.')]);
  expect(told).toEqual([]);
});
