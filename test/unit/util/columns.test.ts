import { describe, expect, it } from 'vitest';
import { toColouredLines } from '../../../src/util/ansi.ts';
import { countColumns, cutColumns } from '../../../src/util/columns.ts';

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['漢字', 4],
    ['한', 2],
    ['🐳!', 3],
    ['e\u0301', 1],
    ['→ é', 3],
    ['\x1b[31mred\x1b[0m', 3],
  ])('of %j are %i', (text, columns) => {
    expect(countColumns(text)).toBe(columns);
  });

  it('are cut without half a character, colours ended', () => {
    expect(cutColumns('abcdef', 3)).toBe('abc');
    expect(cutColumns('abc', 3)).toBe('abc');
    expect(cutColumns('a漢字', 4)).toBe('a漢');
    expect(cutColumns('e\u0301x', 1)).toBe('e\u0301');
    expect(cutColumns('\x1b[31mred', 2)).toBe('\x1b[31mre\x1b[0m');
    expect(cutColumns('x', 0)).toBe('');
  });
});

describe('the output of a program', () => {
  it.each([
    ['a\nb\r\n', ['a', 'b', '']],
    ['10%\r50%\r100%\r\nok', ['100%', 'ok']],
    ['\x1b[1;31mred\x1b[m', ['\x1b[1;31mred\x1b[m']],
    ['a\x1b[2J\x1b[Hb\x1b[10Ac\x1b[?25ld', ['abcd']],
    ['\x1b]0;title\x07x\x1b]8;;http://evil\x1b\\y', ['xy']],
    ['a\x1bcb\x1b7c\x1b(Bd\x1b#8e', ['abcde']],
    ['\tx\x07\x08\x00\x9b31my\x7f', ['    x\x1b[31my']],
    ['a\x1b', ['a']],
    ['a\x1b[', ['a']],
  ])('%j is only text and colour', (text, lines) => {
    expect(toColouredLines(text)).toEqual(lines);
  });
});
