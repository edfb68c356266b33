import { describe, expect, test } from 'vitest';
import { moved, problemsOf, unsaid } from '../../../../src/engine/builds/problems.ts';
import { build, step } from '../../views/samples.ts';

const failed = build({
  state: 'failed',
  steps: [step({ id: 'a', state: 'failed', lines: [3, 4] })],
  failure: { message: 'process "make" did not complete', step: 'a', exitCode: 2 },
});
const nowhere = () => undefined;

describe('problems of a build', () => {
  test('the instruction that failed, with the last of what it wrote', () => {
    const tail = (id: string) => (id === 'a' ? ['make: no rule', 'make: stop'] : []);
    expect(problemsOf(failed, tail, nowhere)).toEqual([
      {
        severity: 'error',
        message: 'The build failed here with exit code 2.\nmake: no rule\nmake: stop',
        lines: [3, 4],
        build: 'b1',
      },
    ]);
  });

  test.each([
    [
      'RUN make',
      { message: 'x', exitCode: 137 },
      'The build failed here with exit code 137: it was killed, most often because memory ran out.',
    ],
    [
      'RUN make',
      { message: 'It broke.', notRun: 'unable to find user x.' },
      'This could not be run: unable to find user x.',
    ],
    [
      'COPY x /y',
      { message: 'It is not there.', missing: '/x' },
      'The build context has no /x, or .dockerignore leaves it out.',
    ],
    ['COPY --from=a /x /y', { message: 'It is not there.', missing: '/x' }, 'a has no /x.'],
    ['COPY --from=0 /x /y', { message: 'It is not there.', missing: '/x' }, 'Stage 0 has no /x.'],
    ['COPY x /y', { message: 'mkdir /y: not a directory.' }, 'mkdir /y: not a directory.'],
  ])('say why %s failed', (instruction, failure, message) => {
    const steps = [step({ id: 'a', instruction, state: 'failed', lines: [3, 4] })];
    const [found] = problemsOf(
      { ...failed, steps, failure: { ...failure, step: 'a' } },
      () => [],
      nowhere,
    );
    expect(found?.message).toBe(message);
  });

  test('stand where the instruction is now', () => {
    expect(
      problemsOf(
        failed,
        () => [],
        () => [9, 9],
      )[0]?.lines,
    ).toEqual([9, 9]);
    const blamed = { ...failed, failure: { message: 'x', lines: [7, 7] as const } };
    expect(problemsOf(blamed, () => [], nowhere)[0]?.lines).toEqual([7, 7]);
  });

  test('are none where there is no place for them', () => {
    const lost = { ...failed, failure: { message: 'no such image' } };
    expect(problemsOf(lost, () => [], nowhere)).toEqual([]);
    const warned = build({ warnings: [{ message: 'beware', detail: [] }] });
    expect(problemsOf(warned, () => [], nowhere)).toEqual([]);
  });

  test('warnings come with their rule', () => {
    const url = 'https://docs.docker.com/go/dockerfile/rule/workdir-relative-path/';
    const message = 'WorkdirRelativePath: Relative workdir "x" can be a surprise (line 2)';
    const warned = build({ warnings: [{ message, detail: ['More.'], url, lines: [2, 2] }] });
    expect(problemsOf(warned, () => [], nowhere)).toEqual([
      {
        severity: 'warning',
        message: 'Relative workdir "x" can be a surprise',
        lines: [2, 2],
        code: 'WorkdirRelativePath',
        url,
      },
    ]);
  });
});

describe('of the same rule at the same place', () => {
  const problem = {
    severity: 'warning',
    message: 'm',
    lines: [2, 3],
    code: 'StageNameCasing',
  } as const;

  test('one finding is enough', () => {
    expect(unsaid([problem], [{ lines: [3, 3], text: 'StageNameCasing' }])).toEqual([]);
    expect(unsaid([problem], [{ lines: [2, 2], text: 'DL1 / StageNameCasing: x' }])).toEqual([]);
  });

  test('others do not count: another place, another rule, another name that holds this one', () => {
    expect(unsaid([problem], [{ lines: [4, 4], text: 'StageNameCasing' }])).toEqual([problem]);
    expect(unsaid([problem], [{ lines: [2, 2], text: 'StageNameCasings' }])).toEqual([problem]);
    const { code: _, ...plain } = problem;
    expect(unsaid([plain], [{ lines: [2, 2], text: 'm' }])).toEqual([plain]);
  });
});

describe('lines move with edits', () => {
  test.each([
    ['above: a line more', { from: 1, to: 1, added: 1 }, [4, 5]],
    ['above: a line less', { from: 1, to: 2, added: -1 }, [2, 3]],
    ['below', { from: 5, to: 9, added: -4 }, [3, 4]],
    ['within: a line more', { from: 3, to: 3, added: 1 }, [3, 5]],
    ['within: joined', { from: 3, to: 4, added: -1 }, [3, 3]],
    ['over its beginning', { from: 2, to: 3, added: -1 }, [2, 3]],
    ['all of it', { from: 2, to: 5, added: -3 }, undefined],
  ] as const)('%s', (_, change, expected) => {
    expect(moved([3, 4], change)).toEqual(expected);
  });
});
