import { expect, test } from 'vitest';
import { namesakes } from '../../../src/commands/files/arrivals.ts';

test('two files of one name cannot both come to a folder', () => {
  const [a, b, c] = [
    { name: 'config.json', from: '/a/config.json' },
    { name: 'Config.json', from: '/b/Config.json' },
    { name: 'config.json', from: '/c/config.json' },
  ] as const;
  expect(namesakes([a, b, c])).toEqual([a, c]);
  expect(namesakes([a, b])).toBeUndefined();
  expect(namesakes([])).toBeUndefined();
});
