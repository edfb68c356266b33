import { describe, expect, it } from 'vitest';
import { tasks } from '../../../src/manifest/tasks.ts';

describe('the matcher of what a build says of its Dockerfile', () => {
  const [{ pattern }] = tasks.problemMatchers;
  const read = (line: string) => new RegExp(pattern.regexp).exec(line)?.slice(1);

  it.each(['/src/My App/Dockerfile', 'C:\\src\\Dockerfile', '\\\\host\\share\\Dockerfile'])(
    'reads a line of the task: %s',
    (file) => {
      expect(read(`${file}:12: warning: a: b`)).toEqual([file, '12', 'warning', 'a: b']);
    },
  );

  it.each([
    '/app/main.c:10:5: error: expected ‘;’',
    'main.c:10:5: error: expected ‘;’',
    'app/main.py:12: error: Incompatible types',
    '#12 1.234 main.c:7: warning: unused',
    ' - FromAsCasing: a (line 1)',
  ])('leaves what a step has written: %s', (line) => {
    expect(read(line)).toBeUndefined();
  });
});
