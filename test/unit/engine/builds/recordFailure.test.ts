import { describe, expect, it } from 'vitest';
import { failureWords } from '../../../../src/engine/buildkit/failureWords.ts';
import type { BuildFailure } from '../../../../src/engine/builds/model.ts';
import { createBuildRecord } from '../../../../src/engine/builds/record.ts';
import type { RecordOptions } from '../../../../src/engine/builds/record.ts';
import { request, told, wrote } from './recorded.ts';

const start = (options: RecordOptions = {}) => ({
  record: createBuildRecord('ref', request, { now: () => 5000, ...options }),
});

describe('a failure of which the builder does not tell the step', () => {
  const cache = told('c', {
    name: 'importing cache manifest from r.test/none:1',
    started: 1,
    completed: 2,
    error: 'r.test/none:1: not found',
  });
  const failing = (error: string) =>
    told('s', { name: '[2/2] RUN x', started: 1, completed: 3, error });

  it.each([
    ['exec failed: exit code: 1', 'exec failed: exit code: 1.'],
    ['"/x" not found: not found', '/x is not where the instruction copies from.'],
  ])('is not laid to a cache that was not there: %s', (error, message) => {
    for (const steps of [
      [cache, failing(error)],
      [failing(error), cache],
    ]) {
      const { record } = start();
      for (const update of steps) record.update(update);
      record.finish({ state: 'failed', failure: { message } });
      expect(record.build().failure?.step).toBe('s');
    }
  });

  it.each([
    ['exec failed: exit code: 1', 'exec failed: exit code: 1.'],
    [
      'failed to do request: Head "http://127.0.0.1:9/v2/x/manifests/1": dial tcp 127.0.0.1:9: connect: connection refused',
      'The engine could not ask for the image 127.0.0.1:9/x:1: nothing answers at 127.0.0.1:9. Check the name, and that the server runs.',
    ],
  ])('is that of the step that says the same: %s', (error, message) => {
    const { record } = start();
    record.update(failing(error));
    record.update(told('t', { started: 1, completed: 3, error: 'another' }));
    record.finish({ state: 'failed', failure: { message } });
    expect(record.build().failure?.step).toBe('s');
  });
});

it('is that of the step that says the same, though the failure names the platforms, too', () => {
  const error =
    'failed to do request: Head "http://127.0.0.1:9/v2/x/manifests/1": dial tcp 127.0.0.1:9: connect: connection refused';
  const failure = failureWords(error, 'linux/arm64,linux/amd64');
  expect(failure.message).toContain(' for linux/arm64 and linux/amd64: ');
  // They may be those of DOCKER_DEFAULT_PLATFORM, which nobody has asked for.
  for (const platforms of [['linux/arm64', 'linux/amd64'], []]) {
    const record = createBuildRecord('ref', { ...request, platforms }, { now: () => 5000 });
    record.update(told('s', { started: 1, completed: 3, error }));
    record.update(told('t', { started: 1, completed: 3, error: 'another' }));
    record.finish({ state: 'failed', failure });
    expect(record.build().failure?.step).toBe('s');
  }
});

describe('what is known of a failure', () => {
  it('is that a command never began, where the step has written so', () => {
    const { record } = start();
    record.update(
      told('s', { name: '[2/2] RUN x', started: 1, completed: 2, error: 'exit code: 1' }),
    );
    const line =
      'runc run failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory\n';
    record.update(wrote('s', line));
    record.finish({ state: 'failed', failure: { message: 'x', step: 's', exitCode: 1 } });
    expect(record.build().failure).toMatchObject({ notRun: expect.stringMatching(/no shell/) });
    expect(record.build().failure).not.toHaveProperty('exitCode');
  });

  it.each([
    { message: 'No image.', image: 'debain:latest', meant: 'debian' },
    { message: 'No image.', image: 'bulid', meant: 'alpine' },
    { message: 'No such image.', image: '', meant: 'alpine' },
    { message: 'None.', noStage: 'bulid' },
  ])('is the same when it is read again, without the Dockerfile: %j', (failure) => {
    const read = (failure: BuildFailure, dockerfile?: string) => {
      const { record } = start({ dockerfile });
      record.update(told('s', { name: 'FROM bulid', started: 1, completed: 2, error: 'x' }));
      record.finish({ state: 'failed', failure });
      return record.build().failure ?? failure;
    };
    const first = read(failure, 'FROM scratch AS build\nFROM bulid\n');
    expect(read(first)).toEqual(first);
  });

  it('holds nothing secret', () => {
    const { record } = start({ secrets: ['hunter2'] });
    const failure = { message: 'no hunter2', notRun: 'as hunter2', missing: '/hunter2' };
    record.finish({ state: 'failed', failure });
    expect(record.build().failure).toEqual({
      message: 'no ***',
      notRun: 'as ***',
      missing: '/***',
    });
  });
});
