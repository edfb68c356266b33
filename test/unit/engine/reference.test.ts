import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/engine/errors.ts';
import {
  familiarReference,
  formatReference,
  parseReference,
  hasRegistry,
  parseRegistryAddress,
  shownReference,
  withDefaultTag,
} from '../../../src/engine/reference.ts';

const SHA = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('parseReference', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx', 'nginx'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['team/app', 'docker.io/team/app', 'team/app'],
    ['docker.io/nginx', 'docker.io/library/nginx', 'nginx'],
    ['index.docker.io/team/app:x', 'docker.io/team/app:x', 'team/app:x'],
    ['docker.io/library/nginx', 'docker.io/library/nginx', 'nginx'],
    ['localhost/app', 'localhost/app', 'localhost/app'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1', 'localhost:5000/app:v1'],
    ['127.0.0.1:5000/a/b/c', '127.0.0.1:5000/a/b/c', '127.0.0.1:5000/a/b/c'],
    ['[::1]:5000/app', '[::1]:5000/app', '[::1]:5000/app'],
    ['Registry/app', 'Registry/app', 'Registry/app'],
    [`ghcr.io/o/app:1@${SHA}`, `ghcr.io/o/app:1@${SHA}`, `ghcr.io/o/app:1@${SHA}`],
    [`app@${SHA}`, `docker.io/library/app@${SHA}`, `app@${SHA}`],
    ['a__b/c-d.e_f---g', 'docker.io/a__b/c-d.e_f---g', 'a__b/c-d.e_f---g'],
    ['library/library/x', 'docker.io/library/library/x', 'library/library/x'],
  ])('%s', (text, full, short) => {
    const reference = parseReference(text);
    expect(formatReference(reference)).toBe(full);
    expect(familiarReference(reference)).toBe(short);
    expect(parseReference(familiarReference(reference))).toEqual(reference);
  });

  test.each([
    ['', /empty/],
    ['Nginx', /lower case/],
    ['a.com/App', /lower case/],
    ['-a', /"-a"/],
    ['a//b', /empty/],
    ['a/', /empty/],
    ['/a', /empty/],
    ['a:', /tag/],
    ['a:.x', /tag/],
    [`a:${'x'.repeat(129)}`, /tag/],
    ['a:b c', /tag/],
    ['a;b', /"a;b"/],
    ['a@sha256:123', /digest/],
    [`a@${SHA.toUpperCase().replace('SHA', 'sha')}`, /digest/],
    ['a@', /digest/],
    ['ab'.repeat(32), /image id/],
    ['https://a.com/b', /URL/],
    ['a'.repeat(250), /255/],
    ['a_b.com:5000x/app', /host/],
  ])('refuses %j', (text, why) => {
    expect(() => parseReference(text)).toThrow(why);
    expect(() => parseReference(text)).toThrow(EngineError);
  });

  test('a tag is implied only where there is no digest', () => {
    expect(withDefaultTag(parseReference('a')).tag).toBe('latest');
    expect(withDefaultTag(parseReference('a:1')).tag).toBe('1');
    expect(withDefaultTag(parseReference(`a@${SHA}`)).tag).toBeUndefined();
  });
});

test.each([
  ['localhost:5000', true],
  ['http://LOCALHOST:5000/v2/', true],
  [' localhost:5000/ ', true],
  ['localhost', false],
  ['localhost:50', false],
  ['user@localhost:5000', false],
  ['', false],
])('%j in a list has localhost:5000: %s', (entry, has) => {
  expect(hasRegistry(['other:1', entry], 'localhost:5000')).toBe(has);
});

describe('parseRegistryAddress', () => {
  test.each([
    ['docker.io', 'docker.io', undefined],
    ['https://index.docker.io/v1/', 'docker.io', undefined],
    ['https://hub.docker.com/', 'docker.io', undefined],
    [' https://Reg.Example:5000/v2/ ', 'reg.example:5000', 'https'],
    ['http://localhost:5000', 'localhost:5000', 'http'],
    ['127.0.0.1:5000/', '127.0.0.1:5000', undefined],
  ])('%s', (text, host, scheme) => {
    expect(parseRegistryAddress(text)).toEqual({ host, scheme });
  });

  test.each([
    ['', /host/],
    ['ftp://a', /host/],
    ['a b', /host/],
    ['https://gitlab.example/group/app', /pin the repository/],
  ])('refuses %j', (text, why) => {
    expect(() => parseRegistryAddress(text)).toThrow(why);
  });

  test('never repeats a password written into the address', () => {
    expect(() => parseRegistryAddress('https://me:hunter2@a.example')).toThrow(/^(?!.*hunter2)/);
  });
});

test.each([
  ['docker.io/library/alpine:3.20@sha256:0123', 'alpine:3.20'],
  ['docker.io/team/app@sha256:0123', 'team/app@sha256:0123'],
  ['localhost:5000/app', 'localhost:5000/app'],
  ['localhost:5000/app@sha256:0123', 'localhost:5000/app@sha256:0123'],
  ['Not A Reference', 'Not A Reference'],
])('%s is shown as %s', (text, shown) => {
  expect(shownReference(text)).toBe(shown);
});
