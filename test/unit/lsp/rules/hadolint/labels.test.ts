import { describe, expect, it } from 'vitest';
import { applied, findings } from '../../support/examples.ts';
import { fixed, ruleOf, words } from './found.ts';

describe('DL3048', () => {
  it.each(['a', 'a-b.c1', '"a.b"', 'org.x'])('takes %s', async (key) => {
    expect(await words('DL3048', `LABEL ${key}=1\n`)).toEqual([]);
  });

  it.each(['A', 'a_b', '1a', 'a-', 'a..b', 'a--b', 'io.docker.a', '.a'])(
    'finds %s',
    async (key) => {
      expect(await words('DL3048', `LABEL ${key}=1\nLABEL ${key} 1\n`)).toEqual([key, key]);
    },
  );

  it('mends the key alone', async () => {
    expect(await fixed('DL3048', 'LABEL "Build_Date"="x" b=1\n')).toEqual([
      'LABEL "build-date"="x" b=1\n',
    ]);
  });
});

describe('label values', () => {
  const of = (id: string, type: string, value: string) =>
    words(id, `LABEL a=${value}\n`, `label-schema: {a: ${type}}\n`);

  it.each([
    ['DL3052', 'url', 'https://x.y/z?a=%20', '"not a url"'],
    ['DL3052', 'url', 'mailto:a@b.c', 'x.y/z'],
    ['DL3053', 'rfc3339', '2026-02-28T23:59:60.5Z', '2026-02-30T00:00:00Z'],
    ['DL3053', 'rfc3339', '"2026-01-31 12:00:00+01:00"', '2026-01-31'],
    ['DL3054', 'spdx', 'MIT', 'mit'],
    ['DL3054', 'spdx', 'GPL-3.0-only', '"MIT OR Apache-2.0"'],
    ['DL3055', 'hash', '0123abc', '0123ABC'],
    ['DL3055', 'hash', '0123456789012345678901234567890123456789', '01234567'],
    ['DL3056', 'semver', '1.2.3-rc.1+b.7', '1.2'],
    ['DL3056', 'semver', '0.0.0', 'v1.2.3'],
    ['DL3056', 'semver', '1.0.0--', '1.0.0-01'],
    ['DL3058', 'email', 'a.b+c@d.e', 'a.b'],
    ['DL3052', 'url', 'https://a:b@x.y:8080/z', 'https://x.y:port/z'],
    ['DL3052', 'url', 'http://[::1]:80/?a#b', 'http://[x.y/'],
    ['DL3052', 'url', 'file:///a', 'http://x.y/a[1]'],
    ['DL3052', 'url', 'urn:a:b', 'http://x.y/#a#b'],
    ['DL3058', 'email', '"a@[1.2.3.4]"', 'a@b@c'],
    ['DL3058', 'email', 'a@b-c.d.', 'a@b_c.d'],
    ['DL3058', 'email', '\'"a b".c@d\'', 'a@-b.c'],
    ['DL3058', 'email', 'ä@b1', 'a@b-.c'],
    ['DL3058', 'email', `${'a'.repeat(64)}@b`, `${'a'.repeat(65)}@b`],
    ['DL3058', 'email', `a@${'b'.repeat(63)}`, `a@${'b'.repeat(64)}`],
  ])('%s %s: %s, not %s', async (id, type, good, bad) => {
    expect(await of(id, type, good)).toEqual([]);
    expect(await of(id, type, bad)).toEqual([bad]);
  });

  it('are not judged where a variable stands', async () => {
    expect(await of('DL3056', 'semver', '$VERSION')).toEqual([]);
  });
});

describe('DL3050', () => {
  const config = 'strict-labels: true\nlabel-schema: {a: text}\n';
  it.each([
    ['LABEL a=1 b=2 c=3\n', 'LABEL a=1 c=3\n'],
    ['LABEL b=2 a=1\n', 'LABEL a=1\n'],
    ['FROM x\nLABEL b=2 \\\n  c=3\nUSER 1\n', undefined],
    ['FROM x\nLABEL b 2\nUSER 1\n', 'FROM x\nUSER 1\n'],
    // What silences something in it would speak of the next one.
    ['FROM x\n# why\n# hadolint ignore=DL3048\nLABEL b=2\nUSER 1\n', 'FROM x\n# why\nUSER 1\n'],
  ])('mends %j', async (text, good) => {
    const [first] = await findings(ruleOf('DL3050'), text, { config });
    const [fix] = first?.fixes ?? [];
    expect(fix && applied(text, fix)).toBe(good);
  });
});

describe('DL3049', () => {
  const config = 'label-schema: {a: text}\n';
  it('takes a label from a base, and leaves out what only gives files', async () => {
    expect(await words('DL3049', 'FROM x AS b\nLABEL a=1\nFROM b AS c\nFROM c\n', config)).toEqual(
      [],
    );
    expect(
      await words('DL3049', 'FROM x AS b\nFROM y\nLABEL a=1\nCOPY --from=b d e\n', config),
    ).toEqual([]);
    expect(await words('DL3049', 'FROM x AS b\nFROM y\nONBUILD LABEL a=1\n', config)).toEqual([
      'x',
      'y',
    ]);
  });
});
