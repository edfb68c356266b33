import { expect, it } from 'vitest';
import { keptOptions } from '../../../../src/engine/builds/request.ts';

it('options that were kept when a build had one output are those of today', () => {
  const output = { type: 'local', dest: '/out' } as const;
  const options = { context: '/c', dockerfile: '/c/Dockerfile', tags: [] };
  expect(keptOptions({ ...options, output })).toEqual({ ...options, outputs: [output] });
  const today = { ...options, outputs: [output] };
  expect([keptOptions(today), keptOptions(undefined)]).toEqual([today, undefined]);
});
