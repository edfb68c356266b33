import { describe, expect, test } from 'vitest';
import { dropCommands } from '../../../src/util/ansi.ts';

const colour = '\x1b[31mred\x1b[0m \x1b[2J\x1b(B';
const hostile = [
  '\x1b]52;c;c2VjcmV0\x07', // writes the clipboard
  '\x1b]0;title\x1b\\',
  '\x1b]8;;http://evil\x1b\\',
  '\x1bP+q544e\x1b\\',
  '\x1b_app\x1b\\',
  '\x9d52;c;x\x9c',
];

describe('what a log may do to a terminal', () => {
  test('colours and cursor movements pass', () => {
    expect(dropCommands()(colour)).toBe(colour);
  });

  test.each(hostile)('%j is dropped, and nothing around it', (text) => {
    expect(dropCommands()(`before ${text}after`)).toBe('before after');
  });

  test('wherever the text is cut', () => {
    const whole = `a${hostile.join('b')}c${colour}`;
    for (let at = 0; at <= whole.length; at++) {
      const filter = dropCommands();
      expect(filter(whole.slice(0, at)) + filter(whole.slice(at))).toBe(`abbbbbc${colour}`);
    }
  });

  test('one that never ends takes the rest with it', () => {
    const filter = dropCommands();
    expect(filter('a\x1b]52;') + filter('b'.repeat(10_000))).toBe('a');
  });
});
