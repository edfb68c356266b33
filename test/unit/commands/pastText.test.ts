import { expect, test } from 'vitest';
import { pastText } from '../../../src/commands/builds/pastText.ts';
import { NO_LOG } from '../../../src/engine/builds/stepLog.ts';
import { build, step } from '../views/samples.ts';

test('a past build reads in the order in which its steps began, whatever the engine tells first', () => {
  const { started: _, ...never } = step({
    id: 'd',
    name: 'never',
    state: 'cancelled',
    duration: 0,
  });
  const steps = [
    never,
    step({ id: 'b', name: '[2/2] RUN make', started: 2000, duration: 2500 }),
    step({ id: 'a', name: '[1/2] COPY . .', started: 1000, state: 'cached' }),
  ];
  const log = (id: string) => ({
    ...NO_LOG,
    head: id === 'b' ? '\u001b[1mone\u001b[0m\ntwo\n' : '',
  });
  expect(pastText(build({ steps }), log).split('\n')).toEqual([
    '[1/2] COPY . .  cached',
    '[2/2] RUN make  2.5 s',
    '    one',
    '    two',
    'never  cancelled, 0 ms',
    '',
  ]);
});

test('a build that has ended leaves out what it never came to, so that why it failed stands at the end', () => {
  const steps = [
    step({ id: 'a', name: 'RUN make', state: 'failed', error: 'exit code: 2', duration: 1000 }),
    step({ id: 'b', name: 'RUN test', state: 'waiting', duration: 0 }),
  ];
  const text = (state: 'failed' | 'running') => pastText(build({ state, steps }), () => NO_LOG);
  expect(text('failed')).toBe('RUN make  failed, 1.0 s\n    exit code: 2\n');
  expect(text('running')).toContain('RUN test  waiting');
});

test('a past build that failed says why once', () => {
  const error = 'process "make" did not complete successfully: exit code: 2';
  const text = (message: string) =>
    pastText(
      build({
        state: 'failed',
        steps: [step({ name: 'RUN make', state: 'failed', error, duration: 1000 })],
        failure: { message },
      }),
      () => NO_LOG,
    ).split('\n');
  expect(text(`${error}.`)).toEqual(['RUN make  failed, 1.0 s', `    ${error}`, '']);
  expect(text('no space left')).toContain('no space left');
});
