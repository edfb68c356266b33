import { expect, test } from 'vitest';
import type { SettingId } from '../../../src/manifest/settings.ts';
import { settings } from '../../../src/manifest/settings.ts';
import { settingValue } from '../../../src/manifest/settingValue.ts';

const ids = Object.keys(settings) as SettingId[];

test.each([
  ['containers.groupBy', 'image', 'image'],
  ['containers.groupBy', 'colour', 'project'],
  ['containers.description', ['id', 'colour', 7, 'age'], ['id', 'age']],
  ['containers.description', 'ports', ['ports', 'age', 'image']],
  ['containers.description', [], []],
  ['registries.insecure', ['localhost:5000', null], ['localhost:5000']],
  ['registries.insecure', null, []],
  ['engine.endpoint', 5, ''],
  ['engine.sshProgram', 'plink', 'plink'],
  ['logs.memory', 1, 50],
  ['logs.memory', 5000, 50],
  ['logs.memory', Infinity, 50],
  ['logs.memory', 8, 8],
  ['logs.tail', -1, 1000],
  ['logs.tail', 0, 0],
  ['logs.tail', 0.4, 1],
  ['logs.tail', 1_000_000.4, 1000],
  ['alerts.restarts', -0.4, 5],
  ['logs.tail', '100', 1000],
  ['logs.tail', 10.5, 11],
  ['build.contextWarning', 0.5, 0.5],
  ['logs.follow', 'no', true],
  ['logs.follow', false, false],
] as const)('%s of %j is taken for %j', (id, value, taken) => {
  expect(settingValue(id, value)).toEqual(taken);
});

test('nothing that a settings file may hold is of another type than the default', () => {
  for (const id of ids)
    for (const value of [undefined, null, 0, -1, NaN, '', 'x', true, [], ['x'], {}, { x: 1 }]) {
      const taken = settingValue(id, value);
      expect(typeof taken, id).toBe(typeof settings[id].default);
      expect(Array.isArray(taken), id).toBe(Array.isArray(settings[id].default));
    }
});

test('the defaults are what is allowed', () => {
  for (const id of ids)
    expect(settingValue(id, settings[id].default)).toEqual(settings[id].default);
});
