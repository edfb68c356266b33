import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../../src/engine/buildkit/files/filter.ts';
import { parseDockerignore } from '../../../src/util/dockerignore.ts';

const on = (text: string) => parseDockerignore(text, { windows: false });
const ignored = (text: string, path: string) => on(text).decide(path).ignored;

describe('a pattern', () => {
  it.each([
    ['**', 'file', true],
    ['**/', 'dir/file', true],
    ['**/**', 'dir/file', true],
    ['dir/**', 'dir/sub/file', true],
    ['dir/**', 'dir', false],
    ['dir**', 'dirty/file', true],
    ['**/dir', 'dir', true],
    ['**/dir', 'a/dir/file', true],
    ['**/dir', 'a/mydir', false],
    ['**file', 'a/myfile', true],
    ['**file', 'a/myfile/inside', true],
    ['**/b/*', 'a/b/c', true],
    ['**/b/*', 'a/b/c/d', true],
    ['**/b/**', 'a/b/c/d', true],
    ['**/*.txt', 'file.txt', true],
    ['**/**/*.txt', 'a/b/file.txt', true],
    ['**/**/*.txt', 'a/b/file.md', false],
    ['a**/*.txt', 'ab/c/d/file.txt', true],
    ['a/*.txt', 'a/b/file.txt', false],
    ['a/*.txt**', 'a/file.txt/x', true],
    ['a[b-d]e', 'ace', true],
    ['a[b-d]e', 'aae', false],
    ['a[^b-d]e', 'aze', true],
    ['a[!b-d]e', 'aze', false],
    ['.*', '.env', true],
    ['.*', 'env', false],
    ['a.c', 'abc', false],
    ['a?c', 'a/c', false],
    ['a?c', 'a☺c', true],
    ['a???c', 'a☺c', false],
    ['a(b)|{2}$+/c', 'a(b)|{2}$+/c', true],
    ['x*(b){a}$+', 'xy(b){a}$+', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['[\\]a]', ']', true],
    ['[\\-x]', '-', true],
    ['[a-ζ]*', 'α', true],
    ['/a', 'a', true],
    ['/a/', 'a/b', true],
    ['./a//b/../c', 'a/c', true],
    ['../a', 'a', false],
    ['.', 'a', false],
    ['/', 'a', false],
    ['*', '.', false],
    ['A', 'a', false],
    ['*/b', 'x/b/c', true],
    ['*/*/b', 'x/b', false],
    ['a\nb c', 'b c', true],
    ['node_modules', 'node_modules2', false],
    ['node_modules', 'sub/node_modules', false],
    // What Go's regular expressions make of it.
    ['v\\d', 'v1', true],
    ['v\\d', 'vd', false],
    ['[[:digit:]]x', '1x', true],
    ['a^*', 'a^b', false],
    ['a^b', 'a^b', true],
    ['a|b', 'a|b', true],
    ['a|b', 'b', false],
    ['*|x', 'anything', true],
    ['a|b*', 'ab', true],
    ['a|b*', 'cb', true],
    ['a|b*', 'c/d', false],
    ['*.log|*.tmp', 'a.log', true],
    ['*.log|*.tmp', 'b.tmp', true],
    ['*.log|*.tmp', 'l.txt', false],
    ['*.log|*.tmp', 'a.log.txt', true],
    ['x*|y|z*', 'a/b/yes', true],
    ['[b]|', 'c', true],
    ['a{2}*', 'aab', true],
    ['a{2}*', 'a{2}', false],
    ['[a]{2}', 'aa', true],
    ['[a]{2}', 'aaa', false],
    ['[a]{2,}', 'aaa', true],
    ['[a]{2,}', 'a', false],
    ['[a]{1,2}', 'a', true],
    ['[a]{1,2}', 'aaa', false],
    ['[a]{0}b', 'b', true],
    ['{2}*', 'a', true],
    ['*.{js,ts}', 'a.{js,ts}', true],
    ['*.{js,ts}', 'a.js', false],
    ['*}', 'x{2}', true],
    ['[^{]|q', 'a', true],
    ['[|]x', '|x', true],
    ['*\\|x', 'a|x', true],
    ['*\\|x', 'a', false],
    // White space that stands inside of slashes, once those are gone.
    ['b /', 'b', true],
    ['b /', 'b ', false],
    ['/ b', 'b', true],
    ['a/ /', 'a/b', true],
    ['/ /\nb', 'b', true],
    ['b\n!b /', 'b', false],
    ['b\n!/ b', 'b', true],
  ])('%j on %s: %s', (pattern, path, expected) => {
    expect(ignored(pattern, path)).toBe(expected);
  });

  it.each([
    ['!', 'nothing follows the exclamation mark'],
    ['! ', 'nothing follows the exclamation mark'],
    ['!/', 'nothing follows the exclamation mark'],
    ['a\\', 'nothing follows the backslash'],
    ['[', 'the bracket does not open a class of characters that closes'],
    ['a[^bc', 'the bracket does not open a class of characters that closes'],
    ['[]a]', 'the bracket does not open a class of characters that closes'],
    ['[x-]', 'the bracket does not open a class of characters that closes'],
    ['*{2}', 'what stands before a number in braces cannot be repeated so often'],
    ['x*|{2}', 'what stands before a number in braces cannot be repeated so often'],
    ['[a]{2}{2}', 'what stands before a number in braces cannot be repeated so often'],
    ['[a]{3,2}', 'what stands before a number in braces cannot be repeated so often'],
    ['[a]{1001}', 'what stands before a number in braces cannot be repeated so often'],
    ['[a-b-c]', 'the bracket does not open a class of characters that closes'],
    ['[z-a]', 'the class of characters in it is not one'],
    [
      'build\\logs',
      'the backslash does not part directories, which “/” does, and has no meaning before this letter',
    ],
    ['x'.repeat(65_536), 'the line is longer than 64 kB'],
  ])('%j is malformed', (pattern, problem) => {
    const [first] = on(pattern).patterns;
    expect(first?.problem).toBe(problem);
    expect(first?.matches('x')).toBe(false);
  });

  it('knows no escapes on Windows', () => {
    const file = parseDockerignore('a\\b\n[\\x]', { windows: true });
    expect(file.decide('a\\b').ignored).toBe(true);
    expect(file.decide('a/b/c').ignored).toBe(true);
  });
});

describe('an ignore file', () => {
  it('says where its patterns stand', () => {
    const text = '\uFEFF# comment\r\n\r\n  src/ \r\n !\t/keep/me\r\n #not-a-comment';
    const { patterns, hasExceptions } = on(text);
    expect(patterns.map(({ line, pattern, exception }) => [line, pattern, exception])).toEqual([
      [2, 'src', false],
      [3, 'keep/me', true],
      [4, '#not-a-comment', false],
    ]);
    expect(patterns.map(({ start, end }) => text.slice(start, end))).toEqual([
      'src/',
      '!\t/keep/me',
      '#not-a-comment',
    ]);
    expect(hasExceptions).toBe(true);
  });

  it('takes a mark behind a slash for one, as moby does', () => {
    expect(on('/!a').patterns[0]).toMatchObject({ exception: true, pattern: 'a' });
    expect(on('!!a').patterns[0]).toMatchObject({ exception: true, pattern: '!a' });
  });

  it('decides by the last pattern that changes something', () => {
    const file = on('docs\n!docs/README.md\n*.md\n!*.txt\ndocs/*.md');
    const by = (path: string) => {
      const { ignored, by } = file.decide(path);
      return [ignored, by?.text];
    };
    expect(by('docs/a')).toEqual([true, 'docs']);
    expect(by('docs/README.md')).toEqual([true, 'docs/*.md']);
    expect(by('a.md')).toEqual([true, '*.md']);
    expect(by('a.txt')).toEqual([false, undefined]);
    expect(on('docs\n!docs/README.md').decide('docs/README.md')).toMatchObject({
      ignored: false,
      by: { line: 1 },
    });
  });

  it.each([
    ['**/*.log\n!logs', 'logs/a.log', true, false],
    ['**/*.log\n!logs/**', 'logs/a.log', false, false],
    ['**/.env\n!config/', 'config/deep/.env', true, false],
    ['*\n!dir/x\ndir', 'dir/x', false, true],
    ['*\n!dir/x\ndir', 'dir/y', true, true],
    ['*\n!dir/x\ndir/**', 'dir/x', true, true],
    ['lib\n!lib\nlib/a', 'lib/a/b', true, true],
  ])('%j leaves out %s: %s for BuildKit, %s by the path', (text, path, walked, byPath) => {
    const file = on(text);
    expect(file.decide(path).ignored).toBe(walked);
    expect(file.decideByPath(path).ignored).toBe(byPath);
  });

  it('decides as what is sent to BuildKit does', () => {
    const part = fc.constantFrom('a', 'b', 'a.b', 'ab');
    const paths = fc.array(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      { minLength: 1, maxLength: 12 },
    );
    const word = fc.constantFrom('a', 'b', 'a.b', 'ab', '*', '**', '*.b', 'a*', '?', '[ab]', '.');
    const pattern = fc
      .tuple(
        fc.constantFrom('', '', '!', '!', '/', '!/', '/!', '!!'),
        fc.array(word, { minLength: 1, maxLength: 3 }),
      )
      .map(([lead, words]) => lead + words.join('/'))
      .filter((line) => on(line).patterns.every(({ problem }) => problem === undefined));
    fc.assert(
      fc.property(paths, fc.array(pattern, { maxLength: 6 }), (asked, lines) => {
        const file = on(lines.join('\n'));
        const sent = file.patterns.map((one) => (one.exception ? '!' : '') + one.pattern);
        const filter = compilePatterns(sent, 'exclude pattern', false);
        for (const path of asked) {
          let said: Uint8Array | undefined;
          let ignored = false;
          for (let end = 0; end < path.length;) {
            const next = path.indexOf('/', end + 1);
            end = next < 0 ? path.length : next;
            const now = new Uint8Array(filter.count);
            ignored = filter.matches(path.slice(0, end), said, now);
            said = now;
          }
          const decision = file.decide(path);
          expect([path, decision.ignored]).toEqual([path, ignored]);
          expect(decision.by?.exception ?? true).toBe(!ignored);
          // Exceptions alone tell the two apart.
          if (!file.hasExceptions) expect(file.decideByPath(path)).toEqual(decision);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['*\n!src/a', 'src', true],
    ['*\n!src/a', 'lib', false],
    ['*\n!src', 'src/deep', true],
    ['*\n!**/*.md', 'anything/at/all', true],
    ['*\n!src/*/x', 'src/a', true],
    ['*\n!src/*/x', 'src/a/b', false],
    ['*\n!src/**', 'src', true],
    ['*\n!src/**', 'lib', false],
    ['*\n!s[a-f]*', 'sh', false],
  ])('%j may hold exceptions in %s: %s', (text, directory, expected) => {
    expect(on(text).mayHoldExceptions(directory)).toBe(expected);
  });

  it('takes time in proportion to path and pattern', () => {
    const pattern = `${'*a'.repeat(40)}b\n${'**/*a'.repeat(40)}b`;
    const path = 'a'.repeat(2000);
    expect(ignored(pattern, path)).toBe(false);
    expect(ignored(pattern, `${'a/'.repeat(1000)}c`)).toBe(false);
    expect(on(`${pattern}\n!x`).decide(`${'a/'.repeat(50_000)}c`).ignored).toBe(false);
  });
});
