import { describe, expect, test } from 'vitest';
import { notStarted } from '../../../../src/engine/builds/notStarted.ts';

const failure = { message: 'process "x" ended: exit code: 1.', step: 'a', exitCode: 1 };
const runc = 'runc run failed: unable to start container process: ';

describe('a command that never began', () => {
  test.each([
    [
      `${runc}exec: "/bin/sh": stat /bin/sh: no such file or directory\n`,
      'the image has no shell /bin/sh. Begin with an image that has one, or write the command as a list, RUN ["program", "argument"].',
    ],
    [
      `${runc}error during container init: exec: "/no/such": stat /no/such: no such file or directory`,
      'the image has no /no/such, or not what that needs to run.',
    ],
    [
      `${runc}exec: "nosuch": executable file not found in $PATH`,
      'the image has no nosuch in the folders of its PATH.',
    ],
    [
      `${runc}exec: "/a": permission denied`,
      '/a must not be executed: COPY --chmod=755 has it, or RUN chmod +x before.',
    ],
    [
      'exec /a: exec format error',
      '/a is made for another platform, or is a script whose first line does not say what runs it.',
    ],
  ])('is not said to have ended: %s', (line, notRun) => {
    expect(notStarted(failure, line)).toEqual({
      message: `The command could not be run: ${notRun}`,
      step: 'a',
      notRun,
    });
  });

  test.each(['make: *** [all] Error 1', `${runc}something else`, '', undefined])(
    'is none where the step has written something else: %s',
    (line) => {
      expect(notStarted(failure, line)).toBe(failure);
    },
  );

  test('is told by what its mount lacks', () => {
    const line = `${runc}error during container init: error mounting "/d/overlay2/7e/merged/nope" to rootfs at "/x": stat /d/overlay2/7e/merged/nope: no such file or directory`;
    const told = notStarted(failure, line);
    expect(told).toMatchObject({ step: 'a', missing: '/nope' });
    expect(told).not.toHaveProperty('exitCode');
  });

  test('is none where a command has ended with another code', () => {
    const other = { ...failure, exitCode: 2 };
    expect(notStarted(other, 'exec /a: exec format error')).toBe(other);
  });
});
