import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../../../src/lsp/server/parser/csv.ts';
import { parseDuration } from '../../../../../src/lsp/server/rules/errors/support/duration.ts';
import { platformProblem } from '../../../../../src/lsp/server/rules/errors/support/platform.ts';
import { readGitSource } from '../../../../../src/lsp/server/rules/errors/support/gitSource.ts';
import { portProblem } from '../../../../../src/lsp/server/rules/errors/support/port.ts';
import {
  digestProblem,
  referenceProblem,
} from '../../../../../src/lsp/server/rules/errors/support/reference.ts';
import { isGit, isHttp } from '../../../../../src/lsp/server/rules/errors/support/sources.ts';
import { nearest } from '../../../../../src/lsp/server/rules/errors/support/suggest.ts';

const HEX = '04eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5a';

describe('parseDuration', () => {
  it.each<[string, ReturnType<typeof parseDuration>]>([
    ['30s', 3e10],
    ['1m30s', 9e10],
    ['1.5h', 5.4e12],
    ['.5s', 5e8],
    ['1.s', 1e9],
    ['+5s', 5e9],
    ['-5s', -5e9],
    ['0', 0],
    ['+0', 0],
    ['0s', 0],
    ['100us', 1e5],
    ['100µs', 1e5],
    ['100μs', 1e5],
    ['30', 'no unit'],
    ['30sec', 'unknown unit'],
    ['3 s', 'unknown unit'],
    ['', 'malformed'],
    ['-', 'malformed'],
    ['s', 'malformed'],
    ['.s', 'malformed'],
    ['$X', 'malformed'],
    ['1m.', 'malformed'],
    ['9999999999h', 'malformed'],
  ])('reads %j as Go does', (text, time) => {
    expect(parseDuration(text)).toBe(time);
  });
});

describe('portProblem', () => {
  it.each(
    '80 0 65535 80/tcp 80/TCP 80/ 53/udp 80/sctp 8000-8010 80-80/udp 8080:80 8000-8001:80-81 8000-8001:80 127.0.0.1:80:80 127.0.0.1::80 +80 80-+81 [::1]:80:80 ::1:80:80 :80 255.0.10.199:80:80 1:2:3:4:5:6:7:8:80:80 [::ffff:1.2.3.4]:80:80 [FE80::1]:80:80'.split(
      ' ',
    ),
  )('takes %j', (port) => {
    expect(portProblem(port)).toBeUndefined();
  });

  it.each(
    '65536 80000 -1 http 80/foo 80/tc 80- -80 90-80 8-9-10 80,81 1e3 0x50 80: / 80:/tcp :: 1.2.3:80:80 [::1:80:80 fe80::1%eth0:80:80 8000-8002:80-81 x:80 ８０ 256.1.1.1:80:80 01.2.3.4:80:80 [1:2:3:4:5:6:7:8:9]:80:80 [1::2::3]:80:80 [::1.2.3]:80:80'.split(
      ' ',
    ),
  )('refuses %j', (port) => {
    expect(portProblem(port)).toBeTypeOf('string');
  });
});

describe('referenceProblem', () => {
  it.each([
    ...'alpine alpine:3 a/b a/b/c x/a.b-c_d__e---f:T_.- a:3/b Foo/bar localhost/a localhost:5000/a:b LOCALHOST/a registry.example.com:443/a/b [::1]:5000/a 1.2.3.4/a index.docker.io/a a.b/c'.split(
      ' ',
    ),
    `alpine@sha256:${HEX}`,
    `alpine:3@sha256:${HEX}`,
    `alpine@sha512:${HEX}${HEX}`,
    HEX.slice(1),
    `a:${'t'.repeat(128)}`,
  ])('takes %j', (reference) => {
    expect(referenceProblem(reference)).toBeUndefined();
  });

  it.each([
    ...'Alpine a/B a//b /a a/ -a a- a___b a..b a._b a:b:c a: a:-b a@b a:b/c a@sha256: a@sha256:00 é alpine=3 http://a/b foo_bar.com:8080/a .a/b ${A} a,b'.split(
      ' ',
    ),
    '',
    'a b',
    HEX,
    `alpine@sha256:${HEX.toUpperCase()}`,
    `alpine@sha256:${HEX}0`,
    `alpine@sha384:${HEX}`,
    `alpine@md5:${HEX.slice(32)}`,
    `a:${'t'.repeat(129)}`,
    'a'.repeat(256),
  ])('refuses %j', (reference) => {
    expect(referenceProblem(reference)).toBeDefined();
  });

  it('offers lower case only where that makes it right', () => {
    expect(referenceProblem('Alpine:Edge')?.lower).toBe('alpine:Edge');
    expect(referenceProblem('a.b/C')?.lower).toBe('a.b/c');
    expect(referenceProblem('Alpine_')?.lower).toBeUndefined();
  });

  it('knows digests', () => {
    expect(digestProblem(`sha256:${HEX}`)).toBeUndefined();
    expect(digestProblem(`sha256:${HEX.slice(1)}é`)).toBeDefined();
    expect(digestProblem('sha256')).toBeDefined();
    expect(digestProblem('')).toBeDefined();
    expect(digestProblem(`__proto__:${HEX}`)).toBeDefined();
  });
});

describe('platformProblem', () => {
  it.each(
    'linux/amd64 linux arm64 aarch64 x86_64 linux/arm/v7 windows(10.0.17763)/amd64 foo/bar LINUX macos linux/arm64/v8.1'.split(
      ' ',
    ),
  )('takes %j', (platform) => {
    expect(platformProblem(platform)).toBeUndefined();
  });

  it.each(['', 'foobar', 'linux/', '/amd64', 'a/b/c/d', 'linux/*', '=linux', 'lin ux/amd64', 'é'])(
    'refuses %j',
    (platform) => {
      expect(platformProblem(platform)).toBeTypeOf('string');
    },
  );
});

describe('readCsv', () => {
  it.each<[string, string[] | undefined]>([
    ['a=1,b', ['a=1', 'b']],
    ['a,', ['a', '']],
    ['"a=1,2",b', ['a=1,2', 'b']],
    ['"a""b"', ['a"b']],
    ['', undefined],
    ['a"b', undefined],
    ['"a', undefined],
    ['"a"b', undefined],
  ])('reads %j', (line, fields) => {
    expect(readCsv(line)).toEqual(fields);
  });
});

describe('sources', () => {
  it('tells Git from the web', () => {
    expect(['https://a/b.tgz', 'http://a/b.git.zip'].every(isHttp)).toBe(true);
    expect(
      ['https://a/b.git', 'https://a/b.git#v1', 'git@a:b/c', 'ssh://a/b', 'git://a/b'].every(isGit),
    ).toBe(true);
    expect(
      ['a', './https://a', 'a@b', 'ftp://a/b', 'a@b_c:d', 'a.b@c:d'].some(
        (one) => isHttp(one) || isGit(one),
      ),
    ).toBe(false);
  });

  it('looks at the path of an address as Go reads it', () => {
    for (const one of ['https://a/b%2Egit', 'HTTPS://u:p@a:80/b.git?x', 'https://[::1]:80/b.git'])
      expect([one, isGit(one)]).toEqual([one, true]);
    for (const one of ['https://a.git', 'https://a/b.GIT', 'https://a:x/b.git', 'http://a/%zz.git'])
      expect([one, isGit(one), isHttp(one)]).toEqual([one, false, true]);
    expect(isGit('ssh://a:x/b')).toBe(false);
  });
});

describe('nearest', () => {
  it('takes the nearest, and nothing that is far', () => {
    expect(nearest('COPPY', ['RUN', 'COPY'])).toBe('COPY');
    expect(nearest('OCPY', ['COPY'])).toBe('COPY');
    expect(nearest('XYZ', ['RUN', 'COPY'])).toBeUndefined();
    expect(nearest('', ['RUN'])).toBeUndefined();
  });
});

describe('readGitSource', () => {
  const BASE = 'https://a.example/b.git';
  const said = (rest: string) => {
    const source = BASE + rest;
    return readGitSource(source).problems.map(
      ({ message, from, to }) => `${source.slice(from, to)}: ${message}`,
    );
  };

  it.each([
    '',
    '#main',
    '#main:docs',
    '#:docs',
    '?',
    '?ref=main',
    '?ref=main#main',
    '?tag=v1',
    '?tag=refs/tags/v1',
    '?tag=v1&ref=refs/tags/v1',
    '?branch=main&subdir=a/b&keep-git-dir=1&submodules=False',
    '?branch=refs/heads/main#refs/heads/main:docs',
    '?subdir=docs#:docs',
    '?subdir=a%20b#x:a b',
    '?keep-git-dir',
    '?submodules&keep-git-dir=',
    '?commit=0123abc',
    '?checksum=0123abc&tag=v1&&',
    '?commit=0123abc&checksum=0123abc',
    // What can't be decoded is left out.
    '?x=%zz',
    '?a;b=c',
  ])('finds nothing wrong with %j', (rest) => {
    expect(said(rest)).toEqual([]);
  });

  it.each([
    ['?foo=x', /^foo: A Git source has no “foo”/],
    ['?Ref=x', /^Ref: .* Is it ref\?$/],
    ['?refs=x', /Is it ref\?$/],
    ['?ref', /^ref: ref has no value/],
    ['?ref=&tag=v1', /^ref=: ref has no value/],
    ['?subdir=#main', /^subdir=: subdir has no value/],
    ['?commit', /commit has no value/],
    ['?ref=a&ref=a', /^ref=a: ref is given twice/],
    ['?keep-git-dir&keep-git-dir', /given twice/],
    ['?keep-git-dir=yes', /^keep-git-dir=yes: .*true or false/],
    ['?submodules=on', /true or false/],
    ['?ref=a#b', /^ref=a: .*two refs: b and a/],
    ['?tag=v1#v1', /two refs: v1 and refs\/tags\/v1/],
    ['?ref=v1&tag=v1', /^tag=v1: .*two refs/],
    ['?tag=v1&branch=v1', /^branch=v1: .*two refs/],
    ['?branch=a&ref=a', /^branch=a: .*two refs/],
    ['?subdir=a#main:b', /^#main:b: .*two folders: a and b/],
    ['?branch=', /no value/],
  ])('says what is wrong with %j', (rest, message) => {
    const found = said(rest);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it('reads which commit and whether its data is kept', () => {
    const read = (rest: string) => {
      const { checksum, keepGitDir } = readGitSource(BASE + rest);
      return [checksum, keepGitDir];
    };
    expect(read('?commit=0a')).toEqual(['0a', undefined]);
    expect(read('?checksum=0b&keep-git-dir')).toEqual(['0b', true]);
    expect(read('?keep-git-dir=f#x')).toEqual([undefined, false]);
    expect(readGitSource('git@a.example:b?commit=0c#main').checksum).toBe('0c');
  });
});
