import { expect, it } from 'vitest';
import { modeText } from '../../../src/util/modeText.ts';

it.each([
  [0o755, 'rwxr-xr-x'],
  [0o640, 'rw-r-----'],
  [0o4751, 'rwsr-x--x'],
  [0o2644, 'rw-r-Sr--'],
  [0o1777, 'rwxrwxrwt'],
  [0, '---------'],
])('the mode %i is written as ls writes it', (mode, text) => {
  expect(modeText(mode)).toBe(text);
});
