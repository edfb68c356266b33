import { expect, test } from 'vitest';
import { takesSecrets } from '../../../../src/engine/builds/classicSecrets.ts';

test.each([
  ['4.3.1', true],
  ['10.0.0-rc1', true],
  ['3.4.4', false],
  [undefined, false],
])('Podman %s gives steps secrets that no other gets to see: %s', (podman, takes) => {
  expect(takesSecrets({ podman })).toBe(takes);
});
