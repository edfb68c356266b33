import { describe, expect, it } from 'vitest';
import { cleanPath, compileGlob, hasWildcards } from '../../../src/util/goPath.ts';

describe('paths as Go has them', () => {
  it.each([
    ['', '.'],
    ['a/', 'a'],
    ['./a/./b', 'a/b'],
    ['a//b/../../..', '..'],
    ['../../a', '../../a'],
    ['/../a', '/a'],
    ['/', '/'],
  ])('%j cleaned is %j', (path, cleaned) => {
    expect(cleanPath(path)).toBe(cleaned);
  });

  it.each([
    ['a\\*b', false],
    ['a*', true],
    ['[a]', true],
    ['a\\\\?', true],
    ['a]b', false],
  ])('%j has wildcards: %s', (path, expected) => {
    expect(hasWildcards(path)).toBe(expected);
  });

  it.each([
    ['a*b*c*d*e*/f', 'axbxcxdxexxx/f', true],
    ['a*b*c*d*e*/f', 'axbxcxdxe/xxx/f', false],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['*', '', true],
    ['a*', 'a/b', false],
    ['[^a-c]*', 'd', true],
    ['[^a-c]*', 'b', false],
    ['\\[a', '[a', true],
    ['?', '/', false],
    ['package*.json', 'package-lock.json', true],
  ])('%j on %s: %s', (pattern, name, expected) => {
    expect(compileGlob(pattern)?.(name)).toBe(expected);
  });

  it.each(['[', '[]', '[]a]', '[-]', '[x-]', 'a[', '\\'])('%j is malformed', (pattern) => {
    expect(compileGlob(pattern)).toBeUndefined();
  });
});
