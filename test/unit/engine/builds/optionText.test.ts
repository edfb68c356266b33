import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isAddress } from '../../../../src/engine/buildkit/attrs.ts';
import {
  pairValue,
  parseCaches,
  parseContext,
  parseContexts,
  parseHost,
  parseNetwork,
  parsePairs,
  parseSecret,
  parseSsh,
  withPair,
  words,
} from '../../../../src/engine/builds/optionText.ts';
import { parseOutput } from '../../../../src/engine/builds/outputs.ts';
import { splitList } from '../../../../src/engine/words.ts';

const folder = '/src/app';

describe('options of a build as text', () => {
  test('pairs keep what stands behind the first =, and their quotes blanks', () => {
    expect(parsePairs(words('A=1 B="two words" C=x=y D='))).toEqual({
      A: '1',
      B: 'two words',
      C: 'x=y',
      D: '',
    });
    expect(() => parsePairs(words('A'))).toThrow(/“A” is not of the form NAME=value/);
  });

  test('a pair is replaced or added, and reads back as it was', () => {
    const text = withPair('A=1 B=2', 'A', 'two "words" $x \\ `y`');
    expect(parsePairs(words(text))).toEqual({ B: '2', A: 'two "words" $x \\ `y`' });
    expect(pairValue(text, 'A')).toBe('two "words" $x \\ `y`');
    expect(withPair('', 'A', '')).toBe('A=');
    expect(pairValue('AB=1', 'A')).toBeUndefined();
  });

  test('backslashes of paths stay on Windows, where a shell would take them away', () => {
    const text = String.raw`id=npm,src=C:\Users\me\.npmrc \\server\share "C:\Program Files\x" C:\two\ words C:\out\ `;
    expect(words(text.trim(), true)).toEqual([
      'id=npm,src=C:\\Users\\me\\.npmrc',
      '\\\\server\\share',
      'C:\\Program Files\\x',
      'C:\\two words',
      'C:\\out\\',
    ]);
    expect(words(String.raw`a\b two\ words`, false)).toEqual(['ab', 'two words']);
    expect(words(withPair('', 'A', String.raw`C:\a b\c`), true)).toEqual([String.raw`A=C:\a b\c`]);
    expect(words('  ', true)).toEqual([]);
  });

  test('lists take commas and blanks', () => {
    expect(splitList(' linux/amd64, linux/arm64 ')).toEqual(['linux/amd64', 'linux/arm64']);
    expect(splitList('')).toEqual([]);
  });

  test.each([
    ['id=npm,src=.npmrc', { id: 'npm', file: '/src/app/.npmrc' }],
    ['id=npm,source=/etc/npmrc', { id: 'npm', file: '/etc/npmrc' }],
    ['type=file,id=npm,src="a,b"', { id: 'npm', file: '/src/app/a,b' }],
    ['id=token,env=TOKEN', { id: 'token', env: 'TOKEN' }],
    ['type=env,id=token,src=TOKEN', { id: 'token', env: 'TOKEN' }],
    ['id=TOKEN', { id: 'TOKEN', env: 'TOKEN', orFile: '/src/app/TOKEN' }],
    ['type=file,id=npm', { id: 'npm', file: '/src/app/npm' }],
    ['npm=~/.npmrc', { id: 'npm', file: join(homedir(), '.npmrc') }],
    ['ID=token,Env=TOKEN', { id: 'token', env: 'TOKEN' }],
    ['"id=token", "env=TOKEN"', { id: 'token', env: 'TOKEN' }],
  ])('secret %s', (text, expected) => {
    expect(parseSecret(text, folder)).toEqual(expected);
  });

  test.each([
    'src=x',
    'id=,src=x',
    'npm',
    'type=vault,id=x',
    // Passed over, it would leave the build without its secret.
    'id=x,evn=TOKEN',
    'id=x,env=TOKEN,required=true',
  ])('no secret: %s', (text) => {
    expect(() => parseSecret(text, folder)).toThrow(/“/);
  });

  test('ssh ids with their sockets and keys', () => {
    expect(parseSsh(['default', 'git=/run/a.sock', 'keys=a,~/b'], folder)).toEqual({
      default: [],
      git: ['/run/a.sock'],
      keys: ['/src/app/a', join(homedir(), 'b')],
    });
  });

  test('caches', () => {
    expect(parseCaches('team/app:cache,"b"', folder)).toEqual([
      { type: 'registry', attrs: { ref: 'team/app:cache' } },
      { type: 'registry', attrs: { ref: 'b' } },
    ]);
    expect(parseCaches('type=local,dest=../c,mode=max', folder)).toEqual([
      { type: 'local', attrs: { dest: '/src/c', mode: 'max' } },
    ]);
    expect(() => parseCaches('mode=max', folder)).toThrow(/no type/);
    expect(() => parseCaches('type=local,tag=x', folder)).toThrow(/which folder/);
    expect(() => parseCaches('type=registri,ref=a', folder)).toThrow(
      '“type=registri,ref=a” is of a type that no cache has: did you mean “registry”.',
    );
    expect(() => parseCaches('type=folder,src=a', folder)).toThrow(/registry, local, inline, gha/);
  });

  test('outputs', () => {
    const outputOf = (text: string) => parseOutput(text, folder).output;
    expect(outputOf('out')).toEqual({ type: 'local', dest: '/src/app/out' });
    expect(outputOf('type=oci,dest=a.tar')).toEqual({
      type: 'oci',
      dest: '/src/app/a.tar',
    });
    expect(outputOf('type=image')).toEqual({ type: 'image' });
    expect(outputOf('type=cacheonly')).toEqual({ type: 'cacheonly' });
    // Without a file docker's own form goes into the engine, which is an image there.
    expect(outputOf('type=docker')).toEqual({ type: 'image' });
    expect(() => outputOf('-')).toThrow(/where to/);
    expect(() => outputOf('type=docker,dest=-')).toThrow(/where to/);
    expect(() => outputOf('type=tar')).toThrow(/where to/);
    expect(() => outputOf('type=tar,dest=-')).toThrow(/where to/);
    expect(() => outputOf('type=other')).toThrow(/not of type/);
    expect(() => outputOf('type=oci,dest=a,tar=false')).toThrow(/“tar”/);
    for (const type of ['image', 'registry', 'cacheonly'])
      expect(() => outputOf(`type=${type},dest=a`)).toThrow(
        `“type=${type},dest=a” says “dest”, which means nothing here: leave it out.`,
      );
  });

  test('outputs that say how they are to be written', () => {
    const outputOf = (text: string) => parseOutput(text, folder).output;
    const zstd = { compression: 'zstd', 'compression-level': '3', 'force-compression': 'true' };
    const told = 'compression=zstd,compression-level=3,force-compression=true';
    expect(outputOf(`type=image,${told}`)).toEqual({ type: 'image', attrs: zstd });
    expect(outputOf(`type=registry,${told}`)).toEqual({ type: 'image', attrs: zstd });
    expect(outputOf(`type=docker,${told}`)).toEqual({ type: 'image', attrs: zstd });
    expect(outputOf('type=oci,dest=/a,oci-mediatypes=true,tar=true,annotation.a=b')).toEqual({
      type: 'oci',
      dest: '/a',
      attrs: { 'oci-mediatypes': 'true', 'annotation.a': 'b' },
    });
    expect(outputOf('type=local,dest=/a,platform-split=false')).toEqual({
      type: 'local',
      dest: '/a',
      attrs: { 'platform-split': 'false' },
    });
  });

  test.each([
    [
      'type=image,compresion=zstd',
      'says “compresion”, which means nothing here: did you mean “compression”',
    ],
    ['type=local,dst=a', 'says “dst”, which means nothing here: did you mean “dest”'],
    [
      'type=tar,dest=a,platform-split=false',
      'says “platform-split”, which means nothing here: leave it out',
    ],
    [
      'type=local,dest=a,constructor=a',
      'says “constructor”, which means nothing here: leave it out',
    ],
    [
      'type=local,dest=a,annotation.a=b',
      'says “annotation.a”, which means nothing here: leave it out',
    ],
    [
      'type=image,compression=zip',
      'says “compression” with “zip”, which is not one of uncompressed, gzip, estargz, zstd',
    ],
    [
      'type=image,compression-level=max',
      'says “compression-level” with “max”, which is not a number',
    ],
    [
      'type=local,dest=a,platform-split=no',
      'says “platform-split” with “no”, which is not true or false',
    ],
    [
      'type=oci,dest=a,tar=false',
      'says “tar”, but what is written here is an archive: leave it out',
    ],
    [
      'type=image,push-by-digest=true',
      'says “push-by-digest”, but it is the engine that pushes, what it has and by its names: leave it out',
    ],
    [
      'type=image,unpack=true',
      'says “unpack”, but the engine decides that for itself: leave it out',
    ],
  ])('what an output cannot say: %s', (text, why) => {
    expect(() => parseOutput(text, folder)).toThrow(`“${text}” ${why}`);
  });

  test('outputs that name the image, or push it', () => {
    const image = { output: { type: 'image' }, names: [], push: false };
    expect(parseOutput('type=image', folder)).toEqual(image);
    expect(parseOutput('type=image,push=false', folder)).toEqual(image);
    expect(parseOutput('type=registry', folder)).toEqual({ ...image, push: true });
    expect(parseOutput('type=image,"name=r.test/a,r.test/b:1",push=true', folder)).toEqual({
      ...image,
      names: ['r.test/a', 'r.test/b:1'],
      push: true,
    });
    expect(parseOutput('type=oci,dest=/a,name=b', folder)).toEqual({
      output: { type: 'oci', dest: '/a' },
      names: ['b'],
      push: false,
    });
    expect(() => parseOutput('type=local,dest=a,name=b', folder)).toThrow(/“name”/);
    expect(() => parseOutput('type=tar,dest=a,push=true', folder)).toThrow(/“push”/);
    expect(() => parseOutput('type=image,push=2', folder)).toThrow(/neither true nor false/);
  });

  test('named contexts: folders become absolute, addresses stay', () => {
    const texts = ['lib=../lib', 'base=docker-image://alpine:3', 'src=https://host/x.git'];
    expect(parseContexts(texts, folder)).toEqual({
      lib: '/src/lib',
      base: 'docker-image://alpine:3',
      src: 'https://host/x.git',
    });
    expect(parseContexts(['a=oci-layout://../out:1', 'b=oci-layout:///out'], folder)).toEqual({
      a: 'oci-layout:///src/out:1',
      b: 'oci-layout:///out',
    });
  });

  test('repositories over ssh stay, whoever asks for them', () => {
    for (const address of ['git@host:x.git', 'deploy@git.test:team/x.git#main', 'a-1@host:x']) {
      expect(parseContext(address, folder)).toBe(address);
      expect(isAddress(address)).toBe(true);
      expect(parseContexts([`x=${address}`], folder)).toEqual({ x: address });
    }
    for (const path of ['a@b', 'a/b@c:d', './a@b:c', 'C:\\a@b:c'])
      expect(isAddress(parseContext(path, folder))).toBe(false);
  });

  test('networks and hosts', () => {
    expect(parseNetwork('')).toBeUndefined();
    expect(parseNetwork('host')).toBe('host');
    expect(() => parseNetwork('bridge')).toThrow(/none of/);
    expect(parseHost('db:10.0.0.1')).toBe('db:10.0.0.1');
    expect(parseHost('db=::1')).toBe('db=::1');
    expect(() => parseHost('db')).toThrow(/name:address/);
  });
});
