import { describe, expect, test } from 'vitest';
import {
  asFileName,
  code,
  count,
  formatAge,
  formatBytes,
  listNames,
  md,
  noIcons,
  noLinks,
  oneLine,
  shortId,
} from '../../../src/util/format.ts';

describe('format', () => {
  test.each([
    ['localhost:5000/team/web:1.4', 'localhost-5000-team-web-1.4'],
    ['2 RUN echo "a" && b', '2-RUN-echo-a-b'],
    ['<none>', 'none'],
    ['日本語', '日本語'],
    ['été/हिन्दी:1', 'été-हिन्दी-1'],
    ['a---b--', 'a-b'],
    ['…', 'unnamed'],
    ['', 'unnamed'],
    ['..', 'unnamed'],
  ])('the name of a file: %j is %j', (text, name) => {
    expect(asFileName(text)).toBe(name);
  });

  test('the name of a file is cut between letters, whatever they are', () => {
    expect(asFileName('2 RUN make', 5)).toBe('2-RUN');
    expect(asFileName('a𠀀𠀀', 2)).toBe('a𠀀');
  });

  test.each([
    ['web ran', 'web ran'],
    ['[free](command:evil)', '[free] (command:evil)'],
    ['[a]](command:evil) [b](https://e.test "t")', '[a]] (command:evil) [b] (https://e.test "t")'],
    ['[a]\n(command:evil)', '[a] (command:evil)'],
    ['[a]\u202e(command:evil)', '[a]\\u202e(command:evil)'],
  ])('no links: %j is %j', (text, shown) => {
    expect(noLinks(text)).toBe(shown);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1_234_567, '1.23 MB'],
    [999_600, '1 MB'],
    [72_800_000_000, '72.8 GB'],
    [Number.NaN, '?'],
  ])('bytes: %d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    [0, '<1 min'],
    [59, '<1 min'],
    [60, '1 min'],
    [3_600, '1 h'],
    [86_400 * 6, '6 d'],
    [86_400 * 8, '1 w'],
    [86_400 * 70, '2 mo'],
    [86_400 * 800, '2 y'],
    [-5, '<1 min'],
  ])('age: %d seconds is %s', (seconds, text) => {
    expect(formatAge(1_000_000, 1_000_000 + seconds)).toBe(text);
  });

  test('an id is cut to twelve digits, without the algorithm', () => {
    expect(shortId('sha256:0123456789abcdef')).toBe('0123456789ab');
    expect(shortId('0123456789abcdef')).toBe('0123456789ab');
  });

  test('one line: control and direction marks become visible', () => {
    expect(oneLine('a\nb\tc')).toBe('a b c');
    expect(oneLine('evil\u202egpj.exe')).toBe('evil\\u202egpj.exe');
    expect(oneLine('\x1b[31mred')).toBe('\\u001b[31mred');
    expect(oneLine('שלום')).toBe('שלום');
  });

  test('md: nothing of the text is taken as Markdown, a link or an icon', () => {
    expect(md('[x](command:evil) $(zap) <b>')).toBe(
      '\\[x\\]\\(command\\:evil\\) \\$\\(zap\\) \\<b\\>',
    );
  });

  test('code: a span that its own backticks cannot end', () => {
    expect(code('plain')).toBe('`plain`');
    expect(code('a`b``c')).toBe('```a`b``c```');
    expect(code('`')).toBe('`` ` ``');
    expect(code('')).toBe('');
  });

  test('no icons: what VS Code would draw as one stays text', () => {
    expect(noIcons('$(hostname) and $(sync~spin)')).toBe('\\$(hostname) and \\$(sync~spin)');
    expect(noIcons('$(rm -rf /) costs $5')).toBe('$(rm -rf /) costs $5');
  });

  test('counts and names', () => {
    expect(count(1, 'repository')).toBe('1 repository');
    expect(count(2, 'repository')).toBe('2 repositories');
    expect(count(0, 'container')).toBe('0 containers');
    expect(listNames(['a', 'b'])).toBe('a, b');
    expect(listNames(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  });
});
