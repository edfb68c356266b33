import { describe, expect, it } from 'vitest';
import { signInsIn, withoutSignIns } from '../../../src/util/signIns.ts';

const token = 'ghp_0123456789abcdef';

describe('addresses with who asks in them', () => {
  it.each([
    ['fetch https://me:pw@host/x.git, then more', 'fetch https://xxxxx@host/x.git, then more'],
    [`"https://${token}@host" and http://a:b@c`, '"https://xxxxx@host" and http://xxxxx@c'],
    ['https://me:p@ss@host/x', 'https://xxxxx@host/x'],
    ['ssh://git@host/x and ssh://me:pw@host', 'ssh://git@host/x and ssh://xxxxx@host'],
    ['https://host/a@b', 'https://host/a@b'],
    ['https://host?q=a@b#c@d', 'https://host?q=a@b#c@d'],
    ['a://b c@d', 'a://b c@d'],
    ['git@host:x', 'git@host:x'],
  ])('are shown without: %s', (text, shown) => {
    expect(withoutSignIns(text)).toBe(shown);
  });

  it('tell what is secret of them, in both ways to write it', () => {
    expect(signInsIn('http://me:a%21b@host and ssh://git@host')).toEqual(['a%21b', 'a!b']);
    expect(signInsIn(`https://${token}:x-oauth-basic@host`)).toEqual(['x-oauth-basic', token]);
    expect(signInsIn('https://me:100%@host')).toEqual(['100%']);
    expect(signInsIn('https://host/x.git')).toEqual([]);
  });
});
