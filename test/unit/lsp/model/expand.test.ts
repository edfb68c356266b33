import { describe, expect, it } from 'vitest';

import { expand } from '../../../../src/lsp/server/model/expand.ts';

const VALUES: Readonly<Record<string, string>> = {
  A: 'alpha',
  E: '',
  P: '/usr/local/lib/lib.so.1',
  W: 'one two',
};
const run = (word: string, escape = '\\') => expand(word, (name) => VALUES[name], { escape });

describe('expand', () => {
  it.each([
    ['plain', 'plain'],
    ['$A', 'alpha'],
    ['${A}b', 'alphab'],
    ['$A.b', 'alpha.b'],
    ['x$', 'x$'],
    ['$.', '$.'],
    ['$1x', 'x'],
    ['$12', ''],
    ['\\$A', '$A'],
    ["'$A'", '$A'],
    ['"$A b"', 'alpha b'],
    ['"\\$A \\n \\""', '$A \\n "'],
    ['a\\ b', 'a b'],
    ['a\\', 'a'],
    ['${N:-d}', 'd'],
    ['${E:-d}', 'd'],
    ['${E-d}', ''],
    ['${N-d}', 'd'],
    ['${A:-d}', 'alpha'],
    ['${A:+d}', 'd'],
    ['${E:+d}', ''],
    ['${E+d}', 'd'],
    ['${N+d}', ''],
    ['${A:?no}', 'alpha'],
    ['${N:-${M:-$A}}', 'alpha'],
    ['${N:-"a b"}', 'a b'],
    ['${P#*/}', 'usr/local/lib/lib.so.1'],
    ['${P##*/}', 'lib.so.1'],
    ['${P%.*}', '/usr/local/lib/lib.so'],
    ['${P%%.*}', '/usr/local/lib/lib'],
    ['${P%/*}', '/usr/local/lib'],
    ['${P/lib/x}', '/usr/local/x/lib.so.1'],
    ['${P//lib/x}', '/usr/local/x/x.so.1'],
    ['${P//\\//_}', '_usr_local_lib_lib.so.1'],
    ['${A//?/.}', '.....'],
    ['${A/l*h/-}', 'a-a'],
    ["${A//l*h/'<$0>'}", 'a<lph>a'],
    ["${A//?/'${0}$$'}", 'a$l$p$h$a$'],
    ["${A//lp/'$1$A${name}$00'}", 'aha'],
    ["${A//lp/'$0x ${1}_$é.'}", 'a _.ha'],
    ["${A//lp/'${x $- ${} $'}", 'a${x $- ${} $ha'],
    ["${A/lp/'$0'}", 'a$0ha'],
    ["${E////'$0x$'}", '/$'],
    ['${A#alp}', 'ha'],
    ['${A#z}', 'alpha'],
  ])('%s becomes %s', (word, value) => {
    expect(run(word)).toMatchObject({ value, error: undefined });
  });

  it.each([
    ['${', "syntax error: missing '}'"],
    ['${A:-b', "syntax error: missing '}'"],
    ['${}', 'syntax error: bad substitution'],
    ['${{A}', 'syntax error: bad substitution'],
    ['${:A}', 'syntax error: bad substitution'],
    ['${A', 'unsupported modifier (\uFFFD) in substitution'],
    ['${A!b}', 'unsupported modifier (!) in substitution'],
    ['${A:=b}', 'unsupported modifier (:=) in substitution'],
    ['${A:#b}', 'unsupported modifier (:#) in substitution'],
    ['${N?}', 'N: is not allowed to be unset'],
    ['${E:?}', 'E: is not allowed to be empty'],
    ['${N:?say it}', 'N: say it'],
    ['${A/b}', "syntax error: missing '/' in ${}"],
    ['${A/b/c', "syntax error: missing '}'"],
    ['${A#\\b}', "invalid pattern (\\b) in substitution: invalid escape '\\b'"],
    ['"a', 'unexpected end of statement while looking for matching double-quote'],
    ["'a", 'unexpected end of statement while looking for matching single-quote'],
  ])('%s is refused: %s', (word, message) => {
    expect(run(word).error?.message).toBe(message);
  });

  it.each([
    // The pattern's last backslash stands before what comes first once it is read from behind.
    ['${S%*\\}', 'a\\b'],
    ['${S%%\\*\\}', 'a\\b*'],
    ['${S%b\\*}', 'a\\'],
    ['${S%%?\\*}', 'a\\'],
  ])('%s becomes %s where the backtick escapes', (word, value) => {
    const values: Readonly<Record<string, string>> = { S: 'a\\b*' };
    const { value: is, error } = expand(word, (name) => values[name], { escape: '`' });
    expect([is, error]).toEqual([value, undefined]);
  });

  it('refuses a pattern of a backslash alone', () => {
    expect(run('${A%\\}', '`').error?.message).toContain('invalid pattern');
  });

  it('names each variable read, where it stands', () => {
    const { references } = run('x${N:-$A}$M');
    expect(
      references.map(({ name, from, to, start, end, value }) => [
        name,
        from,
        to,
        start,
        end,
        value,
      ]),
    ).toEqual([
      ['A', 7, 8, 6, 8, 'alpha'],
      ['N', 3, 4, 1, 9, undefined],
      ['M', 10, 11, 9, 11, undefined],
    ]);
  });

  it('splits what comes out, but not quotes', () => {
    expect(run('$W "a b" c\\ d').words).toEqual(['one', 'two', 'a b', 'c d']);
  });

  it('takes the escape character of the file', () => {
    expect(run('c:\\$A`$A', '`').value).toBe('c:\\alpha$A');
  });

  it('stays within memory, time and stack', () => {
    let value = 'ab';
    for (let i = 0; i < 100; i++) value = expand('$A$A', () => value, { escape: '\\' }).value;
    expect(value.length).toBe(65_536);
    expect(run('${A:-'.repeat(50_000)).error).toBeDefined();
    const started = performance.now();
    expand('${A##*a*a*a*a*b}', () => 'a'.repeat(60_000), { escape: '\\' });
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
